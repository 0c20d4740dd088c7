// Asks modules of the page Explore: JSON in, JSON out. `test_explore.py` says what is asked.

import "./browserless";

import { readFileSync, writeFileSync } from "node:fs";

import defaultModel from "../../lambda_src/inference/default_model/model.json";
import { decodeArtifact } from "../../web/src/core";
import { evaluate } from "../../web/src/explore/answer";
import { beginning, DAY, type Inputs } from "../../web/src/explore/exploration";
import { timeTicks } from "../../web/src/explore/plot";
import { asTick } from "../../web/src/texts/format";

type Given = Record<string, any>;

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const given: Given = JSON.parse(readFileSync(givenFile, "utf8"));
const ANSWERS: Record<string, (given: Given) => unknown> = { beyond, ticks };
writeFileSync(resultsFile, JSON.stringify(ANSWERS[given["what"]]!(given)));

/** Inputs beyond what the default model was trained on. */
function beyond({ inputs }: Given): unknown {
  const model = decodeArtifact(defaultModel);
  return inputs.map((each: Inputs) => evaluate(model, { ...beginning(), mode: "inputs", inputs: each }, 0).beyond);
}

/** The words beside the axis of time, with the pixels at which they are. */
function ticks({ from, spans }: Given): unknown {
  return spans.map(([days, width]: [number, number]) =>
    timeTicks({ from, to: from + days * DAY }, width).map((tick) => [asTick(tick, days), ((tick - from) / DAY / days) * width]));
}
