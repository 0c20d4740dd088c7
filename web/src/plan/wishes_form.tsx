// What the year is simulated with.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { RATINGS } from "../core";
import { t } from "../texts";
import { asNumber, asPercent } from "../texts/format";
import { NumberField } from "../ui/number_field";
import { Progress } from "./progress";
import { simulate, simulating, wish, wrongWishes } from "./state";
import { LIMITS, type Wishes } from "./wishes";

const SLIDER = { newCardsPerDay: 60, minutesPerDay: 180 };

export function WishesForm({ wished }: { wished: Wishes }) {
  const words = t.value.plan.workload;
  const state = simulating.state.value;
  const submit = (event: Event) => {
    event.preventDefault();
    void simulate();
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <div class="wishes">
        <NumberField label={words.newCards} value={wished.newCardsPerDay} {...bounds("newCardsPerDay")} step={1} sliderMaximum={SLIDER.newCardsPerDay}
          onInput={(newCardsPerDay) => wish({ newCardsPerDay })} error={errorOf("newCardsPerDay")} />
        <NumberField label={words.minutes} value={wished.minutesPerDay} {...bounds("minutesPerDay")} step={5} sliderMaximum={SLIDER.minutesPerDay}
          hint={words.minutesHint} onInput={(minutesPerDay) => wish({ minutesPerDay })} error={errorOf("minutesPerDay")} />
        <DeckCards wished={wished} />
      </div>
      <Seconds wished={wished} />
      {state.is === "running"
        ? <Progress text={words.running(asPercent(state.share))} share={state.share} onStop={() => simulating.stop()} />
        : <div class="row"><button type="submit" class="primary" disabled={wrongWishes.value.size > 0}>{state.is === "done" ? words.again : words.start}</button></div>}
    </form>
  );
}

function DeckCards({ wished }: { wished: Wishes }) {
  return (
    <Typed label={t.value.plan.workload.deckCards} value={wished.deckCards} field="deckCards"
      onInput={(deckCards) => wish({ deckCards: Math.round(deckCards) })} />
  );
}

function Seconds({ wished: { seconds } }: { wished: Wishes }) {
  const words = t.value.plan.workload;
  const { again, hard, good, easy } = t.value.common;
  const names = { 1: again, 2: hard, 3: good, 4: easy };
  return (
    <fieldset>
      <legend class="field-legend">{words.seconds}</legend>
      <p class="hint">{words.secondsHint}</p>
      <div class="seconds">
        {RATINGS.map((rating) => (
          <Typed key={rating} label={names[rating]} value={seconds[rating]} field="seconds"
            onInput={(value) => wish({ seconds: { ...seconds, [rating]: value } })} />
        ))}
      </div>
    </fieldset>
  );
}

interface TypedProps {
  label: string;
  value: number;
  field: "deckCards" | "seconds";
  onInput: (value: number) => void;
}

/** A number that is typed; shown as it was typed while it is being changed. */
function Typed({ label, value, field, onInput }: TypedProps) {
  const id = useId();
  const typed = useSignal<string | null>(null);
  const [lowest, highest] = LIMITS[field];
  const wrong = !(value >= lowest && value <= highest);
  const input = ({ currentTarget }: Event & { currentTarget: HTMLInputElement }) => {
    typed.value = currentTarget.value;
    onInput(currentTarget.valueAsNumber);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="number" inputMode="decimal" min={lowest} max={highest} step="any" value={typed.value ?? String(Math.round(value * 10) / 10)}
        onInput={input} onBlur={() => (typed.value = null)} aria-invalid={wrong ? true : undefined} aria-describedby={wrong ? `${id}-error` : undefined} />
      {wrong && <p id={`${id}-error`} class="field-error" role="alert">{outside(field)}</p>}
    </div>
  );
}

function bounds(field: keyof typeof LIMITS): { minimum: number; maximum: number } {
  const [minimum, maximum] = LIMITS[field];
  return { minimum, maximum };
}

function errorOf(field: "newCardsPerDay" | "minutesPerDay"): string | null {
  return wrongWishes.value.has(field) ? outside(field) : null;
}

function outside(field: keyof typeof LIMITS): string {
  const [lowest, highest] = LIMITS[field];
  return t.value.plan.workload.between(asNumber(lowest), asNumber(highest));
}
