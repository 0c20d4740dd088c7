// Finds credentials in pasted texts: JSON in, JSON out.

import { readFileSync, writeFileSync } from "node:fs";

import { found } from "../../web/src/service/credentials";

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const texts = JSON.parse(readFileSync(givenFile, "utf8")) as Record<string, string>;
writeFileSync(resultsFile, JSON.stringify(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, found(text)]))));
