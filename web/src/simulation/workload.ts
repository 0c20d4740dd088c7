// A year of study at each target, under each scheduler, in several runs.

import { type CourseResult, study } from "./course";
import { fsrsScheduler, recallScheduler, type Scheduler, sm2Scheduler } from "./schedulers";
import { type Spread, spreadOf } from "./spread";
import { makeWorld, type Situation, type World } from "./world";

/** Recall probabilities, .80 to .95. */
export const TARGETS: readonly number[] = Array.from({ length: 16 }, (_, i) => (80 + i) / 100);
/** Each of another learner, drawn from what is known of this one. */
export const RUNS = 12;
/** More cards are stood for by so many. */
const MOST_CARDS = 300;
const FEWEST_CARDS = 60;
/** Of a run at the highest target: learners who need many reviews a card are simulated with fewer cards. */
const MOST_REVIEWS = 10_000;
const PILOT_CARDS = 40;
export const DAYS_PER_PERIOD = 28;

/** What studying comes to under a scheduler at a target. */
export interface Workload {
  readonly reviewsPerDay: Spread;
  readonly minutesPerDay: Spread;
  /** Expected number of cards known at the end. */
  readonly known: Spread;
  /**
   * Cards known at the end beyond those that would be known without studying, per minute of study, in each run; the
   * same run has the same learner, cards and chances under each scheduler and target.
   */
  readonly knownPerMinute: readonly number[];
  /** Reviews a day in each period of four weeks; the last one also has the days that are left. */
  readonly periods: readonly Spread[];
}

/** The workloads of a situation. */
export interface Workloads {
  /** By place in `TARGETS`. */
  readonly recall: readonly Workload[];
  readonly fsrs: readonly Workload[];
  readonly sm2: Workload;
}

/** Simulate all; `onProgress` is told the share that is done after each run. */
export function simulateWorkloads(situation: Situation, onProgress: (share: number) => void): Workloads {
  const { artifact, state } = situation;
  const schedulers: Scheduler[] = [
    sm2Scheduler,
    ...TARGETS.map((target) => recallScheduler(artifact, state, target)),
    ...TARGETS.map((target) => fsrsScheduler(target)),
  ];
  const runs: RunResult[][] = schedulers.map(() => []);
  const cards = cardsPerRun(situation);
  for (let run = 0; run < RUNS; run += 1) {
    const world = makeWorld(situation, run, cards);
    schedulers.forEach((scheduler, i) => runs[i]!.push(summed(world, study(world, scheduler))));
    onProgress((run + 1) / RUNS);
  }
  const [sm2, ...others] = runs.map(workloadOf);
  return { sm2: sm2!, recall: others.slice(0, TARGETS.length), fsrs: others.slice(TARGETS.length) };
}

/** How many cards can be simulated in a few seconds. */
function cardsPerRun(situation: Situation): number {
  const pilot = makeWorld({ ...situation, secondsPerDay: Infinity }, RUNS, PILOT_CARDS);
  const { reviews } = study(pilot, recallScheduler(situation.artifact, situation.state, TARGETS.at(-1)!));
  const perCard = reviews.reduce((sum, each) => sum + each, 0) / Math.max(pilot.weight * pilot.cards.length, 1);
  return Math.round(Math.min(Math.max(MOST_REVIEWS / Math.max(perCard, 1), FEWEST_CARDS), MOST_CARDS));
}

interface RunResult {
  readonly reviewsPerDay: number;
  readonly minutesPerDay: number;
  readonly known: number;
  readonly knownPerMinute: number;
  readonly periods: readonly number[];
}

function summed(world: World, { reviews, seconds, known }: CourseResult): RunResult {
  const minutesPerDay = perDay(seconds) / 60;
  const total = minutesPerDay * seconds.length;
  return {
    reviewsPerDay: perDay(reviews),
    minutesPerDay,
    known,
    knownPerMinute: total ? (known - world.knownWithoutStudy) / total : 0,
    periods: periodsOf(reviews),
  };
}

function periodsOf(days: Float64Array): number[] {
  const periods = Math.max(Math.floor(days.length / DAYS_PER_PERIOD), 1);
  return Array.from({ length: periods }, (_, i) => {
    const end = i === periods - 1 ? days.length : (i + 1) * DAYS_PER_PERIOD;
    return perDay(days.subarray(i * DAYS_PER_PERIOD, end));
  });
}

function perDay(days: Float64Array): number {
  return days.reduce((sum, each) => sum + each, 0) / days.length;
}

function workloadOf(runs: readonly RunResult[]): Workload {
  const spread = (value: (run: RunResult) => number) => spreadOf(runs.map(value));
  return {
    reviewsPerDay: spread((run) => run.reviewsPerDay),
    minutesPerDay: spread((run) => run.minutesPerDay),
    known: spread((run) => run.known),
    knownPerMinute: runs.map((run) => run.knownPerMinute),
    periods: runs[0]!.periods.map((_, i) => spread((run) => run.periods[i]!)),
  };
}
