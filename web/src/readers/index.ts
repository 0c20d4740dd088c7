// Files into review logs and decks, in the page and in a worker of its own.

import { ReadError } from "./errors";
import type { Deck } from "./deck";
import type { ReadOptions, ReviewLog } from "./log";
import type { Answer, Request } from "./worker";

export { ReadError } from "./errors";
export type { Damaged, OtherFormat, ReadErrorCode, ReadErrorValues, ReadFailure } from "./errors";
export type { Deck, DeckCard, DeckSkip } from "./deck";
export type {
  Example, Format, Kind, Layout, Note, ReadOptions, ReviewColumns, ReviewLog, SkipReason, TimeUnit, Wrapping,
} from "./log";

/** How a file is read: with what is known of it, and with ways to follow and to stop it. */
export interface ReviewsOptions extends ReadOptions {
  readonly signal?: AbortSignal;
  /** Is told how much has been read, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Read a review log: an Anki collection or package, CSV, JSON or Parquet. The file doesn't leave the page.
 *
 * @throws ReadError - if it can't be read; `AbortError` if the signal stops it
 */
export function readReviews(file: File, { signal, onProgress, ...options }: ReviewsOptions = {}): Promise<ReviewLog> {
  return ask({ kind: "reviews", file, options }, "reviews", signal, onProgress).then(({ log }) => log);
}

/**
 * Read a deck of cards to study: a table of fronts and backs, or an Anki package.
 *
 * @throws ReadError - if it can't be read; `AbortError` if the signal stops it
 */
export function readDeck(file: File, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Deck> {
  return ask({ kind: "deck", file }, "deck", signal).then(({ deck }) => deck);
}

type AnswerOf<K extends Answer["kind"]> = Extract<Answer, { kind: K }>;

function ask<K extends "reviews" | "deck">(
  request: Request,
  kind: K,
  signal?: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<AnswerOf<K>> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const answered = new Promise<AnswerOf<K>>((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "progress") onProgress?.(data.share);
      else if (data.kind === "failed") reject(new ReadError(data.failure.code, data.failure.values));
      else if (data.kind === kind) resolve(data as AnswerOf<K>);
    });
    // The worker's own mistakes, and running out of memory.
    worker.addEventListener("error", () => reject(new ReadError("unreadable", {})));
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  worker.postMessage(request);
  return answered.finally(() => worker.terminate());
}
