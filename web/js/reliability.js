// The reliability diagram: observed recall over predicted recall.

import { frame, through } from "./axes.js";
import { asCount, asPercent, shape, tableOf } from "./text.js";

const WIDEST = 420;

/** Where the scales begin: 0 or 0.5, so that all rows of [predicted, observed, reviews] are inside. */
export function lowestOf(rows) {
  return Math.min(...rows.flatMap(([predicted, observed]) => [predicted, observed])) < 0.5 ? 0 : 0.5;
}

/** Draw rows as dots; `radius` gives the radius for a row, and `compared` are rows to draw as a thin line. */
export function reliabilityPlot(space, rows, { radius = () => 5, compared = [], lowest = lowestOf(rows) } = {}) {
  const width = Math.max(Math.min(space, WIDEST), 220);
  const ticks = lowest ? [0.5, 0.6, 0.7, 0.8, 0.9, 1] : [0, 0.25, 0.5, 0.75, 1];
  const { svg, x, y } = frame({
    width,
    height: Math.round(width * 0.8),
    title: "Reliability diagram",
    description: "Observed over predicted recall; the table below has the numbers",
    xRange: [lowest, 1],
    yRange: [lowest, 1],
    xLabel: "predicted recall",
    yLabel: "observed recall",
    xTicks: ticks.map((tick) => [tick, asPercent(tick)]),
    yTicks: ticks,
  });
  svg.append(shape("line", { class: "target", x1: x(lowest), x2: x(1), y1: y(lowest), y2: y(1) }));
  if (compared.length) {
    svg.append(shape("path", { class: "compared", d: through(compared.map(([predicted, observed]) => [x(predicted), y(observed)])) }));
  }
  for (const row of rows) svg.append(shape("circle", { class: "bin", cx: x(row[0]), cy: y(row[1]), r: radius(row) }));
  return svg;
}

/** The nodes of a table with the values of the diagram. */
export function reliabilityTable(rows) {
  const cells = rows.map(([predicted, observed, reviews]) => [asPercent(predicted), asPercent(observed), asCount(reviews)]);
  return tableOf("Predicted and observed recall", ["Predicted", "Observed", "Reviews"], cells);
}
