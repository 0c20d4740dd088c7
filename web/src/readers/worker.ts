// The worker: nothing that it reads leaves the page.

import { readDeckFile } from "./deck";
import { ReadError, type ReadFailure } from "./errors";
import type { Deck } from "./deck";
import type { ReadOptions, ReviewLog } from "./log";
import { read } from "./read";

/** What the page asks for. */
export type Request =
  | { readonly kind: "reviews"; readonly file: File; readonly options: ReadOptions }
  | { readonly kind: "deck"; readonly file: File };

/** What the worker answers: progress any number of times, then one of the others. */
export type Answer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "reviews"; readonly log: ReviewLog }
  | { readonly kind: "deck"; readonly deck: Deck }
  | { readonly kind: "failed"; readonly failure: ReadFailure };

const scope = self as unknown as DedicatedWorkerGlobalScope;

function answer(message: Answer, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

scope.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  void (data.kind === "reviews" ? answerReviews(data.file, data.options) : answerDeck(data.file)).catch(answerFailure);
});

async function answerReviews(file: File, options: ReadOptions): Promise<void> {
  const log = await read(file, options, (share) => answer({ kind: "progress", share }));
  const columns = [...Object.values(log.reviews), log.learnerOfCard] as { buffer: ArrayBuffer }[];
  answer({ kind: "reviews", log }, columns.map(({ buffer }) => buffer));
}

async function answerDeck(file: File): Promise<void> {
  answer({ kind: "deck", deck: await readDeckFile(file) });
}

function answerFailure(error: unknown): void {
  if (error instanceof ReadError) {
    answer({ kind: "failed", failure: { code: error.code, values: error.values } as ReadFailure });
  } else if (error instanceof DOMException || error instanceof RangeError) {
    // The file is gone or was changed while it was read, or there isn't enough memory for it.
    answer({ kind: "failed", failure: { code: "unreadable", values: {} } });
  } else {
    setTimeout(() => { throw error; }); // a mistake of ours: let the page see it
  }
}
