/** Wakes the one that waits for it; rung while nobody waits, it is heard at once by the next. */
export type Bell = { ring(): void; wait(atMostMs: number): Promise<void> };

export function createBell(): Bell {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      isRung = true;
      wake?.();
    },
    wait: async (atMostMs) => {
      if (!isRung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, atMostMs);
        wake = resolve;
        await promise;
        wake = undefined;
        clearTimeout(timer);
      }
      isRung = false;
    },
  };
}
