// Learners as they may really be, given what is known of them.

import type { LearnerState } from "../core";
import type { Random } from "./random";

/**
 * A learner drawn from what is known: N(m, P), by the Cholesky factor of P.
 *
 * P stays, so that a drawn learner's curves are those of one who is known as well.
 */
export function drawLearner({ mean, covariance }: LearnerState, random: Random): LearnerState {
  const factor = cholesky(covariance);
  const normal = mean.map(() => random.normal());
  const drawn = mean.map((m, i) => factor[i]!.reduce((sum, l, j) => sum + l * normal[j]!, m));
  return { mean: drawn, covariance };
}

/** The lower triangle L of P = L Lᵀ, row by row; what rounding leaves below zero counts as zero. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const rows: number[][] = [];
  matrix.forEach((values, i) => {
    const row: number[] = [];
    for (let j = 0; j <= i; j += 1) {
      const other = j === i ? row : rows[j]!;
      const rest = values[j]! - row.reduce((sum, each, k) => sum + each * other[k]!, 0);
      if (j === i) row.push(Math.sqrt(Math.max(rest, 0)));
      else row.push(other[j]! > 0 ? rest / other[j]! : 0);
    }
    rows.push(row);
  });
  return rows;
}
