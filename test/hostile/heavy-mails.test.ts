import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { ALICE, ask, DESK, hand, mailAbout, turnsOf } from '../support/played-desk.ts';
import { writeMail, writeReply } from '../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({ env: { NOTICES_PER_AGENT: '0', PARSE_SECONDS: '60' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

test('a ticket with more held words than jsonb holds is shown to its agent, and what is missing is counted', {
  timeout: 240_000,
}, async () => {
  const asked = await ask(world, 'floods@customer.example');
  // 80 mails of 3.9 MB, as a customer may send them: 312 MB.
  await world.rows(
    `insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, raw_sha256, order_key,
       disposition, reason, decided_at, ticket_id, from_address, words)
     select m.mailbox_id, m.uid_validity, 1000000 + n, m.received_at, m.stored_at, m.size, m.raw_sha256, m.order_key,
       'held', 'held-before-response', m.decided_at, m.ticket_id, m.from_address, n || ' ' || repeat('abcdefghijklm', 300000)
     from inbound_mails m, generate_series(1, 80) n where m.ticket_id = ${asked.ticket}`,
  );
  const before = world.countTo('alice@desk.example');
  await hand(world, writeReply(asked.toAlice, ALICE, '/history'));
  await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
  expect(world.countTo('alice@desk.example')).toBe(before + 1);
  const shown = await mailAbout(world, 'alice@desk.example', asked.ticket, 2);
  expect(shown.parsed.text).toContain('Not shown: 40 older held mails');
  expect(shown.parsed.text).toContain('80 abcdefghijklm');
  expect(shown.parsed.text?.length ?? 0).toBeLessThan(300_000);
});

test('a response of 150,000 lines reaches the customer', { timeout: 240_000 }, async () => {
  const asked = await ask(world, 'reads-much@customer.example');
  const lines = Array.from({ length: 150_000 }, (_one, n) => `${n}`).join('\n');
  const [fate] = await hand(world, writeReply(asked.toAlice, ALICE, lines));
  expect(fate).toMatchObject({ disposition: 'response' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  const response = await mailAbout(world, asked.customer, asked.ticket, 2);
  expect(response.parsed.text).toContain('149999');
});

/** Commands that are given back cut, where the cut would fall into a character of two halves. */
const CUT_INSIDE = [56, 57, 58].map((length) => `/${'n'.repeat(length - 1)}${'😀'.repeat(20)}`);

test.each(CUT_INSIDE)('a command that is cut inside an emoji comes back at once: %s', async (command) => {
  const asked = await ask(world, `emoji-${command.indexOf('😀')}@customer.example`);
  const [fate] = await hand(world, writeReply(asked.toAlice, ALICE, `${command}\n\nSome words.`));
  expect(fate?.disposition).toBe('returned');
  const [row] = await world.rows<{ attempts: number }>(`select attempts from inbound_mails where id = ${fate?.id}`);
  expect(row?.attempts).toBe(1);
});

test('an agent whose mail is parked unread is told so once, without its words', async () => {
  const before = world.countTo('alice@desk.example');
  for (const n of [1, 2]) {
    const headers = Array.from({ length: 3_000 }, (_one, at) => `X-Filler-${at}: ${'x'.repeat(900)} ${n}`);
    const [fate] = await hand(world, writeMail({ from: ALICE, to: DESK, headers, text: 'SECRETWORD' }));
    expect(fate).toMatchObject({ disposition: 'parked' });
  }
  expect(world.countTo('alice@desk.example')).toBe(before + 1);
  const told = world.sink.mails.findLast((mail) => mail.envelope.to.includes('alice@desk.example'));
  expect(told?.raw.toString()).toContain('It is parked');
  expect(told?.raw.toString()).not.toContain('SECRETWORD');
});
