// The frame of a plot: scales, axes, labels. Drawn in CSS pixels, so that text keeps its size on a phone.

import { asNumber, asPercent, shape } from "./text.js";

const MARGIN = { top: 28, right: 24, bottom: 44, left: 48 };
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** Start a plot: {svg, x, y, box}, where x() and y() turn values into pixels, and box has the edges of the area. */
export function frame({ width, height, title, description, xRange, yRange, xLabel, yLabel, xTicks, yTicks, yText = asPercent }) {
  const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const x = scale(xRange, box.left, box.right);
  const y = scale(yRange, box.bottom, box.top);
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}. ${description}` });
  for (const tick of yTicks) {
    svg.append(shape("line", { class: "grid", x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }));
    svg.append(shape("text", { class: "tick", x: box.left - 8, y: y(tick) + 4, "text-anchor": "end" }, yText(tick)));
  }
  for (const [tick, text] of xTicks) {
    svg.append(shape("line", { class: "axis", x1: x(tick), x2: x(tick), y1: box.bottom, y2: box.bottom + 5 }));
    svg.append(shape("text", { class: "tick", x: x(tick), y: box.bottom + 19, "text-anchor": "middle" }, text));
  }
  svg.append(shape("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }));
  svg.append(shape("text", { class: "label", x: box.right, y: height - 6, "text-anchor": "end" }, xLabel));
  svg.append(shape("text", { class: "label", x: 2, y: 12 }, yLabel));
  return { svg, x, y, box };
}

function scale([lowest, highest], from, to) {
  return (value) => from + ((value - lowest) / (highest - lowest)) * (to - from);
}

/** Round days for an axis of this width, with their text. */
export function dayTicks(span, width) {
  const wanted = Math.max(2, Math.floor(width / 90));
  const step = span < 2 ? span / 2 : (STEPS.find((days) => span / days <= wanted) ?? span / 2);
  const ticks = [];
  for (let day = 0; day <= span * 1.0001; day += step) ticks.push([day, asNumber(day)]);
  return ticks;
}

/** A line through points, as an SVG path's d. */
export function through(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
