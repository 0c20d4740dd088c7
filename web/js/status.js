// Live status: whether the service is well, which model predicts, and how long calls from this page take.

import { asCount, asDate, asTime, element, factsOf, tableOf } from "./text.js";

const KEPT = 100;
const PILLS = { well: "Service is well", degraded: "Service is degraded", unavailable: "Service is unavailable" };
// Why the newest model can't be loaded, and until when.
const REASONS = {
  unreachable: "the storage of the models gives no usable response. Until it does",
  rejected: "the newest model can't be served. Until one can",
  unexpected: "the newest model couldn't be loaded, for a reason that is in the service's log. Until it can be",
};

export class Status {
  constructor({ pill, health, degraded, calls }) {
    this.nodes = { pill, health, degraded, calls };
    this.byPath = new Map();
  }

  /** Get the service's health and show it. */
  async check(api) {
    try {
      const { status, model_version: version, degraded, reason, since } = await api.get("/v1/health");
      const facts = [["Health", degraded ? `${status}, degraded` : status], ["Model", version], ["Checked", asTime(Date.now())]];
      this.#show(degraded ? "degraded" : "well", facts, degraded ? explanationOf(reason, since) : "");
    } catch (error) {
      this.#show("unavailable", [["Health", error.message], ["Checked", asTime(Date.now())]]);
    }
  }

  /** Add a call to the table. */
  record({ path, status, milliseconds, failed }) {
    const known = this.byPath.get(path) ?? { times: [], failed: 0 };
    known.times = [...known.times, milliseconds].slice(-KEPT);
    known.failed += failed ? 1 : 0;
    known.status = status || "no response";
    this.byPath.set(path, known);
    this.#showCalls();
  }

  #show(state, facts, explanation = "") {
    const { pill, health, degraded } = this.nodes;
    if (pill.textContent !== PILLS[state]) pill.textContent = PILLS[state];
    pill.className = `pill ${state}`;
    degraded.textContent = explanation;
    health.replaceChildren(...factsOf(facts));
  }

  #showCalls() {
    const rows = [...this.byPath].map(([path, { times, failed, status }]) => {
      const sorted = [...times].sort((a, b) => a - b);
      const median = sorted[Math.floor((sorted.length - 1) / 2)];
      return [path, String(times.length), `${asCount(median)} ms`, `${asCount(sorted.at(-1))} ms`, String(failed), String(status)];
    });
    const headings = ["Call", "Made", "Median", "Slowest", "Failed", "Last status"];
    const table = element("table", {}, ...tableOf("Calls from this page, until the whole response is there", headings, rows));
    // Made once: replacing the region would lose the keyboard's focus.
    const region = this.nodes.calls.firstElementChild
      ?? element("div", { class: "scroll", role: "region", "aria-label": "Calls from this page", tabindex: "0" });
    region.replaceChildren(table);
    if (!region.isConnected) this.nodes.calls.append(region);
  }
}

function explanationOf(reason, since) {
  return `Degraded since ${asDate(since)}, ${asTime(since)}: ${REASONS[reason]}, the last good model predicts.`;
}
