// What the device keeps: decks with their texts, a learner's reviews, and what the service said of their due dates.

import { MILLISECONDS_PER_DAY, type Rating, studyDay, type StudyReview } from "../core";

export interface StoredDeck {
  id: string;
  name: string;
  importedAt: number;
}

/** A card's texts, which stay on this device; its id is the card's at the service. */
export interface StoredCard {
  deck: string;
  id: string;
  front: string;
  back: string;
  place: number;
}

/**
 * What became of a review: it waits to be sent, is at the service, waits to be taken back there, or was refused.
 */
export type ReviewState = "waiting" | "sent" | "undoing" | "rejected";

export interface StoredReview {
  learner: string;
  card: string;
  eventId: string;
  rating: Rating;
  /** Milliseconds since 1970. */
  at: number;
  /** Minutes from UTC to the learner's clock then; positive in the east. */
  offset: number;
  /** How long the answer took; null where that isn't known. */
  milliseconds: number | null;
  state: ReviewState;
  /** Whether it was ever on its way: then the service may have it, even if no response came. */
  attempted: boolean;
  /** Why it was refused, in the service's words. */
  problem?: string;
}

/** What the service said last of a learner. */
export interface StoredLearner {
  learner: string;
  /** Recall probability at which cards come back. */
  target: number;
  /** When each card is due, in milliseconds since 1970. */
  due: Record<string, number>;
}

export const DEFAULT_TARGET = 0.9;

/** Minutes from UTC to this device's clock at a moment; positive in the east. */
export function offsetAt(at: number): number {
  return -new Date(at).getTimezoneOffset();
}

/** The study day of a moment, by this device's clock. */
export function dayOf(at: number): number {
  return studyDay(at, offsetAt(at));
}

/** By time, those of one moment by their ids: the order of the service's memory. */
export function byTime(a: StoredReview, b: StoredReview): number {
  return a.at - b.at || (a.eventId < b.eventId ? -1 : 1);
}

/** A review as the model takes it. */
export function asStudyReview({ at, offset, rating, milliseconds }: StoredReview): StudyReview {
  const seconds = (milliseconds ?? 0) / 1000;
  return { time: at / MILLISECONDS_PER_DAY, rating, day: studyDay(at, offset), seconds };
}

/** A moment by the clock that showed it: "2026-11-20T08:15:00.000+01:00". */
export function isoTime(at: number, offset: number): string {
  const local = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, "0"));
  return `${local}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}

/** Minutes from UTC to the clock that a moment was written by. */
export function offsetOf(iso: string): number {
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(iso) ?? [];
  return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
}
