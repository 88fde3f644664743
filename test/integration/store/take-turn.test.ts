import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseId } from '../../../src/domain/ticket/ids.ts';
import { takeSeen } from '../../../src/store/inbound/seen-digests.ts';
import { insertResponses, takeTurns } from '../../../src/store/tickets/responses.ts';
import { lockTicket } from '../../../src/store/tickets/tickets.ts';
import { nextId } from '../../support/new-rows.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterAll(() => world?.stop());

const TWENTY = Array.from({ length: 20 }, (_, index) => index);

test('of twenty answers to one response at once exactly one takes the turn', async () => {
  const response = await world.response(await world.ticket());
  const took = await Promise.all(
    TWENTY.map((n) => world.inTx((tx) => takeTurns(tx, [{ responseId: response, words: `answer ${n}` }], 3_000 + n))),
  );
  expect(took.filter(Boolean)).toHaveLength(1);
  expect(await world.sql('select response_received, rec_time from responses where id = $1', [response])).toEqual([
    { response_received: `answer ${took.indexOf(1)}`, rec_time: 3_000 + took.indexOf(1) },
  ]);
});

test('a turn that was taken in a transaction that rolled back is open again', async () => {
  const response = await world.response(await world.ticket());
  const lost = world.inTx(async (tx) => {
    await takeTurns(tx, [{ responseId: response, words: 'never said' }], 3_000);
    throw new Error('the process had a bad day');
  });
  await expect(lost).rejects.toThrow('bad day');
  expect(await world.inTx((tx) => takeTurns(tx, [{ responseId: response, words: 'said' }], 4_000))).toBe(1);
});

test('a response that does not exist is no turn', async () => {
  expect(await world.inTx((tx) => takeTurns(tx, [{ responseId: 424_242 as ResponseId, words: 'x' }], 1))).toBe(0);
});

test('whoever waits for a ticket’s lock sees what the holder committed', async () => {
  const ticket = await world.ticket();
  let release = () => {};
  let locked = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const first = world.inTx(async (tx) => {
    await lockTicket(tx, ticket);
    locked();
    await held;
    const id = await nextId(tx, 'responses');
    await insertResponses(tx, [{ id, ticketId: ticket, words: 'In between.', sentTime: 2_000 }]);
    await tx.query(`update tickets set status = 'in_process' where id = $1`, [ticket]);
  });
  await holding;
  const second = world.inTx((tx) => lockTicket(tx, ticket));
  const waiting = `select count(*) > 0 as waits from pg_stat_activity where wait_event_type = 'Lock' and query like '%for update%'`;
  while ((await world.sql<{ waits: boolean }>(waiting))[0]?.waits !== true);
  release();
  await first;
  expect((await second)?.turns.map((turn) => turn.responseSent)).toEqual(['In between.']);
});

test('of twenty mails with the same digest at once one owns it, and the others learn which', async () => {
  const mails = await world.mails(TWENTY.map((n) => `sender-${n}`));
  const digest = Buffer.from('the same bytes');
  const owners = await Promise.all(mails.map((inboundId) => world.inTx((tx) => takeSeen(tx, [{ inboundId, digest }]))));
  const owner = owners[0]?.get(digest.toString('hex'));
  expect(new Set(owners.map((one) => one.get(digest.toString('hex')))).size).toBe(1);
  expect(mails).toContain(owner);
});
