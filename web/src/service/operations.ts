// The operations API, which takes requests signed with AWS credentials: docs/operations-api.md has its shapes.

import { AwsClient } from "aws4fetch";
import type { Quality } from "recall-client";

import type { Credentials } from "./credentials";

export interface Run {
  name: string;
  status: "running" | "promoted" | "stopped" | "failed" | "ended" | "unfinished";
  started_at?: string;
  ended_at?: string | null;
}

export const STEPS = ["prepare", "train", "evaluate", "gate", "refit", "promote"] as const;
export type Step = (typeof STEPS)[number];

export interface WholeRun extends Run {
  steps: Partial<Record<Step, { go: boolean; why?: string }>>;
  report: boolean;
}

export interface Runs {
  runs: Run[];
  /** How long a run may search for a better model; 0 where none can. */
  automl_most_seconds: number;
}

export interface Gates {
  passed: boolean;
  against: string;
  forced: string;
  at: string | null;
}

export interface StoredModel {
  version: string;
  format: "portable" | "skops" | "onnx";
  live: boolean;
  trained_at: string | null;
  published_at: string | null;
  run: string | null;
  log_loss: number | null;
  auc: number | null;
  reviews: number | null;
  simulated: boolean | null;
  gates: Gates | null;
}

export interface PastMove {
  kind: "publish" | "promote" | "rollback";
  from: string | null;
  to: string;
  by: string;
  why: string;
  at: string;
}

export interface Models {
  live: string | null;
  /** What a rollback makes live; null where the record knows of none. */
  rollback_to: string | null;
  models: StoredModel[];
  moves: PastMove[];
}

/** A promotion or a rollback that somebody asked for. */
export interface Move {
  id: string;
  status: "running" | "done" | "refused" | "failed";
  version: string;
  why?: string;
}

export interface Reviews {
  collected: { made_at: string; learners: number; days: { day: string; reviews: number; learners: number }[] } | null;
  quality: Quality | null;
}

export interface Alarm {
  name: string;
  state: "alarm" | "no_data" | "ok";
  since: string;
  says: string;
  runbook: string | null;
}

export interface Cost {
  budget_usd: number | null;
  actual_usd: number | null;
  forecast_usd: number | null;
  why: string | null;
}

/** The API refused a request, or couldn't be reached (`status` null). */
export class OperationsError extends Error {
  constructor(message: string, readonly status: number | null, readonly code: string, readonly retryAfter: number | null, readonly requestId: string | null) {
    super(message);
  }
}

const TIMEOUT_MS = 35_000; // API Gateway itself gives up after 29 seconds

export class Operations {
  /** `credentials` gives those of the moment, so that a new sign-in goes on where the last one ended. */
  constructor(
    private readonly url: string,
    private readonly region: string,
    private readonly credentials: () => Credentials | null,
  ) {}

  runs = () => this.json<Runs>("v1/training/runs");
  run = (name: string) => this.json<WholeRun>(`v1/training/runs/${name}`);
  start = (wanted: { name?: string; automl_seconds?: number }) => this.json<Run>("v1/training/runs", wanted);
  report = async (name: string) => (await this.send(`v1/training/runs/${name}/report`)).text();
  models = () => this.json<Models>("v1/operations/models");
  promote = (version: string, reason: string) => this.json<Move>(`v1/operations/models/${version}/promote`, { reason });
  rollback = (reason: string) => this.json<Move>("v1/operations/rollback", { reason });
  move = (id: string) => this.json<Move>(`v1/operations/moves/${id}`);
  reviews = () => this.json<Reviews>("v1/operations/reviews");
  alarms = () => this.json<{ alarms: Alarm[] }>("v1/operations/alarms");
  cost = () => this.json<Cost>("v1/operations/cost");

  private async json<Body>(path: string, body?: object): Promise<Body> {
    return (await (await this.send(path, body)).json()) as Body;
  }

  private async send(path: string, body?: object): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init = body ? { signal, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : { signal };
    const response = await this.fetch(`${this.url.replace(/\/+$/, "")}/${path}`, init).catch((error: unknown) => {
      throw new OperationsError(String(error), null, "unreachable", null, null);
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  private fetch(url: string, init: RequestInit): Promise<Response> {
    const credentials = this.credentials();
    if (!credentials) return fetch(url, init);
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return new AwsClient({ accessKeyId, secretAccessKey, sessionToken, service: "execute-api", region: this.region, retries: 0 }).fetch(url, init);
  }
}

async function errorOf(response: Response): Promise<OperationsError> {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  try {
    const { error, request_id: requestId } = (await response.json()) as { error: { code: string; message: string }; request_id: string };
    return new OperationsError(error.message, response.status, error.code, retryAfter, requestId);
  } catch {
    return new OperationsError("not in the service's own shape", response.status, "unknown", retryAfter, null);
  }
}
