import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, countAbout, hand, mailAbout, respond, ticketRow, turnsOf } from '../../support/played-desk.ts';
import { writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

let nth = 0;
const somebody = () => `person-${++nth}@customer.example`;

const gmailReaction = (words: string) => [
  'Content-Type: multipart/alternative; boundary="g"',
  '',
  '--g',
  'Content-Type: text/plain; charset="UTF-8"',
  'Content-Transfer-Encoding: 8bit',
  '',
  words,
  '--g',
  'Content-Type: text/vnd.google.email-reaction+json; charset="UTF-8"',
  '',
  '{"version":1,"emoji":"x"}',
  '--g',
  'Content-Type: text/html; charset="UTF-8"',
  'Content-Transfer-Encoding: 8bit',
  '',
  `<p>${words}</p>`,
  '--g--',
];
const withBody = (raw: Buffer, lines: string[]): Buffer => {
  const head = (raw.toString().split('\r\n\r\n')[0] ?? '').replace(/\r\nContent-T[^\r]*/g, '');
  return Buffer.from(`${head}\r\n${lines.join('\r\n')}\r\n`);
};

test.each<[string, string, string, string]>([
  ['Outlook', 'Reaction: Re: Printer on fire', 'Otis O reacted to your message:\n\n👍\n', 'Reacted with 👍'],
  [
    'a recall',
    'Recall: Printer on fire',
    'Rc would like to recall the message, "Printer on fire".',
    'Asked to recall a mail',
  ],
  [
    'Outlook’s text of a read mail',
    'Read: Printer on fire',
    'Your message\n\n    To: Otis O\n    Subject: Printer on fire\n    Sent: Monday, November 30, 2026 9:00 AM\n\n was read on Monday, November 30, 2026 9:05 AM.',
    'Read receipt: was read on Monday',
  ],
  ['German Outlook', 'Reaktion: AW: Drucker', '❤️ Otis O hat auf Ihre Nachricht reagiert', 'Reacted with ❤'],
])('%s by a customer is a line of the history and nothing else', async (_what, subject, text, line) => {
  const asked = await ask(world, somebody());
  const response = await respond(world, asked, 'Pour water on it.');
  const sent = world.sink.mails.length;
  const [fate] = await hand(world, writeReply(response, asked.customer, '', {}, { subject, text }));
  expect(fate).toMatchObject({ disposition: 'automatic', ticket: asked.ticket });
  expect(fate?.words).toContain(line);
  expect(world.sink.mails).toHaveLength(sent);
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  const [answer] = await hand(world, writeReply(response, asked.customer, 'It helped.'));
  expect(answer).toMatchObject({ disposition: 'answer' });
  const shown = await mailAbout(
    world,
    'alice@desk.example',
    asked.ticket,
    countAbout(world, 'alice@desk.example', asked.ticket),
  );
  expect(shown.parsed.text).toContain(line);
});

test('a reaction of an agent to a notification goes to nobody, and one to a closing opens nothing', async () => {
  const asked = await ask(world, somebody());
  const byAgent = withBody(writeReply(asked.toAlice, ALICE, ''), gmailReaction('😂\r\n\r\nAlice reacted via Gmail'));
  expect((await hand(world, byAgent))[0]).toMatchObject({ disposition: 'automatic', reason: 'reaction' });
  expect(await turnsOf(world, asked.ticket)).toEqual([]);
  const closing = await respond(world, asked, '/close\nPour water on it.');
  const sent = world.sink.mails.length;
  const reaction = withBody(writeReply(closing, asked.customer, ''), gmailReaction('👍\r\n\r\nJo reacted via Gmail'));
  const [fate] = await hand(world, reaction);
  expect(fate).toMatchObject({ disposition: 'automatic', reason: 'reaction', words: 'Reacted with 👍' });
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed' });
  expect(world.sink.mails).toHaveLength(sent);
});
