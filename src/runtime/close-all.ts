/** In reverse order of starting; one that fails does not keep the others open. */
export async function closeAll(
  closers: readonly (() => Promise<void>)[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  for (const close of closers.toReversed()) await close().catch(onFailure);
}
