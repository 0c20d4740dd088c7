// The model card: what the model was trained on, how good it is, and how reliable its percentages are.

import { reliabilityPlot, reliabilityTable } from "./reliability.js";
import { asCount, asDate, asNumber, asPercent, element, factsOf, tableOf } from "./text.js";

const METRICS = [
  ["log_loss", "Log loss", "lower is better"],
  ["baseline_log_loss", "Log loss of always predicting the average", "what the model has to beat"],
  ["auc", "AUC", "0.5 is guessing, 1 tells every failure from every success"],
  ["brier", "Brier score", "mean squared error; lower is better"],
  ["ece", "Calibration error", "mean distance of predicted from observed recall"],
];

/**
 * Show the response of `GET /v1/model` in a part of the page.
 *
 * `training` is null for a model that the service's owner brought: it comes without figures.
 */
export function showModel(root, description) {
  const { training, features } = description;
  const parts = [facts(description)];
  if (!training) {
    parts.push(element("p", { class: "hint" }, "This model brought no figures: what it was trained on and how good it is isn't known here."));
  }
  if (training?.simulated) {
    parts.push(element("p", { class: "warning" }, "Trained on simulated reviews: its figures say nothing about people."));
  }
  if (training?.metrics?.held_out_reviews) parts.push(metrics(training.metrics));
  if (training?.reliability?.length) parts.push(...reliability(root, training.reliability));
  parts.push(ranges(features, training?.ranges));
  root.replaceChildren(...parts);
}

function facts(description) {
  const { model_version: version, trained_at: trainedAt, training, estimator, operators } = description;
  const { learners, cards, reviews, scored_reviews: scored, first_review: first, last_review: last, prior, run } = training ?? {};
  const known = [
    ["Version", version],
    ["Trained", trainedAt && asDate(trainedAt)],
    ["Estimator", estimator],
    ["Operators", operators?.join(", ")],
    ["Exported by", description.producer],
    ["Served by", servedBy(description)],
    ["Learners", learners && asCount(learners)],
    ["Cards", cards && asCount(cards)],
    ["Reviews", reviews && `${asCount(reviews)}${scored ? `, ${asCount(scored)} of them scored` : ""}`],
    ["Period", first && `${asDate(first)} to ${asDate(last)}`],
    ["Prior", prior && `${prior.name}, with ${asPercent(prior.share)} of the weight`],
    ["Training report", run && `reports/runs/${run}/report.html in the data lake`],
  ];
  return element("dl", { class: "facts" }, ...factsOf(known.filter(([, value]) => value)));
}

function servedBy({ scikit_learn: scikitLearn, onnxruntime }) {
  if (onnxruntime) return `onnxruntime ${onnxruntime}`;
  return scikitLearn && `scikit-learn ${scikitLearn}`;
}

function metrics(values) {
  const rows = METRICS.filter(([name]) => values[name] !== null && values[name] !== undefined).map(
    ([name, label, meaning]) => [explained(label, meaning), values[name].toFixed(3)],
  );
  const caption = `Measured on ${asCount(values.held_out_reviews)} newest reviews that training didn't see`;
  return element("div", { class: "scroll" }, element("table", {}, ...tableOf(caption, ["Measure", "Value"], rows)));
}

function explained(label, meaning) {
  const nodes = document.createDocumentFragment();
  nodes.append(label, element("small", {}, meaning));
  return nodes;
}

function reliability(root, bins) {
  const figure = element("figure", { class: "reliability" }, reliabilityPlot(root.clientWidth, bins));
  figure.append(element("figcaption", {}, "Each dot is a tenth of the held-out reviews. On the line, cards are recalled as often as predicted."));
  const table = element("table", {}, ...reliabilityTable(bins));
  const details = element("details", {}, element("summary", {}, "The diagram as a table"), table);
  return [element("h3", {}, "Reliability"), figure, details];
}

function ranges(features, trained) {
  const rows = features.map(({ name, unit, minimum, maximum }) => [
    explained(name.replaceAll("_", " "), unit),
    `${asNumber(minimum)} to ${asNumber(maximum)}`,
    trained?.[name] ? trained[name].map(asNumber).join(" to ") : "not recorded",
  ]);
  const nodes = tableOf("Inputs", ["Input", "Accepted", "Seen in training"], rows);
  return element("div", { class: "scroll" }, element("table", {}, ...nodes));
}
