/*
 * A learner's studies under a scheduler.
 *
 * A card is due on the day whose session is nearest to its due moment, a day after its last review at the earliest.
 * What is due comes first, the longest overdue at the head; then new cards. What doesn't fit into the day's time
 * waits for the next, which is the shorter by what the last card took too long. What was failed is seen once more
 * ten minutes later and rated Good.
 */

import { AGAIN, CardHistory, GOOD, type Rating, RATINGS, type StudyReview } from "../core";
import type { PerRating } from "./habits";
import { Random } from "./random";
import type { CardPlan, Scheduler } from "./schedulers";
import { recallAt, type StartingCard, type World } from "./world";

const RELEARNED_AFTER = 10 / 1440; // days

/** What a course of study came to; counts stand for all cards, not only for those that were simulated. */
export interface CourseResult {
  /** Reviews of each day, with the repeats on the same day. */
  readonly reviews: Float64Array;
  readonly seconds: Float64Array;
  /** Expected number of cards that are known at the end. */
  readonly known: number;
}

/** Told of each review: the index of its card, and the day on which it was due (that of the review for a new card). */
export type OnReview = (card: number, review: StudyReview, due: number) => void;

interface CardInCourse {
  readonly index: number;
  history: CardHistory | null;
  readonly plan: CardPlan;
  readonly random: Random;
  due: number;
}

/** Study for all days of a world. */
export function study(world: World, scheduler: Scheduler, onReview?: OnReview): CourseResult {
  return new Course(world, scheduler, onReview).result();
}

class Course {
  readonly #cards: CardInCourse[];
  readonly #agenda: CardInCourse[][];
  readonly #reviews: Float64Array;
  readonly #seconds: Float64Array;
  /** Seconds beyond the time of the days so far: where a card stands for many, a single one may fill days. */
  #overrun = 0;

  constructor(readonly world: World, scheduler: Scheduler, readonly onReview: OnReview = () => undefined) {
    const { days } = world.situation;
    this.#reviews = new Float64Array(days);
    this.#seconds = new Float64Array(days);
    this.#agenda = Array.from({ length: days }, () => []);
    this.#cards = world.cards.map((card, index) => this.#begun(card, index, scheduler()));
    for (let day = 0, waiting: CardInCourse[] = []; day < days; day += 1) {
      waiting = this.#studyDay(day, [...waiting, ...this.#agenda[day]!.sort((a, b) => a.due - b.due)]);
    }
  }

  result(): CourseResult {
    const { truth, weight, situation: { artifact, firstDay, days, habits } } = this.world;
    const end = firstDay + days + habits.session;
    const known = this.#cards.reduce((sum, { history }) => sum + recallAt(artifact, history, truth, end), 0);
    return {
      reviews: this.#reviews.map((count) => weight * count),
      seconds: this.#seconds.map((count) => weight * count),
      known: weight * known,
    };
  }

  #begun({ history, reviews, firstSeen, seed }: StartingCard, index: number, plan: CardPlan): CardInCourse {
    const random = new Random(this.world.run, seed);
    const card = { index, history: history?.copy() ?? null, plan, random, due: firstSeen };
    for (const review of reviews) plan.reviewed(review);
    if (card.history) card.due = this.#dueDay(card.history, plan);
    this.#agenda[Math.max(card.due, 0)]?.push(card);
    return card;
  }

  /** The day of the simulation on which a card is due; before 0 if it was due earlier. */
  #dueDay(history: CardHistory, plan: CardPlan): number {
    const { firstDay, habits } = this.world.situation;
    const nearest = Math.round(history.time + plan.interval(history) - habits.session);
    return Math.max(nearest, history.day + 1) - firstDay;
  }

  /** Study what there is time for; returns what has to wait. */
  #studyDay(day: number, due: CardInCourse[]): CardInCourse[] {
    const most = this.world.situation.secondsPerDay / this.world.weight;
    const fromBefore = due.filter(({ history }) => history !== null);
    const queue = [...fromBefore, ...due.filter(({ history }) => history === null)];
    let done = 0;
    while (done < queue.length && this.#overrun + this.#seconds[day]! < most) {
      this.#review(queue[done]!, day);
      done += 1;
    }
    this.#overrun = Math.max(this.#overrun + this.#seconds[day]! - most, 0);
    return queue.slice(done);
  }

  #review(card: CardInCourse, day: number): void {
    const { artifact, firstDay, habits } = this.world.situation;
    const time = Math.max(firstDay + day + habits.session, card.history?.time ?? 0);
    const recall = card.history && recallAt(artifact, card.history, this.world.truth, time);
    const rating = this.#rating(card.random, recall);
    this.#take(card, day, time, rating);
    if (rating === AGAIN) this.#take(card, day, time + RELEARNED_AFTER, GOOD);
    card.due = this.#dueDay(card.history!, card.plan);
    this.#agenda[card.due]?.push(card);
  }

  /** The answer: by the habits at first sight, then by whether the card is recalled. */
  #rating(random: Random, recall: number | null): Rating {
    const { first, recalled } = this.world.situation.habits;
    const [outcome, button] = [random.uniform(), random.uniform()];
    if (recall === null) return drawn(first, outcome);
    return outcome < recall ? drawn(recalled, button) : AGAIN;
  }

  #take(card: CardInCourse, day: number, time: number, rating: Rating): void {
    const { firstDay, habits } = this.world.situation;
    const review = { time, rating, day: firstDay + day, seconds: habits.seconds[rating] };
    this.#reviews[day]! += 1;
    this.#seconds[day]! += review.seconds;
    if (card.history) card.history.review(time, rating, review.day, review.seconds);
    else card.history = new CardHistory(time, rating, review.day, review.seconds);
    card.plan.reviewed(review);
    this.onReview(card.index, review, Math.max(card.due, 0));
  }
}

/** The rating whose part of [0, 1) a number falls in. */
function drawn(shares: PerRating, uniform: number): Rating {
  let sum = 0;
  return RATINGS.find((rating) => (sum += shares[rating]) > uniform) ?? GOOD;
}
