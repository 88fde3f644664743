import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  BOB,
  countAbout,
  DESK,
  hand,
  newestAbout,
  respond,
  ticketRow,
  turnsOf,
  waitsForDesk,
} from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  // What lies there before the first look at the mailbox is left alone.
  await world.until('select count(*) > 0 from mailbox_places');
});
afterAll(() => world?.stop());

test.each([
  ['g.mail@gmail.com', 'G Mail <g.mail@googlemail.com>'],
  ['tag@customer.example', 'tag+shop@customer.example'],
  ['drop+shop@customer.example', 'drop@customer.example'],
  ['two.dots@googlemail.com', 'twodots@gmail.com'],
])('a request of %s is answered by %s: one mailbox with two names takes the turn', async (asks, answers) => {
  const asked = await ask(world, asks);
  const response = await respond(world, asked, 'Which seal is it?');
  const [fate] = await hand(world, writeReply(response, answers, 'The seal at the pump.'));
  expect(fate).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
});

test('a third party’s words wait for the desk, and /accept makes them the customer’s answer', async () => {
  const asked = await ask(world, 'boss@firm.example');
  const response = await respond(world, asked, 'Which folder shall it be?');
  const before = world.countTo('boss@firm.example');
  const [fate] = await hand(world, writeReply(response, 'Kim <kim@firm.example>', 'The folder Sales, please.'));
  expect(fate).toMatchObject({ disposition: 'third-party', ticket: asked.ticket });
  expect(await waitsForDesk(world, asked.ticket)).toBe(true);

  const shown = await newestAbout(world, 'alice@desk.example', asked.ticket);
  const [accepted] = await hand(
    world,
    writeReply(shown, ALICE, '/accept', {}, { messageId: 'accepting@desk.example' }),
  );
  expect(accepted).toMatchObject({ disposition: 'command' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'The folder Sales, please.' }]);
  expect((await newestAbout(world, 'alice@desk.example', asked.ticket)).parsed.text).toContain(
    'answer of the customer now',
  );
  expect(world.countTo('boss@firm.example')).toBe(before);
  expect(world.countTo('kim@firm.example')).toBe(0);

  const [again] = await hand(world, writeReply(shown, ALICE, '/accept'));
  expect(again).toMatchObject({ disposition: 'returned', reason: 'agent-command-misused' });
  const next = await respond(world, asked, 'Done.');
  expect(next.header('References')).not.toContain('accepting@desk.example');
});

test('somebody in copy of the customer’s first mail who replies to it is shown on that ticket, and the copy is named', async () => {
  const asked = await ask(world, 'boss@firm.example', {
    messageId: 'access-1@firm.example',
    subject: 'Access',
    text: 'Please give Carl access.',
    headers: ['Cc: Carl <carl@firm.example>'],
  });
  expect(asked.toAlice.parsed.text).toContain('In copy: carl@firm.example');
  const reply = (from: string) =>
    writeMail({
      from,
      to: `boss@firm.example, ${DESK}`,
      subject: 'Re: Access',
      text: 'I confirm, folder Sales please.',
      headers: ['In-Reply-To: <access-1@firm.example>', 'References: <access-1@firm.example>'],
    });
  const [carl, stranger] = await hand(world, reply('Carl <carl@firm.example>'), reply('eve@other.example'));
  expect(carl).toMatchObject({ disposition: 'third-party', ticket: asked.ticket });
  expect(stranger).toMatchObject({ disposition: 'ticket' });
  expect((await newestAbout(world, 'alice@desk.example', asked.ticket)).parsed.text).toContain(
    'I confirm, folder Sales please.',
  );
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ email: 'boss@firm.example' });
});

test('a new mail of the same sender under the same subject names their open ticket to the agents', async () => {
  const first = await ask(world, 'mk+order17@market.example', { subject: 'Order 17' });
  const second = await ask(world, 'mk@market.example', { subject: 'RE: order 17', text: 'Any news?' });
  expect(second.toAlice.parsed.text).toContain(`open ticket under this subject: #${first.ticket}`);
  const other = await ask(world, 'mk@market.example', { subject: 'Order 18' });
  expect(other.toAlice.parsed.text).not.toContain('open ticket under this subject');
});

test('an agent who writes from an unknown address, and the agent they are, both read the words and what to do', async () => {
  const asked = await ask(world, 'fuse@customer.example', { subject: 'Fuse of the Millers' });
  const before = world.countTo('fuse@customer.example');
  const words = 'We looked at it: the fuse is broken.';
  const [fate] = await hand(world, writeReply(asked.toAlice, 'Alice <alice.smith@desk.example>', words));
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'token-of-someone-else' });
  const toOwner = await newestAbout(world, 'alice@desk.example', asked.ticket);
  expect(toOwner.parsed.text).toContain(words);
  expect(toOwner.parsed.text).toContain('alice.smith@desk.example');
  const toWriter = await world.mailTo('alice.smith@desk.example');
  expect(toWriter.parsed.text).toContain(words);
  expect(toWriter.parsed.text).toContain('nothing was sent to the customer');
  expect(toWriter.raw).not.toContain('Millers');
  expect(toWriter.raw).not.toContain('fuse@customer.example');
  expect(world.countTo('fuse@customer.example')).toBe(before);

  const [sent] = await hand(world, writeReply(toOwner, ALICE, words));
  expect(sent).toMatchObject({ disposition: 'response', ticket: asked.ticket });
});

test('an agent who answers a colleague’s notification gets the words with an address for them, and the colleague reads them', async () => {
  const asked = await ask(world, 'colleague@customer.example');
  const words = 'Pour sand on it.';
  const [fate] = await hand(world, writeReply(asked.toAlice, BOB, words));
  expect(fate).toMatchObject({ disposition: 'returned', reason: 'token-of-someone-else', ticket: asked.ticket });
  const toBob = await newestAbout(world, BOB, asked.ticket);
  const toAlice = await newestAbout(world, 'alice@desk.example', asked.ticket);
  for (const told of [toBob, toAlice]) expect(told.parsed.text).toContain(words);
  expect(toAlice.parsed.text).toContain('A mail of bob@desk.example was not carried out');
  const [sent] = await hand(world, writeReply(toBob, BOB, words));
  expect(sent).toMatchObject({ disposition: 'response' });
});

test.each([
  ['Thank you very much, that helped!\n\nBest regards\nTina', true],
  ['Vielen Dank für die schnelle Hilfe!', true],
  ['ありがとうございました。', true],
  ['Thanks, but it still burns.', false],
  ['Thanks! Can I do that again tomorrow?', false],
])('thanks for a closed ticket (%j) leave it closed and are shown: %s', async (words, staysClosed) => {
  const asked = await ask(world, 'tina@customer.example');
  await hand(world, writeReply(asked.toAlice, ALICE, '/close\nTurn it off and on again.'));
  const closing = await newestAbout(world, 'tina@customer.example', asked.ticket);
  const shownBefore = countAbout(world, 'alice@desk.example', asked.ticket);
  const toTina = world.countTo('tina@customer.example');
  await hand(world, writeReply(closing, 'Tina <tina@customer.example>', words));
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: staysClosed ? 'closed' : 'in_process' });
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(shownBefore + 1);
  expect((await newestAbout(world, 'alice@desk.example', asked.ticket)).parsed.text).toContain(words.split('\n')[0]);
  expect(world.countTo('tina@customer.example')).toBe(toTina);
});

test('/full sends all of a mail and the mail as it came, without the proof of anybody’s reply address', async () => {
  const asked = await ask(world, 'whole@customer.example');
  const response = await respond(world, asked, 'Which model is it?');
  await hand(world, writeReply(response, 'whole@customer.example', 'It is the model B.'));
  const answer = await newestAbout(world, 'alice@desk.example', asked.ticket);
  expect(answer.parsed.text).toContain('answer with /full');
  await hand(world, writeReply(answer, ALICE, '/full'));
  const whole = await newestAbout(world, 'alice@desk.example', asked.ticket);
  expect(whole.parsed.text).toContain('It is the model B.');
  expect(whole.parsed.text).toContain('> Which model is it?');
  const eml = whole.parsed.attachments.find(({ filename }) => filename.endsWith('.eml'));
  expect(eml?.size).toBeGreaterThan(500);
  const bytes = /base64\r\n(?:[^\r\n]+\r\n)*?\r\n([A-Za-z0-9+/=\r\n]+)/.exec(
    whole.raw.slice(whole.raw.indexOf('.eml')),
  )?.[1];
  const text = Buffer.from(bytes ?? '', 'base64').toString('utf8');
  expect(text).toContain('Subject: Re:');
  const proof = /support\+\d+-[0-9a-z]+-([a-z2-7]{26})@/.exec(response.header('Reply-To') ?? '')?.[1];
  expect(proof).toHaveLength(26);
  expect(text).not.toContain(proof);
  expect(world.countTo(BOB)).toBeGreaterThan(0);
  for (const mail of world.sink.mails.filter(({ raw }) => raw.includes('All of a mail')))
    expect(mail.envelope.to).toEqual(['alice@desk.example']);
});
