// Who is signed in, in this page's memory alone, and the operations API as seen by them.

import { computed, effect, signal } from "@preact/signals";

import { page, query, replaceQuery } from "../router";
import { config } from "../service/connection";
import { checked, fromLink, type Credentials, type Problem, type Typed } from "../service/credentials";
import { Operations } from "../service/operations";

export const session = signal<Credentials | null>(null);

/** What was wrong with the newest attempt to sign in. */
export const signInProblem = signal<Problem | "badLink" | null>(null);

/** Whether the session is over, by its own clock or by what the service said. */
export const isOver = signal(false);

// A browser calls at once what is to be called later than this, in milliseconds.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

// The cloud on this machine wants a signature of each request, and takes anybody's.
const ANYBODY: Credentials = { accessKeyId: "test", secretAccessKey: "test", sessionToken: "", expiration: null };

/** The operations API; null where the deployment has none, or has said nothing yet. */
export const operations = computed(() => {
  const where = config.value?.operations;
  return where ? new Operations(where.url, where.region, () => (where.signed ? session.peek() : ANYBODY)) : null;
});

/** Whether somebody has to sign in before anything can be shown. */
export const isSignedOut = computed(() => Boolean(config.value?.operations?.signed) && session.value === null);

/** Sign in; what is wrong with the credentials is in `signInProblem`. */
export function signIn(typed: Typed): void {
  const result = checked(typed);
  signInProblem.value = typeof result === "string" ? result : null;
  if (typeof result === "string") return;
  session.value = result;
  isOver.value = false;
}

export function signOut(): void {
  session.value = null;
  isOver.value = false;
}

// A link is taken once: it leaves the address, so that it is neither copied on nor found by going back.
effect(() => {
  const link = page.value === "operate" ? query.value.get("session") : null;
  if (link === null) return;
  replaceQuery(new URLSearchParams());
  const typed = fromLink(link);
  if (typed) signIn(typed);
  else signInProblem.value = "badLink";
});

effect(() => {
  const end = session.value?.expiration;
  if (!end) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const left = end - Date.now();
    if (left <= 0) isOver.value = true;
    else timer = setTimeout(look, Math.min(left, LONGEST_TIMEOUT));
  };
  look();
  return () => clearTimeout(timer);
});
