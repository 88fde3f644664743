import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, DESK, hand, respond, turnsOf } from '../../support/played-desk.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const relayedBy = (mail: Buffer, host: string) =>
  Buffer.concat([Buffer.from(`Received: from ${host} by mx.desk.example; Sun, 22 Nov 2026 09:00:00 +0000\r\n`), mail]);

test('the same bytes under a new UID are a duplicate of the first mail and cause nothing', async () => {
  const mail = writeMail({ from: 'same@customer.example', to: DESK });
  const [first, second] = await hand(world, mail, mail);
  expect(first).toMatchObject({ disposition: 'ticket' });
  expect(second).toMatchObject({ disposition: 'duplicate', reason: 'same-bytes', ticket: null });
  expect(await world.rows(`select duplicate_of::int from inbound_mails where id = ${second?.id}`)).toEqual([
    { duplicate_of: first?.id },
  ]);
  expect(world.countTo('same@customer.example')).toBe(1);
});

test('the same mail that came by another way, with other Received fields, is a duplicate', async () => {
  const mail = writeMail({ from: 'twice@customer.example', to: DESK });
  const [first, second] = await hand(world, relayedBy(mail, 'mx1.example'), relayedBy(mail, 'mx2.example'));
  expect(first).toMatchObject({ disposition: 'ticket' });
  expect(second).toMatchObject({ disposition: 'duplicate', reason: 'same-id-and-content' });
  expect(world.countTo('twice@customer.example')).toBe(1);
});

test('another mail under a Message-ID that was used before is a mail of its own', async () => {
  const draft = { from: 'reuses@customer.example', to: DESK, messageId: 'always-the-same@customer.example' };
  const fates = await hand(
    world,
    writeMail({ ...draft, text: 'My printer burns.' }),
    writeMail({ ...draft, text: 'My scanner burns.', subject: 'Scanner' }),
  );
  expect(fates.map((fate) => fate.disposition)).toEqual(['ticket', 'ticket']);
});

test('mails without a Message-ID are kept, however alike they are', async () => {
  const bare = (date: string) =>
    Buffer.from(`From: bare@customer.example\r\nTo: ${DESK}\r\nDate: ${date}\r\nSubject: Help\r\n\r\nHelp me.\r\n`);
  const fates = await hand(world, bare('Sun, 22 Nov 2026 09:00:00 +0000'), bare('Sun, 22 Nov 2026 10:00:00 +0000'));
  expect(fates.map((fate) => fate.disposition)).toEqual(['ticket', 'ticket']);
});

test('an answer that comes twice takes its turn once, and no notice calls it a second one', async () => {
  const asked = await ask(world, 'answers@customer.example');
  const response = await respond(world, asked, 'Try again.');
  const answer = writeReply(response, asked.customer, 'Done.');
  const had = world.countTo(asked.customer);
  const fates = await hand(world, answer, relayedBy(answer, 'mx1.example'), answer);
  expect(fates.map((fate) => fate.disposition)).toEqual(['answer', 'duplicate', 'duplicate']);
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'Done.' }]);
  expect(world.countTo(asked.customer)).toBe(had);
});

test('an agent’s reply that comes twice is one response, sent once', async () => {
  const asked = await ask(world, 'once@customer.example');
  const reply = writeReply(asked.toAlice, 'alice@desk.example', 'Try again.');
  const fates = await hand(world, reply, reply);
  expect(fates.map((fate) => fate.disposition)).toEqual(['response', 'duplicate']);
  expect(await turnsOf(world, asked.ticket)).toHaveLength(1);
  expect(world.countTo(asked.customer)).toBe(2);
});

test('people who answer one broadcast are not thrown together: each gets a ticket', async () => {
  const people = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@broadcast.example`);
  const headers = ['In-Reply-To: <newsletter-7@news.example>', 'References: <newsletter-7@news.example>'];
  const fates = await hand(world, ...people.map((from) => writeMail({ from, to: DESK, subject: 'Re: News', headers })));
  expect(fates.map((fate) => fate.disposition)).toEqual(people.map(() => 'ticket'));
  expect(new Set(fates.map((fate) => fate.ticket)).size).toBe(people.length);
});

const absence = (response: SeenMail, from: string, messageId: string, text = 'I am away.') =>
  writeReply(response, from, text, {}, { messageId, headers: ['Auto-Submitted: auto-replied'] });

test('an automatic mail that comes by several ways is one automatic mail and its duplicates', async () => {
  const asked = await ask(world, 'away@customer.example');
  const response = await respond(world, asked, 'Try again.');
  const mail = absence(response, asked.customer, 'away-1@customer.example');
  const fates = await hand(world, ...['mx1.example', 'mx2.example', 'mx3.example'].map((mx) => relayedBy(mail, mx)));
  expect(fates.map(({ disposition, reason }) => `${disposition} ${reason}`)).toEqual([
    'automatic auto-reply',
    'duplicate same-id-and-content',
    'duplicate same-id-and-content',
  ]);
  const first = fates[0]?.id ?? 0;
  const of = await world.rows(`select duplicate_of::int as first from inbound_mails where id > ${first} order by id`);
  expect(of).toEqual([{ first }, { first }]);
});

test('automatic copies of an answer that are sent ahead of it, however many, leave the answer its turn', async () => {
  const asked = await ask(world, 'ahead@customer.example');
  const response = await respond(world, asked, 'Try again.');
  const messageId = 'ahead-1@customer.example';
  const ahead = absence(response, asked.customer, messageId, 'It works again.');
  const answer = writeReply(response, asked.customer, 'It works again.', {}, { messageId });
  const sent = [ahead, ahead, relayedBy(ahead, 'mx1.example'), answer, relayedBy(answer, 'mx1.example')];
  const fates = await hand(world, ...sent);
  // What a person typed is shown though a machine carried it; the answer itself has its turn.
  expect(fates.map((fate) => fate.disposition)).toEqual([
    'third-party',
    'duplicate',
    'third-party',
    'answer',
    'duplicate',
  ]);
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'It works again.' }]);
});

test('a copy of an automatic mail that was filed before its end was remembered is filed alike, the next is a duplicate', async () => {
  const asked = await ask(world, 'early@customer.example');
  const response = await respond(world, asked, 'Try again.');
  const mail = absence(response, asked.customer, 'early-1@customer.example');
  const [first] = await hand(world, relayedBy(mail, 'mx1.example'));
  // Versions before this one remembered nothing of it but its bytes.
  await world.database.query(
    `delete from inbound_seen where inbound_id = ${first?.id} and digest <>
       (select raw_sha256 from inbound_mails where id = ${first?.id})`,
  );
  const fates = await hand(world, relayedBy(mail, 'mx2.example'), relayedBy(mail, 'mx3.example'));
  expect(fates.map((fate) => fate.disposition)).toEqual(['automatic', 'duplicate']);
});
