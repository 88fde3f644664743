import path from 'node:path';
import { expect, test } from 'vitest';
import { fitHistory, HISTORY_BOUNDS } from '../../src/decide/desk/fit-history.ts';
import { type ContentView, MAX_WORDS } from '../../src/domain/mail-view.ts';
import { loadTemplates, renderMail } from '../../src/mail/compose/render-template.ts';
import { mailView } from '../support/mail-views.ts';

const templates = loadTemplates(path.join(import.meta.dirname, '../../templates'));
const view = mailView('notification');

type Notification = ContentView & { template: 'notification' };

/** A notification whose every text is made of this, as long and as many as a ticket can show. */
function filledWith(text: string): Notification {
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

/** Milliseconds of CPU, the least of three, since the first compiles. */
function cost(content: ContentView): number {
  const times = [0, 1, 2, 3].map(() => {
    const from = process.cpuUsage();
    renderMail(templates, 'en', { ...view, content });
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000;
  });
  return Math.min(...times.slice(1));
}

const BOMBS: [string, string][] = [
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
];

/** On a quiet machine 5 to 25 ms; the promise is 50. This is for a machine that does much else. */
const MAX_CPU_MS = 150;

test.each(BOMBS)('a notification full of %s is laid out without holding the process up', (_name, piece) => {
  expect(cost(filledWith(piece.repeat(Math.ceil(MAX_WORDS / piece.length))))).toBeLessThan(MAX_CPU_MS);
});

test('what a mail leaves out of a ticket is counted in it, in text and in HTML', () => {
  const { text, html } = renderMail(templates, 'en', { ...view, content: filledWith('Please. ') });
  const line = 'Not shown: 22 older held mails; 3 older responses; 1 older note; whoever runs this desk sees all of';
  expect(text.replace(/\s+/g, ' ')).toContain(line);
  expect(html.replace(/\s+/g, ' ')).toContain(line);
});

test('the newest entries of a long history are whole, and older ones say that they were cut', () => {
  const long = 'x'.repeat(8_000);
  const held = Array.from({ length: 40 }, (_one, n) => ({ words: `${n} ${long}` }));
  const fitted = fitHistory({ turns: [], held, notes: [] }, 'other words');
  expect(fitted.held.at(-1)?.words).toBe(`39 ${long}`);
  expect(fitted.held[0]?.words).toMatch(/^0 x{10,150} \[…\]$/);
  expect(fitted.held.map(({ words }) => words.split(' ')[0])).toEqual(held.map((_one, n) => String(n)));
});
