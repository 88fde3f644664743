/** How long items wait for others that are about to come: not at all where `count` of them are all that there can be. */
export type Gathering = { ms: number; isAll(count: number): boolean };

/**
 * Items that are written down one by one by many, and in one statement together: what is given while a write is under way
 * waits for it to end, what is given at rest for the end of this turn of the event loop, or for as long as `gathering` says. So one
 * item alone waits for nobody, and many at once share a round trip and a commit.
 * @param write resolves with a result for each item, in order
 */
export function createCollector<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  gathering?: Gathering,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let busy = false;
  let gatheringUntil: NodeJS.Timeout | undefined;

  const flush = async () => {
    busy = true;
    const batch = waiting;
    waiting = [];
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
    busy = false;
    if (waiting.length > 0) schedule();
  };
  // At the end of the turn, since what is given in one turn belongs together.
  const schedule = () => {
    busy = true;
    setImmediate(() => {
      if (gathering === undefined || gathering.isAll(waiting.length)) return void flush();
      busy = false;
      gatheringUntil = setTimeout(() => {
        gatheringUntil = undefined;
        void flush();
      }, gathering.ms);
    });
  };
  const add = () => {
    if (gatheringUntil === undefined) return schedule();
    if (gathering?.isAll(waiting.length) !== true) return;
    clearTimeout(gatheringUntil);
    gatheringUntil = undefined;
    schedule();
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) add();
    });
}
