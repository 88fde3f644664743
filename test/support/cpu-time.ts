/** How much CPU this took, in ms: a busy machine makes it take longer, and hardly more of it. */
export function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const TEXT = 'The printer prints each page two times, & 請問 ä 👩‍👩‍👧. '.repeat(12_000);
/** What the work below takes on a quiet core of 2026. */
const USUAL_MS = 30;

/**
 * By how much more CPU this machine needs for some work on text than a quiet one, for good or just now: what else runs takes
 * caches and halves of cores away. At least 1, and the least of three tries.
 */
export function slownessOfMachine(): number {
  const work = () => TEXT.split('. ').map((line) => line.replace(/\p{L}+/gu, (word) => word.toUpperCase()));
  // The first compiles.
  const [, ...tries] = [1, 2, 3, 4].map(() => cpuMsOf(work));
  return Math.max(1, Math.min(...tries) / USUAL_MS);
}
