// Asks modules of the page Explore: JSON in, JSON out. `test_explore.py` says what is asked.

import "./browserless";

import { readFileSync, writeFileSync } from "node:fs";

import defaultModel from "../../lambda_src/inference/default_model/model.json";
import { decodeArtifact } from "../../web/src/core";
import { evaluate } from "../../web/src/explore/answer";
import { beginning, type Exploration } from "../../web/src/explore/exploration";

type Given = Record<string, any>;

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const given: Given = JSON.parse(readFileSync(givenFile, "utf8"));
const ANSWERS: Record<string, (given: Given) => unknown> = { beyond };
writeFileSync(resultsFile, JSON.stringify(ANSWERS[given["what"]]!(given)));

function exploredOf({ explored }: Given): Exploration {
  return { ...beginning(), ...explored };
}

/** Inputs beyond what the default model was trained on. */
function beyond(asked: Given): unknown {
  return evaluate(decodeArtifact(defaultModel), exploredOf(asked), 0).beyond;
}
