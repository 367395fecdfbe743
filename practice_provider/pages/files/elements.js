// Makes elements and writes numbers. Text is only ever set as text, so nothing that a request holds can become HTML.

/** Make an element: properties that begin with "on" are listeners, "class", "aria-…" and the like are attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Set a text only if it changed, so that a screen reader and a selection are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Say something to who can't see it; what is said within the same moment is said together. */
let saying = [];
export function announce(words) {
  if (!saying.length) {
    setTimeout(() => {
      const all = saying.join(" ");
      saying = [];
      byId("announcer").textContent = "";
      setTimeout(() => (byId("announcer").textContent = all), 60);
    }, 150);
  }
  saying.push(words);
}

/** A button that copies a text; where the browser does not allow it, the text is selected instead. */
export function copyButton(what, text, shown) {
  const button = make("button", { type: "button", class: "small", "aria-label": `Copy ${what}`, onclick: copy }, "Copy");
  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
      announce(`Copied ${what}.`);
    } catch {
      getSelection().selectAllChildren(shown());
      button.textContent = "Press Ctrl+C";
      announce("The browser does not let the page copy: the text is selected, press Control C.");
    }
    setTimeout(() => (button.textContent = "Copy"), 2500);
  }
  return button;
}

/** A block of text with its title and a button that copies it. */
export function copyable(title, text, level = "h3") {
  const shown = make("pre", { tabindex: "0", role: "group", "aria-label": title }, text);
  return make("div", { class: "copyable" },
    make("div", { class: "title" }, make(level, {}, title), copyButton(title.toLowerCase(), () => text, () => shown)), shown);
}

export const plural = (n, word) => `${number(n)} ${word}${n === 1 ? "" : "s"}`;

export const number = (n) => (n === null || n === undefined ? "–" : n.toLocaleString("en"));

export function took(ms) {
  if (ms === null || ms === undefined) return "–";
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** A time since the key's first request: 3.2 s, 2:05, 1:02:05. */
export function since(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function dollars(usd) {
  if (usd === null || usd === undefined) return "–";
  if (usd === 0) return "$0";
  if (usd < 1e-6) return "< $0.000001";
  return `$${usd.toFixed(usd < 0.01 ? 6 : usd < 1 ? 4 : 2)}`;
}
