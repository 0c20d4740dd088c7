// What the page knows: the reviews that were opened, what they say of their learner, and the plan.

import { computed, effect, signal, untracked } from "@preact/signals";

import { type Artifact, offsetMinutes, studyDay } from "../core";
import { readReviews, type ReviewLog } from "../readers";
import { artifact } from "../service/model";
import type { Habits, Workloads } from "../simulation";
import { type Analysis, columnsOf, type LearnerColumns, learnersBySize } from "./analysis";
import { askWorker } from "./ask_worker";
import type { Sent } from "./sending";
import { Task } from "./task";
import { firstWishes, type Wishes, wrong } from "./wishes";

/** Reviews that were opened. */
export interface Opened {
  /** Null of the sample. */
  readonly log: ReviewLog | null;
  /** Each learner's name and number of reviews; the most reviews first. */
  readonly learners: readonly { readonly name: string; readonly reviews: number; readonly index: number }[];
}

export const DEVICE_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What is opened; null of the sample. */
export const file = signal<File | null>(null);
/** The time zone of its study days, as the reader chose it; "" where they didn't. */
export const zone = signal("");
export const reading = new Task<Opened>();
export const learner = signal(0);
/** Of the chosen learner. */
export const columns = signal<LearnerColumns | null>(null);
export const analysing = new Task<Analysis>();
export const wishes = signal<Wishes | null>(null);
export const simulating = new Task<Workloads>();
export const sending = new Task<Sent>();

/** Which of the wishes are out of bounds. */
export const wrongWishes = computed<ReadonlySet<keyof Wishes>>(() => new Set(wishes.value ? wrong(wishes.value) : []));

export async function openFile(chosen: File): Promise<void> {
  const opened = await read(chosen, "");
  if (opened) await chooseLearner(opened.learners[0]!.index);
}

/** Read the file again, with study days by another time zone's clock. */
export async function chooseZone(chosen: string): Promise<void> {
  if (file.value && (await read(file.value, chosen))) await chooseLearner(learner.value);
}

async function read(chosen: File, chosenZone: string): Promise<Opened | null> {
  forget();
  file.value = chosen;
  zone.value = chosenZone;
  return reading.run(async (stop, onProgress) => {
    const zones = { zone: chosenZone || undefined, zoneElse: DEVICE_ZONE };
    const log = await readReviews(chosen, { signal: stop, onProgress, ...zones });
    const learners = learnersBySize(log).map(([index, reviews]) => ({ name: log.learners[index]!, reviews, index }));
    return { log, learners };
  });
}

export async function openSample(): Promise<void> {
  forget();
  const now = Date.now();
  const lastDay = studyDay(now, offsetMinutes(now, DEVICE_ZONE)) - 1;
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
  sending.stop();
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
  for (const task of [reading, analysing, simulating, sending]) task.stop();
  file.value = null;
  columns.value = wishes.value = null;
}
