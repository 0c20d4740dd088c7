// Random numbers that are the same for the same seeds: sfc32 (Doty-Humphrey, PractRand), seeded by splitmix32.

/** A stream of random numbers. */
export class Random {
  readonly #state: Uint32Array;

  /** @param seeds Whole numbers from 0; streams of different ones have nothing in common. */
  constructor(...seeds: readonly number[]) {
    let mixed = 0x9e3779b9;
    for (const seed of seeds) mixed = splitmix(mixed ^ splitmix(seed));
    this.#state = Uint32Array.from([1, 2, 3, 0], (each) => (each ? splitmix(mixed + each) : 1));
    for (let i = 0; i < 12; i += 1) this.uniform();
  }

  /** From [0, 1). */
  uniform(): number {
    const state = this.#state;
    const sum = (state[0]! + state[1]! + state[3]!) >>> 0;
    state[3]! += 1;
    state[0] = state[1]! ^ (state[1]! >>> 9);
    state[1] = state[2]! + (state[2]! << 3);
    state[2] = ((state[2]! << 21) | (state[2]! >>> 11)) + sum;
    return sum / 2 ** 32;
  }

  /** From the standard normal distribution (Box & Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}

function splitmix(seed: number): number {
  let z = (seed + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
