import { describe, expect, test } from 'vitest';
import { formatWords } from '../../../src/decide/formatted/format-words.ts';
import { readWords } from '../../../src/decide/mail/words/read-words.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { ALICE, facts, IDENTITY, question, responseId, ticket, token } from '../../support/decisions.ts';
import { mailView } from '../../support/mail-views.ts';
import { INLINE_MAILS, type InlineMail, quotedText } from './inline-mails.ts';

const templates = loadTemplates('templates');

/** The response as it went out, by the templates. */
function sent(words: string): string {
  const view = mailView('response');
  return renderMail(templates, 'en', {
    ...view,
    desk: { ...view.desk, name: IDENTITY.name },
    content: { ...view.content, words } as never,
  }).text.trim();
}

async function read(response: string, { text, html }: { text?: string; html?: string }) {
  const part = (type: string, body: string | undefined) =>
    body === undefined ? '' : `--b\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${body}\n`;
  const raw = `From: jo@customer.example\nTo: support@desk.example\nSubject: Re: Printer\nMessage-ID: <a@b.example>\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n${part('text/plain', text)}${part('text/html', html)}--b--\n`;
  const outcome = await parseMail(Buffer.from(raw), DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.detail);
  const row = token('turn', { responseId: responseId(1) });
  const state = ticket({ turns: [{ id: 1, words: response, agent: ALICE }] });
  const mail = readWords(
    question({ mail: outcome.mail, facts: facts({ tokens: [{ row, foundIn: 'address' }] }), ticket: state }),
  );
  return { words: mail.reply, formatted: formatWords(outcome.mail.rich, mail.reply)?.html };
}

const pairsOf = (words: string) =>
  words
    .split('\n')
    .map((line) => line.replace(/^>\s*/, '> ').trim())
    .filter((line) => line !== '' && line !== 'Siehe unten.');

const write = ({ response, answers, text, html }: InlineMail) => ({
  ...(text === undefined ? {} : { text: text(sent(response), answers) }),
  ...(html === undefined ? {} : { html: html(response, answers) }),
});

describe('an answer typed between our lines keeps the question above each part, and nothing else of ours', () => {
  test.each(Object.entries(INLINE_MAILS))('%s', async (_client, mail) => {
    const { words, formatted } = await read(mail.response, write(mail));
    const pairs = Object.entries(mail.answers).flatMap(([asked, answer]) => [`> ${asked}`, answer]);
    expect(pairsOf(words)).toEqual(pairs);
    // With its formatting too a question is told from its answer.
    for (const [asked, answer] of Object.entries(mail.answers)) {
      const shown = formatted ?? `<blockquote>${asked}</blockquote><div>${answer}</div>`;
      const quotes = [...shown.matchAll(/<blockquote>(.*?)<\/blockquote>/g)].map(([, quote]) => quote ?? '').join('\n');
      expect(quotes).toContain(asked);
      expect(quotes).not.toContain(`>${answer}<`);
    }
  });

  test('the formatting is kept where the mail program marks what is quoted', async () => {
    for (const client of ['Apple Mail on a Mac', 'Apple Mail, HTML alone', 'Gmail', 'Yandex', 'Proton']) {
      const mail = INLINE_MAILS[client] as InlineMail;
      expect((await read(mail.response, write(mail))).formatted, client).toContain('<blockquote>');
    }
    const unmarked = INLINE_MAILS['Outlook, typed behind the questions'] as InlineMail;
    expect((await read(unmarked.response, write(unmarked))).formatted).toBeUndefined();
  });

  test('the end of a question of many lines is shown', async () => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at} of a very long list of things that we ask about`);
    const response = `${lines.join('\n')}\n\nAlice from Desk, who asks`;
    const text = `On Mon, Nov 16, 2026 at 9:14 AM Desk <support@desk.example> wrote:\n${quotedText(sent(response)).replace(`${lines[11]}\n`, `${lines[11]}\nAll of them.\n`)}`;
    const { words } = await read(response, { text });
    expect(words).toBe(`> […]\n${quotedText(lines.slice(6).join('\n'))}\nAll of them.`);
  });
});

describe('no question is shown', () => {
  const ASKED = 'Do you want the blue one or the red one?\nAnd the small parcel or the large one?\n\nAlice';
  const ATTRIBUTION = 'On Mon, Nov 16, 2026 at 9:14 AM Desk <support@desk.example> wrote:';
  const HEADERS = 'From: Desk <support@desk.example>\nSent: Monday\nTo: Jo <jo@customer.example>\nSubject: Printer';
  const CASES: Record<string, [text: string, words: string]> = {
    'above the quote': [`The red one.\n\n${ATTRIBUTION}\n${quotedText(sent(ASKED))}`, 'The red one.'],
    'below the quote': [`${ATTRIBUTION}\n${quotedText(sent(ASKED))}\n\nThe red one.\n\nJo`, 'The red one.\n\nJo'],
    'above our name': [
      `${ATTRIBUTION}\n> Do you want the blue one or the red one?\nred\n> Alice\n\nBest, Jo`,
      '> Do you want the blue one or the red one?\nred\n\nBest, Jo',
    ],
    'where nothing was typed in an unmarked quote': [`-----Original Message-----\n${HEADERS}\n\n${sent(ASKED)}`, ''],
    'where nothing was typed in one that was wrapped anew': [
      `-----Original Message-----\n${HEADERS}\n\n${sent(ASKED).replace('blue one or', 'blue one\nor').replace('parcel or', 'parcel\nor')}`,
      '',
    ],
  };
  test.each(Object.entries(CASES))('%s', async (_what, [text, words]) => {
    expect((await read(ASKED, { text })).words).toBe(words);
  });
});
