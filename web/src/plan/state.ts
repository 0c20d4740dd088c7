// What the page knows: the reviews that were opened, what they say of their learner, and the plan.

import { computed, effect, signal, untracked } from "@preact/signals";

import { type Artifact, offsetMinutes, studyDay } from "../core";
import { readReviews, type ReviewLog } from "../readers";
import { artifact } from "../service/model";
import type { Habits, PerRating, Workloads } from "../simulation";
import { type Analysis, columnsOf, type LearnerColumns, learnersBySize } from "./analysis";
import { askWorker } from "./ask_worker";
import { Task } from "./task";

/** Reviews that were opened. */
export interface Opened {
  /** Null of the sample. */
  readonly log: ReviewLog | null;
  /** Each learner's name and number of reviews; the most reviews first. */
  readonly learners: readonly { readonly name: string; readonly reviews: number; readonly index: number }[];
}

/** What the simulation is asked. */
export interface Wishes {
  readonly newCardsPerDay: number;
  /** Cards in the deck, studied or not. */
  readonly deckCards: number;
  /** NaN is no limit. */
  readonly minutesPerDay: number;
  readonly seconds: PerRating;
}

export const LIMITS = {
  newCardsPerDay: [0, 500],
  deckCards: [1, 200_000],
  minutesPerDay: [1, 1440],
  seconds: [1, 300],
} as const;
const NEW_CARDS_PER_DAY = 10;
const DAYS_OF_NEW_CARDS = 365;

export const reading = new Task<Opened>();
export const learner = signal(0);
/** Of the chosen learner. */
export const columns = signal<LearnerColumns | null>(null);
export const analysing = new Task<Analysis>();
export const wishes = signal<Wishes | null>(null);
export const simulating = new Task<Workloads>();

/** Which of the wishes are out of bounds. */
export const wrongWishes = computed<ReadonlySet<keyof Wishes>>(() => new Set(wishes.value ? wrong(wishes.value) : []));

export async function openFile(file: File): Promise<void> {
  forget();
  const opened = await reading.run(async (stop, onProgress) => {
    const log = await readReviews(file, { signal: stop, onProgress });
    const learners = learnersBySize(log).map(([index, reviews]) => ({ name: log.learners[index]!, reviews, index }));
    return { log, learners };
  });
  if (opened?.log) await chooseLearner(opened.learners[0]!.index);
}

export async function openSample(): Promise<void> {
  forget();
  const now = Date.now();
  const lastDay = studyDay(now, offsetMinutes(now, Intl.DateTimeFormat().resolvedOptions().timeZone)) - 1;
  let sample: LearnerColumns | null = null;
  await reading.run(async (stop, onProgress) => {
    sample = await askWorker({ kind: "sample", artifact: artifact.value, lastDay }, stop, onProgress);
    return { log: null, learners: [] };
  });
  if (sample) await analyseColumns(sample);
}

/** Show another learner of the log. */
export async function chooseLearner(index: number): Promise<void> {
  const log = reading.value?.log;
  if (!log) return;
  learner.value = index;
  await analyseColumns(columnsOf(log, index));
}

let analysedBy: Artifact | null = null;

// By the model that answers now: a service's own may come after the file was opened.
effect(() => {
  if (analysedBy === null || artifact.value === analysedBy) return;
  const chosen = columns.peek();
  if (chosen) untracked(() => void analyseColumns(chosen));
});

async function analyseColumns(chosen: LearnerColumns): Promise<void> {
  simulating.stop();
  columns.value = chosen;
  analysedBy = artifact.value;
  const request = { kind: "analysis", artifact: artifact.value, columns: chosen } as const;
  const analysis = await analysing.run((stop, onProgress) => askWorker(request, stop, onProgress));
  if (analysis) wishes.value = firstWishes(analysis);
}

/** Simulate the year that is wished for. */
export async function simulate(): Promise<void> {
  const [analysis, chosen, wished] = [analysing.value, columns.value, wishes.value];
  if (!analysis || !chosen || !wished || wrongWishes.value.size) return;
  const habits: Habits = { ...analysis.habits, seconds: wished.seconds };
  const request = {
    kind: "workloads",
    artifact: artifact.value,
    columns: chosen,
    state: analysis.state,
    habits,
    wishes: {
      newCardsPerDay: wished.newCardsPerDay,
      unseen: Math.max(wished.deckCards - analysis.contents.cards, 0),
      secondsPerDay: Number.isNaN(wished.minutesPerDay) ? Infinity : wished.minutesPerDay * 60,
    },
  } as const;
  await simulating.run((stop, onProgress) => askWorker(request, stop, onProgress));
}

/** Change what is wished for; the figures of other wishes go. */
export function wish(change: Partial<Wishes>): void {
  if (wishes.value) wishes.value = { ...wishes.value, ...change };
  simulating.stop();
}

/** Back to the beginning. */
export function forget(): void {
  for (const task of [reading, analysing, simulating]) task.stop();
  columns.value = wishes.value = null;
}

function firstWishes({ contents, habits }: Analysis): Wishes {
  return {
    newCardsPerDay: NEW_CARDS_PER_DAY,
    deckCards: Math.min(contents.cards + NEW_CARDS_PER_DAY * DAYS_OF_NEW_CARDS, LIMITS.deckCards[1]),
    minutesPerDay: NaN,
    seconds: habits.seconds,
  };
}

function* wrong({ newCardsPerDay, deckCards, minutesPerDay, seconds }: Wishes): Generator<keyof Wishes> {
  if (!within(newCardsPerDay, LIMITS.newCardsPerDay)) yield "newCardsPerDay";
  if (!within(deckCards, LIMITS.deckCards)) yield "deckCards";
  if (!Number.isNaN(minutesPerDay) && !within(minutesPerDay, LIMITS.minutesPerDay)) yield "minutesPerDay";
  if (!Object.values(seconds).every((each) => within(each, LIMITS.seconds))) yield "seconds";
}

function within(value: number, [lowest, highest]: readonly [number, number]): boolean {
  return value >= lowest && value <= highest;
}
