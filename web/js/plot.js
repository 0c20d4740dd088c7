// The forgetting curves, the target line, today and the next review.

import { dayTicks, frame, through } from "./axes.js";
import { asDays, asPercent, shape, tableOf } from "./text.js";

const LONGEST = 36_500;
const TABLE_ROWS = 11;

/** How many days to show so that today and the next review of every card are visible. */
export function fittingSpan(cards) {
  const reach = cards.flatMap((card) => [card.elapsed * 1.15, (card.schedule?.interval_days ?? 0) * 1.5]);
  const wanted = Math.min(Math.max(7, ...reach), LONGEST);
  const size = 10 ** Math.floor(Math.log10(wanted));
  return Math.min([1, 1.5, 2, 3, 4, 5, 7, 10].find((n) => n * size >= wanted) * size, LONGEST);
}

/** Draw the cards that are complete into a figure of the page. */
export function drawCurves(figure, { cards, target, span }) {
  const width = Math.max(figure.clientWidth, 240);
  const lowest = Math.min(target, ...cards.flatMap((card) => card.curve.recall_probability)) < 0.5 ? 0 : 0.5;
  const plot = frame({
    width,
    height: Math.round(Math.min(Math.max(width * 0.56, 250), 430)),
    title: "Forgetting curve",
    description: "Recall probability over days since the last review; the text above and the table below have the numbers",
    xRange: [0, span],
    yRange: [lowest, 1],
    yLabel: "recall",
    xLabel: "days since the last review",
    xTicks: dayTicks(span, width),
    yTicks: lowest ? [0.5, 0.6, 0.7, 0.8, 0.9, 1] : [0, 0.25, 0.5, 0.75, 1],
  });
  drawTarget(plot, target);
  cards.forEach((card) => drawCard(plot, card, target, span));
  figure.replaceChildren(plot.svg);
}

function drawTarget({ svg, y, box }, target) {
  svg.append(shape("line", { class: "target", x1: box.left, x2: box.right, y1: y(target), y2: y(target) }));
  const text = { class: "target-text", x: box.right, y: y(target) - 6, "text-anchor": "end" };
  svg.append(shape("text", text, `target ${asPercent(target)}`));
}

function drawCard({ svg, x, y, box }, card, target, span) {
  const group = shape("g", { class: `series ${card.name}` });
  const { days, recall_probability: recall } = card.curve;
  group.append(shape("path", { class: "curve", d: through(days.map((day, i) => [x(day), y(recall[i])])) }));
  const { interval_days: due, highest_recall: highest } = card.schedule;
  if (due <= span) {
    const reached = y(highest ?? target);
    group.append(shape("line", { class: "due", x1: x(due), x2: x(due), y1: reached, y2: box.bottom }));
    group.append(shape("path", { class: "due-mark", d: diamond(x(due), reached) }));
    const nearEnd = x(due) > box.right - 70;
    const at = { class: "due-text", x: x(due) + (nearEnd ? -6 : 6), y: box.bottom - (card.name === "A" ? 8 : 26) };
    group.append(shape("text", { ...at, "text-anchor": nearEnd ? "end" : "start" }, `${card.name} due`));
  }
  if (card.elapsed <= span) {
    const today = y(Math.max(card.prediction.recall_probability, 0));
    group.append(shape("circle", { class: "today", cx: x(card.elapsed), cy: today, r: 6 }));
  }
  svg.append(group);
}

function diamond(x, y) {
  return through([[x, y - 7], [x + 7, y], [x, y + 7], [x - 7, y]]) + "Z";
}

/** Fill the table with the values of the plot. */
export function fillTable(table, cards) {
  const last = cards[0].curve.days.length - 1;
  const picked = Array.from({ length: TABLE_ROWS }, (_, row) => Math.round((row * last) / (TABLE_ROWS - 1)));
  const rows = picked.map((i) => [
    asDays(cards[0].curve.days[i]),
    ...cards.map((card) => asPercent(card.curve.recall_probability[i])),
  ]);
  const headings = ["Since the last review", ...cards.map((card) => `Card ${card.name}`)];
  table.replaceChildren(...tableOf("Recall probability", headings, rows));
}
