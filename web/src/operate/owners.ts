// A value from the operations API: loaded again after a new sign-in and, where it changes by itself, from time to time.

import { useEffect, useRef } from "preact/hooks";

import type { Operations } from "../service/operations";
import { useRemote, type Remote } from "../ui/remote";
import { isPassing, isSessionOver } from "./errors";
import { isOver, operations, session } from "./session";

/** What was there stays in sight after an error that passes, and while nobody is signed in. `every` is in milliseconds; null while nothing is expected to change. */
export function useOwners<Value>(load: (api: Operations) => Promise<Value>, every: (value: Value | null) => number | null = () => null, inputs: readonly unknown[] = []): Remote<Value> {
  const api = operations.value!;
  const watched = async () => {
    try {
      return await load(api);
    } catch (error) {
      if (isSessionOver(error)) isOver.value = true;
      throw error;
    }
  };
  const { state, reload } = useRemote(watched, [api, ...inputs], (error) => isPassing(error) || isSessionOver(error));
  const signedIn = useRef(session.value);
  useEffect(() => {
    if (signedIn.current !== session.value) reload();
    signedIn.current = session.value;
  }, [session.value]);
  usePolling(reload, isOver.value ? null : every(state.is === "ready" ? state.value : null));
  // That the session has expired is said once, at the head of the page.
  return { state: state.is === "ready" && isSessionOver(state.error) ? { is: "ready", value: state.value } : state, reload };
}

/** Call again and again while the page is in sight; at once when it comes back into sight. */
function usePolling(call: () => void, every: number | null): void {
  useEffect(() => {
    if (every === null) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      if (!document.hidden) timer = setInterval(call, every);
    };
    const changed = () => {
      follow();
      if (!document.hidden) call();
    };
    follow();
    document.addEventListener("visibilitychange", changed);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", changed);
    };
  }, [every]);
}
