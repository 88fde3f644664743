import { afterAll, beforeAll, expect, test } from 'vitest';
import { storedId } from '../../../src/domain/ticket/stored-id.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  BOB,
  countAbout,
  hand,
  mailAbout,
  respond,
  ticketRow,
  turnsOf,
} from '../../support/played-desk.ts';
import { seeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  // A second process of the desk, so that two mails may be decided in two places at once.
  await world.start(['process', 'send']);
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

test('of two answers in the same instant one takes the turn, the other is held, and one notice goes out', async () => {
  const asked = await ask(world, 'twins@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const had = countAbout(world, asked.customer, asked.ticket);
  const fates = await hand(
    world,
    ...['It worked.', 'It did not work.', 'Hello?'].map((words) => writeReply(response, asked.customer, words)),
  );
  expect(fates.map((fate) => fate.disposition).sort()).toEqual(['answer', 'held', 'held']);
  const [turn] = await turnsOf(world, asked.ticket);
  expect(turn?.received).toBe('It worked.');
  const held = fates.filter((fate) => fate.disposition === 'held');
  expect(held.map((fate) => [fate.reason, fate.words])).toEqual([
    ['turn-already-taken', 'It did not work.'],
    ['turn-already-taken', 'Hello?'],
  ]);
  expect(countAbout(world, asked.customer, asked.ticket)).toBe(had + 1);
});

test('answers of one person in two mail clients, sent from two spellings of the address, are one turn', async () => {
  const asked = await ask(world, 'spelled@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const fates = await hand(
    world,
    writeReply(response, 'Spelled@Customer.Example', 'From the phone.'),
    writeReply(response, 'spelled@customer.example', 'From the desk.'),
  );
  expect(fates.map((fate) => fate.disposition)).toEqual(['answer', 'held']);
});

test('an answer fills the response that it answers, even if a newer one exists', async () => {
  const asked = await ask(world, 'older@customer.example');
  const first = await respond(world, asked, 'Pour water on it.');
  const second = await respond(world, asked, 'Or sand.');
  await hand(world, writeReply(first, asked.customer, 'About the water: no.'));
  expect(await turnsOf(world, asked.ticket)).toMatchObject([
    { sent: 'Pour water on it.', received: 'About the water: no.' },
    { sent: 'Or sand.', received: null },
  ]);
  await hand(world, writeReply(second, asked.customer, 'Sand is fine.'));
  expect((await turnsOf(world, asked.ticket)).map((turn) => turn.received)).toEqual([
    'About the water: no.',
    'Sand is fine.',
  ]);
});

test('an agent who answers an outdated view is told so with the text, and /send sends it anyway', async () => {
  const asked = await ask(world, 'outdated@customer.example');
  await respond(world, asked, 'Pour water on it.');
  const had = countAbout(world, asked.customer, asked.ticket);
  const bobHad = countAbout(world, BOB, asked.ticket);
  const [stopped] = await hand(world, writeReply(asked.toBob, BOB, 'Never use water!'));
  expect(stopped).toMatchObject({ disposition: 'returned', reason: 'agent-outdated-view', ticket: asked.ticket });
  expect(countAbout(world, asked.customer, asked.ticket)).toBe(had);
  const returned = await mailAbout(world, BOB, asked.ticket, bobHad + 1);
  expect(returned.parsed.text).toContain('Never use water!');
  expect(returned.parsed.text).toContain('Pour water on it.');
  await respond(world, asked, '/send\nNever use water!', { agent: BOB, notification: asked.toBob });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([
    { sent: 'Pour water on it.' },
    { sent: 'Never use water!' },
  ]);
});

test('two agents who answer in the same instant: the first responds, the second is told', async () => {
  const asked = await ask(world, 'raced@customer.example');
  const fates = await hand(
    world,
    writeReply(asked.toAlice, ALICE, 'Pour water on it.'),
    writeReply(asked.toBob, BOB, 'Never use water!'),
  );
  expect(fates.map((fate) => fate.disposition).sort()).toEqual(['response', 'returned']);
  expect(await turnsOf(world, asked.ticket)).toHaveLength(1);
  expect(countAbout(world, asked.customer, asked.ticket)).toBe(2);
});

test('an answer and a close in the same instant leave a legal ticket and lose no words', async () => {
  const asked = await ask(world, 'parting@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const [fate] = await Promise.all([
    hand(world, writeReply(response, asked.customer, 'It worked.')),
    hand(world, writeReply(asked.toAlice, ALICE, '/close')),
  ]);
  expect(fate[0]?.disposition).toBe('answer');
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'It worked.' }]);
  const row = await ticketRow(world, asked.ticket);
  expect(['in_process', 'closed']).toContain(row.status);
  expect(row.last_response).toBe(row.status === 'closed' ? 'Pour water on it.' : null);
});

test('an agent who is a ticket’s customer responds by the notification and answers by the response', async () => {
  const asked = await ask(world, 'carol@customer.example');
  await world.rows(`insert into agents (email, name, created_at) values ('carol@customer.example', 'Carol', 0)`);
  const [more] = await hand(world, writeReply(asked.receipt, asked.customer, 'It burns higher.'));
  expect(more).toMatchObject({ disposition: 'held', reason: 'before-any-response' });
  const notified = await mailOfKind(asked.customer, 'notification');
  const [asAgent] = await hand(world, writeReply(notified, asked.customer, 'I pull the plug.'));
  expect(asAgent).toMatchObject({ disposition: 'response', reason: 'agent-response' });
  const response = await mailOfKind(asked.customer, 'response');
  const [asCustomer] = await hand(world, writeReply(response, asked.customer, 'That helped.'));
  expect(asCustomer).toMatchObject({ disposition: 'answer', reason: 'answers-open-turn' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'I pull the plug.', received: 'That helped.' }]);
  await world.rows(`update agents set active = false where name = 'Carol'`);
});

async function mailOfKind(recipient: string, kind: string) {
  const [row] = await world.rows<{ id: string }>(
    `select message_id as id from outbox where kind = '${kind}' and recipient = '${recipient}' order by id limit 1`,
  );
  const mail = world.sink.mails.find((one) => row && storedId(one.raw.toString('latin1')).includes(`<${row.id}>`));
  if (!mail) throw new Error(`no ${kind} went to ${recipient}`);
  return await seeMail(mail);
}
