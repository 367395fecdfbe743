// The requests of one key as the page knows them: entries by number, and which of them a filter lets through.

const MOST = 2000;

const WORDS = {
  200: "OK", 400: "Bad request", 401: "Key refused", 402: "Payment required", 403: "Forbidden", 404: "Not found",
  405: "Wrong method", 408: "Timeout", 413: "Too large", 415: "Wrong media type", 422: "Not acceptable",
  429: "Too many requests", 500: "Server error", 502: "Bad gateway", 503: "Unavailable", 504: "Gateway timeout",
  529: "Overloaded",
};

/** How a request ended: `outcome` is "ok", "failed" or "open"; `words` say it without a colour. */
export function ending(entry) {
  if (entry.status === null || entry.status === undefined) {
    return entry.duration_ms === null || entry.duration_ms === undefined
      ? { outcome: "open", words: "at work" }
      : { outcome: "open", words: "no reply" };
  }
  const words = `${entry.status} ${WORDS[entry.status] ?? ""}`.trim();
  return { outcome: entry.status < 400 ? "ok" : "failed", words };
}

export class Journal {
  constructor(changed) {
    this.entries = new Map(); // number → entry, in the order of the numbers
    this.changed = changed; // called with the entries that are new or complete now
    this.texts = new WeakMap(); // entry → what a search looks through
  }

  /** Hold these entries and no others. */
  replace(entries) {
    const known = this.entries;
    this.entries = new Map(entries.map((entry) => [entry.n, entry]));
    this.changed(entries.filter((entry) => !known.has(entry.n)), true);
  }

  /** Take in news. False: these can't follow what is known, because the journal was emptied in between. */
  take(entries) {
    const last = this.last();
    for (const entry of entries) {
      const known = this.entries.get(entry.n);
      if (known ? known.at_s !== entry.at_s : entry.n <= last) return false;
    }
    const news = entries.filter((entry) => JSON.stringify(this.entries.get(entry.n)) !== JSON.stringify(entry));
    for (const entry of news) this.entries.set(entry.n, entry);
    for (const n of this.entries.keys()) {
      if (this.entries.size <= MOST) break;
      this.entries.delete(n);
    }
    if (news.length) this.changed(news, false);
    return true;
  }

  /** The number of the newest entry; 0 without any. */
  last() {
    return Math.max(0, ...this.entries.keys());
  }

  /** The number from which on entries may still change; 0 without any. */
  unfinished() {
    for (const entry of this.entries.values()) {
      if (entry.duration_ms === null) return entry.n;
    }
    return this.last();
  }

  /** The entries that a filter lets through, newest first. */
  matching({ search, vendor, outcome, after }) {
    const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.entries.values()].reverse().filter((entry) =>
      entry.n > after && (!vendor || entry.vendor === vendor) && (!outcome || ending(entry).outcome === outcome)
      && wanted.every((word) => this.text(entry).includes(word)));
  }

  vendors() {
    return [...new Set([...this.entries.values()].map((entry) => entry.vendor))].sort();
  }

  text(entry) {
    if (!this.texts.has(entry)) this.texts.set(entry, `${JSON.stringify(entry)} ${ending(entry).words}`.toLowerCase());
    return this.texts.get(entry);
  }
}
