// How well predictions fit outcomes: the mean log loss, and differences of it with their uncertainty.

/** A difference with its 95 % interval. */
export interface Difference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;
const SMALLEST = 1e-6;

/** −ln of the probability that was given to what happened. */
export function logLoss(probability: number, recalled: boolean): number {
  return -Math.log(Math.max(recalled ? probability : 1 - probability, SMALLEST));
}

/**
 * A mean whose values come in clusters: those of one study day hang together, as days are good or bad.
 *
 * The 95 % interval is normal, with the standard error √(Σ (sum_d − n_d · mean)² · D/(D − 1)) / N over D days.
 */
export class ClusteredMean {
  readonly #clusters = new Map<number, { sum: number; count: number }>();
  #sum = 0;
  #count = 0;

  add(cluster: number, value: number): void {
    const found = this.#clusters.get(cluster) ?? { sum: 0, count: 0 };
    this.#clusters.set(cluster, found);
    found.sum += value;
    found.count += 1;
    this.#sum += value;
    this.#count += 1;
  }

  /** NaN without values. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** @returns The mean with its interval; null with fewer than two clusters. */
  difference(): Difference | null {
    const clusters = [...this.#clusters.values()];
    if (clusters.length < 2) return null;
    const { mean } = this;
    const squares = clusters.reduce((total, { sum, count }) => total + (sum - count * mean) ** 2, 0);
    const half = (Z * Math.sqrt((squares * clusters.length) / (clusters.length - 1))) / this.#count;
    return { mean, low: mean - half, high: mean + half };
  }
}
