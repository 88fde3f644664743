import { expect, test, vi } from 'vitest';
import { createCollector, type Gathering } from '../../../src/runtime/collector.ts';

/** A collector whose writes end when the test says so. */
function collecting(gathering?: Gathering) {
  const writes: { items: number[]; end: (error?: Error) => void }[] = [];
  const add = createCollector<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => `wrote ${item}`)));
        writes.push({ items, end });
      }),
    gathering,
  );
  return { add, writes };
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what is given in one turn is written together, and each gets its own result', async () => {
  const { add, writes } = collecting();
  const results = Promise.all([add(1), add(2), add(3)]);
  await turn();
  expect(writes.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  writes[0]?.end();
  expect(await results).toEqual(['wrote 1', 'wrote 2', 'wrote 3']);
});

test('what is given while a write is under way goes together when it has ended, and one alone waits for nobody', async () => {
  const { add, writes } = collecting();
  const first = add(1);
  await turn();
  const later = Promise.all([add(2), add(3)]);
  await turn();
  expect(writes.map(({ items }) => items)).toEqual([[1]]);
  writes[0]?.end();
  expect(await first).toBe('wrote 1');
  await turn();
  expect(writes.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  writes[1]?.end();
  expect(await later).toEqual(['wrote 2', 'wrote 3']);
  const alone = add(4);
  await turn();
  writes[2]?.end();
  expect(await alone).toBe('wrote 4');
});

test('a write that fails fails for those in it, and the next one is tried', async () => {
  const { add, writes } = collecting();
  const failed = Promise.allSettled([add(1), add(2)]);
  await turn();
  const next = add(3);
  writes[0]?.end(new Error('away'));
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  writes[1]?.end();
  expect(await next).toBe('wrote 3');
});

test('what gathers is written when all have come, or when the time for it is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { add, writes } = collecting({ ms: 5, isAll: (count) => count >= 2 });
    const both = Promise.all([add(1), turn().then(() => add(2))]);
    await turn();
    expect(writes).toEqual([]);
    await turn();
    expect(writes.map(({ items }) => items)).toEqual([[1, 2]]);
    writes[0]?.end();
    expect(await both).toEqual(['wrote 1', 'wrote 2']);
    const alone = add(3);
    await turn();
    expect(writes).toHaveLength(1);
    vi.advanceTimersByTime(5);
    expect(writes[1]?.items).toEqual([3]);
    const third = add(4);
    writes[1]?.end();
    expect(await alone).toBe('wrote 3');
    await turn();
    vi.advanceTimersByTime(5);
    expect(writes[2]?.items).toEqual([4]);
    writes[2]?.end();
    expect(await third).toBe('wrote 4');
  } finally {
    vi.useRealTimers();
  }
});
