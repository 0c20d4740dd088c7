// The answers for what is explored: at once by the page, or from the service where only it can evaluate the model.

import { computed, effect, signal } from "@preact/signals";

import { client } from "../service/connection";
import { artifact, source } from "../service/model";
import { type Answer, evaluate, fsrs } from "./answer";
import { ask } from "./asked";
import { type Exploration, exploration } from "./exploration";

const PAUSE = 250; // milliseconds without a change before the service is asked

/** One for each card; null while there is none: the service hasn't answered, or three inputs aren't numbers. */
export const answers = signal<readonly (Answer | null)[]>([]);
/** Why the service has no answer. */
export const failure = signal<unknown>(null);

/** FSRS-6's answers; null where they aren't wanted, or there are no reviews. */
export const fsrsAnswers = computed(() => exploration.value.cards.map((_, i) => (exploration.value.fsrs ? fsrs(exploration.value, i) : null)));

effect(() => {
  const explored = exploration.value;
  const [service, { kind }, model] = [client.value, source.value, artifact.value];
  failure.value = null;
  if (faultOfInputs(explored)) answers.value = explored.cards.map(() => null);
  else if (kind !== "asked" || service === null) answers.value = explored.cards.map((_, i) => evaluate(model, explored, i));
  else return later((signal) => Promise.all(explored.cards.map((_, i) => ask(service, explored, i, { signal }))));
  return undefined;
});

/** Ask after a pause; give what ends that, when something changes first. */
function later(asked: (signal: AbortSignal) => Promise<Answer[]>): () => void {
  const controller = new AbortController();
  const ended = () => controller.signal.aborted;
  const begin = () =>
    asked(controller.signal).then(
      (found) => { if (!ended()) answers.value = found; },
      (error: unknown) => {
        if (ended()) return;
        answers.value = answers.peek().map(() => null);
        failure.value = error;
      },
    );
  const timer = setTimeout(() => void begin(), PAUSE);
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}

export const INPUTS = {
  days: { minimum: 0, maximum: 36_500, whole: false },
  reviewDays: { minimum: 1, maximum: 10_000, whole: true },
  difficulty: { minimum: 1, maximum: 10, whole: false },
} as const;

/** Whether one of the three inputs isn't a number within its bounds. */
export function isWrong(name: keyof typeof INPUTS, value: number): boolean {
  const { minimum, maximum, whole } = INPUTS[name];
  return !(value >= minimum && value <= maximum) || (whole && !Number.isInteger(value));
}

function faultOfInputs({ mode, inputs }: Exploration): boolean {
  return mode === "inputs" && (Object.keys(INPUTS) as (keyof typeof INPUTS)[]).some((name) => isWrong(name, inputs[name]));
}
