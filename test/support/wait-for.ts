/** How long a test waits for what must come, where it claims nothing about speed: enough on a machine with much else to do. */
export const PATIENCE_MS = 120_000;

/**
 * Asks again until it holds. A test waits like this and not for a time; test/unit/waiting.test.ts holds that.
 * @throws Error that says what was waited for
 */
export async function waitFor(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: () => string,
): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; !(await holds()); ) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what()}`);
    // Fixed pause: between two looks.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
