// The reviews of the year at one target, in periods of four weeks.

import { scaleLinear } from "d3-scale";

import { Cursor } from "../charts/cursor";
import { type Area, Frame, XAxis, YAxis } from "../charts/frame";
import { Band, Line } from "../charts/shapes";
import { DAYS_PER_PERIOD, type Workload } from "../simulation";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { asFigure, asSpread } from "./measures";

const WEEKS_PER_PERIOD = DAYS_PER_PERIOD / 7;

interface Props {
  recall: Workload;
  fsrs: Workload;
  sm2: Workload;
}

export function YearChart(workloads: Props) {
  const words = t.value.plan.workload;
  const { recall, fsrs, sm2 } = workloads;
  const rows = recall.periods.map((period, i) => [
    words.week(asNumber(1 + i * WEEKS_PER_PERIOD)), asSpread(period), asSpread(fsrs.periods[i]!), asSpread(sm2.periods[i]!),
  ]);
  const { schedulers } = words;
  return (
    <>
      <Frame label={words.overYear} height={260}>{(area) => <Lines {...workloads} area={area} />}</Frame>
      <ChartTable caption={words.overYear} columns={[words.weeks, schedulers.recall, schedulers.fsrs, schedulers.sm2]} rows={rows} />
    </>
  );
}

function Lines({ recall, fsrs, sm2, area }: Props & { area: Area }) {
  const words = t.value.plan.workload;
  const last = recall.periods.length - 1;
  const highest = Math.max(...[recall, fsrs].flatMap(({ periods }) => periods.map(({ high }) => high)), ...sm2.periods.map(({ middle }) => middle), 1);
  const x = scaleLinear([0, last * WEEKS_PER_PERIOD], [0, area.width]);
  const y = scaleLinear([0, highest], [area.height, 0]).nice();
  const line = ({ periods }: Workload) => periods.map(({ middle }, i) => [i * WEEKS_PER_PERIOD, middle] as const);
  const band = ({ periods }: Workload) => periods.map(({ low, high }, i) => [i * WEEKS_PER_PERIOD, low, high] as const);
  const reading = (week: number) => {
    const i = Math.min(Math.round(week / WEEKS_PER_PERIOD), last);
    return [
      words.week(asNumber(1 + i * WEEKS_PER_PERIOD)),
      words.reading(words.schedulers.recall, asSpread(recall.periods[i]!)),
      words.reading(words.schedulers.fsrs, asSpread(fsrs.periods[i]!)),
      words.reading(words.schedulers.sm2, asSpread(sm2.periods[i]!)),
    ];
  };
  return (
    <>
      <YAxis scale={y} area={area} format={asFigure} />
      <XAxis scale={x} area={area} format={(week) => asNumber(week)} title={words.weeks} />
      <Band points={band(recall)} x={x} y={y} series="a" />
      <Band points={band(fsrs)} x={x} y={y} series="b" />
      <Line points={line(sm2)} x={x} y={y} series="c" />
      <Line points={line(fsrs)} x={x} y={y} series="b" dashed />
      <Line points={line(recall)} x={x} y={y} series="a" />
      <Cursor area={area} x={x} y={y} label={words.readYear} minimum={0} maximum={last * WEEKS_PER_PERIOD} step={WEEKS_PER_PERIOD} start={0} reading={reading} />
    </>
  );
}
