// When what waits is sent: at once where there is a network and a key, by one tab at a time, again after a failure.

import { effect, signal } from "@preact/signals";
import { ApiError } from "recall-client";

import { client } from "../service/connection";
import { isPassing } from "../service/errors";
import { online } from "../service/online";
import { pull, refreshDue, sendUndone, sendWaiting } from "./exchange";
import { changed, learnerId, onChangeElsewhere, waiting } from "./state";

const FIRST_PAUSE = 5_000; // milliseconds
const LONGEST_PAUSE = 300_000;
const EXTENTS = ["waiting", "compared", "all"] as const;
type Extent = (typeof EXTENTS)[number];

export const syncing = signal(false);
/** Why the last attempt failed; null after one that didn't. */
export const problem = signal<unknown>(null);
/** Reviews on this device of a learner of whom the service knows nothing: it may be a new one, or they were erased. */
export const unknownThere = signal(0);

let running: Promise<void> | null = null;
let wanted = false;
let extent: Extent = "waiting";
let failures = 0;
let timer = 0;

function widen(asked: Extent): void {
  if (EXTENTS.indexOf(asked) > EXTENTS.indexOf(extent)) extent = asked;
}

/**
 * Send what waits.
 * @param asked Also get the service's due dates, and what other devices did: if it shows, or in any case.
 */
export function sync(asked: Extent = "waiting"): Promise<void> {
  wanted = true;
  widen(asked);
  running ??= untilDone();
  return running;
}

async function untilDone(): Promise<void> {
  try {
    while (wanted) {
      wanted = false;
      await attempt();
    }
  } finally {
    running = null; // at once: what is asked for from here on begins anew
  }
}

async function attempt(): Promise<void> {
  const [id, connected] = [learnerId.peek(), client.peek()];
  if (!connected || !id || !online.peek()) return;
  const service = connected.learner(id);
  clearTimeout(timer);
  syncing.value = true;
  let [doing, unknown] = [extent, unknownThere.peek()];
  extent = "waiting"; // whoever asks for more from here on gets it in the next attempt
  try {
    // Of all tabs: what one sends, another would send too.
    await navigator.locks.request("recall-study", async () => {
      const undone = await sendUndone(service, id);
      if (doing !== "waiting") unknown = await pull(service, id, doing === "all");
      else if (undone) doing = "compared"; // from here on, also after a failure: the dates are out of date
      if (learnerId.peek() === id) unknownThere.value = unknown; // another one may have been chosen meanwhile
      if (unknown) return;
      await sendWaiting(service, id);
      if (doing !== "waiting") await refreshDue(service, id);
    });
    failures = 0;
    problem.value = null;
  } catch (error) {
    widen(doing);
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
  if (ready) void sync("compared");
});

// What another tab couldn't send, since it has no key. What fails here, too, isn't tried again for each change.
onChangeElsewhere(() => {
  if (waiting.peek().length > 0 && problem.peek() === null && unknownThere.peek() === 0) void sync();
});
