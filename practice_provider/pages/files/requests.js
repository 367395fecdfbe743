// The table of requests, newest first: filter, pause, clear, and a row that opens to request and reply side by side.

import { details } from "./details.js";
import { announce, byId, dollars, make, number, plural, setText, since, took } from "./elements.js";
import { ending, Journal } from "./journal.js";

const STEP = 100; // rows shown at first, and more at a time
const QUIET_MS = 4000; // at most so often a screen reader is told of new requests

export class Requests {
  constructor(examples, arrived) {
    this.examples = examples; // gives what to show while there is nothing
    this.arrived = arrived; // called when requests have come
    this.rows = new Map(); // number → { row, detail, entry }
    this.paused = false;
    this.listen();
    this.start();
  }

  /** Begin with an empty journal, for another key. */
  start() {
    this.journal = new Journal((news, all) => this.changed(news, all));
    this.after = 0;
    this.shown = STEP;
    this.news = [];
    for (const { row, detail } of this.rows.values()) row.remove(), detail?.remove();
    this.rows.clear();
    byId("empty").replaceChildren();
    return this.journal;
  }

  listen() {
    for (const id of ["search", "vendor", "outcome"]) byId(id).addEventListener("input", () => this.filtered());
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("pause").addEventListener("click", () => this.pause(!this.paused));
    byId("clear").addEventListener("click", () => this.hideUpTo(this.journal.last()));
    byId("older").addEventListener("click", () => ((this.shown += STEP), this.draw()));
    byId("rows").addEventListener("click", (event) => this.clicked(event));
    byId("rows").addEventListener("keydown", (event) => this.moved(event));
  }

  // ---- what changes the table ----------------------------------------------------------------------------------

  changed(news, all) {
    if (all) this.begunAnew();
    if (!all) this.tellLater(news), this.arrived();
    if (!this.paused || all) this.drawSoon();
    else this.drawNote();
  }

  begunAnew() {
    if (this.after > this.journal.last()) this.after = 0;
    this.pausedAt = Math.min(this.pausedAt ?? 0, this.journal.last());
  }

  pause(paused) {
    this.paused = paused;
    byId("pause").setAttribute("aria-pressed", String(paused));
    byId("pause").textContent = paused ? "Go on" : "Pause";
    this.pausedAt = this.journal.last();
    this.draw();
  }

  hideUpTo(n) {
    this.after = n;
    this.draw();
    announce(n ? "The list is cleared." : "All requests are listed again.");
  }

  filtered() {
    this.shown = STEP;
    this.draw();
    announce(`${plural(this.visible().length, "request")} found.`);
  }

  tellLater(news) {
    this.news.push(...news.filter((entry) => entry.duration_ms !== null));
    if (this.telling || !this.news.length) return;
    this.telling = setTimeout(() => {
      this.telling = null;
      const done = new Map(this.news.map((entry) => [entry.n, entry]));
      const failed = [...done.values()].filter((entry) => ending(entry).outcome !== "ok").length;
      announce(`${plural(done.size, "new request")}${failed ? `, ${failed} of them without success` : ""}.`);
      this.news = [];
    }, QUIET_MS);
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  drawSoon() {
    this.soon ??= requestAnimationFrame(() => this.draw());
  }

  visible() {
    const [search, vendor, outcome] = ["search", "vendor", "outcome"].map((id) => byId(id).value);
    return this.journal.matching({ search, vendor, outcome, after: this.after });
  }

  /** Bring the table up to date. Rows are never moved, so focus and selection stay; an open row stays where it is. */
  draw() {
    cancelAnimationFrame(this.soon);
    this.soon = null;
    const visible = this.visible();
    const shown = this.paused ? visible.filter((entry) => entry.n <= this.pausedAt) : visible;
    const page = shown.slice(0, this.shown);
    const anchor = this.anchor();
    const before = anchor?.getBoundingClientRect().top;
    this.keepOnly(new Set(page.map((entry) => entry.n)));
    let next = byId("rows").firstChild;
    for (const entry of page) {
      const parts = this.rowOf(entry);
      if (parts.row === next) next = parts.row.nextSibling;
      else byId("rows").insertBefore(parts.row, next);
      if (parts.detail && parts.detail === next) next = parts.detail.nextSibling;
    }
    if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
    this.drawAround(visible, page.length);
  }

  /** The row that must not move under the reader's eyes: the open one, or the one with the focus. */
  anchor() {
    const focused = document.activeElement?.closest?.("#rows tr");
    const inView = (row) => row.getBoundingClientRect().bottom > 0 && row.getBoundingClientRect().top < innerHeight;
    return [focused, ...[...this.rows.values()].filter((parts) => parts.detail).map((parts) => parts.row)].find((row) => row && inView(row));
  }

  keepOnly(numbers) {
    for (const [n, { row, detail }] of this.rows) {
      if (numbers.has(n)) continue;
      row.remove();
      detail?.remove();
      this.rows.delete(n);
    }
  }

  rowOf(entry) {
    const parts = this.rows.get(entry.n) ?? { row: make("tr", { role: "row", "data-n": entry.n }), detail: null };
    this.rows.set(entry.n, parts);
    if (parts.entry === entry) return parts;
    parts.entry = entry;
    this.fill(parts, entry);
    if (parts.detail) parts.detail.firstChild.replaceChildren(details(entry));
    return parts;
  }

  /** Write a row's cells. The button is kept, because it may have the focus. */
  fill({ row, detail }, entry) {
    const { outcome, words } = ending(entry);
    const what = `${entry.method} ${entry.route}`;
    const button = row.querySelector("button") ?? make("button", { type: "button", class: "open", "aria-expanded": String(!!detail) });
    button.setAttribute("aria-label", `Request ${entry.n}: ${entry.vendor} ${what}, ${words}`);
    button.textContent = `${entry.n}`;
    const mark = { ok: "✓", failed: "✕", open: "…" }[outcome];
    const status = make("span", { class: `pill ${outcome}` }, make("span", { "aria-hidden": "true" }, `${mark} `), words);
    const fault = entry.fault ? make("span", { class: "fault" }, `fault: ${entry.fault}`) : null;
    const retry = entry.retry ? make("span", { class: "fault retry" }, `retry ${entry.retry}`) : null;
    const route = make("span", { class: "route" }, make("b", {}, entry.vendor), ` ${shortened(entry)}`);
    row.replaceChildren(
      cell("", make("div", { class: "what" }, button, make("div", {}, route, entry.stream ? make("span", { class: "tag" }, "stream") : null))),
      cell("status", status, fault, retry),
      cell("model", entry.model ?? "–"),
      named("tokens", tokens(entry)),
      named("cost", dollars(entry.cost_usd)),
      named("took", took(entry.duration_ms)),
      named("at", since(entry.at_s)),
    );
  }

  drawAround(visible, drawn) {
    const total = this.journal.entries.size;
    setText(byId("count"), total ? (visible.length === total ? `${number(total)}` : `${number(visible.length)} of ${number(total)}`) : "");
    byId("table").hidden = !drawn;
    byId("older").hidden = visible.length <= drawn || !drawn || this.paused;
    byId("filters").hidden = !total;
    this.drawVendors();
    this.drawEmpty(total, visible.length);
    this.drawNote();
  }

  drawVendors() {
    const select = byId("vendor");
    const missing = this.journal.vendors().filter((name) => ![...select.options].some((option) => option.value === name));
    for (const name of missing) select.append(make("option", { value: name }, name));
  }

  drawEmpty(total, visible) {
    const box = byId("empty");
    box.hidden = visible > 0 || (total > 0 && this.after > 0 && this.after >= this.journal.last());
    if (box.hidden) return;
    if (total) box.replaceChildren(make("p", {}, "No request matches. ", make("button", { type: "button", onclick: () => this.showAll() }, "Show all requests")));
    else if (!box.querySelector("pre")) box.replaceChildren(...this.examples());
  }

  showAll() {
    byId("filters").reset();
    this.hideUpTo(0);
    byId("search").focus();
  }

  drawNote() {
    const note = byId("note");
    const waiting = this.paused ? [...this.journal.entries.keys()].filter((n) => n > this.pausedAt).length : 0;
    const hidden = [...this.journal.entries.keys()].filter((n) => n <= this.after).length;
    const words = [this.paused ? `Paused: ${plural(waiting, "new request")} to show.` : "", hidden ? `${plural(hidden, "cleared request")}.` : ""].join(" ").trim();
    note.hidden = !words;
    if (note.dataset.words === words) return;
    note.dataset.words = words;
    const back = hidden ? make("button", { type: "button", class: "small", onclick: () => this.hideUpTo(0) }, "List them again") : null;
    note.replaceChildren(words, " ", back ?? "");
  }

  // ---- opening a row -------------------------------------------------------------------------------------------

  clicked(event) {
    const row = event.target.closest("tr[data-n]");
    const isButton = event.target.closest("button");
    if (!row || (!isButton && String(getSelection()))) return;
    this.toggle(this.rows.get(Number(row.dataset.n)));
  }

  toggle(parts) {
    const button = parts.row.querySelector("button");
    if (parts.detail) {
      parts.detail.remove();
      parts.detail = null;
    } else {
      const id = `detail-${parts.entry.n}`;
      const inside = make("td", { role: "cell", colspan: "7" }, details(parts.entry));
      parts.detail = make("tr", { role: "row", class: "detail", id }, inside);
      parts.row.after(parts.detail);
      button.setAttribute("aria-controls", id);
    }
    parts.row.classList.toggle("opened", !!parts.detail);
    button.setAttribute("aria-expanded", String(!!parts.detail));
  }

  /** The arrow keys, Home and End go from row to row. */
  moved(event) {
    const buttons = [...byId("rows").querySelectorAll("button.open")];
    const at = buttons.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined || !buttons[to]) return;
    event.preventDefault();
    buttons[to].focus();
  }
}

/** A number with its name, which a narrow page shows because it has no headings. */
const named = (name, text) => make("td", { role: "cell", class: `number ${text === "–" ? "none" : ""}` }, make("span", { class: "name", "aria-hidden": "true" }, name), text);

const cell = (className, ...children) => make("td", { role: "cell", class: className || undefined }, ...children);

/** The path without the vendor's prefix, which stands before it in words. */
const shortened = (entry) => entry.route.replace(/^\/[^/]+\//, "/");

function tokens(entry) {
  if (entry.tokens_in === null && entry.tokens_out === null) return "–";
  const cached = entry.cached ? ` (${number(entry.cached)} cached)` : "";
  return `${number(entry.tokens_in)}${cached} → ${number(entry.tokens_out)}`;
}
