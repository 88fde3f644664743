/** The wall clock, in Unix epoch milliseconds; tests pass another one. */
export type Clock = { now(): number };

export const wallClock: Clock = { now: () => Date.now() };
