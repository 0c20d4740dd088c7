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
import { MoveDialog, type Wanted } from "./move_dialog";
import { useOwners } from "./owners";

export function ModelsPanel() {
  const words = t.value.operate.models;
  const models = useOwners((api) => api.models());
  const wanted = useSignal<Wanted | null>(null);
  const done = useSignal<string | null>(null);
  const moved = (version: string) => {
    wanted.value = null;
    done.value = version;
    models.reload();
  };
  return (
    <Panel title={words.title}>
      <div class="stack">
        {done.value && <Notice kind="success">{words.done(done.value)}</Notice>}
        <Loaded of={models} words={wordsOf}>{(found) => <Found models={found} onWant={(move) => (wanted.value = move)} />}</Loaded>
      </div>
      {wanted.value && <MoveDialog wanted={wanted.value} onClose={() => (wanted.value = null)} onDone={moved} />}
    </Panel>
  );
}

function Found({ models: { live, models, moves }, onWant }: { models: Models; onWant: (wanted: Wanted) => void }) {
  const words = t.value.operate.models;
  if (!models.length) return <Empty title={words.none}>{words.noneHint}</Empty>;
  return (
    <div class="stack">
      {live === null && <p class="hint">{words.defaultLive}</p>}
      <ul class="entries">{models.map((model) => <Entry key={model.version} model={model} onWant={onWant} />)}</ul>
      {moves.length > 0 && (
        <>
          <button type="button" class="fit" onClick={() => onWant({ kind: "rollback" })}>{words.rollback}</button>
          <details>
            <summary>{words.history}</summary>
            <DataTable caption={words.history} columns={[words.when, words.what, words.who, words.why]} rows={moves.map(cellsOf)} />
          </details>
        </>
      )}
    </div>
  );
}

function Entry({ model, onWant }: { model: StoredModel; onWant: (wanted: Wanted) => void }) {
  const words = t.value.operate.models;
  const { version, live, trained_at: trainedAt, simulated } = model;
  return (
    <li>
      <div class="row spread">
        <p class="row"><strong>{version}</strong> {live && <span class="badge ok">{words.live}</span>}</p>
        {!live && <button type="button" class="small" onClick={() => onWant({ kind: "promote", version })}>{words.promote}<span class="visually-hidden"> {version}</span></button>}
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
