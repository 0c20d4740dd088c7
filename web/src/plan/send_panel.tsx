// The other choice: the reviews go to the service, which remembers the learner from then on.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Client } from "recall-client";

import { isLearnerId } from "../core";
import type { ReviewLog } from "../readers";
import { addressOf } from "../router";
import { client } from "../service/connection";
import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { asNumber, asPercent } from "../texts/format";
import { Panel } from "../ui/panel";
import { Notice } from "../ui/states";
import { Progress } from "./progress";
import { type Sent, sendReviews } from "./sending";
import { columns, sending } from "./state";

export function SendPanel({ log }: { log: ReviewLog }) {
  const words = t.value.plan.send;
  const card = columns.value?.card[0];
  return (
    <Panel title={words.title}>
      <div class="stack">
        <p>{words.lead}</p>
        <p class="hint">{words.what(log.format.cardColumn, card === undefined ? "" : log.cardNames[card]!)}{" "}{words.erase}</p>
        {client.value
          ? <SendForm service={client.value} log={log} />
          : <p>{words.needsKey}{" "}<a href={addressOf("service")}>{t.value.common.connect}</a></p>}
      </div>
    </Panel>
  );
}

function SendForm({ service, log }: { service: Client; log: ReviewLog }) {
  const words = t.value.plan.send;
  const id = useId();
  const learner = useSignal("");
  const wrong = useSignal(false);
  const stopped = useSignal(false);
  const state = sending.state.value;
  const submit = (event: Event) => {
    event.preventDefault();
    const id = learner.value.trim();
    wrong.value = !isLearnerId(id);
    stopped.value = false;
    const chosen = columns.value;
    if (wrong.value || !chosen) return;
    void sending.run((stop, onProgress) => sendReviews(service, id, log, chosen, stop, onProgress));
  };
  const stop = () => {
    sending.stop();
    stopped.value = true;
  };
  if (state.is === "running") return <Progress text={words.sending(asPercent(state.share))} share={state.share} onStop={stop} />;
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <div class="field">
        <label for={id}>{words.learner}</label>
        <input id={id} value={learner.value} onInput={({ currentTarget }) => (learner.value = currentTarget.value)} autocomplete="off"
          aria-invalid={wrong.value ? true : undefined} aria-describedby={`${id}-hint`} />
        <p id={`${id}-hint`} class={wrong.value ? "field-error" : "hint"} role={wrong.value ? "alert" : undefined}>{wrong.value ? words.learnerWrong : words.learnerHint}</p>
      </div>
      <div class="row"><button type="submit">{words.start}</button></div>
      {stopped.value && <Notice kind="warning">{words.stopped}</Notice>}
      {state.is === "failed" && <Notice kind="error">{wordsOf(state.error)}</Notice>}
      {state.is === "done" && <Done sent={state.value} />}
    </form>
  );
}

function Done({ sent: { accepted, repeated, rejected, unnamed, misfits } }: { sent: Sent }) {
  const words = t.value.plan.send;
  return (
    <>
      <Notice kind="success">{words.done(asNumber(accepted), asNumber(repeated))}</Notice>
      {rejected[0] && <Notice kind="warning">{words.rejected(asNumber(rejected.length), rejected[0].message)}</Notice>}
      {unnamed > 0 && <Notice kind="warning">{words.unnamed(asNumber(unnamed))}</Notice>}
      {misfits > 0 && <Notice kind="warning">{words.misfits(asNumber(misfits))}</Notice>}
    </>
  );
}
