// Analyses a log as the Plan page does: JSON in, JSON out.

import { readFileSync, writeFileSync } from "node:fs";

import { decodeArtifact } from "../../web/src/core";
import { analyse, cardsOf, columnsFrom } from "../../web/src/plan/analysis";
import { firstWishes } from "../../web/src/plan/wishes";

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const { model, cards } = JSON.parse(readFileSync(givenFile, "utf8"));
const progress: number[] = [];
// By way of the columns in which a file's reviews come.
const analysis = analyse(decodeArtifact(model), cardsOf(columnsFrom(cards)), (share) => progress.push(share));
const wishes = firstWishes({ ...analysis, habits: { ...analysis.habits, seconds: { 1: 0.004, 2: 5, 3: 9, 4: 400 } } });
writeFileSync(resultsFile, JSON.stringify({ ...analysis, progress, proposed: wishes.seconds }));
