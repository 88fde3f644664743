import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InboundId } from '../../../src/domain/ticket/ids.ts';
import {
  claimInboundMails,
  giveBackInboundMails,
  releaseInboundMail,
  renewInboundLeases,
} from '../../../src/store/inbound/inbound-claims.ts';
import { countWaiting, insertInboundMails, markDecided } from '../../../src/store/inbound/inbound-mails.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

const LEASE_MS = 60_000;
const claim = (mails = 100, bytes = 1_000_000) =>
  world.inTx(async (tx) => (await claimInboundMails(tx, LEASE_MS, { mails, bytes })).map((mail) => mail.id));
/** Lets all leases and pauses that are over in `ms` be over now. */
const pass = (ms: number) =>
  world.sql('update inbound_mails set lease_until = lease_until - $1, next_attempt_at = next_attempt_at - $1', [ms]);
const NONE = 0 as InboundId;

const FATE = {
  disposition: 'discarded',
  reason: 'operator-discarded',
  kind: undefined,
  kindReason: undefined,
  messageId: undefined,
  fromAddress: undefined,
  fromName: undefined,
  subject: undefined,
  words: undefined,
  ticketId: undefined,
  responseId: undefined,
  agentId: undefined,
  duplicateOf: undefined,
  tokenBefore: undefined,
  copied: [] as string[],
} as const;
const decide = async (id: InboundId | undefined) =>
  (await world.inTx((tx) => markDecided(tx, [{ id: id ?? NONE, ...FATE }], 1))).length === 1;

test('mails are claimed oldest first, as many as asked for, each once', async () => {
  const ids = await world.mails(['a', 'b', 'c', 'd']);
  expect(await claim(3)).toEqual(ids.slice(0, 3));
  expect(await claim(3)).toEqual(ids.slice(3));
  expect(await claim(3)).toEqual([]);
});

test('no more mails are claimed than there is room for, and one that is larger than all of it comes alone', async () => {
  const ids = await world.mails(['a', 'b', 'c']);
  const { rows } = await world.database.query<{ size: number }>('select size from inbound_mails order by id');
  const [first = 0, second = 0] = rows.map((row) => row.size);
  expect(await claim(100, 0)).toEqual([]);
  expect(await claim(100, first + 1)).toEqual(ids.slice(0, 2));
  expect(second).toBeGreaterThan(1);
  expect(await claim(100, 1)).toEqual(ids.slice(2));
});

test('a sender’s later mail waits while an earlier one is in other hands; other senders do not', async () => {
  const [first] = await world.mails(['a']);
  expect(await claim()).toEqual([first]);
  const [second, other] = await world.mails(['a', 'b']);
  expect(await claim()).toEqual([other]);
  expect(await decide(first)).toBe(true);
  expect(await claim()).toEqual([second]);
});

test('it also waits while an earlier one is put off, and both come in order then', async () => {
  const [first, second] = await world.mails(['a', 'a']);
  expect(await claim()).toEqual([first, second]);
  await releaseInboundMail(world.database, first ?? NONE, 5_000);
  await giveBackInboundMails(world.database, [second ?? NONE]);
  expect(await claim()).toEqual([]);
  await pass(5_001);
  expect(await claim()).toEqual([first, second]);
  // The second was never looked at: only the first has used up an attempt.
  expect(await world.sql('select attempts from inbound_mails order by id')).toEqual([{ attempts: 2 }, { attempts: 1 }]);
});

test('a claim expires with its lease, and counts the attempt; a renewed one does not', async () => {
  const [dead, alive] = await world.mails(['a', 'b']);
  await claim();
  await renewInboundLeases(world.database, [alive ?? NONE], 2 * LEASE_MS);
  await pass(LEASE_MS - 20_000);
  expect(await claim()).toEqual([]);
  await pass(20_000);
  expect(await claim()).toEqual([dead]);
  expect(await world.sql('select attempts from inbound_mails order by id')).toEqual([{ attempts: 2 }, { attempts: 1 }]);
});

test('many claimers at once never get the same mail, and leave none', async () => {
  const senders = Array.from({ length: 200 }, (_, n) => `sender-${n % 40}`);
  const ids = await world.mails(senders);
  const drain = async () => {
    const mine: InboundId[] = [];
    for (let batch = await claim(7); batch.length > 0; batch = await claim(7)) {
      mine.push(...batch);
      for (const id of batch) expect(await decide(id)).toBe(true);
    }
    return mine;
  };
  const claimed = (await Promise.all(Array.from({ length: 8 }, drain))).flat();
  // Mails that waited for an earlier one of their sender may be left when the last claimer looks.
  claimed.push(...(await drain()));
  expect(claimed.sort((a, b) => a - b)).toEqual(ids);
});

test('a mail is decided once: the second to end it is told so', async () => {
  const [id] = await world.mails(['a']);
  const ended = await Promise.all([decide(id), decide(id), decide(id)]);
  expect(ended.filter(Boolean)).toHaveLength(1);
});

test('a batch that is stored again makes no row twice', async () => {
  const batch = [1, 2].map((uid) => ({
    uid: 9_000 + uid,
    receivedAt: 1,
    size: 1,
    raw: Buffer.from('x'),
    sha256: undefined,
    orderKey: 'a',
  }));
  const store = () => world.inTx((tx) => insertInboundMails(tx, world.mailboxId, 1, batch, 1));
  expect(await store()).toHaveLength(2);
  expect(await store()).toEqual([]);
});

test('bytes come back as they were stored, and a mail too large to fetch comes without', async () => {
  const raw = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const mail = { receivedAt: 5, size: raw.length, sha256: undefined, orderKey: 'a' };
  await world.inTx((tx) =>
    insertInboundMails(
      tx,
      world.mailboxId,
      1,
      [
        { ...mail, uid: 1, raw },
        { ...mail, uid: 2, raw: undefined },
      ],
      1,
    ),
  );
  const [whole, large] = await world.inTx((tx) => claimInboundMails(tx, LEASE_MS, { mails: 5, bytes: 1_000_000 }));
  expect(whole?.raw?.equals(raw)).toBe(true);
  expect(large?.raw).toBeUndefined();
});

test('bytes that the caller has at hand are not read, and those of the others are', async () => {
  const [first, second] = await world.mails(['a', 'b']);
  const claimed = await world.inTx((tx) => claimInboundMails(tx, LEASE_MS, { mails: 5, bytes: 1e6 }, [first ?? NONE]));
  expect(claimed.map(({ id, raw, hasRaw }) => ({ id, read: raw !== undefined, hasRaw }))).toEqual([
    { id: first, read: false, hasRaw: true },
    { id: second, read: true, hasRaw: true },
  ]);
});

test('leases are renewed beside a transaction that ends one of the mails, and do not wait for it', async () => {
  const [ending, other] = await world.mails(['a', 'b']);
  await claim();
  await world.inTx(async (tx) => {
    await tx.query('select from inbound_mails where id = $1 for update', [ending]);
    await renewInboundLeases(world.database, [ending ?? NONE, other ?? NONE], 10 * LEASE_MS);
  });
  const far = `select id from inbound_mails where lease_until > epoch_ms() + ${2 * LEASE_MS}`;
  expect(await world.sql(far)).toEqual([{ id: other }]);
});

test('what waits is counted: all of it, what is due, and the oldest', async () => {
  await world.mails(['a', 'b', 'c']);
  await claim(1);
  expect(await countWaiting(world.database)).toEqual({ waiting: 3, due: 2, oldestStoredAt: 1_000 });
});
