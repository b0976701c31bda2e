/** Chance that a seed repeats. */
export interface Chance {
  /** 0 to 1. */
  next(): number;
  between(least: number, most: number): number;
  one<T>(of: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** The same numbers for the same seed: a Weyl sequence whose steps are mixed. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  return {
    next,
    one,
    between: (least, most) => least + next() * (most - least),
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  };
}
