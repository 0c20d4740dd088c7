// Reviews of a simulated learner, for who has no file at hand.

import { type Artifact, type LearnerState, START, type StudyReview } from "../core";
import { study } from "./course";
import { COMMON_HABITS } from "./habits";
import { sm2Scheduler } from "./schedulers";
import { makeWorld, type Situation } from "./world";

const CARDS = 900;
const DAYS = 240;
/** Forgets faster than most, the more so after a first sight: then the page has something to show. */
const LEARNER: LearnerState = { ...START, mean: [-0.8, -0.4, 0, 0, 0, 0] };

/** The reviews of each card of a learner who has studied with SM-2 up to a study day. */
export function sampleReviews(artifact: Artifact, lastDay: number): StudyReview[][] {
  const situation: Situation = {
    artifact,
    state: START,
    habits: COMMON_HABITS,
    studied: [],
    firstDay: lastDay - DAYS + 1,
    days: DAYS,
    newCardsPerDay: CARDS / DAYS,
    unseen: CARDS,
    secondsPerDay: Infinity,
  };
  const cards: StudyReview[][] = Array.from({ length: CARDS }, () => []);
  const world = { ...makeWorld(situation, 0, CARDS), truth: LEARNER };
  study(world, sm2Scheduler, (card, review) => cards[card]!.push(review));
  return cards;
}
