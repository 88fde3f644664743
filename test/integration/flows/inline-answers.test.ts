import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { writeMail } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({ env: { AGENTS: 'alice@desk.example' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const QUESTIONS = [
  'Do you want the lamp with the blue shade or the one with the red shade, now that both are on stock again?',
  'And shall we send it to your home address or to the office where we sent the one before?',
];
const ANSWERS = ['The red one, please.', 'To my office.'];

test('an agent reads each answer below its question, and the customer’s words first: in the inbox and in the queue', async () => {
  await world.deliver(
    writeMail({ from: 'jo@customer.example', to: 'support@desk.example', text: 'My lamp is broken.' }),
  );
  const asked = await world.mailTo('alice@desk.example');
  const text = `Hello Jo,\n\n${QUESTIONS.join('\n\n')}\n\nAlice`;
  await world.deliver(writeMail({ from: 'alice@desk.example', to: asked.header('Reply-To') ?? '', text }));
  const response = await world.mailTo('jo@customer.example', 2);
  const quoted = (words: string) => `<blockquote type="cite"><div>${words}</div></blockquote>`;
  const typed = ANSWERS.map((words) => `<div><br></div><div>${words}</div><div><br></div>`);
  const html = [
    'On 1 Dec 2026, at 10:00, Desk &lt;support@desk.example&gt; wrote:<br><br>',
    `${quoted(`Hello Jo,</div><br><div>${QUESTIONS[0]}`)}${typed[0]}${quoted(QUESTIONS[1] ?? '')}${typed[1]}${quoted('Alice')}`,
  ].join('');
  const answer = writeMail({
    from: 'jo@customer.example',
    to: response.header('Reply-To') ?? '',
    subject: `Re: ${response.parsed.subject}`,
    headers: [`In-Reply-To: ${response.header('Message-ID')}`],
    text: html,
  });
  await world.deliver(Buffer.from(answer.toString().replace('text/plain', 'text/html')));
  const told = await world.mailTo('alice@desk.example', 2);
  const lines = told.parsed.text.split('\n');
  expect(lines[0]).toMatch(/^The red one, please\. .*##- Reply above this line -##$/);
  const shown = told.parsed.text.replace(/\n\s*> /g, ' ').replace(/\s+/g, ' ');
  expect(shown).toContain(`${QUESTIONS[0]?.slice(-20)} ${ANSWERS[0]}`);
  expect(shown).toContain(`${QUESTIONS[1]?.slice(-20)} ${ANSWERS[1]}`);
  await world.deliver(
    writeMail({ from: 'alice@desk.example', to: 'support@desk.example', subject: '', text: '/queue' }),
  );
  const queue = await world.mailTo('alice@desk.example', 3);
  expect(queue.parsed.text).toContain(ANSWERS[0]);
});
