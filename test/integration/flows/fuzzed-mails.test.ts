import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FuzzedDesk, startFuzzedDesk } from '../../support/fuzzed-desk.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { writeMail } from '../../support/sent-mail.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** What people and machines write to a desk; test/bench/fuzz-mails.ts takes a folder of real ones. */
const SEEDS = [
  writeMail({ from: 'Jo <jo@customer.example>', to: 'support@desk.example', text: 'My printer burns.' }),
  writeMail({
    from: '"Doe, Kim" <kim@customer.example>',
    to: 'support@desk.example',
    subject: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  }),
  writeMail({ from: 'alice@desk.example', to: 'support@desk.example', text: '/queue' }),
  writeMail({
    from: 'news@machine.example',
    to: 'support@desk.example',
    headers: ['Auto-Submitted: auto-generated', 'List-Id: <n.machine.example>'],
  }),
  writeMail({
    from: 'away@customer.example',
    to: 'support@desk.example',
    text: 'I am away until Monday.',
    headers: ['Auto-Submitted: auto-replied'],
  }),
  writeMail({
    from: 'lou@customer.example',
    to: 'support@desk.example',
    headers: ['Content-Type: multipart/mixed; boundary=b'],
    text: '--b\n\nSee the picture.\n--b\nContent-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--',
  }),
];

let database: TestDatabase;
let desk: FuzzedDesk;
beforeAll(async () => {
  database = await createDatabase();
  desk = await startFuzzedDesk(database.url, SEEDS);
});
afterAll(async () => {
  await desk?.stop();
  await database?.drop();
});

test('500 mutated mails break no rule: each has an end, one effect, and writes to nobody unexpected', async () => {
  for (let from = 1; from <= 500; from += 100) expect((await desk.run(from, 100)).violations).toEqual([]);
  const outcomes = await desk.outcomes();
  // They reached what they are to be held against.
  const reached = new Set(Object.keys(outcomes).map((name) => name.split(':')[0]));
  for (const disposition of ['ticket', 'answer', 'held', 'response', 'returned', 'automatic', 'bounce', 'parked'])
    expect(reached, JSON.stringify(outcomes)).toContain(disposition);
});

test('the gate can fail: rows that break a rule are found', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(
    `update outbox set recipient = 'eve@v.example' where id = (select min(id) from outbox where kind = 'response')`,
  );
  await pool.query(`update inbound_mails set from_address = 'eve@v.example' where id in (
    select distinct on (disposition) id from inbound_mails where disposition in ('answer', 'response'))`);
  await pool.query(
    `update inbound_mails set disposition = 'held' where id = (select max(id) from inbound_mails where disposition = 'ticket')`,
  );
  await pool.end();
  const broken = (await desk.run(9_000, 0)).violations.map((one) => one.split(':')[0]);
  expect(broken).toEqual([
    'a ticket that not exactly one mail opened',
    'an answer that somebody other than the customer wrote',
    'a response of nobody who is an agent',
    'a mail to somebody unexpected',
    'words of an agent to somebody other than the customer',
  ]);
});
