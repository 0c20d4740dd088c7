// How right the predictions were: a reliability diagram for each week, and the log loss day by day.

import { useSignal } from "@preact/signals";
import type { Quality } from "recall-client";
import { useId } from "preact/hooks";

import { Losses } from "../charts/losses";
import { lowestOf, Reliability } from "../charts/reliability";
import { t } from "../texts";
import { asCalendarDay, asFigure, asMoment, asNumber, asPercent } from "../texts/format";
import { Choice } from "../ui/choice";
import { Panel } from "../ui/panel";
import { ChartTable } from "../ui/data_table";
import { Empty } from "../ui/states";
import { QualityFacts } from "./facts";
import { daysOf, pooled, seriesOf, weeksOf, type Bin, type DayOfSeries, type Figures, type Series, type Week } from "./weeks";

const FEWEST = 5; // reviews of a dot; with fewer, observed recall is mostly 0 or 1, so only the table shows it

/** `report` is null before the first one. */
export function QualityPanel({ report }: { report: Quality | null }) {
  const words = t.value.service.quality;
  const series = report ? seriesOf(report.days) : [];
  return (
    <Panel title={words.title}>
      {report && series.length ? <WithOutcomes report={report} series={series} /> : <Empty title={words.nothing}>{words.nothingHint}</Empty>}
    </Panel>
  );
}

function WithOutcomes({ report, series }: { report: Quality; series: readonly Series[] }) {
  const words = t.value.service.quality;
  const chosen = useSignal(0);
  const { week, made_at: madeAt } = report;
  const made = words.made(asMoment(new Date(madeAt)));
  return (
    <div class="stack">
      <QualityFacts report={report} />
      <p class="hint">{week ? `${week.source === "shown" ? words.asShown : words.asReplayed} ${made}` : made}</p>
      <Choice label={words.predictions} value={String(chosen.value)} onChoose={(value) => (chosen.value = Number(value))}
        options={series.map((each, i) => [String(i), nameOf(each)])} />
      <SeriesByWeeks key={chosen.value} report={report} days={daysOf(report.days, series[chosen.value]!)} />
    </div>
  );
}

function SeriesByWeeks({ report, days }: { report: Quality; days: readonly DayOfSeries[] }) {
  const weeks = weeksOf(days);
  const chosen = useSignal(weeks.length - 1);
  const week = weeks[chosen.value]!;
  const parts = weeks.map((each) => pooled(each.days.map((day) => day.figures)));
  const figures = parts[chosen.value]!;
  return (
    <>
      <WeekSlider weeks={weeks} chosen={chosen.value} figures={figures} onChoose={(index) => (chosen.value = index)} />
      <div class="plots">
        <WeekDiagram figures={figures} parts={parts} />
        <LossByDay report={report} days={days} weeks={weeks} week={week} />
      </div>
    </>
  );
}

interface SliderProps {
  weeks: readonly Week[];
  chosen: number;
  figures: Figures;
  onChoose: (index: number) => void;
}

function WeekSlider({ weeks, chosen, figures, onChoose }: SliderProps) {
  const id = useId();
  const words = t.value.service.quality;
  const { first, last } = weeks[chosen]!;
  const period = words.period(asCalendarDay(first), asCalendarDay(last));
  const summary = words.summary(asNumber(figures.reviews), asFigure(figures.log_loss), asFigure(figures.calibration_error));
  return (
    <div class="field">
      <label for={id}>{words.week}</label>
      <input id={id} type="range" min={0} max={weeks.length - 1} step={1} value={chosen} disabled={weeks.length === 1}
        aria-valuetext={period} aria-describedby={`${id}-period`} onInput={(event) => onChoose(event.currentTarget.valueAsNumber)} />
      <p id={`${id}-period`} class="hint" aria-live="polite">{`${period}: ${summary}`}</p>
    </div>
  );
}

function WeekDiagram({ figures, parts }: { figures: Figures; parts: readonly Figures[] }) {
  const words = t.value.service.quality;
  const lowest = lowestOf(parts.flatMap((part) => drawn(part.reliability))); // the same for all weeks
  const compared = parts.length > 1 ? drawn(pooled(parts).reliability) : [];
  return (
    <figure>
      <Reliability label={t.value.service.reliability.label} predicted={t.value.service.reliability.predicted} observed={t.value.service.reliability.observed}
        bins={drawn(figures.reliability)} compared={compared} lowest={lowest} />
      <figcaption class="hint">{words.dots}</figcaption>
      <ReliabilityTable caption={t.value.service.reliability.caption} bins={figures.reliability} />
    </figure>
  );
}

/** The bins as a table, those with few reviews, too. */
export function ReliabilityTable({ caption, bins }: { caption: string; bins: readonly Bin[] }) {
  const words = t.value.service.reliability;
  const rows = bins.map(([predicted, observed, reviews]) => [asPercent(predicted, 1), asPercent(observed, 1), asNumber(reviews)]);
  return <ChartTable caption={caption} columns={[words.predicted, words.observed, words.reviews]} rows={rows} />;
}

interface LossProps {
  report: Quality;
  days: readonly DayOfSeries[];
  weeks: readonly Week[];
  week: Week;
}

function LossByDay({ report, days, weeks, week }: LossProps) {
  const words = t.value.service.quality;
  const changes = report.days.filter((day, i) => i && day.model_version !== report.days[i - 1]!.model_version);
  const rows = week.days.map(({ day, figures }) => [
    asCalendarDay(day), asNumber(figures.reviews), asFigure(figures.log_loss), asFigure(figures.calibration_error),
    figures.auc === null ? words.none : asFigure(figures.auc),
  ]);
  return (
    <figure>
      <Losses label={words.lossLabel} title={words.logLoss} points={days.map(({ day, figures }) => [Date.parse(day), figures.log_loss])}
        first={Date.parse(weeks[0]!.first)} chosen={[Date.parse(week.first), Date.parse(week.last)]} changes={changes.map(({ day }) => Date.parse(day))} />
      <figcaption class="hint">{words.lossHint}</figcaption>
      <ChartTable caption={words.dayByDay} columns={[words.day, words.outcomes, words.logLoss, words.calibrationError, words.auc]} rows={rows} />
    </figure>
  );
}

function nameOf({ source, version }: Series): string {
  const words = t.value.service.quality;
  return `${words.sources[source]}: ${version === undefined ? words.allModels : (version ?? words.unnamed)}`;
}

function drawn(bins: readonly Bin[]): readonly Bin[] {
  const enough = bins.filter(([, , reviews]) => reviews >= FEWEST);
  return enough.length ? enough : bins;
}
