import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  countAbout,
  hand,
  mailAbout,
  newestAbout,
  respond,
  ticketRow,
  turnsOf,
  waitsForDesk,
} from '../../support/played-desk.ts';
import { writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  // What lies there before the first look at the mailbox is left alone.
  await world.until('select count(*) > 0 from mailbox_places');
});
afterAll(() => world?.stop());

const lastToAlice = (ticket: number) => newestAbout(world, 'alice@desk.example', ticket);

test('an agent who answers an older notification gets what came since, and the ticket stays the desk’s move', async () => {
  const asked = await ask(world, 'late@customer.example');
  await hand(world, writeReply(asked.receipt, 'late@customer.example', 'It is the model B of 2019.'));
  await hand(world, writeReply(asked.receipt, 'late@customer.example', 'And it smells of gas!'));
  const response = await respond(world, asked, 'Which model is it?');
  expect(response.parsed.text).toContain('Which model is it?');
  const told = [];
  for (let n = 1; n <= countAbout(world, 'alice@desk.example', asked.ticket); n++)
    told.push(await mailAbout(world, 'alice@desk.example', asked.ticket, n));
  const unseen = told.filter((mail) => mail.parsed.subject.startsWith('Not seen yet'));
  expect(unseen.map((mail) => mail.parsed.text)).toEqual([
    expect.stringContaining('It is the model B of 2019.'),
    expect.stringContaining('And it smells of gas!'),
  ]);
  expect(await waitsForDesk(world, asked.ticket)).toBe(true);
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  await respond(world, asked, 'And where does it stand?');
  // Once is enough, whichever old mail is answered next.
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had);
  expect(await waitsForDesk(world, asked.ticket)).toBe(true);

  const [fate] = await hand(world, writeReply(await lastToAlice(asked.ticket), ALICE, 'Then open the window.'));
  expect(fate).toMatchObject({ disposition: 'response' });
  expect(await waitsForDesk(world, asked.ticket)).toBe(false);
});

test('an agent who answers the mail that shows what was held has dealt with it', async () => {
  const asked = await ask(world, 'shown@customer.example');
  await hand(world, writeReply(asked.receipt, 'shown@customer.example', 'It is the model B.'));
  const held = await lastToAlice(asked.ticket);
  await hand(world, writeReply(held, ALICE, 'Then turn it off.'));
  expect(await waitsForDesk(world, asked.ticket)).toBe(false);
  expect(held.parsed.subject).toContain('Wrote again');
  expect((await lastToAlice(asked.ticket)).parsed.subject).toContain('Wrote again');
});

test('a second mail after the turn is taken waits for the desk, although its customer has an open turn', async () => {
  const asked = await ask(world, 'second@customer.example');
  const first = await respond(world, asked, 'Which model?');
  await hand(world, writeReply(first, 'second@customer.example', 'Model B.'));
  await respond(world, asked, 'Try the other plug.');
  expect(await waitsForDesk(world, asked.ticket)).toBe(false);
  await hand(world, writeReply(first, 'second@customer.example', 'No, sorry, it is model C!'));
  expect(await waitsForDesk(world, asked.ticket)).toBe(true);
  await hand(world, writeReply(await lastToAlice(asked.ticket), ALICE, '/note Seen; the plug is right for C too.'));
  expect(await waitsForDesk(world, asked.ticket)).toBe(false);
});

test('an agent who closes over words that they have not seen gets them at once, and can answer them', async () => {
  const asked = await ask(world, 'closing@customer.example');
  await hand(world, writeReply(asked.receipt, 'closing@customer.example', 'It burns again!'));
  await hand(world, writeReply(asked.toAlice, ALICE, '/close\nIt is repaired.'));
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed' });
  const toAlice = [];
  for (let n = 1; n <= countAbout(world, 'alice@desk.example', asked.ticket); n++)
    toAlice.push(await mailAbout(world, 'alice@desk.example', asked.ticket, n));
  const [unseen, ...more] = toAlice.filter((mail) => mail.parsed.subject.startsWith('Not seen yet'));
  if (!unseen) throw new Error('nothing told Alice what she had not seen');
  expect(more).toEqual([]);
  expect(unseen.parsed.text).toContain('It burns again!');
  expect(unseen.parsed.text).toContain('when you closed the ticket');
  await hand(world, writeReply(unseen, ALICE, '/reopen\nThen pull the plug, we come at once.'));
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([
    { sent: 'It is repaired.' },
    { sent: 'Then pull the plug, we come at once.' },
  ]);
});
