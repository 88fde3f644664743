import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, test } from 'vitest';
import { formatWords } from '../../../src/decide/formatted/format-words.ts';
import { lettersOf } from '../../../src/domain/mail/rich-words.ts';
import { richAsHtml } from '../../../src/mail/compose/rich-html.ts';
import { richAsText } from '../../../src/mail/compose/rich-text.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { wordsAsHtml } from '../../../src/mail/text/shown-text.ts';
import { checkHtml } from '../../hostile/sent-invariants.ts';
import { HTML_OF_ATTACKERS } from './html-of-attackers.ts';
import { type FormattedCase, HTML_OF_CLIENTS } from './html-of-clients.ts';

const PICTURE = {
  filename: 'shot.png',
  contentType: 'image/png',
  cid: 'shot',
  content: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

/** What the other side gets of a mail of these words. */
async function received({ html, plain }: FormattedCase) {
  const mail = { from: 'Jo <jo@customer.example>', to: 'support@acme.example', subject: 'Hello', html };
  const attachments = html.includes('cid:shot') ? [PICTURE] : [];
  const raw = await new MailComposer({ ...mail, ...(plain === undefined ? {} : { text: plain }), attachments })
    .compile()
    .build();
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!('mail' in outcome)) throw new Error(`not read: ${JSON.stringify(outcome)}`);
  const { reply, rich } = outcome.mail;
  const formatted = formatWords(rich, reply);
  if (formatted === undefined) return { text: reply, html: wordsAsHtml(reply), isPlain: true };
  const view = { html: formatted.html, pictures: [{ place: 0, name: 'shot.png', cid: 'picture-1' }] };
  return { text: richAsText(view) ?? reply, html: richAsHtml(view) ?? '', isPlain: false };
}

/** The letters that are read; those of lists stand before their items, and in no HTML. */
function lettersOfText(text: string, hasLists: boolean): string {
  const words = text.replace(/\[image: [^\]]*\]/g, ' ');
  return lettersOf(hasLists ? words.replace(/^\s*(?:\d{1,2}|[a-z])\.\s/gm, ' ') : words);
}

function lettersOfHtml(html: string): string {
  const words = html.replace(/<[^>]*>/g, ' ').replace(/&nbsp;/g, ' ');
  return lettersOf(words.replace(/&(lt|gt|#34|#39|amp);/g, (_, name: string) => SIGNS[name] ?? ''));
}

const SIGNS: Record<string, string> = { lt: '<', gt: '>', '#34': '"', '#39': "'", amp: '&' };

async function check(one: FormattedCase): Promise<void> {
  const { text, html, isPlain } = await received(one);
  expect(text).toBe(one.text);
  expect(isPlain).toBe(one.isPlain ?? false);
  expect(checkHtml(html)).toEqual([]);
  expect(lettersOfHtml(html)).toBe(lettersOfText(text, html.includes('<ol')));
}

describe('the other side reads all that a person wrote, as text and as HTML alike', () => {
  test.each(HTML_OF_CLIENTS)('$what', check);
});

describe('the other side never gets what was hidden, and sees where links lead', () => {
  test.each(HTML_OF_ATTACKERS)('$what', check);
});
