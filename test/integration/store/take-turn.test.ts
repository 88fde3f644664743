import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseId } from '../../../src/domain/ids.ts';
import { takeSeen } from '../../../src/store/inbound/inbound-mails.ts';
import { insertResponse, takeTurn } from '../../../src/store/tickets/responses.ts';
import { lockTicket } from '../../../src/store/tickets/tickets.ts';
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
    TWENTY.map((n) => world.inTx((tx) => takeTurn(tx, response, `answer ${n}`, 3_000 + n))),
  );
  expect(took.filter(Boolean)).toHaveLength(1);
  expect(await world.sql('select response_received, rec_time from responses where id = $1', [response])).toEqual([
    { response_received: `answer ${took.indexOf(true)}`, rec_time: 3_000 + took.indexOf(true) },
  ]);
});

test('a turn that was taken in a transaction that rolled back is open again', async () => {
  const response = await world.response(await world.ticket());
  const lost = world.inTx(async (tx) => {
    await takeTurn(tx, response, 'never said', 3_000);
    throw new Error('the process had a bad day');
  });
  await expect(lost).rejects.toThrow('bad day');
  expect(await world.inTx((tx) => takeTurn(tx, response, 'said', 4_000))).toBe(true);
});

test('a response that does not exist is no turn', async () => {
  expect(await world.inTx((tx) => takeTurn(tx, 424_242 as ResponseId, 'x', 1))).toBe(false);
});

test('responses of a ticket never stand at one time, whatever the clock says', async () => {
  const ticket = await world.ticket();
  for (const now of [5_000, 5_000, 1_000]) await world.response(ticket, `at ${now}`, now);
  const rows = await world.sql<{ sent_time: number }>(
    'select sent_time from responses where ticket_id = $1 order by id',
    [ticket],
  );
  expect(rows.map((row) => row.sent_time)).toEqual([5_000, 5_001, 5_002]);
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
    await insertResponse(tx, ticket, 'In between.', 2_000);
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
  const owners = await Promise.all(mails.map((id) => world.inTx((tx) => takeSeen(tx, id, [digest]))));
  expect(new Set(owners.flat()).size).toBe(1);
  expect(mails).toContain(owners[0]?.[0]);
});
