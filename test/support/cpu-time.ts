/** How much CPU this took, in ms: a busy machine makes it take longer, and hardly more of it. */
export function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
