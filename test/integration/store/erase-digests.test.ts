import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/domain/desk/rules.ts';
import { eraseDigests } from '../../../src/store/people/person-erasure.ts';
import { NOW } from '../../support/decisions.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

const digest = (name: string, endedAt: number) =>
  world.sql(
    `insert into outbox (audience, kind, recipient, state, message_id, raw, created_at, ended_at)
     values ('agent', 'digest', 'alice@desk.example', 'sent', $1, 'jo@customer.example waits', $2, $2)`,
    [name, endedAt],
  );

test.each([
  ['right', 0],
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
])(
  'the lists that may name an erased customer lose their bytes, where the clock of who opened the ticket is %s',
  async (_, wrong) => {
    await digest('long-before', NOW - 2 * HOUR_MS);
    const ticket = await world.ticket(NOW + wrong);
    await world.outbox(['alice@desk.example'], ticket, NOW);
    await digest('soon-after', NOW + HOUR_MS / 6);
    await world.inTx((tx) => eraseDigests(tx, ticket, NOW + wrong, NOW));
    expect(
      await world.sql(`select message_id as name, raw is null as erased from outbox where kind = 'digest' order by id`),
    ).toEqual([
      { name: 'long-before', erased: false },
      { name: 'soon-after', erased: true },
    ]);
  },
);
