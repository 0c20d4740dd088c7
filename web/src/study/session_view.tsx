// A card at a time: its front, its back, and the four answers with what each leads to.

import { useEffect, useRef } from "preact/hooks";

import { AGAIN, EASY, GOOD, HARD, type Rating, RATINGS } from "../core";
import { t } from "../texts";
import { asInterval, asMoment, asNumber, asPercent, fromNow } from "../texts/format";
import { Panel } from "../ui/panel";
import { Empty, Notice } from "../ui/states";
import { finished, left, rate, reveal, type Shown, sitting, stop, undoable, undoLast, unstored } from "./session";
import { now, progress } from "./state";
import { SyncProblems } from "./sync_status";
import { counting } from "./words";

const NAMES = { [AGAIN]: "again", [HARD]: "hard", [GOOD]: "good", [EASY]: "easy" } as const;

export function Session() {
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.getElementById("content")?.focus({ preventScroll: true }); // what had it is gone
    };
  }, []);
  const shown = sitting.value?.shown;
  return (
    <div class="session stack">
      <SyncProblems />
      {unstored.value && <Notice kind="error">{t.value.study.failed}</Notice>}
      <Bar />
      {shown ? <Card key={`${shown.card.id} ${shown.since}`} shown={shown} /> : <Pause />}
      {shown && <p class="hint keys">{t.value.study.session.keys}</p>}
    </div>
  );
}

function Bar() {
  const words = t.value.study.session;
  const done = sitting.value?.done.length ?? 0;
  const all = done + left.value.due.length + left.value.fresh.length;
  return (
    <div class="session-bar">
      <button type="button" class="small" onClick={stop}>{words.stop}</button>
      <progress aria-label={words.done(asNumber(done), asNumber(all))} value={done} max={Math.max(all, 1)} />
      <span class="quiet">{words.done(asNumber(done), asNumber(all))}</span>
      <button type="button" class="small" disabled={!undoable.value} onClick={() => void undoLast()}>{words.undo}</button>
    </div>
  );
}

function Card({ shown: { card, revealed, intervals } }: { shown: Shown }) {
  const words = t.value.study.session;
  const show = useRef<HTMLButtonElement>(null);
  useEffect(() => show.current?.focus({ preventScroll: true }), []);
  const isNew = !progress.value.histories.has(card.id);
  return (
    <section class="panel card" aria-label={words.question}>
      <p class="card-text" dir="auto">{card.front}</p>
      {isNew && <p class="hint">{words.isNew}</p>}
      <div class="card-back" aria-live="polite">
        {revealed && <p class="card-text" dir="auto"><span class="visually-hidden">{words.answer}: </span>{card.back}</p>}
      </div>
      {revealed ? <Answers intervals={intervals} /> : <button ref={show} type="button" class="primary show" onClick={reveal}>{words.show}</button>}
    </section>
  );
}

function Answers({ intervals }: Pick<Shown, "intervals">) {
  const good = useRef<HTMLButtonElement>(null);
  useEffect(() => good.current?.focus({ preventScroll: true }), []);
  return (
    <div class="answers" role="group" aria-label={t.value.study.session.how}>
      {RATINGS.map((rating) => (
        <button key={rating} ref={rating === GOOD ? good : null} type="button" class={`answer ${NAMES[rating]}`} onClick={() => void rate(rating)}>
          <span>{t.value.common[NAMES[rating]]}</span>
          {intervals && <span class="answer-interval">{asInterval(intervals[rating], "short")}</span>}
        </button>
      ))}
    </div>
  );
}

/** What was done, and when it goes on. */
function Pause() {
  const words = t.value.study.session;
  const done = sitting.value?.done ?? [];
  const { nextAt } = left.value;
  const passed = done.filter(({ rating }) => rating !== AGAIN).length;
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <Panel title={finished.value ? words.finished : words.soon(fromNow(nextAt ?? now.value, now.value))}>
      <Empty title={counting(words.summary, done.length)} action={<button ref={back} type="button" class="primary" onClick={stop}>{words.back}</button>}>
        {done.length > 0 && <p>{words.recalled(asPercent(passed / done.length))}</p>}
        <p>{nextAt === null ? words.none : words.next(asMoment(nextAt, now.value), fromNow(nextAt, now.value))}</p>
      </Empty>
    </Panel>
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.repeat || event.altKey || isTyping(event.target)) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "z") return handled(event, () => void undoLast());
  if (command) return;
  const rating = RATINGS.find((each) => String(each) === event.key);
  if (rating !== undefined) return handled(event, () => void rate(rating as Rating));
  // On a button or link, these keys are the button's own.
  const onControl = event.target instanceof Element && event.target.closest("button, a, select") !== null;
  if ((event.key === " " || event.key === "Enter") && !onControl) handled(event, reveal);
}

function handled(event: Event, act: () => void): void {
  event.preventDefault();
  act();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea") !== null;
}
