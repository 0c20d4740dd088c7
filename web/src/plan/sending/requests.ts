// A learner's reviews as requests to the service's memory: the same that `recall import` makes of the same log.

import type { ImportedCard } from "recall-client";

import { ID } from "../../core";
import type { LearnerColumns } from "../analysis";
import { eventId } from "./event_ids";
import { offsetsOf } from "./offsets";

const MOST_CARDS = 1_000; // of a request
const MOST_REVIEWS = 2_000;
const LONGEST_DURATION = 3_600_000; // ms, as the service takes them; a longer one says nothing against its review
const MICROS_PER_MINUTE = 60e6;

export interface ImportRequests {
  /** What to send, in this order: so the service learns as if the reviews had been studied with it. */
  readonly parts: AsyncIterable<ImportedCard[]>;
  readonly reviews: number;
  /** Reviews whose study day no offset from UTC gives, and those of cards whose names the service can't have. */
  readonly misfits: number;
  readonly unnamed: number;
}

/** Return reviews as requests, in the order in which the learner answered. */
export function importRequests(learner: string, cardNames: readonly string[], columns: LearnerColumns): ImportRequests {
  const { minutes, misfits } = offsetsOf(columns.time, columns.day);
  const isSendable = cardNames.map((name) => ID.test(name));
  const { time, card } = columns;
  const order = [...time.keys()].filter((i) => isSendable[card[i]!]).sort((a, b) => time[a]! - time[b]! || a - b);
  return {
    parts: partsOf(learner, cardNames, columns, minutes, order),
    reviews: order.length,
    misfits,
    unnamed: time.length - order.length,
  };
}

async function* partsOf(
  learner: string,
  cardNames: readonly string[],
  { card, time, rating, seconds }: LearnerColumns,
  minutes: Int32Array,
  order: readonly number[],
): AsyncGenerator<ImportedCard[]> {
  for (const part of cut(order, card)) {
    const reviews = await Promise.all(part.map(async (i) => {
      const micros = Math.round(time[i]! * 1000);
      const duration = Math.round(seconds[i]! * 1000);
      return {
        event_id: await eventId(learner, cardNames[card[i]!]!, micros),
        rating: rating[i] as 1 | 2 | 3 | 4,
        reviewed_at: written(micros, minutes[i]!),
        ...(duration <= LONGEST_DURATION && { duration_ms: duration }),
      };
    }));
    const cards = new Map<number, ImportedCard>();
    part.forEach((i, place) => {
      const found = cards.get(card[i]!) ?? { card: cardNames[card[i]!]!, reviews: [] };
      cards.set(card[i]!, found);
      found.reviews.push(reviews[place]!);
    });
    yield [...cards.values()];
  }
}

function* cut(order: readonly number[], card: Uint32Array): Generator<number[]> {
  let part: number[] = [];
  let cards = new Set<number>();
  for (const i of order) {
    if (part.length === MOST_REVIEWS || (cards.size === MOST_CARDS && !cards.has(card[i]!))) {
      yield part;
      [part, cards] = [[], new Set()];
    }
    part.push(i);
    cards.add(card[i]!);
  }
  if (part.length) yield part;
}

/** A time in RFC 3339, to the microsecond, with its offset in minutes. */
function written(micros: number, minutes: number): string {
  const local = micros + minutes * MICROS_PER_MINUTE;
  const seconds = Math.floor(local / 1e6);
  const date = new Date(seconds * 1000).toISOString().slice(0, "2026-03-01T08:30:00".length);
  const ahead = Math.abs(minutes);
  const offset = [Math.floor(ahead / 60), ahead % 60].map((each) => String(each).padStart(2, "0")).join(":");
  return `${date}.${String(local - seconds * 1e6).padStart(6, "0")}${minutes < 0 ? "-" : "+"}${offset}`;
}
