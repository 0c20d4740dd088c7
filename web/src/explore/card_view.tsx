// One card: how likely it is remembered, its curve, and the four answers that could be given now.

import { Legend } from "../charts/legend";
import { shapePath } from "../charts/shapes";
import { MAXIMUM_INTERVAL, RATINGS, type Rating, type Schedule } from "../core";
import { t } from "../texts";
import { asInterval, asMoment, asPercent } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { Empty, Loading } from "../ui/states";
import { type Answer, recallAt } from "./answer";
import { answers, asking, fsrsAnswers } from "./answers";
import { moveTo, rate } from "./changes";
import { DAY, exploration } from "./exploration";
import { bottomOf, RATING_NAMES, RATING_SHAPES, recallBefore, spanOf } from "./plot";
import { RecallChart } from "./recall_chart";
import { counted, hasWrongInput } from "./rules";
import { dueWords } from "./words";

export function CardView({ card, title }: { card: number; title: string }) {
  const answer = answers.value[card] ?? null;
  return (
    <section class={`panel card-view ${asking.value ? "asking" : ""}`} aria-label={title} aria-busy={asking.value !== null}>
      {exploration.value.cards.length > 1 && <h2>{title}</h2>}
      {asking.value === "now" && <Loading />}
      {answer ? <Answered card={card} title={title} answer={answer} /> : <NoAnswer />}
    </section>
  );
}

/** The service hasn't answered yet, or can't, which is said above; or three inputs are wrong. */
function NoAnswer() {
  const { inputsWrong, inputsWrongHint } = t.value.explore;
  return hasWrongInput(exploration.value) ? <Empty title={inputsWrong}>{inputsWrongHint}</Empty> : null;
}

function Answered({ card, title, answer }: { card: number; title: string; answer: Answer }) {
  const { buttons } = answer;
  return (
    <>
      <Headline answer={answer} />
      {answer.segments.length > 0 ? <Chart card={card} title={title} answer={answer} /> : <Empty title={t.value.explore.newCard}>{t.value.explore.newCardHint}</Empty>}
      {buttons && (
        <div class="ratings" role="group" aria-label={`${title}: ${t.value.explore.answerNow}`}>
          {RATINGS.map((rating) => <RatingButton key={rating} rating={rating} schedule={buttons[rating]} onClick={() => rate(card, rating)} />)}
        </div>
      )}
      <SkipToDue answer={answer} />
      <Beyond answer={answer} />
    </>
  );
}

function Headline({ answer: { segments, schedules } }: { answer: Answer }) {
  const { now, targets } = exploration.value;
  const last = segments.at(-1);
  if (!last) return null;
  const schedule = schedules[0]!;
  return (
    <div class="headline" role="status">
      <p><strong>{asPercent(recallAt(segments, now) ?? 0)}</strong> {t.value.explore.likely}</p>
      <p class="quiet">{dueWords(schedule, targets[0]!, last.from, now)}</p>
    </div>
  );
}

function Chart({ card, title, answer }: { card: number; title: string; answer: Answer }) {
  const { cards, mode, now, targets } = exploration.value;
  const words = t.value.explore;
  const span = spanOf(answers.value, now)!;
  const fsrs = fsrsAnswers.value[card]?.segments ?? null;
  const reviews = mode === "history" ? counted(cards[card]!, now) : [];
  const lines = [...answers.value, ...fsrsAnswers.value].map((each) => each?.segments ?? []); // of both cards: one scale
  return (
    <>
      <RecallChart label={`${title}: ${words.chart}`} answer={answer} reviews={reviews} fsrs={fsrs} span={span} bottom={bottomOf(lines, span, targets)} />
      <Legend entries={[
        { text: words.legendRecall, series: "a" },
        { text: words.legendExpected, series: "a", dashed: true },
        ...(fsrs ? [{ text: words.legendFsrs, series: "c" as const }] : []),
      ]} />
      <ChartTable caption={`${title}: ${words.chart}`} columns={words.tableColumns} rows={rowsOf(answer, card)} />
    </>
  );
}

/** What the chart shows, as a table. */
function rowsOf({ segments, schedules }: Answer, card: number): string[][] {
  const { cards, mode, now, targets } = exploration.value;
  const words = t.value.explore;
  const reviews = mode === "history" ? counted(cards[card]!, now) : [];
  const shares = recallBefore(segments, reviews);
  const last = segments.at(-1)!;
  const dues = schedules.map(({ days }, i) => [days >= MAXIMUM_INTERVAL ? t.value.common.never : asMoment(last.from + days * DAY, now), words.tableDue(asPercent(targets[i] ?? 0)), asPercent(last.recall(days), 1)]);
  return [
    ...reviews.map(({ at, rating }, i) => [asMoment(at, now), words.tableReview(t.value.common[RATING_NAMES[rating]]), shares[i] == null ? words.notKnown : asPercent(shares[i], 1)]),
    [asMoment(now, now), words.tableNow, asPercent(recallAt(segments, now) ?? 0, 1)],
    ...dues,
  ];
}

function RatingButton({ rating, schedule, onClick }: { rating: Rating; schedule: Schedule; onClick: () => void }) {
  const name = RATING_NAMES[rating];
  return (
    <button class={`rating ${name}`} onClick={onClick}>
      <span class="rating-name">
        <svg viewBox="-8 -8 16 16" aria-hidden="true"><path d={shapePath(RATING_SHAPES[rating], 90)} /></svg>
        {t.value.common[name]}
      </span>
      <span class="rating-interval">{asInterval(schedule.days, "short")}</span>
    </button>
  );
}

function SkipToDue({ answer: { segments, schedules } }: { answer: Answer }) {
  const last = segments.at(-1);
  const { mode, now } = exploration.value;
  if (!last || mode === "inputs") return null;
  const { days } = schedules[0]!;
  const due = last.from + days * DAY;
  return <button class="small" disabled={due <= now || days >= MAXIMUM_INTERVAL} onClick={() => moveTo(due)}>{t.value.explore.toDue}</button>;
}

function Beyond({ answer: { beyond, schedules } }: { answer: Answer }) {
  const { beyond: words, beyondNames, extrapolated } = t.value.explore;
  return (
    <>
      {schedules[0]?.extrapolated && <p class="hint">{extrapolated}</p>}
      {beyond.length > 0 && <p class="hint">{words(beyond.map((name) => beyondNames[name] ?? name).join(", "))}</p>}
    </>
  );
}
