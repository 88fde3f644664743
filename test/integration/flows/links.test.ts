import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../src/store/database.ts';
import { revokeTicketTokens } from '../../../src/store/tickets/reply-tokens.ts';
import { ticketId } from '../../support/decisions.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, countAbout, mailAbout, respond, SETTLED, ticketRow } from '../../support/played-desk.ts';
import type { SeenMail } from '../../support/sent-mail.ts';

let world: DeskWorld;
let port: number | undefined;
beforeAll(async () => {
  world = await startDeskWorld();
  port = (await world.start()).httpPort;
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const linksIn = (mail: SeenMail) =>
  [...mail.parsed.text.matchAll(/https:\/\/help\.desk\.example(\/t\/\S+)/g)].map(
    (match) => `http://127.0.0.1:${port}${match[1]}`,
  );
const everything = async () => [
  await world.rows('select * from tickets order by id'),
  await world.rows('select * from reply_tokens order by id'),
  await world.rows('select count(*) from outbox'),
  await world.rows('select count(*) from audit_log'),
];

test('a scanner that opens every link again and again changes nothing', async () => {
  const asked = await ask(world, 'scanned@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  const before = await everything();
  const looks = Array.from({ length: 60 }, (_, n) => fetch(close ?? '', { method: n % 3 === 0 ? 'HEAD' : 'GET' }));
  for (const look of await Promise.all(looks))
    expect([look.status, await look.text()]).toEqual([200, expect.any(String)]);
  expect(await everything()).toEqual(before);
});

test('a button pressed twenty times at once acts once: one closing, one mail', async () => {
  const asked = await ask(world, 'eager@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  const presses = await Promise.all(Array.from({ length: 20 }, () => fetch(close ?? '', { method: 'POST' })));
  expect(new Set(presses.map((press) => press.status))).toEqual(new Set([200]));
  await world.until(SETTLED);
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed', last_response: 'Pour water on it.' });
  expect(countAbout(world, asked.customer, asked.ticket)).toBe(3);
  expect(
    await world.rows(
      `select count(*)::int as n from audit_log where ticket_id = ${asked.ticket} and action = 'closed'`,
    ),
  ).toEqual([{ n: 1 }]);
});

test('both votes at once leave one of them, and the ticket legal', async () => {
  const asked = await ask(world, 'torn@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  await fetch(close ?? '', { method: 'POST' });
  const [yes = '', no = '', reopen] = linksIn(await mailAbout(world, asked.customer, asked.ticket, 3));
  expect(reopen).toBeDefined();
  const votes = [yes, no];
  await Promise.all([...votes, ...votes].map((vote) => fetch(vote, { method: 'POST' })));
  expect(['satisfied', 'not_satisfied']).toContain((await ticketRow(world, asked.ticket)).feedback);
});

test('a link of one ticket does nothing on another, and a made-up one looks like one that is over', async () => {
  const asked = await ask(world, 'linked@customer.example');
  const other = await ask(world, 'unlinked@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  const before = await ticketRow(world, other.ticket);
  const forged = (close ?? '').replace(`/t/${asked.ticket}-`, `/t/${other.ticket}-`);
  expect(forged).not.toBe(close);
  const [answer, nonsense] = [await fetch(forged, { method: 'POST' }), await fetch(`${forged}x`, { method: 'POST' })];
  expect(answer.status).toBe(nonsense.status);
  expect(await answer.text()).toBe(await nonsense.text());
  expect(await ticketRow(world, other.ticket)).toEqual(before);
  // An agent's reply address is no link.
  const token = /\+([^@]+)@/.exec(asked.toAlice.header('Reply-To') ?? '')?.[1];
  await fetch(`http://127.0.0.1:${port}/t/${token}`, { method: 'POST' });
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
});

test('a link whose token was revoked looks like one that is over', async () => {
  const asked = await ask(world, 'revoked@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  await inTransaction(world.database, (tx) => revokeTicketTokens(tx, [ticketId(asked.ticket)], Date.now()));
  const [pressed, nonsense] = [await fetch(close ?? '', { method: 'POST' }), await fetch(`${close}x`)];
  expect(pressed.status).toBe(404);
  expect(await pressed.text()).toBe(await nonsense.text());
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
});

test('who is not satisfied is asked why, once, and the agents read it in the thread of the ticket', async () => {
  const asked = await ask(world, 'unhappy@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  await fetch(close ?? '', { method: 'POST' });
  const [, no = ''] = linksIn(await mailAbout(world, asked.customer, asked.ticket, 3));
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  const say = (words?: string) =>
    fetch(no, { method: 'POST', ...(words === undefined ? {} : { body: new URLSearchParams({ words }) }) });
  expect(await (await say()).text()).toContain('<textarea');
  const told = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(told.parsed.subject).toMatch(new RegExp(`^Not satisfied: \\[#${asked.ticket}\\] `));
  for (const words of ['It took <b>three</b> weeks.\u0000', 'And more.']) await say(words);
  const why = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 2);
  expect(why.parsed.text).toContain('\n  It took <b>three</b> weeks.\n');
  await world.until(SETTLED);
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had + 2);
  expect(await (await fetch(no)).text()).toContain('Thank you, we read it');
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed', feedback: 'not_satisfied' });
});

test('a closed request is opened again by a button, and the agents hear of it', async () => {
  const asked = await ask(world, 'again@customer.example');
  const [close] = linksIn(await respond(world, asked, 'Pour water on it.'));
  await fetch(close ?? '', { method: 'POST' });
  const [, , reopen = ''] = linksIn(await mailAbout(world, asked.customer, asked.ticket, 3));
  expect(await (await fetch(reopen)).text()).toContain('Open my request again');
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed' });
  for (const _time of [1, 2]) expect(await (await fetch(reopen, { method: 'POST' })).text()).toContain('is open');
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process', last_response: null });
  const event = `payload->>'event' = 'reopened-by-mail'`;
  await world.until(
    `select count(*) = 1 from outbox where ticket_id = ${asked.ticket} and ${event} and state = 'sent'`,
  );
});
