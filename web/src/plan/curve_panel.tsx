// The learner's own forgetting curve beside that of somebody unknown.

import { useSignal } from "@preact/signals";
import { scaleLinear } from "d3-scale";

import { Cursor } from "../charts/cursor";
import { type Area, Frame, XAxis, YAxis } from "../charts/frame";
import { Legend } from "../charts/legend";
import { HorizontalMark, Line, type Point } from "../charts/shapes";
import { type Curve, recallProbability } from "../core";
import { t } from "../texts";
import { asInterval, asNumber, asPercent } from "../texts/format";
import { Panel } from "../ui/panel";
import { Segments } from "../ui/segments";
import { TARGET, type TypicalCard } from "./analysis";

const STEPS = 120;
const LOWEST = 0.5;

export function CurvePanel({ cards }: { cards: readonly TypicalCard[] }) {
  const words = t.value.plan.curve;
  const chosen = useSignal(String(cards[1]!.passes));
  const card = cards.find(({ passes }) => String(passes) === chosen.value)!;
  const options = cards.map(({ passes }) => [String(passes), words.times[passes]!] as const);
  return (
    <Panel title={words.title}>
      <p class="hint">{words.lead}</p>
      <Segments label={words.passes} value={chosen.value} options={options} onChoose={(passes) => (chosen.value = passes)} />
      <Legend entries={[{ text: words.own, series: "a" }, { text: words.common, series: "c", dashed: true }]} />
      <Frame label={words.chart} height={260}>{(area) => <Curves card={card} area={area} />}</Frame>
      <p>{words.falls(asPercent(TARGET), asInterval(card.ownDays), asInterval(card.commonDays))}</p>
    </Panel>
  );
}

function Curves({ card: { own, common, ownDays, commonDays }, area }: { card: TypicalCard; area: Area }) {
  const words = t.value.plan.curve;
  const longest = Math.max(Math.ceil(2.5 * Math.max(ownDays, commonDays)), 7);
  const x = scaleLinear([0, longest], [0, area.width]);
  const y = scaleLinear([LOWEST, 1], [area.height, 0]).clamp(true);
  const reading = (days: number) => [
    words.at(asInterval(days)),
    words.reading(words.own, asPercent(recallProbability(own, days), 1)),
    words.reading(words.common, asPercent(recallProbability(common, days), 1)),
  ];
  const dots = (days: number) => [
    { x: days, y: recallProbability(own, days), class: "fill-a" },
    { x: days, y: recallProbability(common, days), class: "fill-c" },
  ];
  return (
    <>
      <YAxis scale={y} area={area} format={(share) => asPercent(share)} />
      <XAxis scale={x} area={area} format={(days) => asNumber(days)} title={words.days} />
      <HorizontalMark at={TARGET} scale={y} area={area} />
      <Line points={pointsOf(common, longest)} x={x} y={y} series="c" dashed />
      <Line points={pointsOf(own, longest)} x={x} y={y} series="a" />
      <Cursor area={area} x={x} y={y} label={words.read} minimum={0} maximum={longest} step={longest > 60 ? 1 : 0.5}
        start={Math.round(commonDays)} reading={reading} dots={dots} />
    </>
  );
}

function pointsOf(curve: Curve, longest: number): Point[] {
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const days = longest * (i / STEPS) ** 2; // closer together at the start, where the curve is steep
    return [days, recallProbability(curve, days)];
  });
}
