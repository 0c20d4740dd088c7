// Recall by the time since the review before, with how sure it is, against what was predicted.

import { scaleLinear } from "d3-scale";

import { type Area, Frame, XAxis, YAxis } from "../charts/frame";
import { Points } from "../charts/shapes";
import { t } from "../texts";
import { asInterval, asNumber, asPercent } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { Panel } from "../ui/panel";
import type { RetentionGroup } from "./analysis";

export function RetentionPanel({ groups }: { groups: readonly RetentionGroup[] }) {
  const words = t.value.plan.retention;
  const rows = groups.map((group) => [
    timeOf(group),
    asNumber(group.outcomes),
    asPercent(group.recalled, 1),
    `${asPercent(group.interval[0], 1)} – ${asPercent(group.interval[1], 1)}`,
    asPercent(group.predicted, 1),
  ]);
  return (
    <Panel title={words.title}>
      <p class="hint">{words.lead}</p>
      <Key />
      <Frame label={words.chart} height={260}>{(area) => <Groups groups={groups} area={area} />}</Frame>
      <ChartTable caption={words.chart} columns={[words.time, words.reviews, words.share, words.interval, words.prediction]} rows={rows} />
    </Panel>
  );
}

function Groups({ groups, area }: { groups: readonly RetentionGroup[]; area: Area }) {
  const lowest = Math.min(0.7, ...groups.map(({ interval }) => Math.floor(interval[0] * 10) / 10));
  const x = scaleLinear([-0.5, groups.length - 0.5], [0, area.width]);
  const y = scaleLinear([lowest, 1], [area.height, 0]);
  const label = (i: number) => shortTime(groups[i]!);
  return (
    <>
      <YAxis scale={y} area={area} format={(share) => asPercent(share)} />
      <XAxis scale={x} area={area} ticks={[...groups.keys()]} format={label} />
      <g class="error-bars" aria-hidden="true">
        {groups.map(({ interval }, i) => <line key={i} class="series-a" x1={x(i)} x2={x(i)} y1={y(interval[0])} y2={y(interval[1])} />)}
      </g>
      <Points x={x} y={y} points={groups.map(({ recalled }, i) => ({ x: i, y: recalled, class: "fill-a" }))} />
      <Points x={x} y={y} points={groups.map(({ predicted }, i) => ({ x: i, y: predicted, shape: "diamond", class: "predicted" }))} />
    </>
  );
}

/** What the two shapes are. */
function Key() {
  const words = t.value.plan.retention;
  return (
    <ul class="legend">
      <li><Sample><circle class="fill-a" cx="12" cy="6" r="4.5" /></Sample>{words.recalled}</li>
      <li><Sample><path class="predicted" d="M12 0.5 L16 6 L12 11.5 L8 6 Z" /></Sample>{words.predicted}</li>
    </ul>
  );
}

function Sample({ children }: { children: preact.ComponentChildren }) {
  return <svg class="chart" viewBox="0 0 24 12" aria-hidden="true">{children}</svg>;
}

function timeOf({ from, to }: RetentionGroup): string {
  const words = t.value.plan.retention;
  if (to === null) return words.above(asInterval(from));
  return from === 0 ? words.below(asInterval(to)) : words.between(asNumber(from), asInterval(to));
}

/** As narrow as a phone needs it; all are days. */
function shortTime({ from, to }: RetentionGroup): string {
  if (to === null) return `≥ ${asInterval(from, "narrow")}`;
  return from === 0 ? `< ${asInterval(to, "narrow")}` : `${asNumber(from)}–${asNumber(to)}`;
}
