// The faults panel: one switch for each kind. On means: an order of this kind is in force for this key.

import { announce, byId, make, plural, setText } from "./elements.js";

const FIELDS = { retry_after_s: Number, delay_s: Number, after: Number, skip: Number, error: String, how: String, route: String };
const FOR_ALL = ["skip", "route"];

export class Faults {
  constructor(act) {
    this.act = act; // runs a call for the key in use and shows what went wrong
    this.switches = new Map(); // kind → { button, left, told }
    this.orders = [];
    byId("clear-faults").addEventListener("click", () => this.clear());
    byId("order").addEventListener("submit", (event) => event.preventDefault());
    byId("order").addEventListener("focusin", (event) => this.chooseBeside(event.target));
  }

  /** Draw the switches; `groups` as the provider tells them. */
  build({ groups, vendors }) {
    const route = byId("option-route");
    if (route.options.length === 1) route.append(...vendors.map((name) => make("option", { value: name }, name)));
    const error = byId("option-error");
    const errors = groups.flatMap((group) => group.kinds).filter((told) => told.is_error);
    if (!error.options.length) error.append(...errors.map((told) => make("option", { value: told.kind }, told.title)));
    error.value = "overloaded";
    this.switches.clear();
    byId("kinds").replaceChildren(...groups.map((group, at) => this.group(group, at === 0)));
  }

  group({ title, kinds }, open) {
    const on = make("span", { class: "count" });
    const rows = kinds.map((told) => this.row(told, on));
    return make("details", { open }, make("summary", {}, title, " ", on), make("ul", { class: "switches" }, ...rows));
  }

  row(told, on) {
    const id = `about-${told.kind}`;
    const left = make("span", { class: "left" });
    const button = make("button", { type: "button", role: "switch", "aria-checked": "false", "aria-describedby": id, onclick: () => this.flip(told) },
      make("span", { class: "knob", "aria-hidden": "true" }), make("span", {}, told.title), told.sign ? make("span", { class: "tag" }, told.sign) : null);
    this.switches.set(told.kind, { button, left, told, on });
    return make("li", {}, button, make("span", { class: "about", id }, told.words, " ", left));
  }

  /** Show what is in force. */
  show(orders) {
    this.orders = orders;
    const counts = new Map();
    for (const [kind, { button, left, on, told }] of this.switches) {
      const mine = orders.filter((order) => order.kind === kind);
      button.setAttribute("aria-checked", String(mine.length > 0));
      setText(left, mine.map(inWords).join("; "));
      counts.set(on, (counts.get(on) ?? 0) + (mine.length ? 1 : 0));
    }
    for (const [on, n] of counts) setText(on, n ? `${n} on` : "");
    const names = [...new Set(orders.map((order) => this.title(order.kind)))];
    setText(byId("in-force"), names.length ? `On: ${names.join(", ")}.` : "All off: every request is answered as it should be.");
    byId("in-force").classList.toggle("on", names.length > 0);
    byId("clear-faults").disabled = !names.length;
  }

  title(kind) {
    return this.switches.get(kind)?.told.title ?? kind;
  }

  async flip(told) {
    const mine = this.orders.filter((order) => order.kind === told.kind);
    await this.act(async (server) => {
      if (mine.length) await server.call("DELETE", `faults?kind=${told.kind}`);
      else await server.call("POST", "faults", this.order(told));
    }, () => {
      const order = this.orders.find((one) => one.kind === told.kind);
      announce(order ? `${told.title} is on: ${inWords(order)}.` : `${told.title} is off.`);
    });
  }

  async clear() {
    await this.act((server) => server.call("DELETE", "faults"), () => announce("All faults are off."));
  }

  /** Read the form: how often, and those of its options that this kind has. */
  order(told) {
    const form = byId("order").elements;
    const often = form.often.value;
    const order = { kind: told.kind };
    if (often === "forever") order.count = null; // said, and without an end
    else order[often] = often === "rate" ? Number(form.rate.value) / 100 : Number(form[often].value);
    for (const name of [...told.options, ...FOR_ALL]) {
      const value = form[name]?.value ?? "";
      if (value !== "") order[name] = FIELDS[name](value);
    }
    return order;
  }

  /** Who types a number means the choice that it belongs to. */
  chooseBeside(field) {
    const radio = field.type === "number" && field.closest("label.choice")?.querySelector("input[type=radio]");
    if (radio) radio.checked = true;
  }
}

/** How long an order goes on, as a person would say it. */
function inWords(order) {
  const parts = [];
  if (order.left !== null) parts.push(`for the next ${order.left === 1 ? "request" : plural(order.left, "request")}`);
  if (order.rate !== null) parts.push(`for about ${Math.round(order.rate * 100)} % of requests`);
  if (order.left_s !== null) parts.push(`for ${Math.ceil(order.left_s)} s more`);
  if (!parts.length) parts.push("until it is switched off");
  if (order.route) parts.push(`at ${order.route} only`);
  if (order.fired) parts.push(`hit ${plural(order.fired, "request")} so far`);
  return parts.join(", ");
}
