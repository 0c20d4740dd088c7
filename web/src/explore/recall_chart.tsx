// Recall over a card's whole history and on from now, with its reviews, its targets and what FSRS-6 says.

import { scaleLinear } from "d3-scale";

import { Cursor } from "../charts/cursor";
import { DragMark } from "../charts/drag_mark";
import { type Area, Frame, type TwoWayScale, XAxis, YAxis } from "../charts/frame";
import { type Dot, Line, Points, VerticalMark } from "../charts/shapes";
import { t } from "../texts";
import { asInterval, asMoment, asNumber, asPercent, asTick } from "../texts/format";
import { type Answer, recallAt, type Segment } from "./answer";
import { setTarget } from "./changes";
import { DAY, exploration, type Reviews, TARGETS } from "./exploration";
import { lineOf, RATING_NAMES, RATING_SHAPES, readingStep, recallBefore, type Span, timeTicks } from "./plot";

interface Props {
  label: string;
  answer: Answer;
  /** Those that count, in the order of time; none of a card of three inputs. */
  reviews: Reviews;
  fsrs: readonly Segment[] | null;
  span: Span;
  bottom: number;
}

const MARGIN = { top: 14, right: 56, bottom: 34, left: 44 };
const HEIGHT = 300;
const TICK = 72; // pixels between an axis's numbers

export function RecallChart(props: Props) {
  return (
    <Frame label={props.label} height={HEIGHT} margin={MARGIN}>
      {(area) => <Plot {...props} area={area} />}
    </Frame>
  );
}

function Plot({ answer, reviews, fsrs, span, bottom, area }: Props & { area: Area }) {
  const { now } = exploration.value;
  const x = scaleLinear([span.from, span.to], [0, area.width]);
  const y = scaleLinear([bottom, 1], [area.height, 0]);
  const scales = { x, y };
  return (
    <>
      <YAxis scale={y} area={area} format={(share) => asPercent(share)} />
      <TimeAxis x={x} span={span} area={area} />
      {fsrs && <Line points={lineOf(fsrs, span.from, span.to)} {...scales} series="c" />}
      <Line points={lineOf(answer.segments, span.from, now)} {...scales} series="a" />
      <Line points={lineOf(answer.segments.slice(-1), now, span.to)} {...scales} series="a" dashed />
      <VerticalMark at={now} scale={x} area={area} text={t.value.explore.nowMark} class="now" />
      <Points points={reviewDots(answer, reviews)} {...scales} />
      <Points points={dueDots(answer, span)} {...scales} size={60} />
      <Cursor area={area} {...scales} label={t.value.explore.cursor} minimum={span.from} maximum={span.to} step={readingStep(span)} start={now}
        reading={(at) => reading(at, answer, fsrs)} dots={(at) => dotsAt(at, answer, fsrs)} />
      <Targets area={area} y={y} />
    </>
  );
}

function TimeAxis({ x, span, area }: { x: TwoWayScale; span: Span; area: Area }) {
  const days = (span.to - span.from) / DAY;
  if (exploration.value.mode === "history") {
    return <XAxis scale={x} area={area} ticks={timeTicks(span, area.width)} format={(moment) => asTick(moment, days)} />;
  }
  const ticks = scaleLinear([0, days], [0, 1]).ticks(Math.max(Math.floor(area.width / TICK), 2));
  return (
    <XAxis scale={x} area={area} ticks={ticks.map((day) => span.from + day * DAY)} title={t.value.explore.daysSince}
      format={(moment) => asNumber((moment - span.from) / DAY, 2)} />
  );
}

function Targets({ area, y }: { area: Area; y: TwoWayScale }) {
  const { targets } = exploration.value;
  const { target, targetOf } = t.value.explore;
  return (
    <>
      {targets.map((value, i) => (
        <DragMark key={i} area={area} y={y} value={value} {...TARGETS} onChange={(wanted) => setTarget(i, wanted)}
          label={targets.length > 1 ? targetOf(asNumber(i + 1)) : target} valueText={asPercent(value)} class={i ? "further" : ""} />
      ))}
    </>
  );
}

/** What is read at a moment. */
function reading(at: number, answer: Answer, fsrs: readonly Segment[] | null): string[] {
  const { mode, now } = exploration.value;
  const words = t.value.explore;
  const share = recallAt(answer.segments, at);
  const other = fsrs && recallAt(fsrs, at);
  const days = (at - answer.segments[0]!.from) / DAY;
  return [
    mode === "history" ? asMoment(at, now) : words.afterDays(asInterval(days)),
    share === null ? words.beforeFirst : words.reading(asPercent(share, 1)),
    ...(typeof other === "number" ? [words.readingFsrs(asPercent(other, 1))] : []),
  ];
}

function dotsAt(at: number, answer: Answer, fsrs: readonly Segment[] | null): Dot[] {
  const dots = [{ y: recallAt(answer.segments, at), class: "fill-a" }, { y: fsrs && recallAt(fsrs, at), class: "fill-c" }];
  return dots.flatMap(({ y, class: name }) => (y === null ? [] : [{ x: at, y, class: name }]));
}

function reviewDots({ segments }: Answer, reviews: Reviews): Dot[] {
  const shares = recallBefore(segments, reviews);
  return reviews.flatMap(({ at, rating }, i) => {
    const share = shares[i] ?? null;
    return share === null ? [] : [{ x: at, y: share, shape: RATING_SHAPES[rating], class: RATING_NAMES[rating] }];
  });
}

/** Where the curve meets the targets. */
function dueDots({ segments, schedules }: Answer, span: Span): Dot[] {
  const last = segments.at(-1)!;
  return schedules
    .map(({ days, reachable }) => ({ x: last.from + days * DAY, y: last.recall(days), reachable }))
    .filter(({ x, reachable }) => reachable && x <= span.to)
    .map(({ x, y }) => ({ x, y, class: "due" }));
}
