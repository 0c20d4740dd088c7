// A value that comes from elsewhere: while it is on its way, when it is there, and when it couldn't be had.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { Loading, Notice } from "./states";

export type State<Value> =
  | { is: "loading" }
  /** `error` is why the value couldn't be loaded again, so that an older one is still here. */
  | { is: "ready"; value: Value; error?: unknown }
  | { is: "failed"; error: unknown };

export interface Remote<Value> {
  state: State<Value>;
  /** Load again; what was there stays in sight until the new value is. */
  reload: () => void;
}

/**
 * Load a value, and again whenever one of `inputs` changes; an older load never replaces a newer one's value. After an
 * error that `keeps` says yes to, what was there stays.
 */
export function useRemote<Value>(load: () => Promise<Value>, inputs: readonly unknown[], keeps: (error: unknown) => boolean = () => false): Remote<Value> {
  const state = useSignal<State<Value>>({ is: "loading" });
  const round = useSignal(0);
  useEffect(() => {
    state.value = { is: "loading" };
  }, [...inputs]);
  useEffect(() => {
    let wanted = true;
    const settle = (next: State<Value>) => {
      const before = state.peek();
      if (!wanted) return;
      state.value = next.is === "failed" && before.is === "ready" && keeps(next.error) ? { ...before, error: next.error } : next;
    };
    load().then((value) => settle({ is: "ready", value }), (error: unknown) => settle({ is: "failed", error }));
    return () => {
      wanted = false;
    };
  }, [...inputs, round.value]);
  return { state: state.value, reload: () => (round.value += 1) };
}

interface Props<Value> {
  of: Remote<Value>;
  words?: (error: unknown) => string;
  children: (value: Value) => ComponentChildren;
}

/** Show a value from elsewhere, or why it isn't there. */
export function Loaded<Value>({ of, words = wordsOf, children }: Props<Value>) {
  const { state, reload } = of;
  const retry = <button type="button" class="small" onClick={reload}>{t.value.common.retry}</button>;
  if (state.is === "loading") return <Loading />;
  if (state.is === "failed") return <Notice kind="error" action={retry}>{words(state.error)}</Notice>;
  return (
    <>
      {state.error !== undefined && <Notice kind="warning" action={retry}>{words(state.error)} {t.value.common.asBefore}</Notice>}
      {children(state.value)}
    </>
  );
}
