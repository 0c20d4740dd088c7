// Which target gives most knowledge per minute, and how sure that is.

import { meanOf } from "./spread";

/** Places in the list of targets. */
export interface BestTarget {
  /** Of the highest mean. */
  readonly best: number;
  /** Between the first and the last one that can't be told from it. */
  readonly lowest: number;
  readonly highest: number;
}

const STANDARD_ERRORS = 2;

/**
 * The target with the highest mean, and those whose difference from it, run by run, is within two standard errors.
 * @param values For each target, in rising order, the value of each run; at least two runs.
 */
export function bestTarget(values: readonly (readonly number[])[]): BestTarget {
  const means = values.map(meanOf);
  const best = means.indexOf(Math.max(...means));
  const alike = values.flatMap((runs, i) => (differs(runs, values[best]!) ? [] : [i]));
  return { best, lowest: Math.min(...alike), highest: Math.max(...alike) };
}

function differs(runs: readonly number[], others: readonly number[]): boolean {
  const differences = runs.map((value, i) => value - others[i]!);
  const mean = meanOf(differences);
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const error = Math.sqrt(squares / (differences.length - 1) / differences.length);
  return Math.abs(mean) > STANDARD_ERRORS * error;
}
