// Limit, speed, scenarios, usage and starting over: what else can be set for a key.

import { announce, byId, dollars, make, number, plural, setText } from "./elements.js";

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 50, 0]; // from slow to fast; 0 is without any delay
const SPEED_WORDS = ["four times slower", "half as fast", "natural", "twice as fast", "5 times faster", "10 times faster", "50 times faster", "no delay"];

export class Settings {
  constructor(act) {
    this.act = act;
    byId("limit").addEventListener("submit", (event) => (event.preventDefault(), this.setLimit()));
    byId("lift").addEventListener("click", () => this.act((server) => server.call("DELETE", "limits"), () => announce("There is no limit.")));
    byId("speed").addEventListener("input", () => this.saySpeed(SPEED_WORDS[byId("speed").value]));
    byId("speed").addEventListener("change", () => this.setSpeed());
    byId("own-speed").addEventListener("click", () => this.act((server) => server.call("DELETE", "pace")));
    byId("stop-scenario").addEventListener("click", () => this.act((server) => server.call("DELETE", "scenario"), () => announce("The scenario is stopped.")));
    byId("reset").addEventListener("click", () => byId("sure").showModal());
    byId("sure").addEventListener("close", () => byId("sure").returnValue === "yes" && this.reset());
  }

  // ---- limit ---------------------------------------------------------------------------------------------------

  showLimit(limit) {
    setText(byId("limit-now"), limit ? limitInWords(limit) : "No limit.");
    byId("limit-now").classList.toggle("on", !!limit);
    byId("lift").disabled = !limit;
  }

  setLimit() {
    const filled = [...byId("limit").elements].filter((field) => field.name && field.value !== "");
    const limit = Object.fromEntries(filled.map((field) => [field.name, Number(field.value)]));
    return this.act((server) => server.call("PUT", "limits", limit), () => announce(`The limit is ${byId("limit-now").textContent}`));
  }

  // ---- speed ---------------------------------------------------------------------------------------------------

  showSpeed(speed) {
    const distance = (one) => Math.abs(Math.log(one / speed));
    const at = speed === 0 ? SPEEDS.length - 1 : SPEEDS.slice(0, -1).reduce((best, one, i, all) => (distance(one) < distance(all[best]) ? i : best), 0);
    byId("speed").value = at;
    this.saySpeed(SPEEDS[at] === speed ? SPEED_WORDS[at] : `${speed} times natural`);
  }

  saySpeed(words) {
    setText(byId("speed-words"), words);
    byId("speed").setAttribute("aria-valuetext", words);
  }

  setSpeed() {
    return this.act((server) => server.call("PUT", "pace", { speed: SPEEDS[byId("speed").value] }));
  }

  // ---- scenarios -----------------------------------------------------------------------------------------------

  showScenario(told) {
    const box = byId("scenario-names");
    if (!box.children.length) box.append(...Object.entries(told.named).map(([name, words]) => this.scenario(name, words)));
    const playing = told.scenario?.playing;
    setText(byId("scenario-now"), playing ? scenarioInWords(told.scenario) : "None is playing.");
    byId("scenario-now").classList.toggle("on", !!playing);
    byId("stop-scenario").disabled = !playing;
  }

  scenario(name, words) {
    const title = spoken(name);
    const play = () => this.act((server) => server.call("POST", "scenario", { name }), () => announce(`${title} begins.`));
    const id = `scenario-${name}`;
    return make("li", {}, make("button", { type: "button", "aria-describedby": id, "aria-label": `Play ${title}`, onclick: play }, title),
      make("span", { class: "note", id }, `${words}.`));
  }

  // ---- usage ---------------------------------------------------------------------------------------------------

  showUsage(told) {
    const rows = Object.entries(told.models);
    if (rows.length > 1) rows.push(["all", told.total]);
    setText(byId("budget"), told.budget_usd === null ? "" : `${dollars(told.left_usd)} left of ${dollars(told.budget_usd)}.`);
    if (!rows.length) return byId("usage-rows").replaceChildren(make("p", { class: "note" }, "Nothing yet."));
    const head = ["Model", "Requests", "Tokens", "Cost"].map((name) => make("th", { scope: "col" }, name));
    const lines = rows.map(([model, used]) => make("tr", {},
      make("th", { scope: "row" }, model), make("td", {}, number(used.requests)),
      make("td", {}, `${number(used.tokens_in)} → ${number(used.tokens_out)}`), make("td", {}, dollars(used.cost_usd))));
    byId("usage-rows").replaceChildren(make("table", { class: "plain" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...lines)));
  }

  // ---- start over ----------------------------------------------------------------------------------------------

  reset() {
    return this.act((server) => server.call("POST", "reset", {}), () => announce("Everything about this key is forgotten."), true);
  }
}

/** The name of a kind or a scenario in words. */
const spoken = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

const LIMITED = { requests: "request", tokens: "token", input_tokens: "input token", output_tokens: "output token" };

/** A limit as a person would say it: what it is, then what is left. */
function limitInWords(limit) {
  const counts = Object.keys(LIMITED).filter((name) => name in limit.left);
  const of = counts.map((name) => plural(limit[name], LIMITED[name]));
  const left = counts.map((name) => plural(Math.max(0, Math.floor(limit.left[name])), LIMITED[name]));
  const parts = [];
  if (counts.length) parts.push(`${of.join(" and ")} in ${limit.window_s} s.`, `Left: ${left.join(" and ")}`);
  if (counts.length) parts[1] += limit.reset_s > 0 ? `; all of it again in ${Math.ceil(limit.reset_s)} s.` : ".";
  if (limit.concurrent !== undefined) parts.push(`At most ${limit.concurrent} at the same time, now ${limit.at_work}.`);
  return parts.join(" ");
}

function scenarioInWords({ name, round, elapsed_s, steps }) {
  const kinds = (state) => steps.filter((step) => step.state === state).map((step) => step.fault.kind);
  const now = kinds("now");
  const ahead = steps.find((step) => step.state === "ahead");
  const next = ahead ? ` Next: ${spoken(ahead.fault.kind)} in ${Math.ceil(ahead.at_s - elapsed_s)} s.` : "";
  const title = `${name ? spoken(name) : "a scenario"}${round ? `, round ${round + 1}` : ""}`;
  return `Playing ${title}. Now: ${now.length ? now.map(spoken).join(", ") : "all is well"}.${next}`;
}
