import { afterEach, expect, test } from 'vitest';
import { appendMail, type MailFolder, skipUids } from '../../../src/dev/mail-store.ts';
import { type DeskWorld, startDeskWorld, type WorldOptions } from '../../support/desk-world.ts';
import { devMailbox, mailOf, namesOfCustomers, POLLED, untilPolls, untilTickets } from '../../support/dev-mailbox.ts';
import { DESK } from '../../support/played-desk.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

async function makeWorld(options: WorldOptions = {}) {
  world = await startDeskWorld({ ...options, env: { POLL_SECONDS: '1', ...options.env } });
  const { devServer, folder } = devMailbox(world);
  const put = (name: string, agoMs = 0) => appendMail(folder, mailOf(name), [], Date.now() - agoMs);
  return { devServer, folder, put };
}

/** A mail becomes visible under a UID that was passed over; sessions that are open are not told. */
function fillHole(folder: MailFolder, uid: number, name: string, agoMs = 0) {
  const other: MailFolder = { ...folder, uidNext: uid, mails: [], listeners: new Set() };
  const mail = appendMail(other, mailOf(name), [], Date.now() - agoMs);
  folder.mails = [...folder.mails, mail].sort((a, b) => a.uid - b.uid);
}

const tickets = async () => (await namesOfCustomers(world)).sort();

const stored = async () => (await world.rows<{ n: number }>('select count(*)::int as n from inbound_mails'))[0]?.n;

test('a mail that becomes visible below the cursor is taken, in an open session and after a new connection', async () => {
  const { devServer, folder, put } = await makeWorld();
  put('old', 3 * DAY_MS);
  skipUids(folder, 1);
  put('old-too', 3 * DAY_MS);
  await world.start();
  await world.until(POLLED);
  put('first');
  skipUids(folder, 3);
  put('second');
  await untilTickets(world, 2);
  fillHole(folder, 6, 'late');
  await untilTickets(world, 3);
  fillHole(folder, 5, 'later');
  // This number was free when the desk saw the folder for the first time.
  fillHole(folder, 2, 'on-its-way-at-the-start');
  devServer.dropConnections();
  await untilTickets(world, 5);
  expect(await tickets()).toEqual(['first', 'late', 'later', 'on-its-way-at-the-start', 'second']);
  const [place] = await world.rows(`select last_uid::int, holes::text, owed::text from mailbox_places`);
  expect(place).toEqual({ last_uid: 8, holes: '{[7,8)}', owed: '{}' });
});

test('what is old, erased or removed does not come back from below the cursor', async () => {
  const { devServer, folder, put } = await makeWorld();
  for (let n = 1; n <= 5; n++) put(`old-${n}`, 3 * DAY_MS);
  await world.start();
  await world.until(POLLED);
  put('taken');
  skipUids(folder, 1);
  put('removed');
  put('expunged');
  await untilTickets(world, 3);
  // As a retention or an erasure would: the row is gone, and the mail still lies in the mailbox.
  const ids = `(select id from inbound_mails where subject in ('removed', 'expunged'))`;
  await world.database.query(`begin; set local session_replication_role = replica;
    delete from inbound_seen where inbound_id in ${ids}; delete from inbound_mails where id in ${ids}; commit`);
  folder.mails = folder.mails.filter((mail) => mail.uid !== 9);
  fillHole(folder, 7, 'found-again-by-the-server', 3 * DAY_MS);
  devServer.dropConnections();
  await untilPolls(world, 3);
  expect(await stored()).toBe(1);
  expect(await tickets()).toEqual(['expunged', 'removed', 'taken']);
});

test('a mailbox without holes is asked nothing more than before', async () => {
  const { put } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  for (let n = 1; n <= 3; n++) put(`mail-${n}`);
  await untilTickets(world, 3);
  expect(await world.rows('select holes::text, owed::text from mailbox_places')).toEqual([{ holes: '{}', owed: '{}' }]);
});

test('mail that lay there minutes before the first start stays old under a new UIDVALIDITY', async () => {
  const { devServer, put } = await makeWorld();
  put('long-ago', 3 * DAY_MS);
  put('two-minutes-ago', 2 * MINUTE_MS);
  put('a-moment-ago');
  put('from-a-clock-that-is-wrong', -40 * MINUTE_MS);
  await world.start();
  await world.until(POLLED);
  put('new');
  await untilTickets(world, 1);
  devServer.changeUidValidity(DESK);
  put('newer');
  await untilTickets(world, 2);
  await untilPolls(world, 2);
  expect(await tickets()).toEqual(['new', 'newer']);
  // Two were stored, and the first of them again under its new number.
  expect(await stored()).toBe(3);
});

test('a UIDVALIDITY that flaps loses nothing, doubles nothing, and what is known is not read again', async () => {
  const { devServer, folder, put } = await makeWorld({ env: { INITIAL_SYNC: 'all' } });
  for (let n = 1; n <= 20; n++) put(`past-${n}`, 5 * DAY_MS - n * MINUTE_MS);
  await world.start();
  await untilTickets(world, 20);
  put('fresh');
  await untilTickets(world, 21);
  const numberings = [numbers(folder)];
  /** gives the folder a uidEpoch that it had before, with mails that came since above it */
  const goBack = (to: Map<string, number> & { validity?: number }, validity: number) => {
    devServer.changeUidValidity(DESK);
    folder.uidValidity = validity;
    let next = Math.max(...to.values()) + 1;
    for (const mail of folder.mails) mail.uid = to.get(mail.raw.toString()) ?? next++;
    folder.mails.sort((a, b) => a.uid - b.uid);
    folder.uidNext = next;
  };
  const [first] = numberings;
  const firstValidity = folder.uidValidity;
  devServer.changeUidValidity(DESK);
  put('under-the-second');
  await untilTickets(world, 22);
  await untilPolls(world, 1);
  // Only what came within the last hour was fetched again.
  expect(await duplicates()).toBe(1);
  const second = numbers(folder);
  const secondValidity = folder.uidValidity;
  for (const [round, [uidEpoch, validity]] of (
    [
      [first, firstValidity],
      [second, secondValidity],
      [first, firstValidity],
    ] as const
  ).entries()) {
    if (!uidEpoch) throw new Error('a uidEpoch is missing');
    goBack(uidEpoch, validity);
    put(`in-round-${round}`);
    await untilTickets(world, 23 + round);
    await untilPolls(world, 1);
  }
  expect(await tickets()).toHaveLength(25);
  expect(new Set(await tickets()).size).toBe(25);
  // Each uidEpoch was read on from its own place: the few that came under the other are the only ones read twice.
  expect(await duplicates()).toBeLessThanOrEqual(6);
  expect(await world.rows('select count(*)::int as places from mailbox_places')).toEqual([{ places: 2 }]);
});

function numbers(folder: MailFolder): Map<string, number> {
  return new Map(folder.mails.map((mail) => [mail.raw.toString(), mail.uid]));
}

async function duplicates(): Promise<number | undefined> {
  const sql = `select count(*)::int as n from inbound_mails where disposition = 'duplicate'`;
  return (await world.rows<{ n: number }>(sql))[0]?.n;
}
