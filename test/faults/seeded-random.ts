/** Numbers that follow from a seed alone (mulberry32), so that a run can be played again. */
export type Dice = {
  /** 0 <= x < 1 */
  next(): number;
  /** a whole number from `from` to `to`, both included */
  whole(from: number, to: number): number;
  /** true this often */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** each item as often as its weight says */
  weigh<T>(items: readonly (readonly [weight: number, item: T])[]): T;
};

export function seededDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: <T>(items: readonly T[]): T => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
    weigh: <T>(items: readonly (readonly [number, T])[]): T => {
      let left = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      throw new Error('there is nothing to pick from');
    },
  };
}
