// The number that tells a model's parameters from others': CRC-32 of how Python writes them.

import { HISTORY_FEATURES, type HistoryModel, type Line } from "./history";
import type { ThreeInputModel } from "./three_inputs";

const CRC_POLYNOMIAL = 0xedb88320;
const SMALLEST_PLAIN = 1e-4; // Python writes what is less, and not 0, with an exponent

/** See `Artifact.fingerprint`. */
export function fingerprintOf({ parameters }: ThreeInputModel, history: HistoryModel | null): number {
  const { intercept, logReviewCount, logitDifficulty, firstDay, logDecay, slipLogit } = parameters;
  const line = {
    intercept: float(intercept),
    log_review_count: float(logReviewCount),
    logit_difficulty: float(logitDifficulty),
    first_day: float(firstDay),
  };
  const threeInputs = { log_stability: dict(line), log_decay: float(logDecay), slip_logit: float(slipLogit) };
  return crc32(`(${dict(threeInputs)}, ${history ? writtenHistory(history) : "None"})`);
}

function writtenHistory({ newLearner, knownLearner }: HistoryModel): string {
  const features = list(HISTORY_FEATURES.map((name) => `'${name}'`));
  return dict({ features, new_learner: writtenLine(newLearner), known_learner: writtenLine(knownLearner) });
}

function writtenLine({ logStability, logDecay, slipLogit }: Line): string {
  const log_stability = list(logStability.map(float));
  return dict({ log_stability, log_decay: float(logDecay), slip_logit: float(slipLogit) });
}

function dict(written: Readonly<Record<string, string>>): string {
  return `{${Object.entries(written).map(([name, value]) => `'${name}': ${value}`).join(", ")}}`;
}

function list(written: readonly string[]): string {
  return `[${written.join(", ")}]`;
}

/** A coefficient as Python's `repr` of a float writes it. */
function float(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (Number.isInteger(value)) return `${value}.0`;
  if (Math.abs(value) >= SMALLEST_PLAIN) return `${value}`;
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** CRC-32 of ASCII text, as zlib and PNG compute it. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
