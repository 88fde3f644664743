import { readWords } from '../../../src/decide/mail/words/read-words.ts';
import type { ParsedMail } from '../../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { ALICE, facts, IDENTITY, question, responseId, ticket, token } from '../../support/decisions.ts';
import { mailView } from '../../support/mail-views.ts';

export const RESPONSE =
  'Which model is it, and since when does it leak?\nPlease also tell us the serial number. It stands on the plate at the back of the device, below the plug.\n\nAlice from Desk';
/** The response as it went out, by the templates. */
export const OURS = renderMail(loadTemplates('templates'), 'en', {
  ...mailView('response'),
  desk: { ...mailView('response').desk, name: IDENTITY.name },
  content: { ...mailView('response').content, words: RESPONSE } as never,
}).text.trim();
export const FRAME = OURS.slice(OURS.indexOf('-----'));
export const quoted = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
export const ATTRIBUTION = 'On Mon, Nov 16, 2026 at 9:14 AM Desk <support@desk.example> wrote:';
export const HEADERS =
  'From: Desk <support@desk.example>\nSent: Monday, November 16, 2026 9:14 AM\nTo: Jo <jo@customer.example>\nSubject: Re: Printer on fire [#12]';

export async function parse(
  body: string,
  type = 'text/plain',
  from = 'jo@customer.example',
  subject = 'Re: Printer',
): Promise<ParsedMail> {
  const raw = `From: ${from}\nTo: support@desk.example\nSubject: ${subject}\nMessage-ID: <a@b.example>\nMIME-Version: 1.0\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${body}\n`;
  const outcome = await parseMail(Buffer.from(raw), DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.mail;
}

/** What the desk reads as new in an answer to its only response. */
export async function answer(body: string, type?: string): Promise<string> {
  const mail = await parse(body, type);
  const row = token('turn', { responseId: responseId(1) });
  const state = ticket({ turns: [{ id: 1, words: RESPONSE, agent: ALICE }] });
  return readWords(question({ mail, facts: facts({ tokens: [{ row, foundIn: 'address' }] }), ticket: state })).reply;
}

export const first = async (body: string, type?: string) =>
  readWords(question({ mail: await parse(body, type), facts: facts({}) })).reply;
