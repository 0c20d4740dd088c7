// The model card: what the model was trained on, how good it is, and what it isn't for.

import type { Client, Model } from "recall-client";

import { Reliability } from "../charts/reliability";
import { ReliabilityTable } from "../quality/panel";
import { asBin } from "../quality/weeks";
import { t } from "../texts";
import { asDate, asFigure, asNumber, asPercent } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import { Loaded, useRemote } from "../ui/remote";
import { Notice } from "../ui/states";

/** What a training wrote of itself; each part may be missing. */
interface Training {
  learners?: number;
  cards?: number;
  reviews?: number;
  scored_reviews?: number;
  first_review?: string;
  last_review?: string;
  prior?: { name: string; share: number } | null;
  run?: string | null;
  simulated?: boolean;
  metrics?: Partial<Record<Metric | "held_out_reviews", number | null>>;
  reliability?: number[][];
  ranges?: Record<string, [number, number]>;
}

const METRICS = ["log_loss", "baseline_log_loss", "auc", "brier", "ece"] as const;
type Metric = (typeof METRICS)[number];

export function ModelPanel({ service }: { service: Client }) {
  const model = useRemote(() => service.model(), [service]);
  return (
    <Panel title={t.value.service.model.title}>
      <Loaded of={model}>{(card) => <Card model={card} training={card.training as Training | null} />}</Loaded>
    </Panel>
  );
}

function Card({ model, training }: { model: Model; training: Training | null }) {
  const words = t.value.service.model;
  const { metrics, reliability = [] } = training ?? {};
  const heldOut = metrics?.held_out_reviews ?? 0;
  const measured = metrics !== undefined && heldOut > 0;
  return (
    <div class="stack">
      <ModelFacts model={model} training={training ?? {}} />
      {!training && <p class="hint">{words.noFigures}</p>}
      {training && !measured && reliability.length === 0 && <p class="hint">{words.noMeasures}</p>}
      {training?.simulated && <Notice kind="warning">{words.simulated}</Notice>}
      <div class="plots">
        {measured && <Measures metrics={metrics} reviews={heldOut} />}
        {reliability.length > 0 && <ModelReliability rows={reliability} />}
      </div>
      <Inputs features={model.features} trained={training?.ranges ?? {}} />
      <div>
        <h3>{words.limits}</h3>
        <ul class="limits">{words.limitsList.map((limit) => <li key={limit}>{limit}</li>)}</ul>
      </div>
    </div>
  );
}

function ModelFacts({ model, training }: { model: Model; training: Training }) {
  const words = t.value.service.model;
  const { reviews, scored_reviews: scored, first_review: first, last_review: last, prior } = training;
  const count = (value: number | undefined) => (value ? asNumber(value) : null);
  return (
    <Facts
      of={[
        [words.version, model.model_version],
        [words.trained, model.trained_at && asDate(new Date(model.trained_at))],
        [words.estimator, model.estimator],
        [words.operators, model.operators?.join(", ")],
        [words.exportedBy, model.producer],
        [words.servedBy, model.onnxruntime ? `onnxruntime ${model.onnxruntime}` : model.scikit_learn && `scikit-learn ${model.scikit_learn}`],
        [words.learners, count(training.learners)],
        [words.cards, count(training.cards)],
        [words.reviews, reviews && (scored ? words.scored(asNumber(reviews), asNumber(scored)) : asNumber(reviews))],
        [words.period, first && last && words.from(asDate(new Date(first)), asDate(new Date(last)))],
        [words.prior, prior && words.share(prior.name, asPercent(prior.share))],
        [words.run, training.run],
      ]}
    />
  );
}

function Measures({ metrics, reviews }: { metrics: NonNullable<Training["metrics"]>; reviews: number }) {
  const words = t.value.service.model;
  const rows = METRICS.flatMap((name) => {
    const value = metrics[name];
    return typeof value === "number" ? [[words.measures[name], asFigure(value), words.meanings[name]]] : [];
  });
  return <DataTable caption={words.measuredOn(asNumber(reviews))} columns={[words.measure, words.value, words.meaning]} rows={rows} />;
}

function ModelReliability({ rows }: { rows: readonly number[][] }) {
  const words = t.value.service.reliability;
  const bins = rows.map(asBin);
  return (
    <figure>
      <Reliability label={words.label} predicted={words.predicted} observed={words.observed} bins={bins} largest={5} />
      <figcaption class="hint">{words.tenths}</figcaption>
      <ReliabilityTable caption={words.heldOut} bins={bins} />
    </figure>
  );
}

function Inputs({ features, trained }: { features: Model["features"]; trained: Record<string, [number, number]> }) {
  const words = t.value.service.model;
  const range = (least: number, most: number) => words.from(asNumber(least, 2), asNumber(most, 2));
  const rows = features.map(({ name, minimum, maximum }) => {
    const seen = trained[name];
    return [inputName(name), range(minimum, maximum), seen ? range(...seen) : words.notRecorded];
  });
  return <DataTable caption={words.inputs} columns={[words.input, words.accepted, words.seen]} rows={rows} />;
}

/** An input in words; a service of another version may have others. */
function inputName(name: string): string {
  return (t.value.service.inputs as Record<string, string>)[name] ?? name;
}
