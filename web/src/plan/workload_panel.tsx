// The next year: what each target costs, and what it leaves known.

import { useSignal } from "@preact/signals";

import { Legend } from "../charts/legend";
import { bestTarget, TARGETS, type Workload, type Workloads } from "../simulation";
import { t } from "../texts";
import { asPercent } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { NumberField } from "../ui/number_field";
import { Panel } from "../ui/panel";
import { Segments } from "../ui/segments";
import { Notice } from "../ui/states";
import { asFigure, asSpread, MEASURES, type Measure, spreadOfMeasure } from "./measures";
import { simulating, wishes } from "./state";
import { TargetsChart } from "./targets_chart";
import { WishesForm } from "./wishes_form";
import { YearChart } from "./year_chart";

const FIRST_TARGET = TARGETS.indexOf(0.9);

export function WorkloadPanel() {
  const words = t.value.plan.workload;
  const state = simulating.state.value;
  const wished = wishes.value;
  return (
    <Panel title={words.title}>
      <div class="stack">
        {wished && <WishesForm wished={wished} />}
        {state.is === "failed" && <Notice kind="error">{t.value.plan.open.failed}</Notice>}
        {state.is === "idle" && <p class="hint">{words.stopped}</p>}
        {state.is === "done" && <Results workloads={state.value} />}
        <details>
          <summary>{words.how}</summary>
          {words.explanation.map((paragraph) => <p key={paragraph} class="explanation">{paragraph}</p>)}
        </details>
      </div>
    </Panel>
  );
}

function Results({ workloads }: { workloads: Workloads }) {
  const words = t.value.plan.workload;
  const measure = useSignal<Measure>("minutesPerDay");
  const place = useSignal(FIRST_TARGET);
  const { recall, fsrs, sm2 } = words.schedulers;
  const choose = (percent: number) => {
    if (!Number.isNaN(percent)) place.value = Math.min(Math.max(Math.round(percent - 100 * TARGETS[0]!), 0), TARGETS.length - 1);
  };
  return (
    <>
      <Advice workloads={workloads} />
      <Segments label={words.measure} value={measure.value} options={MEASURES.map((each) => [each, words.measures[each]] as const)} onChoose={(each) => (measure.value = each)} />
      <Legend entries={[{ text: recall, series: "a" }, { text: fsrs, series: "b", dashed: true }, { text: sm2, series: "c" }]} />
      <TargetsChart workloads={workloads} measure={measure.value} />
      <div class="target-choice">
        <NumberField label={`${words.target} (%)`} value={Math.round(100 * TARGETS[place.value]!)} minimum={100 * TARGETS[0]!} maximum={Math.round(100 * TARGETS.at(-1)!)} step={1} onInput={choose} />
      </div>
      <AtTarget recall={workloads.recall[place.value]!} fsrs={workloads.fsrs[place.value]!} sm2={workloads.sm2} target={TARGETS[place.value]!} />
    </>
  );
}

/** Which target gives most knowledge per minute, how sure that is, and what more would cost. */
function Advice({ workloads: { recall } }: { workloads: Workloads }) {
  const words = t.value.plan.workload;
  const { best, lowest, highest } = bestTarget(recall.map(({ knownPerMinute }) => knownPerMinute));
  const percent = (place: number) => asPercent(TARGETS[place]!);
  const sentence = lowest === highest ? words.best(percent(best)) : words.bestRange(percent(best), percent(lowest), percent(highest));
  const from = best === FIRST_TARGET ? 0 : best;
  const [low, high] = [Math.min(from, FIRST_TARGET), Math.max(from, FIRST_TARGET)];
  const more = (figure: "minutesPerDay" | "known") => recall[high]![figure].middle - recall[low]![figure].middle;
  const [minutes, cards] = [asFigure(Math.max(more("minutesPerDay"), 0)), asFigure(Math.abs(more("known")))];
  const step = more("known") < 0 ? words.stepFewer : words.step;
  return (
    <Notice kind="info">
      <p>{sentence}{" "}{best === 0 && words.bestLowest(percent(0), asPercent(1 - TARGETS[0]!))}</p>
      <p>{step(percent(low), percent(high), minutes, cards)}</p>
    </Notice>
  );
}

interface AtTargetProps {
  recall: Workload;
  fsrs: Workload;
  sm2: Workload;
  target: number;
}

function AtTarget({ recall, fsrs, sm2, target }: AtTargetProps) {
  const words = t.value.plan.workload;
  const columns = [words.scheduler, words.reviewsPerDay, words.minutesPerDay, words.known, words.perHour];
  const row = (name: string, workload: Workload) => [
    name,
    ...(["reviewsPerDay", "minutesPerDay", "known", "perHour"] as const).map((measure) => asSpread(spreadOfMeasure(workload, measure))),
  ];
  const { schedulers } = words;
  return (
    <>
      <h3>{words.atTarget(asPercent(target))}</h3>
      <YearChart recall={recall} fsrs={fsrs} sm2={sm2} />
      <div class="at-target">
        <DataTable caption={words.atTarget(asPercent(target))} columns={columns}
          rows={[row(schedulers.recall, recall), row(schedulers.fsrs, fsrs), row(words.noTarget, sm2)]} />
      </div>
    </>
  );
}
