// Analyses a log as the Plan page does: JSON in, JSON out.

import { readFileSync, writeFileSync } from "node:fs";

import { decodeArtifact } from "../../web/src/core";
import { analyse, cardsOf, columnsFrom } from "../../web/src/plan/analysis";

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const { model, cards } = JSON.parse(readFileSync(givenFile, "utf8"));
const progress: number[] = [];
// By way of the columns in which a file's reviews come.
const analysis = analyse(decodeArtifact(model), cardsOf(columnsFrom(cards)), (share) => progress.push(share));
writeFileSync(resultsFile, JSON.stringify({ ...analysis, progress }));
