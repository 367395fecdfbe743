// What an open row shows: the request and its reply side by side, as they went over the wire.

import { copyable, dollars, make, number } from "./elements.js";
import { ending } from "./journal.js";

/** Make the inside of an open row. */
export function details(entry) {
  return make("div", { class: "details" }, facts(entry), make("div", { class: "sides" },
    side("Request", entry.body, "No body."),
    side("Reply", entry.reply, noReply(entry))));
}

function facts(entry) {
  const rows = {
    Path: `${entry.method} ${entry.route}`,
    Status: ending(entry).words,
    Fault: entry.fault,
    "Request id": entry.request_id,
    "Retry after": entry.retry_after_s === null ? null : `${entry.retry_after_s} s`,
    "Tokens from the cache": entry.cached ? number(entry.cached) : null,
    Cost: entry.cost_usd ? dollars(entry.cost_usd) : null,
    "SDK's retry": entry.retry ? `number ${entry.retry}` : null,
  };
  const shown = Object.entries(rows).filter(([, value]) => value);
  return make("dl", { class: "facts" }, ...shown.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function side(title, body, without) {
  return make("div", { class: "side" },
    body === null || body === undefined
      ? make("div", {}, make("h3", {}, title), make("p", { class: "note" }, without))
      : copyable(title, written(body)));
}

function noReply(entry) {
  if (ending(entry).outcome !== "open") return "Empty, or not kept any more: the provider keeps the newest.";
  return entry.duration_ms === null ? "It is still being answered." : "None: the connection was closed before a status was sent.";
}

/** Pretty JSON; a stream stays as it was sent; of what is long or binary the provider keeps the beginning. */
function written(body) {
  if (typeof body === "string") return body;
  const keys = Object.keys(body);
  if (keys.length === 2 && "bytes" in body && "type" in body) return `${number(body.bytes)} bytes of ${body.type}`;
  if (keys.length === 2 && "bytes" in body && "begins" in body) return `${body.begins}\n… (${number(body.bytes)} bytes in all)`;
  const lists = /\[\n\s+(-?\d[^\[\]"]*?)\n\s*\]/g; // of numbers: a vector is no use with a line for each
  return JSON.stringify(body, null, 2).replace(lists, (_, inside) => `[${inside.replace(/\s+/g, " ")}]`);
}
