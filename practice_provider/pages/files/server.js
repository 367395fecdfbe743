// Speaks to the provider for one key: calls the endpoints under /practice and follows the journal as it grows.

/** The provider does not answer at all. */
export class Gone extends Error {}

/** The provider answers, and says no. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** No live journal comes through: something on the way holds it back or cuts it off. */
class Held extends Error {}

const PATIENCE_MS = 15_000;

export class Server {
  constructor(key, controlKey) {
    this.key = key;
    this.controlKey = controlKey; // asked for by a provider that other machines can reach
    this.streams = true; // until the live journal does not get through, as behind a proxy that holds streams back
  }

  /** Call an endpoint, named as it stands after /practice/. Throws Gone or Refused. */
  async call(method, path, body) {
    const reply = await this.send(method, path, body, AbortSignal.timeout(PATIENCE_MS));
    try {
      return await reply.json();
    } catch (error) {
      throw new Gone(String(error));
    }
  }

  async send(method, path, body, signal) {
    const headers = { authorization: `Bearer ${this.controlKey || this.key}`, "practice-key": this.key, accept: "application/json, text/event-stream" };
    if (body !== undefined) headers["content-type"] = "application/json";
    let reply;
    try {
      reply = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
    } catch (error) {
      throw new Gone(String(error));
    }
    if (!reply.ok) throw new Refused(reply.status, await reason(reply));
    return reply;
  }

  /** Keep a journal (see `journal.js`) up to date until `signal` says stop. Throws Refused when the key is not let in. */
  async follow(journal, report, signal) {
    while (!signal.aborted) {
      try {
        journal.replace((await this.call("GET", "journal")).entries);
        report("live");
        await (this.streams ? this.listen(journal, signal) : this.poll(journal, signal));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Held) this.streams = false;
        else if (error instanceof Refused && error.status < 500) throw error;
        else {
          this.streams = true; // it may be another one that comes back
          report("gone");
          await pause(1500, signal);
        }
      }
    }
  }

  /** Read the live journal: one JSON object per server-sent event. Returns when the journal was emptied. */
  async listen(journal, signal) {
    const path = `journal/stream?after=${Math.max(0, journal.unfinished() - 1)}`;
    const first = await inTime(this.begin(path, signal));
    if (!first) throw new Held("nothing of the live journal has come");
    const { reader } = first;
    let rest = first.text;
    for (;;) {
      const events = rest.split("\n\n");
      rest = events.pop();
      const said = events.flatMap(data).map((text) => JSON.parse(text));
      if (!journal.take(said.flatMap((one) => one.entry ?? [])) || said.some((one) => one.reset)) return reader.cancel();
      const { done, value } = await reader.read().catch((error) => { throw new Gone(String(error)); });
      if (done) throw new Gone("the live journal ended");
      rest += value;
    }
  }

  /** Open the live journal and wait for its first words, which the provider sends at once. */
  async begin(path, signal) {
    try {
      const reply = await this.send("GET", path, undefined, signal);
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      return { reader, text: (await reader.read()).value ?? "" };
    } catch (error) {
      throw new Held(String(error));
    }
  }

  /** Ask each second. The last entry is asked for again: if it is not there any more, the journal was emptied. */
  async poll(journal, signal) {
    for (;;) {
      await pause(1000, signal);
      if (signal.aborted) return;
      if (document.hidden) continue;
      const from = journal.unfinished();
      const { entries } = await this.call("GET", `journal?after=${Math.max(0, from - 1)}`);
      if (!journal.take(entries) || (from > 0 && entries[0]?.n !== from)) return;
    }
  }
}

function data(event) {
  const lines = event.split("\n").filter((line) => line.startsWith("data:"));
  return lines.length ? [lines.map((line) => line.slice(5)).join("\n")] : [];
}

async function reason(reply) {
  const said = await reply.json().catch(() => ({}));
  return typeof said.error === "string" ? said.error : `the provider answers ${reply.status}`;
}

/** Wait for a promise, but not for ever; gives null when it took too long. */
function inTime(promise) {
  return Promise.race([promise, pause(PATIENCE_MS).then(() => null)]);
}

export function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
