// The calls that this page made to the service: how many, how long they took, how they ended.

import { signal } from "@preact/signals";

const KEPT = 100; // times of a path

export interface Calls {
  /** Milliseconds until the response began, of the newest calls, in their order. */
  times: readonly number[];
  made: number;
  failed: number;
  /** The newest response's status; null when none came. */
  status: number | null;
}

/** By path below the endpoint, ids of learners, cards and reviews left out. */
export const calls = signal<ReadonlyMap<string, Calls>>(new Map());

/** `fetch`, watched. */
export const watchedFetch: typeof fetch = async (input, init) => {
  const began = performance.now();
  let status: number | null = null;
  try {
    const response = await fetch(input, init);
    status = response.status;
    return response;
  } finally {
    record(pathOf(String(input)), performance.now() - began, status);
  }
};

function record(path: string, milliseconds: number, status: number | null): void {
  const known = calls.peek().get(path) ?? { times: [], made: 0, failed: 0, status };
  const next = {
    times: [...known.times, milliseconds].slice(-KEPT),
    made: known.made + 1,
    failed: known.failed + (isFailure(status) ? 1 : 0),
    status,
  };
  calls.value = new Map(calls.peek()).set(path, next);
}

/** A 404 says that something is off or not there yet: a response as any other. */
function isFailure(status: number | null): boolean {
  return status === null || (status >= 400 && status !== 404);
}

function pathOf(url: string): string {
  const path = new URL(url).pathname;
  return path.slice(Math.max(path.indexOf("/v1/"), 0)).replace(/\/(learners|cards|reviews)\/[^/]+/g, "/$1/…");
}
