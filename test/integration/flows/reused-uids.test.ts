import { afterEach, expect, test } from 'vitest';
import { appendMail, type MailFolder } from '../../../src/dev/mail-store.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { devMailbox, mailOf, namesOfCustomers, POLLED, untilPolls, untilTickets } from '../../support/dev-mailbox.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const DAY_MS = 86_400_000;

async function makeWorld(env: Record<string, string> = {}) {
  world = await startDeskWorld({ env: { POLL_SECONDS: '1', OPERATORS: 'ops@desk.example', ...env } });
  const { devServer, folder } = devMailbox(world);
  const put = (...some: string[]) => some.map((name) => appendMail(folder, mailOf(name), [], Date.now()));
  /** puts the folder back to how it was, and ends every session, as a server does that is restored */
  const restore = (snapshot: Snapshot, ...then: string[]) => {
    Object.assign(folder, { mails: [...snapshot.mails], uidNext: snapshot.uidNext });
    put(...then);
    devServer.dropConnections();
  };
  return { devServer, folder, put, restore };
}

type Snapshot = Pick<MailFolder, 'mails' | 'uidNext'>;
const snapshotOf = ({ mails, uidNext }: MailFolder): Snapshot => ({ mails: [...mails], uidNext });

const tickets = async () => (await namesOfCustomers(world)).sort();
const numberings = () => world.rows<{ n: number }>('select count(*)::int as n from mailbox_places');
const alerts = () => world.sink.mails.filter((mail) => mail.envelope.to.includes('ops@desk.example')).length;

test('mails under UIDs that were given again are taken, each once, and the operators are told once', async () => {
  const { folder, put, restore } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  put('one', 'two');
  await untilTickets(world, 2);
  const snapshot = snapshotOf(folder);
  put('three', 'four', 'five');
  await untilTickets(world, 5);
  restore(snapshot, 'six');
  await untilTickets(world, 6);
  put('seven', 'eight', 'nine');
  await untilTickets(world, 9);
  await untilPolls(world, 2);
  expect(await tickets()).toEqual(['eight', 'five', 'four', 'nine', 'one', 'seven', 'six', 'three', 'two']);
  expect(await numberings()).toEqual([{ n: 2 }]);
  expect(alerts()).toBe(1);
  const rows = await world.rows(
    `select uid::int, (uid_validity / 4294967296)::int as "uidEpoch" from inbound_mails where subject in ('three', 'six') order by id`,
  );
  expect(rows).toEqual([
    { uid: 3, uidEpoch: 0 },
    { uid: 3, uidEpoch: 1 },
  ]);
  // It happens to the same mailbox again.
  restore(snapshot, 'ten');
  await untilTickets(world, 10);
  expect(await numberings()).toEqual([{ n: 3 }]);
  expect(alerts()).toBe(1);
});

test('it is seen by the mails themselves where more have come meanwhile than were lost', async () => {
  const { folder, put, restore } = await makeWorld();
  const first = await world.start();
  await world.until(POLLED);
  put('one');
  await untilTickets(world, 1);
  const snapshot = snapshotOf(folder);
  put('two', 'three');
  await untilTickets(world, 3);
  await first.stop();
  restore(snapshot, 'four', 'five', 'six', 'seven');
  await world.start();
  await untilTickets(world, 7);
  await untilPolls(world, 1);
  expect(await tickets()).toEqual(['five', 'four', 'one', 'seven', 'six', 'three', 'two']);
  expect(await world.rows(`select count(*)::int as n from inbound_mails where disposition = 'ticket'`)).toEqual([
    { n: 7 },
  ]);
});

test('on a desk that has not taken a mail yet UIDNEXT alone tells, and old mail stays old', async () => {
  const { folder, restore } = await makeWorld();
  const old = (name: string) => appendMail(folder, mailOf(name), [], Date.now() - 3 * DAY_MS);
  old('old-1');
  const snapshot = snapshotOf(folder);
  for (const name of ['old-2', 'old-3']) old(name);
  await world.start();
  await world.until(POLLED);
  restore(snapshot, 'new');
  await untilTickets(world, 1);
  await untilPolls(world, 1);
  expect(await tickets()).toEqual(['new']);
});

test('a server that is behind for a while, with the mails that we know, is waited for', async () => {
  const { folder, put, restore } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  put('one', 'two');
  await untilTickets(world, 2);
  const behind = snapshotOf(folder);
  put('three');
  await untilTickets(world, 3);
  const ahead = snapshotOf(folder);
  restore(behind);
  await untilPolls(world, 2);
  restore(ahead);
  put('four');
  await untilTickets(world, 4);
  await untilPolls(world, 1);
  expect(await numberings()).toEqual([{ n: 1 }]);
  expect(await world.rows('select count(*)::int as n from inbound_mails')).toEqual([{ n: 4 }]);
  expect(alerts()).toBe(0);
});

test('a server that writes its mails anew for each that asks has given no UID again', async () => {
  const { devServer, folder, put } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  put('one', 'two');
  await untilTickets(world, 2);
  folder.mails = folder.mails.map((mail) => ({
    ...mail,
    raw: Buffer.concat([Buffer.from('X-Anew: 1\r\n'), mail.raw]),
  }));
  devServer.dropConnections();
  put('three');
  await untilTickets(world, 3);
  await untilPolls(world, 2);
  expect(await numberings()).toEqual([{ n: 1 }]);
  expect(alerts()).toBe(0);
});
