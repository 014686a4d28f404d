/** A stream of pseudo-random choices that one seed fixes. */
export interface Random {
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean;
  /** A whole number from 0 up to, not including, the limit. */
  below(limit: number): number;
  /** One of the items. Throws when there is none. */
  oneOf<Item>(items: readonly Item[]): Item;
}

/** Mulberry32: 32 bits of state, the same numbers on every machine. */
export function createRandom(seed: number): Random {
  let state = Math.trunc(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('There is nothing to choose from');
      return item;
    },
  };
}
