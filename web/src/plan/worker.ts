// The worker: what takes seconds, so that the page stays alive meanwhile.

import { type Artifact, HistoryModel, type LearnerState, ThreeInputModel } from "../core";
import { type Habits, sampleReviews, simulateWorkloads, type Situation, type Workloads } from "../simulation";
import { analyse, type Analysis, cardsOf, columnsFrom, type LearnerColumns } from "./analysis";

/** An artifact as it arrives here: its numbers, without the classes' methods. */
type SentArtifact = Artifact;

/** What the page asks for. */
export type Request =
  | { readonly kind: "sample"; readonly artifact: SentArtifact; readonly lastDay: number }
  | { readonly kind: "analysis"; readonly artifact: SentArtifact; readonly columns: LearnerColumns }
  | {
    readonly kind: "workloads";
    readonly artifact: SentArtifact;
    readonly columns: LearnerColumns;
    readonly state: LearnerState;
    readonly habits: Habits;
    readonly wishes: Pick<Situation, "newCardsPerDay" | "unseen" | "secondsPerDay">;
  };

/** What comes of each request. */
export interface Values {
  readonly sample: LearnerColumns;
  readonly analysis: Analysis;
  readonly workloads: Workloads;
}

/** What the worker answers: progress any number of times, then the value. */
export type Answer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "value"; readonly value: Values[keyof Values] };

const DAYS = 365;
const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  answer({ kind: "value", value: valueOf(data) });
});

function answer(message: Answer): void {
  scope.postMessage(message);
}

function valueOf(request: Request): Values[keyof Values] {
  const onProgress = (share: number) => answer({ kind: "progress", share });
  const artifact = revived(request.artifact);
  if (request.kind === "sample") return columnsFrom(sampleReviews(artifact, request.lastDay));
  const studied = cardsOf(request.columns);
  if (request.kind === "analysis") return analyse(artifact, studied, onProgress);
  const { state, habits, wishes, columns } = request;
  const firstDay = columns.day.reduce((last, day) => Math.max(last, day), -Infinity) + 1;
  return simulateWorkloads({ artifact, state, habits, studied, firstDay, days: DAYS, ...wishes }, onProgress);
}

function revived({ threeInputs, history, ...others }: SentArtifact): Artifact {
  return {
    ...others,
    threeInputs: new ThreeInputModel(threeInputs.parameters),
    history: history && new HistoryModel(history.newLearner, history.knownLearner),
  };
}
