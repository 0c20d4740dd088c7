// Runs the workload simulation: JSON in, JSON out. `test_simulation.py` says what is asked.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

import { decodeArtifact, historyOf, type LearnerState, type Rating, type StudyReview } from "../../web/src/core";
import * as simulation from "../../web/src/simulation";
import { drawLearner } from "../../web/src/simulation/learners";
import { Random } from "../../web/src/simulation/random";

type Given = Record<string, any>;

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const given: Given = JSON.parse(readFileSync(givenFile, "utf8"));
const ANSWERS: Record<string, (given: Given) => unknown> = { course, workloads, best, sm2, fsrs, learners };
writeFileSync(resultsFile, JSON.stringify(ANSWERS[given["what"]]!(given)));

function situationOf({ model, situation }: Given): simulation.Situation {
  const { secondsPerDay = Infinity } = situation;
  return { ...situation, artifact: decodeArtifact(model), secondsPerDay };
}

/** One course of study, with its reviews if they are wanted. */
function course({ run, cards, target, scheduler, log: logged, ...others }: Given): unknown {
  const situation = situationOf(others);
  const schedulers: Record<string, simulation.Scheduler> = {
    recall: simulation.recallScheduler(situation.artifact, situation.state, target),
    fsrs: simulation.fsrsScheduler(target),
    sm2: simulation.sm2Scheduler,
  };
  const log: unknown[] = [];
  const note = (card: number, review: StudyReview, due: number) => log.push({ card, due, ...review });
  const world = simulation.makeWorld(situation, run, cards);
  const { reviews, seconds, known } = simulation.study(world, schedulers[scheduler]!, logged ? note : undefined);
  const firstSeen = world.cards.map((card) => card.firstSeen);
  return { log, weight: world.weight, firstSeen, reviews: [...reviews], seconds: [...seconds], known };
}

function workloads(asked: Given): unknown {
  const progress: number[] = [];
  const found = simulation.simulateWorkloads(situationOf(asked), (share) => progress.push(share));
  return { ...found, progress };
}

function best({ values }: Given): unknown {
  return simulation.bestTarget(values);
}

/** The interval after each review of each card. */
function sm2({ courses }: Given): unknown {
  return courses.map((reviews: StudyReview[]) => {
    const plan = simulation.sm2Scheduler();
    return reviews.map((review) => {
      plan.reviewed(review);
      return plan.interval(historyOf([{ ...review, time: review.day, seconds: 0 }]));
    });
  });
}

/** The interval in whole days after each review, and the one of FSRS's own package. */
function fsrs({ reviews: steps, targets, package: path }: Given): unknown {
  const theirPackage = createRequire(import.meta.url)(path);
  const pairs: [number, number][] = [];
  for (const target of targets) {
    const theirs = theirPackage.fsrs({ request_retention: target, enable_fuzz: false });
    const reviews: StudyReview[] = [];
    let [memory, day] = [null as any, 0];
    for (const [days, rating] of steps as [number, Rating][]) {
      day += days;
      memory = theirs.next_state(memory, days, rating);
      reviews.push({ time: day, day, rating, seconds: 0 });
      const ours = simulation.fsrsScheduler(target)().interval(historyOf(reviews));
      pairs.push([Math.max(Math.round(ours), 1), theirs.next_interval(memory.stability, 0)]);
    }
  }
  return pairs;
}

function learners({ state, count }: Given): unknown {
  return Array.from({ length: count }, (_, i) => drawLearner(state as LearnerState, new Random(i)).mean);
}
