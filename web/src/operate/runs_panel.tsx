// Training runs: those of the last 90 days, one of them in full, and starting another.

import { useSignal } from "@preact/signals";

import type { Run, Runs } from "../service/operations";
import { t } from "../texts";
import { asMoment } from "../texts/format";
import { Panel } from "../ui/panel";
import { Loaded } from "../ui/remote";
import { Empty } from "../ui/states";
import { wordsOf } from "./errors";
import { useOwners } from "./owners";
import { RunDetail } from "./run_detail";
import { StartRun } from "./start_run";

const WHILE_RUNNING = 5_000; // milliseconds
const SHOWN_AT_FIRST = 10;

export function RunsPanel() {
  const runs = useOwners((api) => api.runs(), (found) => (found?.runs.some(isRunning) ? WHILE_RUNNING : null));
  return (
    <Panel title={t.value.operate.runs.title}>
      <Loaded of={runs} words={wordsOf}>{(found) => <Found runs={found} onStarted={runs.reload} />}</Loaded>
    </Panel>
  );
}

function Found({ runs: { runs, automl_most_seconds: most }, onStarted }: { runs: Runs; onStarted: () => void }) {
  const words = t.value.operate.runs;
  const all = useSignal(false);
  const shown = all.value ? runs : runs.slice(0, SHOWN_AT_FIRST);
  return (
    <div class="stack">
      <StartRun most={most} onStarted={onStarted} />
      {runs.length ? <ul class="entries">{shown.map((run) => <Entry key={run.name} run={run} />)}</ul> : <Empty title={words.none}>{words.noneHint}</Empty>}
      {shown.length < runs.length && <button type="button" class="plain fit" onClick={() => (all.value = true)}>{words.all}</button>}
    </div>
  );
}

function Entry({ run }: { run: Run }) {
  const words = t.value.operate.runs;
  const open = useSignal(false);
  const { name, status, started_at: startedAt } = run;
  return (
    <li>
      <div class="row spread">
        <p class="row"><strong>{name}</strong> <span class={`badge ${status}`}>{words.statuses[status]}</span></p>
        <button type="button" class="small" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? t.value.common.close : words.details}<span class="visually-hidden"> {name}</span>
        </button>
      </div>
      {startedAt && <p class="hint">{words.started(asMoment(new Date(startedAt)))}</p>}
      {open.value && <RunDetail name={name} />}
    </li>
  );
}

function isRunning({ status }: Run): boolean {
  return status === "running";
}
