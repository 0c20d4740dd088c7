// Live status: is the service well, which model answers, how long calls take from here.

import { asCount, asTime, element, factsOf, tableOf } from "./text.js";

const KEPT = 100;

export class Status {
  constructor({ pill, health, calls }) {
    this.nodes = { pill, health, calls };
    this.byPath = new Map();
  }

  /** Ask for the service's health and show it. */
  async check(api) {
    try {
      const { status, model_version: version } = await api.get("/v1/health");
      this.#show(true, [["Health", status], ["Model", version], ["Checked", asTime(Date.now())]]);
    } catch (error) {
      this.#show(false, [["Health", error.message], ["Checked", asTime(Date.now())]]);
    }
  }

  /** Take in a call that was made. */
  record({ path, status, milliseconds }) {
    const known = this.byPath.get(path) ?? { times: [], failed: 0 };
    known.times = [...known.times, milliseconds].slice(-KEPT);
    known.failed += status === 200 ? 0 : 1;
    known.status = status || "no answer";
    this.byPath.set(path, known);
    this.#showCalls();
  }

  #show(well, facts) {
    const { pill, health } = this.nodes;
    const text = well ? "Service is well" : "Service has trouble";
    if (pill.textContent !== text) pill.textContent = text;
    pill.className = `pill ${well ? "well" : "trouble"}`;
    health.replaceChildren(...factsOf(facts));
  }

  #showCalls() {
    const rows = [...this.byPath].map(([path, { times, failed, status }]) => {
      const sorted = [...times].sort((a, b) => a - b);
      const median = sorted[Math.floor((sorted.length - 1) / 2)];
      return [path, String(times.length), `${asCount(median)} ms`, `${asCount(sorted.at(-1))} ms`, String(failed), String(status)];
    });
    const headings = ["Call", "Made", "Median", "Slowest", "Failed", "Last status"];
    const table = element("table", {}, ...tableOf("Calls from this page, there and back", headings, rows));
    // Made once: a region that keeps its place keeps the keyboard's focus.
    const region = this.nodes.calls.firstElementChild
      ?? element("div", { class: "scroll", role: "region", "aria-label": "Calls from this page", tabindex: "0" });
    region.replaceChildren(table);
    if (!region.isConnected) this.nodes.calls.append(region);
  }
}
