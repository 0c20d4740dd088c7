// Calls methods of the TypeScript client: each line of stdin is a call, each line of stdout what it gave.

import { createInterface } from "node:readline";
import { Client, RecallError } from "../../clients/typescript/src/index.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { endpoint, key, method, args, timeoutMs } = JSON.parse(line);
  const client = new Client(endpoint, key, { timeoutMs, retries: { firstPauseMs: 10 } });
  try {
    console.log(JSON.stringify({ result: await client[method](...args) }));
  } catch (error) {
    const { name, status, field, stored } = error;
    if (!(error instanceof RecallError)) console.error(error);
    console.log(JSON.stringify({ error: name, status, field, stored }));
  }
}
