// The days of a quality report, split into series by source and model version, and added up by weeks.

const DAY = 86_400_000;
const BINS = 20; // of equal width, as in the service's report
const AT_THE_EDGE = 1e-9; // a mean that was rounded up to a bin's upper edge isn't in the next one
const SOURCES = {
  shown: "As they were shown",
  replayed_history: "Replayed, from the history",
  replayed_three_inputs: "Replayed, from three inputs",
};

/** The series of a report: {name, source, version}; without a version, all versions of the source. */
export function seriesOf(days) {
  return Object.entries(SOURCES).flatMap(([source, name]) => {
    const figures = days.flatMap((day) => day.predictions).filter((each) => each.source === source);
    const versions = [...new Set(figures.map((each) => each.model_version))].reverse();
    if (!versions.length) return [];
    const each = versions.map((version) => ({ name: `${name}: ${version ?? "unnamed model"}`, source, version }));
    return versions.length > 1 ? [{ name: `${name}: all models`, source }, ...each] : each;
  });
}

/** The days on which a series has figures: {day, figures}. */
export function daysOf(days, { source, version }) {
  return days.flatMap(({ day, predictions }) => {
    const found = predictions.filter((each) => each.source === source && (version === undefined || each.model_version === version));
    return found.length ? [{ day, figures: pooled(found) }] : [];
  });
}

/** Seven days each, the last ending with the newest day, in order: {first, last, days}; empty weeks are left out. */
export function weeksOf(days) {
  const newest = Date.parse(days.at(-1).day);
  const weeks = new Map();
  for (const each of days) {
    const back = Math.floor((newest - Date.parse(each.day)) / (7 * DAY));
    const last = newest - back * 7 * DAY;
    if (!weeks.has(back)) weeks.set(back, { first: iso(last - 6 * DAY), last: iso(last), days: [] });
    weeks.get(back).days.push(each);
  }
  return [...weeks.values()];
}

/** Add up figures, in the same way as the service does for its week. */
export function pooled(parts) {
  const reviews = sum(parts.map((part) => part.reviews));
  const pairs = parts.map((part) => part.recalled * (part.reviews - part.recalled));
  const reliability = added(parts.flatMap((part) => part.reliability));
  const gaps = reliability.map(([predicted, observed, count]) => count * Math.abs(predicted - observed));
  return {
    reviews,
    recalled: sum(parts.map((part) => part.recalled)),
    log_loss: sum(parts.map((part) => part.log_loss * part.reviews)) / reviews,
    auc: sum(pairs) ? sum(parts.map((part, i) => (part.auc ?? 0) * pairs[i])) / sum(pairs) : null,
    calibration_error: sum(gaps) / reviews,
    reliability,
  };
}

function added(rows) {
  const bins = new Map();
  for (const [predicted, observed, reviews] of rows) {
    const bin = Math.min(Math.floor(predicted * BINS + AT_THE_EDGE), BINS - 1);
    const [p, o, n] = bins.get(bin) ?? [0, 0, 0];
    bins.set(bin, [p + predicted * reviews, o + observed * reviews, n + reviews]);
  }
  return [...bins].sort(([a], [b]) => a - b).map(([, [p, o, n]]) => [p / n, o / n, n]);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function iso(time) {
  return new Date(time).toISOString().slice(0, 10);
}
