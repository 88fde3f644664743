/**
 * Items that are written down one by one by many, and in one statement together: what is given while a write is under way
 * waits for it to end, what is given at rest for the end of this turn of the event loop. So one item alone waits for nobody, and
 * many at once share a round trip and a commit.
 * @param write resolves with a result for each item, in order
 */
export function createCollector<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let busy = false;

  const flush = async () => {
    const batch = waiting;
    waiting = [];
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
    busy = waiting.length > 0;
    if (busy) setImmediate(flush);
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      setImmediate(flush);
    });
}
