// Calls a running service. RECALL_ENDPOINT and RECALL_API_KEY are what `make up` prints.
import type { Error as ErrorBody, paths, PredictThreeInputs } from "./recall-api.d.ts";

declare const process: { env: Record<string, string | undefined> };

type PostPath = { [Path in keyof paths]: paths[Path] extends { post: object } ? Path : never }[keyof paths];
type Body<Path extends PostPath> = paths[Path]["post"]["requestBody"]["content"]["application/json"];
type Json<Body> = { content: { "application/json": Body } };
type Success<Responses> = Responses extends { 200: Json<infer Body> } | { 202: Json<infer Body> } ? Body : never;
type ResponseBody<Path extends PostPath> = Success<paths[Path]["post"]["responses"]>;

async function post<Path extends PostPath>(path: Path, body: Body<Path>): Promise<ResponseBody<Path>> {
  const response = await fetch(`${process.env["RECALL_ENDPOINT"]}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-api-key": process.env["RECALL_API_KEY"] ?? "" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    const { error } = (await response.json()) as ErrorBody;
    throw new Error(`${response.status} ${error.code}: ${error.message}`);
  }
  return (await response.json()) as ResponseBody<Path>;
}

const card: PredictThreeInputs = { days_since_last_review: 3, review_count: 4, difficulty: 5.5 };

const prediction = await post("/v1/predict", { cards: [card, { reviews: [{ days_ago: 2, rating: 3 }] }] });
if ("results" in prediction) {
  for (const { recall_probability, model } of prediction.results) console.log(model, recall_probability);
}

const schedule = await post("/v1/schedule", { ...card, target_recall: 0.8 });
if ("interval_days" in schedule) console.log("due after", schedule.interval_days, "days");

const curve = await post("/v1/curve", { ...card, days: 10, points: 3 });
console.log("forgotten as", curve.recall_probability);

const { ranking } = await post("/v1/rank", { cards: [card, { ...card, difficulty: 9 }], limit: 1 });
console.log("review first", ranking[0]?.index);
