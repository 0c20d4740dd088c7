// The median of numbers.

/** The middle one, or halfway between the two in the middle; NaN of none. */
export function median(values: Float64Array | Int32Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
