// When what waits is sent: at once where there is a network and a key, by one tab at a time, again after a failure.

import { effect, signal } from "@preact/signals";
import { ApiError } from "recall-client";

import { client } from "../service/connection";
import { isPassing } from "../service/errors";
import { online } from "../service/online";
import { pull, refreshDue, sendUndone, sendWaiting } from "./exchange";
import { changed, learnerId } from "./state";

const FIRST_PAUSE = 5_000; // milliseconds
const LONGEST_PAUSE = 300_000;

export const syncing = signal(false);
/** Why the last attempt failed; null after one that didn't. */
export const problem = signal<unknown>(null);
/** Reviews on this device of a learner of whom the service knows nothing: it may be a new one, or they were erased. */
export const unknownThere = signal(0);

let running: Promise<void> | null = null;
let wanted = false;
let whole = false;
let failures = 0;
let timer = 0;

/**
 * Send what waits.
 * @param everything Also get what other devices did, and the service's due dates.
 */
export function sync(everything = false): Promise<void> {
  wanted = true;
  whole ||= everything;
  running ??= untilDone().finally(() => (running = null));
  return running;
}

async function untilDone(): Promise<void> {
  while (wanted) {
    wanted = false;
    await attempt();
  }
}

async function attempt(): Promise<void> {
  const [id, connected] = [learnerId.peek(), client.peek()];
  if (!connected || !id || !online.peek()) return;
  const service = connected.learner(id);
  clearTimeout(timer);
  syncing.value = true;
  try {
    // Of all tabs: what one sends, another would send too.
    await navigator.locks.request("recall-study", async () => {
      const undone = await sendUndone(service, id);
      if (whole) unknownThere.value = await pull(service, id);
      if (unknownThere.peek()) return;
      await sendWaiting(service, id);
      if (whole || undone) await refreshDue(service, id);
    });
    whole = false;
    failures = 0;
    problem.value = null;
  } catch (error) {
    problem.value = error;
    if (isPassing(error)) tryAgain(error);
  }
  syncing.value = false;
  await changed();
}

function tryAgain(error: unknown): void {
  const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
  timer = window.setTimeout(() => void sync(), asked + Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE));
  failures += 1;
}

// A key, another learner or the network's return: everything is compared and sent.
effect(() => {
  const ready = client.value !== null && learnerId.value !== "" && online.value;
  unknownThere.value = 0;
  problem.value = null;
  if (ready) void sync(true);
});
