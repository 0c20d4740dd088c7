// Reads tables and makes requests of them as the Plan page does: JSON in, JSON out.

import { readFileSync, writeFileSync } from "node:fs";

import { columnsOf } from "../../web/src/plan/analysis";
import { importRequests } from "../../web/src/plan/sending/requests";
import { Account } from "../../web/src/readers/account";
import { openCsv } from "../../web/src/readers/csv_table";
import { readTable } from "../../web/src/readers/read_table";

async function requestsOf({ text, learner, options }: { text: string; learner: string; options: object }) {
  const account = new Account(options);
  const table = await openCsv(new Blob([text]), () => {});
  const ofTable = await readTable(table, "log", account);
  const log = account.log("log.csv", { kind: "csv", wrapping: [], ...ofTable });
  const { parts, ...counts } = importRequests(learner, log.cardNames, columnsOf(log, 0));
  const bodies = [];
  for await (const part of parts) bodies.push(part);
  return { ...counts, bodies, notes: log.notes };
}

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const given = JSON.parse(readFileSync(givenFile, "utf8"));
const found = Object.entries(given).map(async ([name, each]) => [name, await requestsOf(each as never)]);
writeFileSync(resultsFile, JSON.stringify(Object.fromEntries(await Promise.all(found))));
