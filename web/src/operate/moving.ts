// A promotion or a rollback that is under way: it goes on while its dialog is closed, and what came of it stays known.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Move, Operations } from "../service/operations";
import { t } from "../texts";
import { isPassing, isSessionOver, wordsOf } from "./errors";
import { isOver, operations } from "./session";

export type Wanted = { kind: "promote"; version: string } | { kind: "rollback" };

/** What came of a move: the version that is live now, or why it isn't. */
export type Outcome = { live: string } | { wanted: Wanted; problem: string };

export interface Moving {
  busy: boolean;
  outcome: Outcome | null;
  start: (wanted: Wanted, reason: string) => Promise<Outcome>;
  /** Forget the outcome. */
  clear: () => void;
}

const POLL_MS = 3_000;

export function useMoving(): Moving {
  const busy = useSignal(false);
  const outcome = useSignal<Outcome | null>(null);
  const isHere = useRef(true);
  useEffect(() => () => void (isHere.current = false), []);
  const start = async (wanted: Wanted, reason: string) => {
    [busy.value, outcome.value] = [true, null];
    const found = await outcomeOf(wanted, made(operations.peek()!, wanted, reason, () => isHere.current));
    [busy.value, outcome.value] = [false, found];
    return found;
  };
  return { busy: busy.value, outcome: outcome.value, start, clear: () => (outcome.value = null) };
}

async function outcomeOf(wanted: Wanted, move: Promise<Move>): Promise<Outcome> {
  try {
    const { status, version, why = "" } = await move;
    if (status === "done") return { live: version };
    return { wanted, problem: status === "refused" ? t.value.operate.errors.refused(why) : t.value.operate.move.failed(why) };
  } catch (error) {
    if (isSessionOver(error)) isOver.value = true;
    return { wanted, problem: wordsOf(error) };
  }
}

/** Ask for a move, and wait until the gates have spoken, through errors that pass and the end of the session. */
async function made(api: Operations, wanted: Wanted, reason: string, isWaitedFor: () => boolean): Promise<Move> {
  let move = await (wanted.kind === "promote" ? api.promote(wanted.version, reason) : api.rollback(reason));
  while (move.status === "running" && isWaitedFor()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (isOver.peek()) continue;
    try {
      move = await api.move(move.id);
    } catch (error) {
      if (isSessionOver(error)) isOver.value = true;
      else if (!isPassing(error)) throw error;
    }
  }
  return move;
}
