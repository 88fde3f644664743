import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutboxId } from '../../../src/domain/ticket/ids.ts';
import type { OutboxItem } from '../../../src/domain/ticket/outbox-item.ts';
import { type AttemptResult, findStoredMail, writeAttempts } from '../../../src/store/outbox/attempts.ts';
import { listDeadAttempts, markDead, releaseExpiredClaims } from '../../../src/store/outbox/dead-attempts.ts';
import { claimOutbox, countOutbox, markClaimed } from '../../../src/store/outbox/outbox.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

const NOBODY = 0 as OutboxId;
const LEASE_MS = 60_000;
const claimItems = (limit = 100) => claimOutbox(world.database, LEASE_MS, limit);
const claim = async (limit?: number) => (await claimItems(limit)).map((item) => item.id);
/** As if so much time had passed by the database's clock. */
const pass = (ms: number) => world.sql('update outbox set next_attempt_at = next_attempt_at - $1', [ms]);
const bytes = (id: OutboxId, text = 'the mail') => ({
  messageId: `${id}@desk.example`,
  envelopeFrom: 'support@desk.example',
  ids: Buffer.from([0, 255, 128, 1]),
  raw: Buffer.from(text),
});
const begin = async (item: OutboxItem | undefined, text?: string) => {
  const id = item?.id ?? NOBODY;
  const begun = { id, earlier: item?.attempts ?? 0, mail: bytes(id, text), startedAt: 2_000, leaseMs: LEASE_MS };
  return (await writeAttempts(world.database, [], [begun])).begun.get(id);
};
const end = async (id: OutboxId = NOBODY, number: number, state: AttemptResult['state'], pauseMs?: number) => {
  const outcome = state === 'sent' ? 'accepted' : 'deferred';
  const result: AttemptResult = { outcome, state, serverReply: 'so it goes', pauseMs };
  return (await writeAttempts(world.database, [{ id, number, result, endedAt: 2_500 }], [])).ended.has(id);
};
/** What a sweep does with what is over. */
const release = async (now: number) => {
  const released = await releaseExpiredClaims(world.database);
  const unknown: OutboxId[] = [];
  for (const { id } of await listDeadAttempts(world.database))
    if (await world.inTx((tx) => markDead(tx, id, now))) unknown.push(id);
  return { released, unknown };
};
const endLeases = (...ids: (OutboxId | undefined)[]) =>
  world.sql(`update outbox set lease_until = 1 where id in (${ids.join()})`);
const states = async () =>
  (await world.sql<{ state: string }>('select state from outbox order by id')).map((r) => r.state);

test('rows are claimed oldest first, as many as asked for, each once', async () => {
  const ids = await world.outbox(['a@x.example', 'b@x.example', 'c@x.example']);
  expect(await claim(2)).toEqual(ids.slice(0, 2));
  expect(await claim()).toEqual(ids.slice(2));
  expect(await claim()).toEqual([]);
});

test('a row is not claimed before it is due', async () => {
  const [id] = await world.outbox(['a@x.example']);
  await pass(-60_000);
  expect(await claim()).toEqual([]);
  await pass(60_000);
  expect(await claim()).toEqual([id]);
});

test('many claimers at once never get the same row, and leave none', async () => {
  const ids = await world.outbox(Array.from({ length: 120 }, (_, n) => `customer-${n}@x.example`));
  const drain = async () => {
    const mine: OutboxId[] = [];
    for (let batch = await claim(7); batch.length > 0; batch = await claim(7)) mine.push(...batch);
    return mine;
  };
  const claimed = (await Promise.all(Array.from({ length: 8 }, drain))).flat();
  claimed.push(...(await drain()));
  expect(claimed.sort((a, b) => a - b)).toEqual(ids);
});

test('the mails of one ticket reach one person in order; other people and tickets do not wait', async () => {
  const [ticket, other] = [await world.ticket(), await world.ticket()];
  const [first, second, agents] = await world.outbox(['jo@x.example', 'jo@x.example', 'alice@desk.example'], ticket);
  const [elsewhere] = await world.outbox(['jo@x.example'], other);
  const items = await claimItems();
  expect(items.map((item) => item.id)).toEqual([first, agents, elsewhere]);
  expect(await claim()).toEqual([]);
  // Put off after a 4xx it still stands before the second.
  expect(await begin(items[0])).toBe(1);
  await end(first, 1, 'pending', 60_000);
  expect(await claim()).toEqual([]);
  await pass(60_000);
  const again = await claimItems();
  expect(again.map((item) => item.id)).toEqual([first]);
  expect(await begin(again[0])).toBe(2);
  await end(first, 2, 'sent');
  expect(await claim()).toEqual([second]);
});

test('whatever ends the first mail, a refusal too, lets the second go', async () => {
  const ticket = await world.ticket();
  const [first, second] = await world.outbox(['jo@x.example', 'jo@x.example'], ticket);
  const [item] = await claimItems();
  await begin(item);
  await end(first, 1, 'failed');
  expect(await claim()).toEqual([second]);
});

test('an attempt keeps the first bytes and Message-ID, whatever a later one brings', async () => {
  await world.outbox(['a@x.example']);
  const [item] = await claimItems();
  expect(await begin(item, 'first bytes')).toBe(1);
  await end(item?.id, 1, 'pending', 0);
  const [again] = await claimItems();
  expect(again).toMatchObject({ attempts: 1, isComposed: true });
  expect(await findStoredMail(world.database, again?.id ?? NOBODY)).toEqual({
    raw: Buffer.from('first bytes'),
    ids: Buffer.from([0, 255, 128, 1]),
  });
  expect(await begin(again, 'other bytes')).toBe(2);
  expect(await world.sql(`select convert_from(raw, 'UTF8') as raw from outbox`)).toEqual([{ raw: 'first bytes' }]);
});

test('an attempt begins only on a claimed row, and ends only once and under its own number', async () => {
  const [id] = await world.outbox(['a@x.example']);
  const unclaimed = { id: id ?? NOBODY, earlier: 0, mail: bytes(id ?? NOBODY), startedAt: 1, leaseMs: LEASE_MS };
  expect((await writeAttempts(world.database, [], [unclaimed])).begun.size).toBe(0);
  const [item] = await claimItems();
  expect(await begin(item)).toBe(1);
  expect(await begin(item)).toBeUndefined();
  expect(await end(id, 2, 'sent')).toBe(false);
  expect(await end(id, 1, 'sent')).toBe(true);
  expect(await end(id, 1, 'pending', 0)).toBe(false);
  expect(await states()).toEqual(['sent']);
});

test('a claim that expired goes back to pending; an attempt that died becomes unknown and is never claimed again', async () => {
  const [claimed, sending, later] = await world.outbox(['a@x.example', 'b@x.example', 'c@x.example']);
  const items = await claimItems();
  await begin(items.find((item) => item.id === sending));
  await begin(items.find((item) => item.id === later));
  expect(await release(3_000)).toEqual({ released: 0, unknown: [] });
  await endLeases(claimed, sending);
  expect(await release(3_001)).toEqual({ released: 1, unknown: [sending] });
  expect(await states()).toEqual(['pending', 'unknown', 'sending']);
  expect(await world.sql('select outbox_id, outcome, ended_at from outbox_attempts order by id')).toEqual([
    { outbox_id: sending, outcome: 'unknown', ended_at: 3_001 },
    { outbox_id: later, outcome: null, ended_at: null },
  ]);
  expect(await claim()).toEqual([claimed]);
  expect(await release(3_001)).toEqual({ released: 0, unknown: [] });
});

test('a no that comes after the sweep has given the attempt up changes nothing; a yes ends it well', async () => {
  const [id] = await world.outbox(['a@x.example']);
  const [item] = await claimItems();
  await begin(item);
  await endLeases(id);
  await release(9_000);
  expect(await end(id, 1, 'pending', 0)).toBe(false);
  expect(await states()).toEqual(['unknown']);
  expect(await end(id, 1, 'sent')).toBe(true);
  expect(await states()).toEqual(['sent']);
  expect(await end(id, 1, 'sent')).toBe(false);
});

test('two sweeps at once end a dead attempt once', async () => {
  await world.outbox(['a@x.example']);
  const [item] = await claimItems();
  await begin(item);
  await endLeases(item?.id);
  const told = await Promise.all([release(9_000), release(9_000), release(9_000)]);
  expect(told.flatMap((sweep) => sweep.unknown)).toEqual([item?.id]);
});

test('a slow process whose claim went to another cannot send its own bytes after the other’s attempt', async () => {
  await world.outbox(['a@x.example']);
  const [slow] = await claimItems();
  await endLeases(slow?.id);
  await release(9_000);
  const [quick] = await claimItems();
  expect(await begin(quick, 'what the world has seen')).toBe(1);
  await end(quick?.id, 1, 'pending', 0);
  const [third] = await claimItems();
  // The row is claimed again, but not by the slow one: it composed other bytes before the first attempt.
  expect(await begin(slow, 'other bytes')).toBeUndefined();
  expect(await begin(third)).toBe(2);
});

test('a claimed row is cancelled, failed or given back; a row in other states is left alone', async () => {
  const [one, two, three, four] = await world.outbox(['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example']);
  await claim(3);
  const mark = (id: OutboxId | undefined, state: 'cancelled' | 'failed' | 'pending') =>
    markClaimed(world.database, id ?? NOBODY, { state, why: 'because', pauseMs: 60_000 });
  await mark(one, 'cancelled');
  await mark(two, 'failed');
  await mark(three, 'pending');
  await mark(four, 'cancelled');
  expect(await states()).toEqual(['cancelled', 'failed', 'pending', 'pending']);
  expect(await countOutbox(world.database)).toMatchObject({ pending: 2, due: 1, failed: 1, unknown: 0 });
});

test('attempts and results of many mails are written down together, each as if it stood alone', async () => {
  await world.outbox(['a@x.example', 'b@x.example', 'c@x.example']);
  const [a, b, c] = await claimItems();
  if (!a || !b || !c) throw new Error('three were claimed');
  const begun = (item: OutboxItem, text: string, earlier = 0) => ({
    id: item.id,
    earlier,
    mail: bytes(item.id, text),
    startedAt: 2_000,
    leaseMs: LEASE_MS,
  });
  // The claim of one was lost: the others begin all the same.
  const first = [begun(a, 'one'), begun(b, 'two', 1), begun(c, 'three')];
  expect((await writeAttempts(world.database, [], first)).begun).toEqual(
    new Map([
      [a.id, 1],
      [c.id, 1],
    ]),
  );
  expect((await findStoredMail(world.database, c.id))?.raw.toString()).toBe('three');
  const result = (state: AttemptResult['state'], pauseMs?: number): AttemptResult => ({
    outcome: state === 'sent' ? 'accepted' : 'deferred',
    state,
    serverReply: `it is ${state}`,
    pauseMs,
  });
  const ends = [
    { id: a.id, number: 1, result: result('sent'), endedAt: 2_500 },
    { id: b.id, number: 1, result: result('sent'), endedAt: 2_500 },
    { id: c.id, number: 1, result: result('pending', 60_000), endedAt: 2_501 },
  ];
  // The statement that ends them begins the one that was not begun yet.
  const written = await writeAttempts(world.database, ends, [begun(b, 'two')]);
  expect(written).toEqual({ ended: new Set([a.id, c.id]), begun: new Map([[b.id, 1]]) });
  expect(
    await world.sql('select state, next_attempt_at > epoch_ms() as waits, last_error from outbox order by id'),
  ).toEqual([
    { state: 'sent', waits: false, last_error: null },
    { state: 'sending', waits: false, last_error: null },
    { state: 'pending', waits: true, last_error: 'it is pending' },
  ]);
  expect(await world.sql('select outbox_id, outcome, server_reply from outbox_attempts order by id')).toEqual([
    { outbox_id: a.id, outcome: 'accepted', server_reply: 'it is sent' },
    { outbox_id: c.id, outcome: 'deferred', server_reply: 'it is pending' },
    { outbox_id: b.id, outcome: null, server_reply: null },
  ]);
});
