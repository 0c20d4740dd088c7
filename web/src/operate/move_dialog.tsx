// Making another model live: what that does, the reason for the record, and what came of it.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { type Move, type Operations } from "../service/operations";
import { t } from "../texts";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/states";
import { isSessionOver, wordsOf } from "./errors";
import { isOver, operations } from "./session";

export type Wanted = { kind: "promote"; version: string } | { kind: "rollback" };

interface Props {
  wanted: Wanted;
  onClose: () => void;
  onDone: (version: string) => void;
}

const POLL_MS = 3_000;
const LONGEST = 200; // characters

export function MoveDialog({ wanted, onClose, onDone }: Props) {
  const words = t.value.operate.move;
  const id = useId();
  const reason = useSignal("");
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    problem.value = reason.value.trim() ? null : words.noReason;
    if (problem.value) return;
    busy.value = true;
    try {
      const move = await made(operations.peek()!, wanted, reason.value.trim());
      if (move.status === "done") onDone(move.version);
      else problem.value = move.status === "refused" ? t.value.operate.errors.refused(move.why ?? "") : words.failed(move.why ?? "");
    } catch (error) {
      if (isSessionOver(error)) isOver.value = true;
      problem.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={wanted.kind === "promote" ? words.promoteTitle(wanted.version) : words.rollbackTitle} onClose={onClose}>
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        <p>{wanted.kind === "promote" ? words.promoteHint : words.rollbackHint}</p>
        <div class="field">
          <label for={id}>{words.reason}</label>
          <input id={id} type="text" maxLength={LONGEST} value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
        </div>
        {problem.value && <Notice kind="error">{problem.value}</Notice>}
        {busy.value && <Notice kind="info">{words.checking}</Notice>}
        <div class="row">
          <button type="submit" class="primary" disabled={busy.value}>{wanted.kind === "promote" ? words.promote : words.rollback}</button>
          <button type="button" onClick={onClose}>{t.value.common.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Ask for a move, and wait until the gates have spoken. */
async function made(api: Operations, wanted: Wanted, reason: string): Promise<Move> {
  let move = await (wanted.kind === "promote" ? api.promote(wanted.version, reason) : api.rollback(reason));
  while (move.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    move = await api.move(move.id);
  }
  return move;
}
