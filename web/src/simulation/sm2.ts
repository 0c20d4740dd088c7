/*
 * SM-2 as Anki has it (Woźniak 1990, https://super-memory.com/english/ol/sm2.htm;
 * https://faqs.ankiweb.net/what-spaced-repetition-algorithm).
 *
 * A new card comes again after one day, and graduates to three when it is recalled then, or to four at once with
 * Easy. The interval then grows by the card's ease (2.5 at first), by 1.2 for Hard, 1.3 times the ease for Easy;
 * half of the days that it came late count as waited, all of them with Easy and none with Hard. A failure costs 0.2
 * of ease and begins anew at one day.
 */

import { AGAIN, EASY, HARD, MAXIMUM_INTERVAL, type Rating } from "../core";

const FIRST_EASE = 2.5;
const LOWEST_EASE = 1.3;
const LEARNING_STEP = 1; // days, as the next two
const GRADUATED = 3;
const EASY_GRADUATED = 4;
const HARD_FACTOR = 1.2;
const EASY_FACTOR = 1.3;
const EASE_STEP = { 1: -0.2, 2: -0.15, 3: 0, 4: 0.15 } as const;
const SHARE_OF_LATE_DAYS = { 1: 0, 2: 0, 3: 0.5, 4: 1 } as const;

/** What SM-2 keeps of a card. */
export class Sm2Card {
  #ease = FIRST_EASE;
  #interval = 0;
  #day: number | null = null;
  #graduated = false;

  /** Take note of a review; repeats on the same study day say nothing. */
  reviewed({ day, rating }: { day: number; rating: Rating }): void {
    if (this.#day === null) {
      this.#graduated = rating === EASY;
      this.#interval = this.#graduated ? EASY_GRADUATED : LEARNING_STEP;
    } else if (day > this.#day) {
      this.#next(day - this.#day, rating);
    }
    this.#day = day;
  }

  /** Days from the last review until the card is due. */
  interval(): number {
    return this.#interval;
  }

  #next(days: number, rating: Rating): void {
    if (rating === AGAIN) {
      if (this.#graduated) this.#ease = Math.max(this.#ease + EASE_STEP[AGAIN], LOWEST_EASE);
      this.#interval = LEARNING_STEP;
    } else if (!this.#graduated) {
      this.#graduated = true;
      this.#interval = rating === EASY ? EASY_GRADUATED : GRADUATED;
    } else {
      this.#grow(days, rating);
    }
  }

  #grow(days: number, rating: Rating): void {
    const waited = this.#interval + Math.max(days - this.#interval, 0) * SHARE_OF_LATE_DAYS[rating];
    const factor = rating === HARD ? HARD_FACTOR : this.#ease * (rating === EASY ? EASY_FACTOR : 1);
    this.#interval = Math.min(Math.max(waited * factor, this.#interval + 1), MAXIMUM_INTERVAL);
    this.#ease = Math.max(this.#ease + EASE_STEP[rating], LOWEST_EASE);
  }
}
