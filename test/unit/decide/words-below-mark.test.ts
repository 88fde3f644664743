import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { ContentView } from '../../../src/domain/mail/mail-view.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { readWording } from '../../../src/runtime/template-wording.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import {
  ALICE,
  drafts,
  facts,
  IDENTITY,
  inEnglish,
  linesGivenBack,
  question,
  RULES,
  ticket,
  token,
} from '../../support/decisions.ts';
import { mailView } from '../../support/mail-views.ts';
import { notificationView } from '../../support/notification-views.ts';

const templates = loadTemplates('templates');
const rules = { ...RULES, wording: readWording(['templates'], wordsIn(['templates'])) };
const QUERY =
  'Hello,\n\nthe printer in the hall burns, and the lamp in the corridor blinks all night. What shall we do?\n\nJo';
/** A notification as it went out, by the templates. */
const view = mailView('notification');
const content = notificationView('new-ticket', 'normal') as Extract<ContentView, { template: 'notification' }>;
const NOTIFICATION = renderMail(templates, 'en', {
  ...view,
  desk: { ...view.desk, name: IDENTITY.name },
  content: { ...content, words: QUERY, query: QUERY },
}).text.trim();
const quoted = (text: string, mark = '> ') =>
  text
    .split('\n')
    .map((line) => `${mark}${line}`.trimEnd())
    .join('\n');
const GMAIL = 'On Mon, Nov 16, 2026 at 9:14 AM Jo via Desk <support@desk.example> wrote:';
const OUTLOOK =
  'From: Jo via Desk <support@desk.example>\nSent: Monday, November 16, 2026 9:14 AM\nTo: Alice <alice@desk.example>\nSubject: Printer [#12]';
const among = (typed: string, text = quoted(NOTIFICATION)) => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes('What shall we do'));
  return [...lines.slice(0, at + 1), typed, ...lines.slice(at + 1)].join('\n');
};
const html = (text: string) => text.replaceAll('<', '&lt;').replaceAll('\n', '<br>');

async function decide(body: string, type = 'text/plain', view = content, locale = 'en') {
  const raw = `From: Alice <alice@desk.example>\nTo: support@desk.example\nSubject: Re: Printer [#12]\nMessage-ID: <a@b.example>\nMIME-Version: 1.0\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${body}\n`;
  const outcome = await parseMail(Buffer.from(raw), DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.detail);
  const row = token('agent', { agentId: ALICE.id });
  return decideMail(
    question({
      mail: outcome.mail,
      facts: facts({ agent: ALICE, tokens: [{ row, foundIn: 'address' }] }),
      ticket: {
        ...ticket({ turns: view.turns.map(({ number, response }) => ({ id: number, words: response, agent: ALICE })) }),
        query: view === content ? QUERY : view.query,
      },
      sentTexts: {
        answers: [
          view.words,
          ...view.turns.flatMap(({ answer, heldBefore }) => [answer ?? '', ...heldBefore.map(({ words }) => words)]),
        ],
        inside: [...view.held.map(({ words }) => words), ...view.notes.map(({ note }) => note)],
      },
      identity: { ...IDENTITY, locale },
      rules,
      shown: view.suggestions.map((one) => ({ ...one, score: 1, passage: undefined as never })),
    }),
  );
}
const told = (decision: Awaited<ReturnType<typeof decide>>) =>
  drafts(decision.effects)
    .flatMap(({ payload }) => (payload?.lines ?? []).map(inEnglish))
    .join('\n');

describe('what an agent typed below our marker', () => {
  test.each([
    ['between quoted lines', `See below.\n\n${GMAIL}\n${among('\nPull the plug.\n')}`],
    [
      'on a quoted line',
      `See below.\n\n${GMAIL}\n${quoted(NOTIFICATION).replace('What shall we do?', 'What shall we do? Pull the plug.')}`,
    ],
    ['right below a quoted line', `See below.\n\n${GMAIL}\n${among('Pull the plug.')}`],
    [
      'between blockquotes',
      `<p>See below.</p><div class="moz-cite-prefix">On 16.11.26 9:14, Desk wrote:<br></div><blockquote type="cite">${html(NOTIFICATION).replace('What shall we do?', 'What shall we do?</blockquote><p>Pull the plug.</p><blockquote type="cite">')}</blockquote>`,
      'text/html',
    ],
  ])('%s: it comes back, and nothing is sent', async (_what, body, type?: string) => {
    const decision = await decide(body, type);
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-words-below' });
    expect(linesGivenBack(decision)).toContain('"Pull the plug."');
    const sent = await decide(type === undefined ? `/send\n${body}` : body.replace('<p>See', '<p>/send<br>See'), type);
    expect(sent.effects[0]).toMatchObject({ do: 'respond', words: 'See below.' });
  });

  test.each([
    ['See my answers below.', 'Outlook', `${OUTLOOK}\n\n${among('Pull the plug.', NOTIFICATION)}`],
    ['Meine Antworten in Rot', 'Outlook', `${OUTLOOK}\n\n${among('Pull the plug.', NOTIFICATION)}`],
    ['Mes réponses ci-dessous', 'a mail answered below it', `${GMAIL}\n${quoted(NOTIFICATION)}\n\nPull the plug.`],
  ])('"%s" above it in %s: it comes back', async (above, _what, below) => {
    const decision = await decide(`${above}\n\n${below}`);
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-words-below' });
    expect(linesGivenBack(decision)).toContain('"Pull the plug."');
  });

  test.each([
    ['below the quote', `It comes.\n\n${GMAIL}\n${quoted(NOTIFICATION)}\n\nAnd the fuse costs 3 euros.`],
    [
      'in what Outlook does not mark',
      `It comes.\n\n${OUTLOOK}\n\n${among('And the fuse costs 3 euros.', NOTIFICATION)}`,
    ],
  ])('%s: the agent is told at once, and once of the same words', async (_what, body) => {
    const decision = await decide(body);
    expect(decision.effects[0]).toMatchObject({ do: 'respond', words: 'It comes.' });
    expect(told(decision)).toContain('were not sent: "And the fuse costs 3 euros."');
    const keys = drafts(decision.effects).map(({ dedupeKey }) => dedupeKey);
    expect(drafts((await decide(body)).effects).map(({ dedupeKey }) => dedupeKey)).toEqual(keys);
    expect(keys.at(-1)).toMatch(/^left-out:agent-1:[0-9a-f]{16}$/);
  });

  const wrapped = quoted(NOTIFICATION)
    .split('\n')
    .map((line) =>
      line.length > 72
        ? `${line.slice(0, line.lastIndexOf(' ', 70))}\n${line.slice(line.lastIndexOf(' ', 70) + 1)}`
        : line,
    )
    .join('\n');
  test.each([
    ['Gmail', `It comes.\n\n${GMAIL}\n\n${quoted(NOTIFICATION)}`],
    ['Gmail with a signature below', `It comes.\n\n${GMAIL}\n\n${quoted(NOTIFICATION)}\n\n\n-- \nAlice Ames\nDesk Ltd`],
    ['lines wrapped on their way', `It comes.\n\n${GMAIL}\n${wrapped}`],
    [
      'a mark over two lines',
      `It comes.\n\n${GMAIL}\n${quoted(NOTIFICATION).replace('Reply above this', 'Reply above\nthis')}`,
    ],
    [
      'a date wrapped on its way',
      `It comes.\n\n${GMAIL}\n${quoted(NOTIFICATION).replace(/(\d\d:\d\d) UTC/, '\n$1 UTC')}`,
    ],
    ['a phone', `It comes.\n\nSent from my iPhone\n\n${quoted(`${GMAIL}\n\n${NOTIFICATION}`)}`],
    ['Outlook', `It comes.\n\n${OUTLOOK}\n\n${NOTIFICATION}`],
    ['Outlook with a rule', `It comes.\n\n________________________________\n${OUTLOOK}\n\n${NOTIFICATION}`],
    ['Outlook with double line breaks', `It comes.\n\n${OUTLOOK}\n\n${NOTIFICATION.replaceAll('\n', '\n\n')}`],
    ['bars', `It comes.\n\n${GMAIL}\n${quoted(NOTIFICATION, '| ')}`],
    [
      'Outlook on the web',
      `<div>It comes.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Alice<br><b>Subject:</b> Printer</div><div>${html(NOTIFICATION)}</div>`,
      'text/html',
    ],
    [
      'Gmail in HTML',
      `<div>It comes.</div><div class="gmail_quote"><div class="gmail_attr">${html(GMAIL)}</div><blockquote class="gmail_quote">${html(NOTIFICATION)}</blockquote></div>`,
      'text/html',
    ],
  ])('is nothing where only our lines stand there: %s', async (_what, body, type?: string) => {
    const decision = await decide(body, type);
    expect(decision.effects[0]).toMatchObject({ do: 'respond', words: 'It comes.' });
    expect(told(decision)).toBe('');
  });

  test('in red within our HTML, as Outlook keeps it: it comes back', async () => {
    const ours = renderMail(templates, 'en', {
      ...view,
      desk: { ...view.desk, name: IDENTITY.name },
      content: { ...content, words: QUERY, query: QUERY },
    });
    const inside = /<body[^>]*>([\s\S]*)<\/body>/.exec(ours.html)?.[1] ?? '';
    const typed = inside.replaceAll(
      'What shall we do?',
      'What shall we do?<br><span style="color:red">Pull the plug.</span>',
    );
    expect(typed).not.toBe(inside);
    const decision = await decide(`<div>See my answers in red.</div>${FRAMES[0][0]}${typed}`, 'text/html');
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-words-below' });
    expect(linesGivenBack(decision)).toContain('Pull the plug.');
  });

  test.each(FORMS)(
    'is nothing where a mail program keeps our HTML and marks no line: %s in %s',
    async (event, locale) => {
      const one = notificationView(event, 'normal') as typeof content;
      const ours = renderMail(templates, locale, {
        ...view,
        desk: { ...view.desk, name: IDENTITY.name },
        content: one,
      });
      const inside = /<body[^>]*>([\s\S]*)<\/body>/.exec(ours.html)?.[1] ?? ours.html;
      for (const [before, after] of FRAMES) {
        const decision = await decide(`<div>It comes.</div>${before}${inside}${after}`, 'text/html', one, locale);
        expect(decision.effects[0]).toMatchObject({ do: 'respond', words: 'It comes.' });
        expect(told(decision)).toBe('');
      }
    },
  );
});

const LANGUAGES = ['de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'];
const EVENTS = ['new-ticket', 'answer', 'held', 'third-party', 'reminder', 'assigned', 'full'] as const;
const FORMS: [event: (typeof EVENTS)[number], locale: string][] = [
  ...EVENTS.map((event): [(typeof EVENTS)[number], string] => [event, 'en']),
  ...LANGUAGES.map((locale): [(typeof EVENTS)[number], string] => ['answer', locale]),
];
/** What Outlook, Outlook on the web and Gmail put around what they quote. */
const FRAMES = [
  [
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Alice<br><b>Subject:</b> Printer</p></div>',
    '',
  ],
  [
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Alice<br><b>Subject:</b> x</div>',
    '',
  ],
  [
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 16, 2026 at 9:14 AM Desk wrote:</div><blockquote class="gmail_quote">',
    '</blockquote></div><br><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Alice Ames<br>Desk Ltd</div>',
  ],
] as const;
