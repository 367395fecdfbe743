// The page at /practice/: who looks (a key), what is live, and what to say when the provider is gone.

import { announce, byId, copyable, make, setText } from "./elements.js";
import { Faults } from "./faults.js";
import { Requests } from "./requests.js";
import { Gone, Refused, Server } from "./server.js";
import { Settings } from "./settings.js";

const REMEMBERED = "practice-key";
const PREFIX = "practice";
const GONE = "The provider has gone. Start it again with ";
const STATES = { live: "Live", gone: "The provider does not answer", waiting: "Not connected", connecting: "Connecting …" };

let server = null;
let stop = new AbortController();
let instance = null;

const requests = new Requests(examples, refreshSoon);
const faults = new Faults(act);
const settings = new Settings(act);

// ---- the key ---------------------------------------------------------------------------------------------------

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  use(byId("key").value.trim());
});
addEventListener("hashchange", useFromAddress);

/** Take the key out of …/practice/#key=practice-me, and out of the address, where others might read it. */
function useFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return false;
  history.replaceState(null, "", location.pathname);
  use(key);
  return true;
}

async function use(key) {
  byId("key").value = key;
  if (!/^[\x21-\x7e]+$/.test(key)) return refuseKey("Type the key that your program sends: letters, digits and signs, no spaces.");
  stop.abort();
  stop = new AbortController();
  const mine = (server = new Server(key, byId("control-key").value.trim()));
  const journal = requests.start();
  connection("connecting");
  try {
    await mine.follow(journal, (state) => report(state, mine, key), stop.signal);
  } catch (error) {
    if (mine !== server) return;
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401 && !key.startsWith(PREFIX)) refuseKey(`This is no key of the practice provider: one begins with "${PREFIX}".`);
    else refuseKey(error.message, error.status === 401);
  }
}

/** Say why this key can't be shown. Who is not let in may need the control key: there is a field for it then. */
function refuseKey(words, asksForControlKey = false) {
  stop.abort();
  server = null;
  show(false);
  if (asksForControlKey) byId("control").hidden = false;
  connection("waiting");
  byId("key-error").textContent = words;
  byId("key-error").hidden = false;
  byId("key").setAttribute("aria-invalid", "true");
  byId("key").focus();
}

/** Show the requests of a key, or ask for one; the form stands where the eye is. */
function show(has) {
  const focused = document.activeElement;
  (has ? document.querySelector("header") : byId("welcome")).append(byId("key-form"));
  if (byId("key-form").contains(focused)) focused.focus();
  byId("welcome").hidden = has;
  byId("requests").hidden = byId("controls").hidden = byId("jump").hidden = !has;
}

// ---- the connection --------------------------------------------------------------------------------------------

function connection(state) {
  byId("connection").dataset.state = state;
  setText(byId("connection-words"), STATES[state]);
}

async function report(state, mine, key) {
  if (mine !== server) return;
  const was = byId("connection").dataset.state;
  connection(state);
  if (state === "gone") return was === "gone" || sayGone();
  sessionStorage.setItem(REMEMBERED, key);
  byId("key-error").hidden = true;
  byId("key").removeAttribute("aria-invalid");
  if (byId("requests").hidden) show(true);
  await refresh(was !== "live");
  if (was === "gone") sayBack();
  else if (was !== "live") announce(`Live. ${byId("requests-title").textContent.trim()}.`);
}

function sayGone() {
  byId("trouble").replaceChildren(make("p", {}, GONE, make("code", {}, "python -m practice_provider"), " (in the course: ",
    make("code", {}, "course provider start"), `). This page goes on by itself when it is back at ${location.origin}.`));
}

function sayBack() {
  byId("trouble").replaceChildren();
  announce("The provider is back.");
}

// ---- what is in force ------------------------------------------------------------------------------------------

/** Ask for all that is set for the key, and show it. */
async function refresh(all = false) {
  const mine = server;
  if (!mine) return;
  try {
    if (all) await begin(mine);
    const [{ faults: orders }, { limit }, usage, scenario] = await Promise.all([
      mine.call("GET", "faults"), mine.call("GET", "limits"), mine.call("GET", "usage"), mine.call("GET", "scenario")]);
    if (mine !== server) return;
    faults.show(orders);
    settings.showLimit(limit);
    settings.showUsage(usage);
    settings.showScenario(scenario);
    ticking = orders.length > 0 || !!limit || !!scenario.scenario?.playing;
  } catch (error) {
    if (!(error instanceof Gone)) throw error; // following the journal finds out as well, and says so
  }
}

async function begin(mine) {
  const [health, kinds, { speed }] = await Promise.all([mine.call("GET", "health"), mine.call("GET", "kinds"), mine.call("GET", "pace")]);
  if (instance !== health.instance) {
    if (instance) announce("It is a new provider, without faults and limits.");
    faults.build(kinds);
  }
  instance = health.instance;
  settings.showSpeed(speed);
  setText(byId("version"), `Version ${health.version}, process ${health.pid}.`);
}

let soon = null;
function refreshSoon() {
  soon ??= setTimeout(() => ((soon = null), refresh()), 500);
}

let ticking = false; // may something in force change by itself?
let ticks = 0;
setInterval(() => !document.hidden && (ticking || ++ticks % 4 === 0) && byId("connection").dataset.state === "live" && refresh(), 1000);

/** Do something for the key in use, then show what is in force; a refusal is shown in words. */
async function act(call, then, all = false) {
  const mine = server;
  try {
    await call(mine);
    await refresh(true);
    if (all) use(mine.key);
    byId("trouble").replaceChildren();
    then?.();
  } catch (error) {
    if (error instanceof Refused) byId("trouble").replaceChildren(make("p", {}, `The provider refused: ${error.message}`));
    else if (!(error instanceof Gone)) throw error;
  }
}

// ---- where nothing has come yet --------------------------------------------------------------------------------

function examples() {
  const [at, key] = [location.origin, quoted(server.key)];
  const ask = `curl ${at}/openai/v1/chat/completions -H ${quoted(`Authorization: Bearer ${server.key}`)} \\
  -H 'Content-Type: application/json' \\
  -d '{"model": "practice-large", "messages": [{"role": "user", "content": "Say hello."}]}'`;
  const variables = [["OPENAI_BASE_URL", `${at}/openai/v1`], ["OPENAI_API_KEY", key], ["ANTHROPIC_BASE_URL", `${at}/anthropic`],
    ["ANTHROPIC_API_KEY", key], ["GOOGLE_GEMINI_BASE_URL", `${at}/gemini`], ["GEMINI_API_KEY", key]];
  return [
    make("h3", {}, "No request with this key yet"),
    make("p", {}, "It appears here as soon as it arrives. Try one:"),
    copyable("One request", ask, "h4"),
    copyable("Point the SDKs here", variables.map(([name, value]) => `export ${name}=${value}`).join("\n"), "h4"),
    make("p", { class: "note" }, "PowerShell: ", make("code", {}, '$env:OPENAI_BASE_URL = "…"'), ", and so on. Does your program use another key? Type it above."),
  ];
}

/** Quote for a shell where that is needed. */
function quoted(text) {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// ---- begin -----------------------------------------------------------------------------------------------------

if (!useFromAddress()) {
  const remembered = sessionStorage.getItem(REMEMBERED);
  if (remembered) use(remembered);
}
