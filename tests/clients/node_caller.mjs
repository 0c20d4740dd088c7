// Calls methods of the TypeScript client: each line of stdin is a call, each line of stdout what it gave.

import { createInterface } from "node:readline";
import { Client, RecallError } from "../../clients/typescript/src/index.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { endpoint, key, learner, method, args, timeoutMs } = JSON.parse(line);
  const client = new Client(endpoint, key, { timeoutMs, retries: { firstPauseMs: 10 } });
  const target = learner === null ? client : client.learner(learner);
  try {
    const result = target[method](...args);
    console.log(JSON.stringify({ result: await (Symbol.asyncIterator in result ? listOf(result) : result) }));
  } catch (error) {
    const { name, status, field, stored } = error;
    if (!(error instanceof RecallError)) console.error(error);
    console.log(JSON.stringify({ error: name, status, field, stored }));
  }
}

async function listOf(results) {
  const listed = [];
  for await (const one of results) listed.push(one);
  return listed;
}
