// Starting a training run.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { t } from "../texts";
import { asNumber } from "../texts/format";
import { NumberField } from "../ui/number_field";
import { Notice } from "../ui/states";
import { isSessionOver, wordsOf } from "./errors";
import { isOver, operations } from "./session";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;
const MINUTE = 60; // seconds
const FEWEST_MINUTES = 1;
const FIRST_MINUTES = 10;

export function StartRun({ most, onStarted }: { most: number; onStarted: () => void }) {
  const id = useId();
  const words = t.value.operate.start;
  const name = useSignal("");
  const searches = useSignal(false);
  const minutes = useSignal(Math.min(FIRST_MINUTES, most / MINUTE));
  const problem = useSignal<string | null>(null);
  const started = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    started.value = null;
    problem.value = problemOf(wanted, searches.value ? minutes.value : null, most);
    if (problem.value) return;
    busy.value = true;
    try {
      // Without a number, the run would search for as long as the stage's setting says.
      const seconds = searches.value ? Math.round(minutes.value * MINUTE) : 0;
      const run = await operations.peek()!.start({ ...(wanted && { name: wanted }), ...(most > 0 && { automl_seconds: seconds }) });
      [started.value, name.value] = [run.name, ""];
      onStarted();
    } catch (error) {
      if (isSessionOver(error)) isOver.value = true;
      problem.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <details>
      <summary>{words.title}</summary>
      <form class="stack narrow" noValidate onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for={id}>{words.name}</label>
          <input id={id} type="text" autocomplete="off" spellcheck={false} value={name.value} aria-describedby={`${id}-hint`} onInput={(event) => (name.value = event.currentTarget.value)} />
          <p id={`${id}-hint`} class="hint">{words.nameHint}</p>
        </div>
        {most > 0 ? (
          <label class="row">
            <input type="checkbox" checked={searches.value} onChange={(event) => (searches.value = event.currentTarget.checked)} /> {words.search}
          </label>
        ) : <p class="hint">{words.noSearch}</p>}
        {searches.value && (
          <NumberField label={words.minutes} value={minutes.value} minimum={FEWEST_MINUTES} maximum={most / MINUTE} step={1} hint={words.searchHint} onInput={(value) => (minutes.value = value)} />
        )}
        {problem.value && <Notice kind="error">{problem.value}</Notice>}
        {started.value && <Notice kind="success">{words.started(started.value)}</Notice>}
        <button type="submit" class="primary" disabled={busy.value}>{words.submit}</button>
      </form>
    </details>
  );
}

/** What is wrong with a name, and with the minutes of a search (NaN where nothing is typed, null without a search). */
function problemOf(name: string, minutes: number | null, most: number): string | null {
  const words = t.value.operate.start;
  if (name && !NAME.test(name)) return words.wrongName;
  if (minutes === null || (minutes >= FEWEST_MINUTES && minutes * MINUTE <= most)) return null;
  return words.wrongMinutes(asNumber(FEWEST_MINUTES), asNumber(most / MINUTE));
}
