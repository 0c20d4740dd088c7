// How sure a share is: Wilson's score interval (1927, doi:10.1080/01621459.1927.10502953).

const Z = 1.959964; // 95 %

/** The 95 % interval of a share: successes among trials (at least one). */
export function wilson(successes: number, trials: number): readonly [low: number, high: number] {
  const share = successes / trials;
  const damping = 1 + Z ** 2 / trials;
  const center = (share + Z ** 2 / (2 * trials)) / damping;
  const half = (Z / damping) * Math.sqrt((share * (1 - share)) / trials + (Z / (2 * trials)) ** 2);
  return [Math.max(center - half, 0), Math.min(center + half, 1)];
}
