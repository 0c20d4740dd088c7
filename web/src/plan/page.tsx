// Plan: what one's own reviews say, and what each target would cost next year. All of it happens in the page.

import { source } from "../service/model";
import { t } from "../texts";
import { asNumber, asPercent } from "../texts/format";
import { Choice } from "../ui/choice";
import { Notice } from "../ui/states";
import { ComparisonPanel } from "./comparison_panel";
import { ContentsPanel } from "./contents_panel";
import { CurvePanel } from "./curve_panel";
import { OpenPanel } from "./open_panel";
import "./plan.css";
import { Progress } from "./progress";
import { RetentionPanel } from "./retention_panel";
import { SendPanel } from "./send_panel";
import { analysing, chooseLearner, chooseZone, DEVICE_ZONE, forget, learner, type Opened, reading, zone } from "./state";
import type { Analysis } from "./analysis";
import { WorkloadPanel } from "./workload_panel";

const ZONES = [...new Set([DEVICE_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
/** Fewer outcomes say too little of a learner. */
const FEWEST_OUTCOMES = 50;

export function PlanPage() {
  const words = t.value.plan;
  const opened = reading.value;
  return (
    <div class="plan stack">
      <div class="page-head">
        <h1>{words.title}</h1>
        <SourceLine />
      </div>
      <p class="lead">{words.lead}</p>
      {opened ? <OpenedReviews opened={opened} /> : <OpenPanel />}
    </div>
  );
}

function SourceLine() {
  const from = source.value;
  if (from.kind === "asked") return <p class="hint">{t.value.plan.open.byService}</p>;
  return <p class="hint">{from.kind === "live" ? t.value.common.liveModel(from.version) : t.value.common.defaultModel}</p>;
}

function OpenedReviews({ opened: { log, learners } }: { opened: Opened }) {
  const words = t.value.plan.open;
  const state = analysing.state.value;
  const options = learners.map(({ name, reviews, index }) => [String(index), words.learnerOption(name, asNumber(reviews))] as const);
  return (
    <>
      <div class="row opened">
        <p class="file">{log ? log.name : words.sampleName}</p>
        <button type="button" class="small" onClick={forget}>{words.another}</button>
        {options.length > 1 && <Choice label={words.learner} value={String(learner.value)} options={options} onChoose={(index) => void chooseLearner(Number(index))} />}
        {log && <ZoneChoice />}
      </div>
      {log ? <p class="hint">{words.local}</p> : <Notice kind="info">{words.sampleNote}</Notice>}
      {state.is === "running" && <Progress text={words.analysing(asPercent(state.share))} share={state.share} onStop={forget} />}
      {state.is === "failed" && <Notice kind="error">{words.failed}</Notice>}
      {state.is === "done" && <Figures analysis={state.value} opened={{ log, learners }} />}
    </>
  );
}

function ZoneChoice() {
  const words = t.value.plan.open;
  const options = [["", words.zoneOfFile(DEVICE_ZONE)], ...ZONES.map((each) => [each, each] as const)] as const;
  return <Choice label={words.zone} value={zone.value} options={options} onChoose={(chosen) => void chooseZone(chosen)} />;
}

function Figures({ analysis, opened: { log } }: { analysis: Analysis; opened: Opened }) {
  const { contents, retention, comparison, typicalCards } = analysis;
  const words = t.value.plan.tooFew;
  const outcomes = comparison?.outcomes ?? 0;
  return (
    <>
      <div class="plan-panels">
        <ContentsPanel contents={contents} log={log} />
        {comparison && outcomes >= FEWEST_OUTCOMES
          ? (
            <>
              <RetentionPanel groups={retention} />
              <CurvePanel cards={typicalCards} />
              <ComparisonPanel comparison={comparison} />
            </>
          )
          : <Notice kind="warning"><strong>{words.title}</strong>{" "}{words.outcomes(asNumber(outcomes), asNumber(FEWEST_OUTCOMES))}</Notice>}
      </div>
      <WorkloadPanel />
      {log && <SendPanel log={log} />}
    </>
  );
}
