// One figure of the year at each target, for the three schedulers.

import { scaleLinear } from "d3-scale";

import { Cursor } from "../charts/cursor";
import { type Area, Frame, XAxis, YAxis } from "../charts/frame";
import { Band, HorizontalMark, Line } from "../charts/shapes";
import { type Spread, TARGETS, type Workloads } from "../simulation";
import { t } from "../texts";
import { asPercent } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { asFigure, asSpread, type Measure, spreadOfMeasure } from "./measures";

interface Props {
  workloads: Workloads;
  measure: Measure;
}

export function TargetsChart({ workloads, measure }: Props) {
  const words = t.value.plan.workload;
  const label = words.byTarget(words.measures[measure]);
  const rows = TARGETS.map((target, i) => [
    asPercent(target),
    asSpread(spreadOfMeasure(workloads.recall[i]!, measure)),
    asSpread(spreadOfMeasure(workloads.fsrs[i]!, measure)),
    asSpread(spreadOfMeasure(workloads.sm2, measure)),
  ]);
  const { recall, fsrs } = words.schedulers;
  return (
    <>
      <Frame label={label} height={280}>{(area) => <Lines workloads={workloads} measure={measure} area={area} />}</Frame>
      <ChartTable caption={label} columns={[words.target, recall, fsrs, words.noTarget]} rows={rows} />
    </>
  );
}

function Lines({ workloads, measure, area }: Props & { area: Area }) {
  const words = t.value.plan.workload;
  const [recall, fsrs] = [workloads.recall, workloads.fsrs].map((all) => all.map((each) => spreadOfMeasure(each, measure))) as [Spread[], Spread[]];
  const sm2 = spreadOfMeasure(workloads.sm2, measure);
  const highest = Math.max(...[...recall, ...fsrs, sm2].map(({ high }) => high), 1);
  const x = scaleLinear([TARGETS[0]!, TARGETS.at(-1)!], [0, area.width]);
  const y = scaleLinear([0, highest], [area.height, 0]).nice();
  const placeOf = (target: number) => Math.min(Math.max(Math.round((target - TARGETS[0]!) * 100), 0), TARGETS.length - 1);
  const reading = (target: number) => [
    words.atTarget(asPercent(target)),
    words.reading(words.schedulers.recall, asSpread(recall[placeOf(target)]!)),
    words.reading(words.schedulers.fsrs, asSpread(fsrs[placeOf(target)]!)),
    words.reading(words.schedulers.sm2, asSpread(sm2)),
  ];
  return (
    <>
      <YAxis scale={y} area={area} format={asFigure} />
      <XAxis scale={x} area={area} format={(target) => asPercent(target)} title={words.target} />
      <Band points={bandOf(recall)} x={x} y={y} series="a" />
      <Band points={bandOf(fsrs)} x={x} y={y} series="b" />
      <HorizontalMark at={sm2.middle} scale={y} area={area} class="sm2" />
      <Line points={lineOf(fsrs)} x={x} y={y} series="b" dashed />
      <Line points={lineOf(recall)} x={x} y={y} series="a" />
      <Cursor area={area} x={x} y={y} label={words.read} minimum={TARGETS[0]!} maximum={TARGETS.at(-1)!} step={0.01} start={0.9} reading={reading} />
    </>
  );
}

function lineOf(spreads: readonly Spread[]) {
  return spreads.map(({ middle }, i) => [TARGETS[i]!, middle] as const);
}

function bandOf(spreads: readonly Spread[]) {
  return spreads.map(({ low, high }, i) => [TARGETS[i]!, low, high] as const);
}
