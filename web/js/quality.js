// How right the predictions were: a reliability diagram for each week, and the log loss day by day.

import { lossPlot } from "./losses.js";
import { lowestOf, reliabilityPlot, reliabilityTable } from "./reliability.js";
import { asCount, asDate, asDay, asTime, element, factsOf, tableOf } from "./text.js";
import { daysOf, pooled, seriesOf, weeksOf } from "./weeks.js";

const LARGEST_DOT = 11;
const SMALLEST_DOT = 3;
const FEWEST = 5; // reviews of a dot; with fewer, observed recall is mostly 0 or 1, so only the table shows it
// Population stability index: Siddiqi, Credit Risk Scorecards, 2006.
const SMALL_SHIFT = 0.1;
const LARGE_SHIFT = 0.25;
const INPUTS = { days_since_last_review: "days", review_count: "review days", difficulty: "difficulty" };

export class Quality {
  constructor(root) {
    this.root = root;
    this.report = null;
    this.#part("of").addEventListener("change", () => this.#choose());
    this.#part("week").addEventListener("input", () => this.#showWeek());
    new ResizeObserver(() => { if (this.report) this.#draw(); }).observe(root);
  }

  /** Show a report of `GET /v1/quality`; without a report, or without an outcome in it, the panel is hidden. */
  show(report) {
    this.series = report ? seriesOf(report.days) : [];
    this.report = this.series.length ? report : null;
    this.root.hidden = !this.report;
    if (!this.report) return;
    const options = this.series.map(({ name }, index) => element("option", { value: index }, name));
    this.#part("of").replaceChildren(...options);
    this.#part("facts").replaceChildren(...factsOf(factsAbout(report)));
    this.#part("note").textContent = noteOn(report);
    this.#choose();
  }

  #choose() {
    this.days = daysOf(this.report.days, this.series[this.#part("of").value]);
    this.weeks = weeksOf(this.days);
    const parts = this.weeks.map((week) => pooled(week.days.map((day) => day.figures)));
    this.whole = pooled(parts);
    this.lowest = lowestOf(parts.flatMap((part) => drawn(part.reliability))); // the same for all weeks
    const slider = this.#part("week");
    slider.max = this.weeks.length - 1;
    slider.value = slider.max;
    slider.disabled = this.weeks.length === 1;
    this.#showWeek();
  }

  #showWeek() {
    const slider = this.#part("week");
    this.chosen = this.weeks[slider.value];
    this.figures = pooled(this.chosen.days.map((day) => day.figures));
    const period = `${asDay(this.chosen.first)} to ${asDay(this.chosen.last)}`;
    slider.setAttribute("aria-valuetext", period);
    this.#part("period").textContent = `${period}: ${summaryOf(this.figures)}`;
    this.#part("bins").replaceChildren(...reliabilityTable(this.figures.reliability));
    this.#part("week-days").replaceChildren(...daysTable(this.chosen.days));
    this.#draw();
  }

  #draw() {
    this.#part("reliability").replaceChildren(this.#reliability(this.figures));
    this.#part("days").replaceChildren(lossPlot(this.#part("days").clientWidth, this));
  }

  #reliability({ reliability }) {
    const rows = drawn(reliability);
    const most = Math.max(...rows.map(([, , reviews]) => reviews));
    const radius = ([, , reviews]) => Math.max(SMALLEST_DOT, LARGEST_DOT * Math.sqrt(reviews / most));
    const compared = this.weeks.length > 1 ? drawn(this.whole.reliability) : [];
    const { lowest } = this;
    return reliabilityPlot(this.#part("reliability").clientWidth, rows, { radius, compared, lowest });
  }

  #part(id) {
    return this.root.querySelector(`[data-id="${id}"]`);
  }
}

function drawn(rows) {
  const enough = rows.filter(([, , reviews]) => reviews >= FEWEST);
  return enough.length ? enough : rows;
}

function factsAbout({ week, days }) {
  const known = week
    ? [
      ["Outcomes", asCount(week.reviews)],
      ["Log loss", week.log_loss.toFixed(3)],
      ["Calibration error", week.calibration_error.toFixed(3)],
      ["AUC", week.auc?.toFixed(3) ?? "none: all outcomes were the same"],
    ]
    : [["Outcomes", "fewer than 500 of the live model"]];
  const drift = days.findLast((day) => day.drift)?.drift;
  return drift ? [...known, ["Drift of the inputs", driftIn(drift)]] : known;
}

function driftIn({ inputs }) {
  const [name, index] = Object.entries(inputs).reduce((most, each) => (each[1] > most[1] ? each : most));
  const size = index < SMALL_SHIFT ? "no shift" : index < LARGE_SHIFT ? "a small shift" : "a large shift";
  return `${index.toFixed(2)} (${INPUTS[name]}): ${size}`;
}

function noteOn({ week, made_at: at }) {
  const made = `Compared ${asDate(at)}, ${asTime(at)}, once a day`;
  if (!week) return `${made}.`;
  const source = week.source === "shown" ? "as they were shown" : "replayed, since the reviews came without predictions";
  return `The live model's newest 7 days, ${source}. ${made}.`;
}

function summaryOf({ reviews, log_loss: logLoss, calibration_error: error }) {
  return `${asCount(reviews)} outcomes, log loss ${logLoss.toFixed(3)}, calibration error ${error.toFixed(3)}`;
}

function daysTable(days) {
  const rows = days.map(({ day, figures }) => [
    asDay(day),
    asCount(figures.reviews),
    figures.log_loss.toFixed(3),
    figures.calibration_error.toFixed(3),
    figures.auc?.toFixed(3) ?? "–",
  ]);
  return tableOf("Day by day, in UTC", ["Day", "Outcomes", "Log loss", "Calibration error", "AUC"], rows);
}
