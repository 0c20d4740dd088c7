// What the page shows of a card, as calls of the API: for curl, and with the Python and the TypeScript client.

import { stateText } from "./answer";
import { sent, timestamp } from "./asked";
import type { Exploration } from "./exploration";
import { counted } from "./rules";

export const CODES = ["curl", "python", "typescript"] as const;
export type Code = (typeof CODES)[number];
type Fields = Record<string, unknown>;

interface Call {
  path: string;
  python: string;
  typescript: string;
  card: Fields;
  options: Fields;
  /** Sent by curl; the clients' methods send it themselves. */
  implied?: Fields;
}

/** The calls that give the numbers of a card: recall now, when it is due, and what each answer would lead to. */
function callsOf(explored: Exploration, card: number, fingerprint: number): Call[] {
  const { mode, inputs, now, zone, targets, learner } = explored;
  const state = stateText(learner, fingerprint);
  const known = state === null ? {} : { learner_state: state };
  const predict = { path: "/v1/predict", python: "predict", typescript: "predict" };
  const schedule = { path: "/v1/schedule", python: "schedule", typescript: "schedule" };
  if (mode === "inputs") {
    const inputFields = { review_count: inputs.reviewDays, difficulty: inputs.difficulty };
    return [
      { ...predict, card: { days_since_last_review: inputs.days, ...inputFields }, options: known },
      { ...schedule, card: inputFields, options: { ...known, target_recall: targets } },
    ];
  }
  const history = { reviews: sent(counted(explored.cards[card]!, now)) };
  const options = { now: timestamp(now), time_zone: zone, ...known };
  return [
    { ...predict, card: history, options },
    { ...schedule, card: history, options: { ...options, target_recall: targets } },
    {
      path: "/v1/schedule",
      python: "schedule_each_rating",
      typescript: "scheduleEachRating",
      card: history,
      options: { ...options, target_recall: targets[0] },
      implied: { for_each_rating: true },
    },
  ];
}

/** The same from an app of the reader's. */
export function snippet(code: Code, endpoint: string, explored: Exploration, card: number, fingerprint: number): string {
  const calls = callsOf(explored, card, fingerprint);
  const address = endpoint || "https://example.execute-api.eu-central-1.amazonaws.com/prod";
  return { curl, python, typescript }[code](calls, address);
}

function curl(calls: Call[], endpoint: string): string {
  return calls
    .map(({ path, card, options, implied }) => {
      const body = JSON.stringify({ ...card, ...options, ...implied });
      return `curl -s '${endpoint}${path}' \\\n  -H "x-api-key: $RECALL_API_KEY" -H 'content-type: application/json' \\\n  -d '${body}'\n`;
    })
    .join("\n");
}

function python(calls: Call[], endpoint: string): string {
  const card = calls[0]!.card;
  const cards = new Set(calls.map((call) => JSON.stringify(call.card)));
  const names = new Map([...cards].map((text, i) => [text, i ? "scheduled" : "card"]));
  const assignments = [...cards].map((text) => `${names.get(text)} = ${pythonValue(JSON.parse(text), 0)}`);
  const lines = calls.map(({ python: method, card: of, options }) => {
    const given = Object.entries(options).map(([name, value]) => `, ${name}=${pythonOption(name, value)}`);
    return `    print(recall.${method}(${names.get(JSON.stringify(of))}${given.join("")}))`;
  });
  const imports = ["import os", ...("reviews" in card ? ["from datetime import datetime"] : [])];
  return [
    ...imports, "", "from recall_client import Client", "", ...assignments, "",
    `with Client("${endpoint}", os.environ["RECALL_API_KEY"]) as recall:`, ...lines, "",
  ].join("\n");
}

function pythonOption(name: string, value: unknown): string {
  return name === "now" ? `datetime.fromisoformat(${JSON.stringify(value)})` : pythonValue(value, 0);
}

/** JSON without null, true and false is Python; a list of objects gets a line for each. */
function pythonValue(value: unknown, depth: number): string {
  const pad = "    ".repeat(depth + 1);
  if (Array.isArray(value) && value.length > 0 && typeof value[0] === "object") {
    return `[\n${value.map((each) => `${pad}    ${oneLine(each)},\n`).join("")}${pad}]`;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return `{\n${Object.entries(value).map(([name, each]) => `${pad}"${name}": ${pythonValue(each, depth)},\n`).join("")}}`;
  }
  return oneLine(value);
}

function oneLine(value: unknown): string {
  return JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "').replace(/(\d),(?=\d)/g, "$1, ");
}

function typescript(calls: Call[], endpoint: string): string {
  const lines = calls.map(({ typescript: method, card, options }) => {
    const given = Object.keys(options).length ? `, ${JSON.stringify(options, null, 2)}` : "";
    return `console.log(await recall.${method}(${JSON.stringify(card, null, 2)}${given}));`;
  });
  return [
    'import { Client } from "recall-client";', "",
    `const recall = new Client("${endpoint}", process.env["RECALL_API_KEY"]!);`, ...lines, "",
  ].join("\n");
}
