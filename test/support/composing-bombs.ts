import path from 'node:path';
import { fitHistory, HISTORY_BOUNDS } from '../../src/decide/desk/fit-history.ts';
import type { EmailAddress } from '../../src/domain/mail/email-address.ts';
import { type ContentView, MAX_WORDS, type MailHeaders } from '../../src/domain/mail/mail-view.ts';
import { composeMail } from '../../src/mail/compose/compose-mail.ts';
import { loadTemplates } from '../../src/mail/templates/render-template.ts';
import { mailView } from './mail-views.ts';

/** Mails that take long to compose: by how much they hold the process up, for test/hostile and test/bench. */
export const templates = loadTemplates(path.join(import.meta.dirname, '../../templates'));
export const view = mailView('notification');

type Notification = ContentView & { template: 'notification' };

/** A notification whose every text is made of this, as long and as many as a ticket can show. */
export function filledWith(text: string): Notification {
  const { content } = view;
  if (content.template !== 'notification') throw new Error('not a notification');
  const cut = text.slice(0, HISTORY_BOUNDS.characters);
  const each = <T>(make: (n: number) => T) => Array.from({ length: HISTORY_BOUNDS.entries }, (_one, n) => make(n));
  const files = Array.from({ length: 10 }, () => ({ filename: text.slice(0, 200), size: 1 }));
  const found = {
    turns: each((n) => ({
      response: `${n}${cut}`,
      answer: `${n}!${cut}`,
      sentTime: n,
      recTime: n,
      responseFiles: files,
      answerFiles: files,
    })),
    held: each((n) => ({ words: `${n}?${cut}`, receivedAt: n, from: undefined, files })),
    notes: each((n) => ({ note: `${n}#${cut}`, createdAt: n, agent: 'Bob' })),
  };
  const history = fitHistory(found, text);
  return {
    ...content,
    words: text.slice(0, MAX_WORDS),
    query: text.slice(0, MAX_WORDS),
    turns: history.turns.map((turn, n) => ({ ...turn, number: n, agent: 'Bob', heldBefore: [] })),
    held: history.held,
    notes: history.notes,
    older: { turns: 3, held: 22, notes: 1 },
  };
}

export const BOMBS: [string, string][] = [
  ['words', 'The printer prints each page two times. '],
  ['ideographic blanks', '\u3000'],
  ['blanks', ' '],
  ['tabs', '\t'],
  ['line ends', '\n'],
  ['blanks and line ends', '\u3000\n'],
  ['separators of lines', '\u2028'],
  ['what is not seen', '\u200b'],
  ['markers', '##- Reply above this line -##\n'],
  ['what HTML escapes', `<&"'>`],
  ['addresses of pages', 'https://a.example/x '],
  ['what begins like a token', '1234567890123456-'],
  ['digits and dashes', '1-1-'],
  ['emoji', '👩‍👩‍👧'],
  ['letters of two bytes', 'ä'],
  ['ideographs', '請問打印機'],
  ['equals signs', '='],
];

const HEADERS: MailHeaders = {
  from: { name: 'Acme Support', address: 'support@desk.example' as EmailAddress },
  recipient: 'alice@desk.example' as EmailAddress,
  replyTo: undefined,
  messageId: 'made.1@desk.example',
  inReplyTo: undefined,
  references: [],
  date: 0,
  autoSubmitted: 'auto-generated',
  deskId: 'desk',
};

/** A file of 20 MB, as the largest that travels along by default. */
const FILE = { filename: 'video.mp4', contentType: 'video/mp4', content: Buffer.alloc(20 * 1024 * 1024, 7) };

/** The longest that composing a notification full of this kept everybody else waiting, in ms of CPU; the least of three. */
export async function longestHold(piece: string, withFile = false): Promise<number> {
  const content = filledWith(piece.repeat(Math.ceil(MAX_WORDS / piece.length)));
  const holds: number[] = [];
  // The first compiles.
  for (let times = 0; times < 4; times++)
    holds.push(await holdOf(() => composeMail(templates, 'en', { ...view, content }, HEADERS, withFile ? [FILE] : [])));
  return Math.min(...holds.slice(1));
}

/** Looks at each turn of the event loop how much CPU it took: a busy machine makes it slower, but does not count as it. */
async function holdOf(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isDone = false;
  let before = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.cpuUsage();
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  isDone = true;
  return longest;
}
