import { afterEach, expect, test } from 'vitest';
import { appendMail } from '../../../src/dev/mail-store.ts';
import { type DeskWorld, startDeskWorld, type WorldOptions } from '../../support/desk-world.ts';
import { devMailbox, mailOf, namesOfCustomers, POLLED, untilTickets } from '../../support/dev-mailbox.ts';
import { DESK, SETTLED } from '../../support/played-desk.ts';
import { writeMail } from '../../support/sent-mail.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const DAY_MS = 86_400_000;

async function makeWorld(options: WorldOptions = {}) {
  world = await startDeskWorld(options);
  const { devServer, folder } = devMailbox(world);
  /** puts a mail there as it came some days ago, with flags as a mail client left them */
  const put = (name: string, days = 0, flags: string[] = []) =>
    appendMail(folder, mailOf(name), flags, Date.now() - days * DAY_MS);
  return { devServer, put };
}

test('INITIAL_SYNC=new leaves old mail alone and sends nothing for it; what comes then is a ticket', async () => {
  const { put } = await makeWorld();
  for (const name of ['old', 'older']) put(name, 3);
  await world.start();
  await world.until(POLLED);
  put('fresh');
  await untilTickets(world, 1);
  expect(await namesOfCustomers(world)).toEqual(['fresh']);
  expect(await world.rows('select count(*)::int as n from inbound_mails')).toEqual([{ n: 1 }]);
  expect(world.countTo('old@customer.example')).toBe(0);
});

test('INITIAL_SYNC=all takes everything that is there, in order', async () => {
  const { put } = await makeWorld({ env: { INITIAL_SYNC: 'all' } });
  for (const name of ['one', 'two', 'three']) put(name, 400);
  await world.start();
  await untilTickets(world, 3);
  const rows = await world.rows<{ subject: string }>('select subject from inbound_mails order by id');
  expect(rows.map((row) => row.subject)).toEqual(['one', 'two', 'three']);
});

test('INITIAL_SYNC=date takes what came from that day on, whatever its place in the folder', async () => {
  const since = new Date(Date.now() - 5 * DAY_MS).toISOString().slice(0, 10);
  const { put } = await makeWorld({ env: { INITIAL_SYNC: since } });
  put('ancient', 30);
  put('recent', 2);
  put('moved-in-late', 20);
  put('today', 0);
  await world.start();
  await untilTickets(world, 2);
  expect((await namesOfCustomers(world)).sort()).toEqual(['recent', 'today']);
});

test('flags decide nothing: a mail that somebody read and answered on a phone becomes a ticket', async () => {
  const { put } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  put('read', 0, ['\\Seen']);
  put('answered', 0, ['\\Seen', '\\Answered', '\\Flagged']);
  await untilTickets(world, 2);
  expect((await namesOfCustomers(world)).sort()).toEqual(['answered', 'read']);
});

test('mail that came while the desk was down is taken when it is up again, once each', async () => {
  const { put } = await makeWorld();
  const first = await world.start();
  await world.until(POLLED);
  put('before');
  await untilTickets(world, 1);
  await first.stop();
  for (let n = 1; n <= 120; n++) put(`meanwhile-${n}`);
  await world.start();
  await untilTickets(world, 121);
  const names = await namesOfCustomers(world);
  expect(names).toHaveLength(121);
  expect(new Set(names).size).toBe(121);
});

test('after a change of UIDVALIDITY nothing is lost and nothing doubled', async () => {
  const { devServer, put } = await makeWorld();
  put('before-the-first-start', 3);
  await world.start();
  await world.until(POLLED);
  for (let n = 1; n <= 10; n++) put(`early-${n}`);
  await untilTickets(world, 10);
  const taken = world.sink.mails.length;
  // Two mails come with the change: nobody has seen them under their old numbers.
  devServer.changeUidValidity(DESK);
  put('late-1');
  put('late-2');
  await untilTickets(world, 12);
  await world.until(`select count(*) >= 10 from inbound_mails where disposition = 'duplicate'`);
  await world.until(SETTLED);
  expect(await world.rows(`select disposition, count(*)::int as n from inbound_mails group by 1 order by 1`)).toEqual([
    { disposition: 'ticket', n: 12 },
    { disposition: 'duplicate', n: 10 },
  ]);
  expect(new Set(await namesOfCustomers(world)).size).toBe(12);
  expect(world.sink.mails).toHaveLength(taken + 2 * 3);
  put('after');
  await untilTickets(world, 13);
  expect(await namesOfCustomers(world)).not.toContain('before-the-first-start');
});

test('a connection that is cut is made again, and no mail is lost in between', async () => {
  const { devServer, put } = await makeWorld();
  await world.start();
  await world.until(POLLED);
  for (let n = 1; n <= 4; n++) {
    put(`cut-${n}`);
    devServer.dropConnections();
  }
  await untilTickets(world, 4);
  expect(new Set(await namesOfCustomers(world)).size).toBe(4);
});

test('a mail that cannot be understood is parked with its reason, and twenty around it become tickets', async () => {
  const { devServer, put } = await makeWorld({ env: { MAX_MAIL_MB: '1', INITIAL_SYNC: 'all' } });
  const folder = devServer.store.folder(DESK);
  const poison = (raw: Buffer) => appendMail(folder, raw, [], Date.now());
  for (let n = 1; n <= 10; n++) put(`first-${n}`);
  poison(nested(200));
  poison(Buffer.from(`To: ${DESK}\r\nSubject: nobody wrote this\r\n\r\nHello\r\n`));
  poison(writeMail({ from: 'large@customer.example', to: DESK, text: `${'x'.repeat(70)}\n`.repeat(20_000) }));
  for (let n = 1; n <= 10; n++) put(`then-${n}`);
  await world.start();
  await untilTickets(world, 20);
  const parked = await world.rows(`select reason from inbound_mails where disposition = 'parked' order by id`);
  expect(parked).toEqual([{ reason: 'too-deep' }, { reason: 'from-missing' }, { reason: 'too-large' }]);
  expect(await world.rows('select count(*)::int as n from inbound_mails')).toEqual([{ n: 23 }]);
  expect(world.countTo('large@customer.example')).toBe(0);
});

/** A multipart in a multipart in a multipart ... */
function nested(depth: number): Buffer {
  const open = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n--b${n}\r\n`,
  );
  return Buffer.from(
    `From: deep@customer.example\r\nTo: ${DESK}\r\nMIME-Version: 1.0\r\n${open.join('')}\r\nHello\r\n`,
  );
}
