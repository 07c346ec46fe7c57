/** Deterministic randomness: every draw of the world comes from a hash of (seed, what is being drawn). */

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A 32-bit hash of whole numbers. Numbers beyond 32 bits are hashed whole. */
export function hashNumbers(...values: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const value of values) {
    hash = mix(hash, value | 0);
    const high = Math.floor(value / 4294967296);
    if (high !== 0 && high !== -1) {
      hash = mix(hash, high | 0);
    }
  }
  return hash;
}

/** A number in [0, 1) that is the same for the same values. */
export function fractionOf(...values: readonly number[]): number {
  return hashNumbers(...values) / 4294967296;
}

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number between both, inclusive. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Like pick, but the first choices come far more often: popular things are popular. */
  pickSkewed<T>(choices: readonly T[]): T;
}

/** A stream of draws (splitmix32) that is the same for the same values. */
export function createRandom(...values: readonly number[]): Random {
  let state = hashNumbers(...values);

  function fraction(): number {
    state = (state + 0x9e3779b9) | 0;
    let drawn = state ^ (state >>> 16);
    drawn = Math.imul(drawn, 0x21f0aaad);
    drawn = Math.imul(drawn ^ (drawn >>> 15), 0x735a2d97);
    return ((drawn ^ (drawn >>> 15)) >>> 0) / 4294967296;
  }

  function at<T>(choices: readonly T[], position: number): T {
    if (choices.length === 0) {
      throw new Error('Nothing to pick from');
    }
    return choices[Math.floor(position * choices.length)] as T;
  }

  return {
    fraction,
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    chance: (probability) => fraction() < probability,
    pick: (choices) => at(choices, fraction()),
    pickSkewed: (choices) => at(choices, fraction() ** 3),
  };
}
