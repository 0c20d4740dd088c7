// The answers for what is explored: at once by the page, or from the service where only it can evaluate the model.

import { batch, computed, effect, signal } from "@preact/signals";

import { client } from "../service/connection";
import { artifact, source } from "../service/model";
import { type Answer, evaluate, fsrs } from "./answer";
import { ask } from "./asked";
import { exploration } from "./exploration";
import { hasWrongInput } from "./rules";

const PAUSE = 250; // milliseconds without a change before the service is asked

/** One for each card; null while there is none: the service hasn't answered, or three inputs aren't numbers. */
export const answers = signal<readonly (Answer | null)[]>([]);
/** Why the service has no answer. */
export const failure = signal<unknown>(null);
/** While the answers are those of before a change: the service will be asked after a pause, or has been. */
export const asking = signal<"soon" | "now" | null>(null);

const round = signal(0);

/** Ask the service again. */
export function askAgain(): void {
  round.value += 1;
}

/** FSRS-6's answers; null where they aren't wanted, or there are no reviews. */
export const fsrsAnswers = computed(() => exploration.value.cards.map((_, i) => (exploration.value.fsrs ? fsrs(exploration.value, i) : null)));

effect(() => {
  const explored = exploration.value;
  const [service, { kind }, model] = [client.value, source.value, artifact.value];
  void round.value;
  failure.value = asking.value = null;
  if (hasWrongInput(explored)) answers.value = explored.cards.map(() => null);
  else if (kind !== "asked" || service === null) answers.value = explored.cards.map((_, i) => evaluate(model, explored, i));
  else return later((signal) => Promise.all(explored.cards.map((_, i) => ask(service, explored, i, { signal }))));
  return undefined;
});

/** Ask after a pause; give what ends that, when something changes first. */
function later(asked: (signal: AbortSignal) => Promise<Answer[]>): () => void {
  const controller = new AbortController();
  const settle = (found: readonly (Answer | null)[], error: unknown) => {
    if (controller.signal.aborted) return;
    batch(() => {
      answers.value = found;
      failure.value = error;
      asking.value = null;
    });
  };
  const begin = () => {
    asking.value = "now";
    return asked(controller.signal).then((found) => settle(found, null), (error: unknown) => settle(answers.peek().map(() => null), error));
  };
  asking.value = "soon";
  const timer = setTimeout(() => void begin(), PAUSE);
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}
