import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readWords } from '../../../src/decide/mail/words/read-words.ts';
import type { ClosingView, ContentView, MailView } from '../../../src/domain/mail/mail-view.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { readWording } from '../../../src/runtime/template-wording.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import { ALICE, facts, IDENTITY, question, RULES, responseId, ticket, token } from '../../support/decisions.ts';
import { mailView } from '../../support/mail-views.ts';
import { sparseMails } from '../../support/sparse-views.ts';
import { ticketView } from '../../support/view-parts.ts';

const FOLDER = path.join(import.meta.dirname, '../../../templates');
const templates = loadTemplates(FOLDER);
const words = wordsIn([FOLDER]);
const rules = { ...RULES, wording: readWording([FOLDER], words) };
let identity = IDENTITY;
const RESPONSE =
  'Which model is it, and since when does it leak?\nPlease also tell us the serial number of the device.';
const TO_CUSTOMERS: string[] = [
  'receipt',
  'response',
  'closing',
  'already-answered',
  'held-before-response',
  'reopened',
  'feedback-thanks',
];

/** Every mail to customers in each of its forms, with the words of a desk whose response is RESPONSE. */
function viewsToCustomers(): { name: string; view: MailView }[] {
  const views = [
    ...TO_CUSTOMERS.map((kind) => ({ name: kind, view: mailView(kind as ContentView['template']) })),
    ...sparseMails(),
  ];
  return views
    .filter(({ view }) => TO_CUSTOMERS.includes(view.content.template))
    .map(({ name, view }) => ({
      name,
      view: { ...view, ticket: ticketView('normal'), content: asSent(view.content) },
    }));
}

function asSent(content: ContentView): ContentView {
  // The days are those of the rules, where the mail names any.
  const inTime = (closing: ClosingView) => ({ ...closing, reopenDays: RULES.reopenDays });
  if (content.template === 'response')
    return {
      ...content,
      words: RESPONSE,
      signature: ALICE.name,
      closing: content.closing && inTime(content.closing),
    };
  if (content.template === 'receipt') return { ...content, suggestion: undefined };
  if (content.template !== 'closing') return content;
  return { ...content, lastResponse: RESPONSE, closing: inTime(content.closing) };
}

async function wordsOf(body: string, locale = 'en'): Promise<string> {
  const raw = `From: jo@customer.example\nTo: support@desk.example\nSubject: Re: Printer\nMessage-ID: <a@b.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${body}\n`;
  const outcome = await parseMail(Buffer.from(raw), DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.detail);
  const state = ticket({ turns: [{ id: 1, words: RESPONSE, agent: ALICE }] });
  const named = { ...state, locale, subject: ticketView('normal').subject };
  const row = token('turn', { responseId: responseId(1) });
  const known = facts({ tokens: [{ row, foundIn: 'address' }], agents: [ALICE] });
  return readWords(question({ mail: outcome.mail, facts: known, ticket: named, rules, identity })).reply;
}

const quoted = (text: string) => text.replace(/^/gm, '> ').replace(/ +$/gm, '');
const ATTRIBUTION = 'On Mon, Nov 16, 2026 at 9:14 AM Desk <support@desk.example> wrote:';
/** As a client wraps it that has room for 50 letters. */
const narrow = (text: string) => text.replace(/(?=[^\n]{51})([^\n]{1,50}) (?=[^\n])/g, '$1\n');

const FORMS: [string, (ours: string) => string][] = [
  ['below the words', (ours) => `An X12.\n\n${ATTRIBUTION}\n\n${quoted(ours)}`],
  ['above the words', (ours) => `${ATTRIBUTION}\n\n${quoted(ours)}\n\nAn X12.`],
  ['above the words, wrapped anew', (ours) => `${ATTRIBUTION}\n\n${quoted(narrow(ours))}\n\nAn X12.`],
];

describe.each(FORMS)('our mail quoted %s', (_form, compose) => {
  test.each(viewsToCustomers())('is nobody’s new words: $name', async ({ view }) => {
    expect(await wordsOf(compose(renderMail(templates, 'en', view).text.trimEnd()))).toBe('An X12.');
  });
});

test('the footer of the desk is nobody’s new words', async () => {
  const footer = 'Acme Ltd, 1 Main Street, London';
  identity = { ...IDENTITY, brand: { ...IDENTITY.brand, footer } };
  const view = mailView('reopened');
  const shown = { ...view, desk: { ...view.desk, brand: { ...view.desk.brand, footer } } };
  const ours = renderMail(templates, 'en', { ...shown, ticket: ticketView('normal') }).text.trimEnd();
  expect(ours).toContain(footer);
  expect(await wordsOf(`${ATTRIBUTION}\n\n${quoted(ours)}\n\nAn X12.`)).toBe('An X12.');
});

test.each(['de', 'pl'])('our mails in %s are nobody’s new words', async (locale) => {
  const spoken = loadTemplates(FOLDER, { words });
  for (const { name, view } of viewsToCustomers()) {
    const ours = renderMail(spoken, locale, view).text.trimEnd();
    expect(await wordsOf(`${ATTRIBUTION}\n\n${quoted(ours)}\n\nAn X12.`, locale), name).toBe('An X12.');
  }
});
