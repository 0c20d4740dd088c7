// The models with their figures and gates; which one is live, and making another one live.

import { useSignal } from "@preact/signals";

import type { Models, PastMove, StoredModel } from "../service/operations";
import { t } from "../texts";
import { asFigure, asMoment, asNumber } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { Panel } from "../ui/panel";
import { Loaded } from "../ui/remote";
import { Empty, Notice } from "../ui/states";
import { wordsOf } from "./errors";
import { MoveDialog } from "./move_dialog";
import { useMoving, type Outcome, type Wanted } from "./moving";
import { useOwners } from "./owners";

export function ModelsPanel() {
  const words = t.value.operate.models;
  const models = useOwners((api) => api.models());
  const wanted = useSignal<Wanted | null>(null);
  const moving = useMoving();
  const want = (move: Wanted) => {
    moving.clear();
    wanted.value = move;
  };
  const close = () => {
    if (!moving.busy) moving.clear(); // it was seen
    wanted.value = null;
  };
  const submit = async (reason: string) => {
    const outcome = await moving.start(wanted.peek()!, reason);
    if (!("live" in outcome)) return;
    wanted.value = null;
    models.reload();
  };
  return (
    <Panel title={words.title}>
      <div class="stack">
        {!wanted.value && moving.busy && <Notice kind="info">{t.value.operate.move.checking}</Notice>}
        {!wanted.value && moving.outcome && <Came outcome={moving.outcome} />}
        <Loaded of={models} words={wordsOf}>{(found) => <Found models={found} isBusy={moving.busy} onWant={want} />}</Loaded>
      </div>
      {wanted.value && <MoveDialog wanted={wanted.value} moving={moving} onSubmit={(reason) => void submit(reason)} onClose={close} />}
    </Panel>
  );
}

/** What came of a move whose dialog is closed. */
function Came({ outcome }: { outcome: Outcome }) {
  const words = t.value.operate.move;
  if ("live" in outcome) return <Notice kind="success">{t.value.operate.models.done(outcome.live)}</Notice>;
  const { wanted, problem } = outcome;
  return <Notice kind="error">{wanted.kind === "promote" ? words.promoteTitle(wanted.version) : words.rollbackTitle} {problem}</Notice>;
}

interface Shown {
  /** Whether a move is under way: then no other one can begin. */
  isBusy: boolean;
  onWant: (wanted: Wanted) => void;
}

function Found({ models: { live, rollback_to: before, models, moves }, isBusy, onWant }: Shown & { models: Models }) {
  const words = t.value.operate.models;
  if (!models.length) return <Empty title={words.none}>{words.noneHint}</Empty>;
  return (
    <div class="stack">
      <p class="hint">{live === null ? words.defaultLive : words.nowLive(live)}</p>
      <ul class="entries">{models.map((model) => <Entry key={model.version} model={model} isBusy={isBusy} onWant={onWant} />)}</ul>
      {before !== null && <button type="button" class="fit" disabled={isBusy} onClick={() => onWant({ kind: "rollback" })}>{words.rollback}</button>}
      {moves.length > 0 && (
        <details>
          <summary>{words.history}</summary>
          <DataTable caption={words.history} columns={[words.when, words.what, words.who, words.why]} rows={moves.map(cellsOf)} />
        </details>
      )}
    </div>
  );
}

function Entry({ model, isBusy, onWant }: Shown & { model: StoredModel }) {
  const words = t.value.operate.models;
  const { version, live, trained_at: trainedAt, simulated } = model;
  return (
    <li>
      <div class="row spread">
        <p class="row"><strong>{version}</strong> {live && <span class="badge ok">{words.live}</span>}</p>
        {!live && <button type="button" class="small" disabled={isBusy} onClick={() => onWant({ kind: "promote", version })}>{words.promote}<span class="visually-hidden"> {version}</span></button>}
      </div>
      <p class="hint">{[words.formats[model.format], trainedAt && words.trained(asMoment(new Date(trainedAt))), figuresOf(model)].filter(Boolean).join(" · ")}</p>
      {simulated && <p class="hint">{words.simulated}</p>}
      <GatesLine model={model} />
    </li>
  );
}

function GatesLine({ model: { gates } }: { model: StoredModel }) {
  const words = t.value.operate.models;
  if (!gates) return <p class="hint">{words.notJudged}</p>;
  return (
    <p>
      <span class={`badge ${gates.passed ? "ok" : "alarm"}`}>{gates.passed ? words.passed : words.failed}</span>
      {gates.against && <> <span lang="en">{gates.against}</span></>}
      {gates.forced && <> {words.forced(gates.forced)}</>}
    </p>
  );
}

function figuresOf({ log_loss: loss, auc, reviews }: StoredModel): string {
  const words = t.value.operate.models;
  return [
    loss === null ? "" : words.logLoss(asFigure(loss)),
    auc === null ? "" : words.auc(asFigure(auc)),
    reviews === null ? "" : words.reviews(asNumber(reviews)),
  ].filter(Boolean).join(" · ");
}

function cellsOf({ kind, from, to, by, why, at }: PastMove): string[] {
  const words = t.value.operate.models;
  return [asMoment(new Date(at)), words.moves[kind](from ?? words.theDefault, to), by, why || words.noReason];
}
