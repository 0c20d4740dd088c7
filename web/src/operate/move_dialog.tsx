// Making another model live: what that does, the reason for the record, and why it couldn't be done.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { t } from "../texts";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/states";
import type { Moving, Wanted } from "./moving";
import { isOver } from "./session";

interface Props {
  wanted: Wanted;
  moving: Moving;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}

const LONGEST = 200; // characters

export function MoveDialog({ wanted, moving: { busy, outcome }, onSubmit, onClose }: Props) {
  const words = t.value.operate.move;
  const id = useId();
  const reason = useSignal("");
  const isMissing = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    isMissing.value = !reason.value.trim();
    if (!isMissing.value) onSubmit(reason.value.trim());
  };
  const problem = isMissing.value ? words.noReason : outcome && "problem" in outcome && outcome.problem;
  return (
    <Dialog title={wanted.kind === "promote" ? words.promoteTitle(wanted.version) : words.rollbackTitle} onClose={onClose}>
      <form class="stack" noValidate onSubmit={submit}>
        <p>{wanted.kind === "promote" ? words.promoteHint : words.rollbackHint}</p>
        <div class="field">
          <label for={id}>{words.reason}</label>
          <input id={id} type="text" maxLength={LONGEST} value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
        </div>
        {problem && <Notice kind="error">{problem}</Notice>}
        {busy && <Notice kind="info">{isOver.value ? t.value.operate.errors.sessionOver : words.checking}</Notice>}
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>{wanted.kind === "promote" ? words.promote : words.rollback}</button>
          <button type="button" onClick={onClose}>{busy ? t.value.common.close : t.value.common.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}
