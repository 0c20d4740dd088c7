// Short-lived AWS credentials: out of a link of `recall sign-in`, or out of what the AWS command line prints.

/** Credentials that end by themselves. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** When they end, in milliseconds since the epoch; null where nobody said. */
  expiration: number | null;
}

export type Typed = Omit<Credentials, "expiration"> & { expiration: string | null };

export type Problem = "incomplete" | "longLived" | "ended";

const NAMES = {
  accesskeyid: "accessKeyId",
  secretaccesskey: "secretAccessKey",
  sessiontoken: "sessionToken",
  securitytoken: "sessionToken", // as older tools name it
  expiration: "expiration",
  credentialexpiration: "expiration",
} as const;

// `export AWS_SESSION_TOKEN=…`, `$Env:AWS_SESSION_TOKEN="…"`, `set AWS_…=…`, `aws_session_token = …`, JSON's `"SessionToken": "…"`;
// and fish's `set -gx AWS_SESSION_TOKEN …`.
const ASSIGNMENT = /(?:\b([A-Za-z_]+)["']?\s*[=:]|^\s*set\s+-\w+\s+([A-Za-z_]+))\s*["']?([^\s"',;=:][^\s"',;]*)/gm;

/** Find credentials in pasted text; what isn't there is empty. Null if there is nothing of the kind. */
export function found(text: string): Typed | null {
  const parts: Typed = { accessKeyId: "", secretAccessKey: "", sessionToken: "", expiration: null };
  let any = false;
  for (const [, assigned, set = "", value = ""] of text.replace(/\$Env:/gi, "").matchAll(ASSIGNMENT)) {
    const part = NAMES[(assigned ?? set).toLowerCase().replace(/^aws_/, "").replaceAll("_", "") as keyof typeof NAMES];
    if (!part) continue;
    parts[part] = value;
    any = true;
  }
  return any ? parts : null;
}

/** The credentials, or why they can't be used. */
export function checked(typed: Typed, now = Date.now()): Credentials | Problem {
  const [accessKeyId, secretAccessKey, sessionToken] = [typed.accessKeyId, typed.secretAccessKey, typed.sessionToken].map((part) => part.trim());
  if (!accessKeyId || !secretAccessKey) return "incomplete";
  if (!sessionToken) return "longLived";
  const end = typed.expiration === null ? NaN : Date.parse(typed.expiration);
  if (end <= now) return "ended";
  return { accessKeyId, secretAccessKey, sessionToken, expiration: Number.isNaN(end) ? null : end };
}

/** What a link of `recall sign-in` holds; null if it isn't one. */
export function fromLink(session: string): Typed | null {
  try {
    return found(atob(session.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return null; // no base64: cut off, or typed by hand
  }
}
