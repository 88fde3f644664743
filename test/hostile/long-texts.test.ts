import { expect, test } from 'vitest';
import { refuseNotification } from '../../src/decide/agent/returned/words-of-notification.ts';
import { readAgentReply } from '../../src/decide/agent/words/agent-command.ts';
import { isOnlySignature } from '../../src/decide/agent/words/only-signature.ts';
import { readBeginning } from '../../src/decide/begin/read-beginning.ts';
import { formatWords, remotePictures } from '../../src/decide/formatted/format-words.ts';
import { classifyMail } from '../../src/decide/machine/classify-mail.ts';
import { ownSignals } from '../../src/decide/machine/own-signals.ts';
import { isOnlyThanks } from '../../src/decide/mail/words/only-thanks.ts';
import { ourWords } from '../../src/decide/mail/words/our-words.ts';
import { wordsOfAgent, wordsOfAnswer, wordsOfFirstMail } from '../../src/decide/mail/words/words-with-desk.ts';
import type { ParsedMail } from '../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../src/mail/parse/parse-mail.ts';
import { guessLanguage } from '../../src/mail/words/guess-language.ts';

/**
 * What is done with the words of a mail once it is read is done in the process that decides about all mails. Each step is given the
 * longest text that a mail can bring, made of what costs it most, and may not hold the others up.
 */
const SENT = ourWords(['Pour water on it, please, and tell me whether it worked.']);
const NOBODY = { identities: [], agents: [] };
const STEPS: Record<string, (mail: ParsedMail) => unknown> = {
  'the words of an answer': (mail) => wordsOfAnswer(mail, SENT, () => SENT),
  'the words of an agent': (mail) => wordsOfAgent(mail, SENT, SENT),
  'the words of a first mail': wordsOfFirstMail,
  'the kind of the mail': (mail) => classifyMail(mail, ownSignals([])),
  'formatted words': (mail) => formatWords(mail.rich, mail.agentReply),
  'remote pictures': (mail) => remotePictures(mail.rich, mail.reply),
  commands: (mail) => readAgentReply(mail.agentReply),
  'a bare signature': (mail) => isOnlySignature(mail.agentReply, { name: 'Alice Ames', email: ALICE }),
  'words of the notification': (mail) => refuseNotification(mail.agentReply),
  'how a conversation begins': (mail) => readBeginning(mail, NOBODY),
  thanks: (mail) => isOnlyThanks(mail, ['Jo']),
  'the language': (mail) => guessLanguage(mail.text),
};
const ALICE = 'alice@desk.example' as Parameters<typeof isOnlySignature>[1]['email'];

const BYTES = 3_900_000;
/** Seconds of CPU; the slowest takes half a second where nothing else runs. */
const MAX_SECONDS = 3;
const filled = (piece: string) => piece.repeat(Math.ceil(BYTES / Buffer.byteLength(piece)));
const LONG: [string, string, string][] = [
  ['signs of our marker', 'text/plain', filled('#\n')],
  ['signs of our marker below its words', 'text/plain', `reply above this line\n${filled('#\n')}`],
  ['slashes', 'text/plain', filled('/\n')],
  ['what is nearly a command', 'text/plain', filled('/noth\n')],
  ['commands within a line', 'text/plain', filled('x /note')],
  ['lines of one letter', 'text/plain', filled('a\n')],
  ['quoted lines and typed ones', 'text/plain', filled('> a\nx\n')],
  [
    'answers in words of the question',
    'text/plain',
    filled('> Pour water on it, please? Pour water\nplease, and tell\n'),
  ],
  ['announced quotes', 'text/plain', filled('On Mon, 3 Nov 2025 at 10:00, Jo <jo@x.example> wrote:\n> a\n\n')],
  ['forwarded mails', 'text/plain', filled('---------- Forwarded message ---------\nFrom: Jo <jo@x.example>\n\nx\n\n')],
  ['signatures', 'text/plain', filled('-- \nJo\n+49 123 456\n')],
  ['reactions', 'text/plain', filled('Jo reacted to your message:\n')],
  ['absences', 'text/plain', filled('I am out of office until 12 November 2026. ')],
  ['tokens', 'text/plain', filled('12-3f-k5xq2abcdefghijklmnopqrst7 ')],
  ['digits with blanks', 'text/plain', filled('1 2 3 4 ')],
  ['lists in HTML', 'text/html', filled('<ol><li>a</li></ol>')],
  ['tables in HTML', 'text/html', filled('<table border=1><tr><td>a</td><td>b</td></tr></table>')],
  ['the same line in HTML', 'text/html', filled('<p>same line</p>')],
];

test.each(LONG)('no step holds the others up for a text of %s', { timeout: 240_000 }, async (_name, type, text) => {
  const head = `From: Jo <jo@customer.example>\r\nTo: support@desk.example\r\nSubject: x\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n`;
  const read = await parseMail(Buffer.from(head + text), DEFAULT_PARSE_BOUNDS);
  if (!read.ok) throw new Error(read.fault);
  const slow: string[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    const before = process.cpuUsage();
    await step(read.mail);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1_000_000;
    if (seconds > MAX_SECONDS) slow.push(`${name}: ${seconds.toFixed(1)} s`);
  }
  expect(slow).toEqual([]);
});

test('files whose names hold the places of each other do not make the words grow', async () => {
  const parts = Array.from({ length: 12 }, (_one, at) => {
    const name = `cid:c${at + 1} `.repeat(30);
    return `--b\r\nContent-Type: image/png; name="${name}.png"\r\nContent-ID: <c${at}>\r\n\r\nx\r\n`;
  });
  const html = `--b\r\nContent-Type: text/html\r\n\r\n<p>${'<img src="cid:c0">'.repeat(10)}</p>\r\n`;
  const head = 'From: Jo <jo@customer.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n';
  const raw = `${head}Content-Type: multipart/related; boundary=b\r\n\r\n${html}${parts.join('')}--b--\r\n`;
  const read = await parseMail(Buffer.from(raw), DEFAULT_PARSE_BOUNDS);
  if (!read.ok) throw new Error(read.fault);
  expect(read.mail.text.length).toBeLessThan(10_000);
  expect(read.mail.attachments).toHaveLength(12);
});
