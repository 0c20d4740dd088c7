/*
 * A learner's state as text: what callers of the service keep between two calls.
 *
 * Base64 (RFC 4648, URL-safe, without padding) of a version byte, the model's fingerprint, the 6 means and the lower
 * triangle of the covariance's Cholesky factor row by row, 21 numbers, all as little-endian 32-bit floats. Any such
 * factor with a positive diagonal is a covariance's, so rounding can't break one.
 */

import { InvalidInputError } from "./errors";
import { dot, type LearnerState, SIZE, START, widened } from "./learner";

const VERSION = 1;
const FACTORS = (SIZE * (SIZE + 1)) / 2;
const NUMBERS_AT = 5; // behind the version and the fingerprint
const BYTES = NUMBERS_AT + 4 * (SIZE + FACTORS);
// Far beyond what outcomes can teach; keeps sums and products finite.
const LARGEST_MEAN = 50;
const LARGEST_FACTOR = 100;
const SMALLEST_FACTOR = 1e-6;
const TEXT = new RegExp(`^[A-Za-z0-9+/_-]{${Math.ceil((BYTES * 4) / 3)}}$`);

/**
 * A state as text.
 * @param state Means are cut off at ±50.
 * @param fingerprint That of the model whose predictions taught it; see `Artifact`.
 */
export function encodeState(state: LearnerState, fingerprint: number): string {
  const bytes = new DataView(new ArrayBuffer(BYTES));
  bytes.setUint8(0, VERSION);
  bytes.setUint32(1, fingerprint, true);
  const means = state.mean.map((m) => limited(m, -LARGEST_MEAN, LARGEST_MEAN));
  [...means, ...cholesky(state.covariance)].forEach((x, i) => bytes.setFloat32(NUMBERS_AT + 4 * i, x, true));
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Read what `encodeState`, or the service, wrote; a state of another model comes back widened, `START` for null.
 * @throws {InvalidInputError} If it isn't such a text.
 */
export function decodeState(text: string | null, fingerprint: number): LearnerState {
  if (text === null) return START;
  const bytes = bytesOf(text);
  const numbers = Array.from({ length: SIZE + FACTORS }, (_, i) => bytes.getFloat32(NUMBERS_AT + 4 * i, true));
  const mean = numbers.slice(0, SIZE);
  const factors = numbers.slice(SIZE);
  const rows = mean.map((_, i) => factors.slice((i * (i + 1)) / 2, ((i + 1) * (i + 2)) / 2));
  const holds =
    bytes.getUint8(0) === VERSION &&
    mean.every((m) => Math.abs(m) <= LARGEST_MEAN) && // NaN fails too
    factors.every((factor) => Math.abs(factor) <= LARGEST_FACTOR) &&
    rows.every((row, i) => row[i]! >= SMALLEST_FACTOR);
  if (!holds) throw wrongText();
  const covariance = rows.map((a) => rows.map((b) => (a.length < b.length ? dot(a, b) : dot(b, a))));
  const state: LearnerState = { mean, covariance };
  return bytes.getUint32(1, true) === fingerprint ? state : widened(state);
}

function bytesOf(text: string): DataView {
  if (!TEXT.test(text)) throw wrongText();
  const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new DataView(Uint8Array.from(characters, (character) => character.charCodeAt(0)).buffer);
}

/** The rows of the lower factor, one after the other (Cholesky–Banachiewicz). */
function cholesky(covariance: LearnerState["covariance"]): number[] {
  const rows: number[][] = [];
  covariance.forEach((numbers, i) => {
    const row: number[] = [];
    for (let j = 0; j <= i; j += 1) {
      const other = rows[j] ?? row;
      const rest = numbers[j]! - dot(row, other);
      row.push(
        i === j
          ? limited(Math.sqrt(Math.max(rest, 0)), SMALLEST_FACTOR * 2, LARGEST_FACTOR)
          : limited(rest / other[j]!, -LARGEST_FACTOR, LARGEST_FACTOR),
      );
    }
    rows.push(row);
  });
  return rows.flat();
}

function limited(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}

function wrongText(): InvalidInputError {
  return new InvalidInputError(
    "learner_state",
    "must be null for a new learner, or the learner_state of an earlier response, unchanged",
  );
}
