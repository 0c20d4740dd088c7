// The log loss day by day.

import { frame, through } from "./axes.js";
import { asShortDay, shape } from "./text.js";

const DAY = 86_400_000;
const WIDEST = 640;
const HEIGHT = 300;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Draw days of figures, the chosen week, and the days on which another model went live. */
export function lossPlot(space, { days, weeks, report, chosen }) {
  const width = Math.max(Math.min(space, WIDEST), 220);
  const times = days.map(({ day }) => Date.parse(day));
  const xRange = [Date.parse(weeks[0].first), times.at(-1)];
  const highest = Math.max(...days.map(({ figures }) => figures.log_loss));
  const step = STEPS.find((size) => highest / size <= 6) ?? 10;
  const top = Math.ceil(highest / step + 1e-9) * step;
  const { svg, x, y, box } = frame({
    width,
    height: HEIGHT,
    title: "Log loss day by day",
    description: "The table below has the week's numbers",
    xRange,
    yRange: [0, top],
    xLabel: "day",
    yLabel: "log loss",
    xTicks: dateTicks(xRange, width),
    yTicks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step),
    yText: (tick) => tick.toFixed(1),
  });
  const [from, to] = [x(Date.parse(chosen.first)), x(Date.parse(chosen.last))];
  svg.append(shape("rect", { class: "week", x: from, y: box.top, width: to - from, height: box.bottom - box.top }));
  for (const time of changesOf(report.days, xRange)) svg.append(shape("line", { class: "change", x1: x(time), x2: x(time), y1: box.top, y2: box.bottom }));
  const points = days.map(({ figures }, i) => [x(times[i]), y(figures.log_loss)]);
  svg.append(shape("path", { class: "loss", d: through(points) }));
  for (const [cx, cy] of points) svg.append(shape("circle", { class: "loss-day", cx, cy, r: 2.5 }));
  return svg;
}

function changesOf(reported, [first, last]) {
  return reported
    .filter((day, i) => i && day.model_version !== reported[i - 1].model_version)
    .map(({ day }) => Date.parse(day))
    .filter((time) => first <= time && time <= last);
}

function dateTicks([first, last], width) {
  const wanted = Math.max(1, Math.min(Math.floor(width / 120), Math.round((last - first) / DAY)));
  return Array.from({ length: wanted + 1 }, (_, i) => {
    const time = first + Math.round((i * (last - first)) / wanted / DAY) * DAY;
    return [time, asShortDay(time)];
  });
}
