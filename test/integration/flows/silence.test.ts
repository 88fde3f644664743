import { afterEach, expect, test } from 'vitest';
import { listQueue } from '../../../src/store/tickets/ticket-history.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  countAbout,
  hand,
  mailAbout,
  respond,
  SETTLED,
  ticketRow,
  turnsOf,
} from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const DAY_MS = 86_400_000;

/** A desk whose clock the test moves forward. */
async function startDesk(env: Record<string, string>) {
  let ahead = 0;
  world = await startDeskWorld({ env });
  await world.start(undefined, {}, { clock: { now: () => Date.now() + ahead } });
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  return {
    days: (count: number) => {
      ahead += count * DAY_MS;
    },
  };
}

test('a ticket closes after the days of silence, with its last response, and the customer is told once', async () => {
  const pass = await startDesk({ AUTO_CLOSE_DAYS: '14' });
  const silent = await ask(world, 'silent@customer.example');
  const answered = await ask(world, 'answers@customer.example');
  const waiting = await ask(world, 'waits@customer.example');
  const older = await ask(world, 'older@customer.example');
  await respond(world, older, 'Try sand.');
  const response = await respond(world, answered, 'Pour water on it.');
  await hand(world, writeReply(response, answered.customer, 'It worked.'));
  pass.days(1);
  await respond(world, silent, 'Pour water on it.');
  pass.days(13.5);
  await world.until(`select status = 'closed' from tickets where id = ${older.ticket}`);
  // The same sweep has looked at this one, whose response is a day younger.
  expect(await ticketRow(world, silent.ticket)).toMatchObject({ status: 'in_process', last_response: null });
  pass.days(1);
  const closing = await mailAbout(world, silent.customer, silent.ticket, 3);
  expect(closing.parsed.text).toContain('https://help.desk.example/t/');
  expect(await ticketRow(world, silent.ticket)).toMatchObject({ status: 'closed', last_response: 'Pour water on it.' });
  // The desk owes these an answer: their silence is not the customer's.
  expect(await ticketRow(world, answered.ticket)).toMatchObject({ status: 'in_process' });
  expect(await ticketRow(world, waiting.ticket)).toMatchObject({ status: 'open' });
  pass.days(30);
  await twoSweeps();
  expect(countAbout(world, silent.customer, silent.ticket)).toBe(3);
});

test('within the reopening window the customer’s answer opens it again; after it, a new ticket follows', async () => {
  const pass = await startDesk({ AUTO_CLOSE_DAYS: '14', REOPEN_DAYS: '7' });
  const early = await ask(world, 'early@customer.example');
  const late = await ask(world, 'late@customer.example');
  const toEarly = await respond(world, early, 'Pour water on it.');
  const toLate = await respond(world, late, 'Pour water on it.');
  pass.days(15);
  await world.until(`select count(*) = 2 from tickets where status = 'closed'`);
  await world.until(SETTLED);
  const [reopened] = await hand(world, writeReply(toEarly, early.customer, 'It burns again.'));
  expect(reopened).toMatchObject({ disposition: 'answer', reason: 'answers-and-reopens', ticket: early.ticket });
  expect(await ticketRow(world, early.ticket)).toMatchObject({ status: 'in_process', last_response: null });
  pass.days(8);
  const [followed] = await hand(world, writeReply(toLate, late.customer, 'It burns again.'));
  expect(followed).toMatchObject({ disposition: 'ticket', reason: 'follows-closed-ticket' });
  expect(await turnsOf(world, late.ticket)).toMatchObject([{ received: null }]);
});

test('a ticket that was opened again waits for the desk, however long ago its last response was', async () => {
  const pass = await startDesk({ AUTO_CLOSE_DAYS: '14', REOPEN_DAYS: '7', PUBLIC_URL: '' });
  const asked = await ask(world, 'again@customer.example');
  await respond(world, asked, 'Pour water on it.');
  pass.days(15);
  const closing = await mailAbout(world, asked.customer, asked.ticket, 3);
  const link = /mailto:(\S+)\?subject=Open%20again/.exec(closing.parsed.text)?.[1] ?? '';
  await hand(world, writeMail({ from: asked.customer, to: decodeURIComponent(link), subject: 'Open again' }));
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  await twoSweeps();
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  expect((await listQueue(world.database, 10)).rows).toMatchObject([{ customer: asked.customer }]);
  const toAlice = countAbout(world, 'alice@desk.example', asked.ticket);
  const notification = await mailAbout(world, 'alice@desk.example', asked.ticket, toAlice);
  await respond(world, asked, 'Then try sand.', { agent: ALICE, notification });
  expect((await listQueue(world.database, 10)).total).toBe(0);
  pass.days(13);
  await twoSweeps();
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  pass.days(2);
  await world.until(`select status = 'closed' from tickets where id = ${asked.ticket}`);
});

test('an answer to an older response waits for the desk, though a newer response has none yet', async () => {
  const pass = await startDesk({ AUTO_CLOSE_DAYS: '14' });
  const asked = await ask(world, 'older@customer.example');
  const first = await respond(world, asked, 'Pour water on it.');
  await respond(world, asked, 'Or sand.');
  expect((await listQueue(world.database, 10)).total).toBe(0);
  await hand(world, writeReply(first, asked.customer, 'Water did not help.'));
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'Water did not help.' }, { received: null }]);
  expect((await listQueue(world.database, 10)).rows).toMatchObject([{ query: 'Water did not help.' }]);
  pass.days(15);
  await twoSweeps();
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  await respond(world, asked, 'Then ask the shop.');
  expect((await listQueue(world.database, 10)).total).toBe(0);
});

test('AUTO_CLOSE_DAYS=0 never closes by itself', async () => {
  const pass = await startDesk({ AUTO_CLOSE_DAYS: '0' });
  const asked = await ask(world, 'patient@customer.example');
  await respond(world, asked, 'Pour water on it.');
  pass.days(300);
  await twoSweeps();
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
});

/** Waits until a sweep has ended that began after this call: two rows with dead claims are given back one after the other. */
async function twoSweeps(): Promise<void> {
  for (const _sweep of [1, 2]) {
    const [row] = await world.rows<{ id: number }>(
      `insert into outbox (audience, kind, recipient, state, lease_until, created_at)
       values ('operator', 'alert', 'alice@desk.example', 'claimed', 1, 1) returning id::int`,
    );
    await world.until(`select state <> 'claimed' from outbox where id = ${row?.id}`);
  }
}
