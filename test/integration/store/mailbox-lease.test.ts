import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Desk } from '../../../src/flows/desk.ts';
import { storeRawMail } from '../../../src/flows/receive/store-raw-mail.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { findPlace } from '../../../src/store/inbound/mailbox-places.ts';
import {
  claimMailbox,
  findMailboxPast,
  listMailboxes,
  lockMailbox,
  type MailboxLease,
  markPolled,
  releaseMailbox,
} from '../../../src/store/inbound/mailboxes.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

const LEASE_MS = 60_000;
const claim = (holder: string) => claimMailbox(world.database, world.mailboxId, holder, LEASE_MS);
/** Lets this much of the lease be over. */
const pass = (ms: number) => world.sql('update mailboxes set lease_until = lease_until - $1', [ms]);

async function mustClaim(holder: string): Promise<MailboxLease> {
  const lease = await claim(holder);
  if (!lease) throw new Error(`${holder} did not get the mailbox`);
  return lease;
}

const RAW = Buffer.from('From: jo@customer.example\r\n\r\nHello\r\n');
const store = (lease: MailboxLease, uid: number, uidValidity = 1) => {
  const desk = { database: world.database, clock: { now: () => 5_000 }, metrics: createMetrics() };
  const mails = [{ uid, size: RAW.length, raw: RAW, internalDate: 5_000 }];
  // Storing asks for no more of a desk than this.
  return storeRawMail(desk as Desk, lease, uidValidity, mails as Parameters<typeof storeRawMail>[3], uid);
};

test('of ten pollers at once one gets the mailbox', async () => {
  const leases = await Promise.all(Array.from({ length: 10 }, (_, n) => claim(`poller-${n}`)));
  expect(leases.filter(Boolean)).toHaveLength(1);
});

test('the holder renews under the same epoch; others get it when the lease is over, or given back', async () => {
  const first = await mustClaim('one');
  await pass(LEASE_MS / 2);
  expect(await mustClaim('one')).toEqual(first);
  await pass(LEASE_MS / 2);
  expect(await claim('two')).toBeUndefined();
  await pass(LEASE_MS / 2);
  const second = await mustClaim('two');
  expect(second.epoch).toBe(first.epoch + 1);
  expect(await claim('one')).toBeUndefined();
  await releaseMailbox(world.database, second);
  expect((await mustClaim('one')).epoch).toBe(second.epoch + 1);
});

test('the loser stores nothing more and cannot give away what is no longer its own', async () => {
  const loser = await mustClaim('one');
  expect(await store(loser, 10)).toHaveLength(1);
  await pass(LEASE_MS + 1);
  const winner = await mustClaim('two');
  await expect(store(loser, 11)).rejects.toMatchObject({ code: 'lease-lost' });
  await releaseMailbox(world.database, loser);
  expect(await claim('three')).toBeUndefined();
  expect(await findPlace(world.database, world.mailboxId, 1)).toMatchObject({ lastUid: 10 });
  expect(await store(winner, 11)).toHaveLength(1);
  expect(await world.sql('select uid from inbound_mails order by uid')).toEqual([{ uid: 10 }, { uid: 11 }]);
});

const WAITS_FOR_A_LOCK = `select from pg_locks l join pg_stat_activity a using (pid)
  where a.datname = current_database() and not l.granted`;

test('a loser that is in the middle of storing commits before the winner, or not at all', async () => {
  const loser = await mustClaim('one');
  const lost = world.inTx(async (tx) => {
    await pass(LEASE_MS + 1);
    const cursor = await lockMailbox(tx, loser);
    const taking = claim('two');
    await waitFor(
      async () => (await world.sql(WAITS_FOR_A_LOCK)).length > 0,
      PATIENCE_MS,
      () => 'the winner to wait for the loser',
    );
    return { cursor, taking };
  });
  const { cursor, taking } = await lost;
  expect(cursor).toBeDefined();
  expect((await taking)?.epoch).toBe(loser.epoch + 1);
  expect(await world.inTx((tx) => lockMailbox(tx, loser))).toBeUndefined();
});

test('bytes and cursor are one: the same UID again makes no row, and an older batch does not move the cursor back', async () => {
  const lease = await mustClaim('one');
  expect(await store(lease, 20)).toHaveLength(1);
  expect(await store(lease, 20)).toEqual([]);
  expect(await store(lease, 15)).toHaveLength(1);
  expect(await findPlace(world.database, world.mailboxId, 1)).toMatchObject({ lastUid: 20 });
});

test('under a new UIDVALIDITY the cursor begins anew', async () => {
  const lease = await mustClaim('one');
  await store(lease, 20, 1);
  expect(await store(lease, 3, 2)).toHaveLength(1);
  expect(await findMailboxPast(world.database, world.mailboxId)).toMatchObject({ uidValidity: 2 });
  expect(await findPlace(world.database, world.mailboxId, 2)).toMatchObject({ lastUid: 3 });
});

test('a poll that failed leaves the last good one and says why; a good one clears it', async () => {
  await markPolled(world.database, world.mailboxId, 7_000, undefined);
  await markPolled(world.database, world.mailboxId, 8_000, 'connection refused');
  expect(await listMailboxes(world.database)).toMatchObject([
    { lastGoodPollAt: 7_000, lastError: 'connection refused' },
  ]);
  await markPolled(world.database, world.mailboxId, 9_000, undefined);
  expect(await listMailboxes(world.database)).toMatchObject([{ lastGoodPollAt: 9_000, lastError: undefined }]);
});
