// One training run: what each step found, followed while it runs, and its report.

import { useSignal } from "@preact/signals";

import { STEPS, type Step, type WholeRun } from "../service/operations";
import { t } from "../texts";
import { asInterval, asMoment } from "../texts/format";
import { Loaded } from "../ui/remote";
import { wordsOf } from "./errors";
import { useOwners } from "./owners";
import { ReportFrame } from "./report_frame";

const WHILE_RUNNING = 5_000; // milliseconds
const DAY = 86_400_000;

export function RunDetail({ name }: { name: string }) {
  const run = useOwners((api) => api.run(name), (found) => (found?.status === "running" ? WHILE_RUNNING : null), [name]);
  return <Loaded of={run} words={wordsOf}>{(found) => <Detail run={found} />}</Loaded>;
}

function Detail({ run }: { run: WholeRun }) {
  const words = t.value.operate.runs;
  const reading = useSignal(false);
  const { name, status, started_at: startedAt, ended_at: endedAt, steps, report } = run;
  return (
    <div class="stack detail">
      <p>{words.meanings[status]}</p>
      {startedAt && endedAt && <p class="hint">{words.took(asMoment(new Date(endedAt)), asInterval((Date.parse(endedAt) - Date.parse(startedAt)) / DAY))}</p>}
      {status === "running" && <progress max={STEPS.length} value={Object.keys(steps).length} aria-label={words.progress} />}
      <ol class="steps">{STEPS.map((step) => <StepLine key={step} step={step} run={run} />)}</ol>
      {report
        ? <button type="button" class="fit" aria-expanded={reading.value} onClick={() => (reading.value = !reading.value)}>{reading.value ? words.closeReport : words.openReport}</button>
        : <p class="hint">{words.noReport}</p>}
      {reading.value && <Report name={name} />}
    </div>
  );
}

function StepLine({ step, run: { steps, status } }: { step: Step; run: WholeRun }) {
  const words = t.value.operate.runs;
  const found = steps[step];
  const isAtWork = status === "running" && !found && STEPS.find((each) => !steps[each]) === step;
  const state = found ? (found.go ? words.stepDone : words.stepStopped) : isAtWork ? words.stepRunning : words.stepWaiting;
  return (
    <li class={found ? "done" : isAtWork ? "at-work" : "waiting"}>
      <strong>{words.steps[step]}</strong>: {state}{found?.why && <> <span lang="en">{found.why}</span></>}
    </li>
  );
}

function Report({ name }: { name: string }) {
  const report = useOwners((api) => api.report(name), () => null, [name]);
  return <Loaded of={report} words={wordsOf}>{(html) => <ReportFrame html={html} title={t.value.operate.runs.reportOf(name)} />}</Loaded>;
}
