// Work that takes a while: how far it is, what came of it, and a way to stop it.

import { type ReadonlySignal, signal } from "@preact/signals";

export type TaskState<Value> =
  | { readonly is: "idle" }
  | { readonly is: "running"; readonly share: number }
  | { readonly is: "done"; readonly value: Value }
  | { readonly is: "failed"; readonly error: unknown };

/** What is told to work: when to stop, and whom to tell the share that is done. */
export type Work<Value> = (stop: AbortSignal, onProgress: (share: number) => void) => Promise<Value>;

/** One thing that is done at a time: what begins anew stops what went before. */
export class Task<Value> {
  readonly #state = signal<TaskState<Value>>({ is: "idle" });
  #running = new AbortController();

  get state(): ReadonlySignal<TaskState<Value>> {
    return this.#state;
  }

  /** The value; null until there is one. */
  get value(): Value | null {
    const state = this.#state.value;
    return state.is === "done" ? state.value : null;
  }

  /** Begin. @returns The value; null if it failed or was stopped. */
  async run(work: Work<Value>): Promise<Value | null> {
    this.stop();
    const { signal: stop } = (this.#running = new AbortController());
    const settle = (state: TaskState<Value>) => {
      if (!stop.aborted) this.#state.value = state;
    };
    settle({ is: "running", share: 0 });
    try {
      const value = await work(stop, (share) => settle({ is: "running", share }));
      settle({ is: "done", value });
      return stop.aborted ? null : value;
    } catch (error) {
      settle({ is: "failed", error });
      return null;
    }
  }

  /** Stop what is running, and forget what came of it. */
  stop(): void {
    this.#running.abort();
    this.#state.value = { is: "idle" };
  }
}
