import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { readWords } from '../../../src/decide/mail/words/read-words.ts';
import { DEFAULT_PHRASES } from '../../../src/domain/mail/own-phrases.ts';
import type { ParsedMail } from '../../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import {
  ALICE,
  facts,
  IDENTITY,
  linesGivenBack,
  question,
  responseId,
  ticket,
  token,
} from '../../support/decisions.ts';
import { mailView } from '../../support/mail-views.ts';

const RESPONSE =
  'Which model is it, and since when does it leak?\nPlease also tell us the serial number. It stands on the plate at the back of the device, below the plug.\n\nAlice from Desk';
/** The response as it went out, by the templates. */
const OURS = renderMail(loadTemplates('templates'), 'en', {
  ...mailView('response'),
  desk: { ...mailView('response').desk, name: IDENTITY.name },
  content: { ...mailView('response').content, words: RESPONSE } as never,
}).text.trim();
const FRAME = OURS.slice(OURS.indexOf('-----'));
const quoted = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
const ATTRIBUTION = 'On Mon, Nov 16, 2026 at 9:14 AM Desk <support@desk.example> wrote:';
const HEADERS =
  'From: Desk <support@desk.example>\nSent: Monday, November 16, 2026 9:14 AM\nTo: Jo <jo@customer.example>\nSubject: Re: Printer on fire [#12]';

async function parse(
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
async function answer(body: string, type?: string): Promise<string> {
  const mail = await parse(body, type);
  const row = token('turn', { responseId: responseId(1) });
  const state = ticket({ turns: [{ id: 1, words: RESPONSE, agent: ALICE }] });
  return readWords(question({ mail, facts: facts({ tokens: [{ row, foundIn: 'address' }] }), ticket: state })).reply;
}

const first = async (body: string, type?: string) =>
  readWords(question({ mail: await parse(body, type), facts: facts({}) })).reply;

describe('an answer, held against what the desk sent', () => {
  const CASES: Record<string, [body: string, words: string]> = {
    'above the quote': [`An X12.\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`, 'An X12.'],
    'below the quote': [`${ATTRIBUTION}\n\n${quoted(OURS)}\n\nAn X12.`, 'An X12.'],
    'below the quote without a blank': [`${ATTRIBUTION}\n${quoted(OURS)}\nAn X12.`, 'An X12.'],
    'between our lines': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak?\nX12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug.\nSN-7\n${quoted(FRAME)}`,
      'X12, since May\n\nSN-7',
    ],
    'on our quoted lines': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak? X12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug. SN-7\n${quoted(FRAME)}`,
      'X12, since May\nSN-7',
    ],
    'on marked lines between ours': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak?\n> X12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug.\n${quoted(FRAME)}`,
      'X12, since May',
    ],
    'with the end of a long line of ours that lost its mark': [
      `An X12.\n\n${ATTRIBUTION}\n> Please also tell us the serial number. It stands on the plate at the back\nof the device, below the plug.\n\n${quoted(FRAME)}`,
      'An X12.',
    ],
    'with words below a long line of ours that go on otherwise': [
      `${ATTRIBUTION}\n> Please also tell us the serial number. It stands on the plate at the back\nthe device has no plate, it is SN-7`,
      'the device has no plate, it is SN-7',
    ],
    'typed into another desk, below its marker': [
      `##- Please type your reply above this line -##\n\nYour request (4455) has been updated.\n\nJo Doe (Customer Ltd)\n\nNov 30, 2026, 12:10\n\nIt is an X12.\n\n----\n\n${quoted(OURS)}`,
      '##- Please type your reply above this line -##\n\nYour request (4455) has been updated.\n\nJo Doe (Customer Ltd)\n\nNov 30, 2026, 12:10\n\nIt is an X12.\n\n----',
    ],
    'wrapped anew by the client': [
      `An X12.\n\n${ATTRIBUTION}\n> Which model is it, and since when does it\n> leak?\n> Please also tell us the serial number. It stands on\n> the plate at the back of the device, below the plug.\n>\n> Alice from Desk\n${quoted(FRAME)}`,
      'An X12.',
    ],
    'with prompts that were never ours': [
      `I type:\n\n> show status\n> reload all\n\nand nothing comes back.\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`,
      'I type:\n\n> show status\n> reload all\n\nand nothing comes back.',
    ],
    'with a cited letter': [
      `Your letter says:\n\n> Repairs are free\n> within two years.\n\nIs that so?\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`,
      'Your letter says:\n\n> Repairs are free\n> within two years.\n\nIs that so?',
    ],
    'above a header block': [`An X12.\n\n${HEADERS}\n\n${OURS}`, 'An X12.'],
    'below a header block, between our lines': [
      `See below.\n\n${HEADERS}\n\nWhich model is it, and since when does it leak?\nX12, since May\nPlease also tell us the serial number. It stands on the plate at the back of the device, below the plug.\n\nAlice from Desk\n\n${FRAME}`,
      'See below.\n\nX12, since May',
    ],
    'nothing, above a header block': [`-----Original Message-----\n${HEADERS}\n\n${OURS}`, ''],
    'nothing, above a quote': [`${ATTRIBUTION}\n\n${quoted(OURS)}`, ''],
    'nothing but the line of a phone': [`Sent from my iPhone\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`, ''],
    'an older thread ends the mail': [
      `An X12.\n\nAm 16.11.2026 um 09:14 schrieb Hotline <hotline@other.example>:\n> Fragen Sie den Desk.\n> Gruss`,
      'An X12.',
    ],
    'settings below dashes': [
      'The settings are:\n\n-- \nhost: a.example\nport: 99\nmode: fast\n-- \nhost: b.example\n\nWhy does the second one not start?',
      'The settings are:\n\n--\nhost: a.example\nport: 99\nmode: fast\n--\nhost: b.example\n\nWhy does the second one not start?',
    ],
    'a signature': [
      `An X12.\n\n-- \nJo Doe\nCustomer Ltd, +44 20 7946 0000\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`,
      'An X12.',
    ],
  };
  test.each(Object.entries(CASES))('%s', async (_what, [body, words]) => {
    expect(await answer(body)).toBe(words);
  });

  test('in HTML, typed in red behind and below our questions', async () => {
    const paragraphs = OURS.split('\n').map((line) => `<p class="MsoNormal">${line}</p>`);
    paragraphs[0] = paragraphs[0]?.replace('</p>', ' <span style="color:red">X12, since May</span></p>') ?? '';
    paragraphs.splice(2, 0, '<p class="MsoNormal"><span style="color:red">The plate is gone.</span></p>');
    const box = `<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal">${HEADERS.replace(/</g, '&lt;').replaceAll('\n', '<br>')}</p></div>`;
    const html = `<html><body><p class="MsoNormal">See my answers in red below.</p>${box}${paragraphs.join('')}</body></html>`;
    expect(await answer(html, 'text/html')).toBe(
      'See my answers in red below.\n\nX12, since May\n\nThe plate is gone.',
    );
  });

  test('an empty reply of Outlook takes no turn', async () => {
    const mail = await parse(`-----Original Message-----\n${HEADERS}\n\n${OURS}`);
    const row = token('turn', { responseId: responseId(1) });
    const state = ticket({ turns: [{ id: 1, words: RESPONSE, agent: ALICE }] });
    const decision = decideMail(
      question({ mail, facts: facts({ tokens: [{ row, foundIn: 'address' }] }), ticket: state }),
    );
    expect(decision).toMatchObject({ disposition: 'held', reason: 'no-new-words' });
  });
});

describe('the subject of an answer', () => {
  const decideAnswer = async (body: string, subject: string) => {
    const mail = await parse(body, 'text/plain', 'jo@customer.example', subject);
    const row = token('turn', { responseId: responseId(1) });
    const state = ticket({ turns: [{ id: 1, words: RESPONSE, agent: ALICE }] });
    return decideMail(question({ mail, facts: facts({ tokens: [{ row, foundIn: 'address' }] }), ticket: state }));
  };

  test('is the answer where nothing else was typed', async () => {
    const decision = await decideAnswer(`${ATTRIBUTION}\n\n${quoted(OURS)}`, 'Friday is fine');
    expect(decision.effects[0]).toMatchObject({ do: 'take-turn', words: 'Friday is fine' });
  });

  test.each([
    'Re: Printer on fire [#12]',
    'AW: Re: Printer on fire [#12]',
    'Re: Printer',
    'Ответ: Printer on fire',
    '[EXTERNAL] Re: Printer on fire',
    'Printer on fire',
    'Re: We have your request [#12]',
    '',
  ])('%j is none', async (subject) => {
    expect(await decideAnswer(`${ATTRIBUTION}\n\n${quoted(OURS)}`, subject)).toMatchObject({ reason: 'no-new-words' });
  });

  test('is shown to the agents where it is a new one, and so is how many lines are not', async () => {
    const decision = await decideAnswer(`An X12.\n\n${ATTRIBUTION}\n\n${quoted(RESPONSE)}`, 'The model');
    const notified = decision.effects.filter(
      (effect) => effect.do === 'send' && effect.draft.template === 'notification',
    );
    expect(notified[0]).toMatchObject({ draft: { payload: { event: 'answer', leftOut: 5, newSubject: true } } });
    const same = await decideAnswer('An X12.', 'Re: Printer on fire [#12]');
    expect(JSON.stringify(same)).not.toMatch(/leftOut|newSubject/);
  });
});

describe('a first mail', () => {
  const CASES: Record<string, [body: string, words: string]> = {
    'keeps the thread to which the desk was added': [
      `Please see below.\n\nFrom: Ben <ben@customer.example>\nSent: Monday, November 23, 2026 9:01 AM\nTo: Ada <ada@customer.example>\nSubject: Projector\n\nThe projector shows H-13.`,
      `Please see below.\n\nFrom: Ben <ben@customer.example>\nSent: Monday, November 23, 2026 9:01 AM\nTo: Ada <ada@customer.example>\nSubject: Projector\n\nThe projector shows H-13.`,
    ],
    'keeps a cited letter': [
      'Your colleague promised:\n\n> we take the old sofa with us\n> free of charge\n\nThe driver refused.',
      'Your colleague promised:\n\n> we take the old sofa with us\n> free of charge\n\nThe driver refused.',
    ],
    'keeps what stands below two dashes': [
      'This is our config:\n\n-- \nhost: a.example\nport: 99\n-- \nhost: b.example\n\nWhy does it not start?',
      'This is our config:\n\n--\nhost: a.example\nport: 99\n--\nhost: b.example\n\nWhy does it not start?',
    ],
    'keeps the prompts of Python': [
      'It says:\n\n>>> import x\n>>> x.run()\nKeyError',
      'It says:\n\n>>> import x\n>>> x.run()\nKeyError',
    ],
    'leaves a signature out': ['It leaks.\n\n-- \nJo Doe\nCustomer Ltd', 'It leaks.'],
  };
  test.each(Object.entries(CASES))('%s', async (_what, [body, words]) => {
    expect(await first(body)).toBe(words);
  });
});

describe('an agent', () => {
  const NOTE = 'They have not paid since May, be careful with them.';
  const NOTIFICATION = `##- Reply above this line -##\n\nJo answered: Printer\nTicket [#12], in process, with Alice. 16 Nov 2026\n\n  Hello, it burns.\n\nNotes, for the desk only\n\n16 Nov 2026, Bob:\n  ${NOTE}`;
  const agentReply = async (body: string, type?: string) => {
    const mail = await parse(body, type, 'alice@desk.example');
    const row = token('agent', { agentId: ALICE.id });
    return question({
      mail,
      facts: facts({ agent: ALICE, tokens: [{ row, foundIn: 'address' }] }),
      ticket: ticket({ turns: [] }),
      sentTexts: { answers: ['How do I reset it?\nAnd how long does it take?'], inside: [NOTE] },
    });
  };
  const CASES: Record<string, [body: string, words: string]> = {
    'above our marker': [`Pour water on it.\n\n${ATTRIBUTION}\n\n${quoted(NOTIFICATION)}`, 'Pour water on it.'],
    'cites the customer and a contract': [
      'You wrote:\n\n> How do I reset it?\n\nHold the button. And to this line of your contract:\n\n> The lessee may reset the device.\n\nYes, you may.\n\nAlice',
      'You wrote:\n\n> How do I reset it?\n\nHold the button. And to this line of your contract:\n\n> The lessee may reset the device.\n\nYes, you may.\n\nAlice',
    ],
    'answers line by line': [
      '> How do I reset it?\nHold the button.\n> And how long does it take?\nA minute.',
      '> How do I reset it?\nHold the button.\n> And how long does it take?\nA minute.',
    ],
    'sends SQL with its comment': [
      'Run this:\n\nselect count(*) from orders;\n--\nselect 1;\n\nAnd tell us what it says.\n\nAlice',
      'Run this:\n\nselect count(*) from orders;\n--\nselect 1;\n\nAnd tell us what it says.\n\nAlice',
    ],
    'never sends a quoted note': [`Fine.\n\n> ${NOTE}\n\nBye.`, 'Fine.\n\nBye.'],
  };
  test.each(Object.entries(CASES))('%s', async (_what, [body, words]) => {
    const decision = decideMail(await agentReply(body));
    expect(decision.effects[0]).toEqual({ do: 'respond', agentId: 1, words });
  });

  const EMPTY: Record<string, [body: string, type?: string]> = {
    'Outlook, nothing typed': [`-----Original Message-----\n${HEADERS}\n\n${NOTIFICATION}`],
    'Outlook, words below': [`-----Original Message-----\n${HEADERS}\n\n${NOTIFICATION}\n\nPour water on it.`],
    'a header block in a language that we do not know': [
      `Xyz: Desk <support@desk.example>\nAbc: 16 November 2026 9:14\nDef: Alice\nGhi: Printer\n\n${NOTIFICATION}`,
    ],
    'an attribution': [`${ATTRIBUTION}\n\n${NOTIFICATION}`],
    'a forward': [`---------- Forwarded message ---------\n${HEADERS}\n\n${NOTIFICATION}`],
    'no mark at all': [NOTIFICATION],
    'quoted twice': [quoted(quoted(NOTIFICATION))],
    bars: [
      NOTIFICATION.split('\n')
        .map((line) => `| ${line}`)
        .join('\n'),
    ],
    indented: [
      NOTIFICATION.split('\n')
        .map((line) => `        ${line}`)
        .join('\n'),
    ],
    escaped: [NOTIFICATION.replace('##- Reply above this line -##', '\\#\\#\\- Reply above this line \\-\\#\\#')],
    bold: [NOTIFICATION.replace('##- Reply above this line -##', '*##- Reply above this line -##*')],
    entities: [NOTIFICATION.replace('##- Reply above this line -##', '&#35;&#35;- Reply above this line -&#35;&#35;')],
    'no-break blanks': [NOTIFICATION.replace('Reply above this line', 'Reply\u00a0above\u00a0this\u00a0line')],
    'over two lines': [NOTIFICATION.replace('Reply above this line', 'Reply above\nthis line')],
    'over two quoted lines': [quoted(NOTIFICATION.replace('Reply above this line', 'Reply above\nthis line'))],
    'a table': [
      `<table><tr><td>##- Reply above this line -##</td></tr><tr><td>Notes, for the desk only<br>${NOTE}</td></tr></table>`,
      'text/html',
    ],
    'bold in HTML': [`<p><b>##- <i>Reply</i> above this line</b> -##</p><p>${NOTE}</p>`, 'text/html'],
    'a signature only': [`-- \nAlice Ames\nDesk Ltd\n\n${ATTRIBUTION}\n${quoted(NOTIFICATION)}`],
  };
  test.each(Object.entries(EMPTY))(
    'who typed nothing above our marker sends nothing: %s',
    async (_what, [body, type]) => {
      const decision = decideMail(await agentReply(body, type));
      expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-no-words' });
    },
  );

  test.each([
    ['the heading of the notes', 'Thanks\n\nNotes, for the desk only\n\nBob: be careful'],
    ['the footer', `Thanks\n\n${DEFAULT_PHRASES.replyHint.replace('customer. ', 'customer.\n')}`],
    ['an address of ours', `Thanks\n\nsupport+12-3f-${'k'.repeat(26)}@desk.example`],
  ])('whose words hold %s gets them back', async (_what, body) => {
    const decision = decideMail(await agentReply(body));
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-quotes-notification' });
    expect(linesGivenBack(decision)).toContain('nothing was sent');
  });

  test.each([
    '1. /note x',
    'a) /note x',
    '» /note x',
    '- /note x',
    '÷note x',
    '∕ note x',
    '╱note x',
    '＼note x',
    '① /note x',
    '(2) /note x',
    '• /note x',
    'Hi, /note x',
    '&#47;note x',
    'Hello\n\n* /note x',
  ])('who writes %j almost wrote a command: it comes back', async (words) => {
    expect(decideMail(await agentReply(words))).toMatchObject({
      disposition: 'returned',
      reason: 'agent-unknown-command',
    });
  });
});
