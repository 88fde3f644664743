import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { ALICE, facts, question, responseId, ticket, token } from '../../support/decisions.ts';
import { ATTRIBUTION, answer, FRAME, first, HEADERS, OURS, parse, quoted, RESPONSE } from './sent-words.ts';

const [Q1, Q2] = RESPONSE.split('\n');

describe('an answer, held against what the desk sent', () => {
  const CASES: Record<string, [body: string, words: string]> = {
    'above the quote': [`An X12.\n\n${ATTRIBUTION}\n\n${quoted(OURS)}`, 'An X12.'],
    'below the quote': [`${ATTRIBUTION}\n\n${quoted(OURS)}\n\nAn X12.`, 'An X12.'],
    'below the quote without a blank': [`${ATTRIBUTION}\n${quoted(OURS)}\nAn X12.`, 'An X12.'],
    'between our lines': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak?\nX12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug.\nSN-7\n${quoted(FRAME)}`,
      `> ${Q1}\nX12, since May\n\n> ${Q2}\nSN-7`,
    ],
    'on our quoted lines': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak? X12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug. SN-7\n${quoted(FRAME)}`,
      `> ${Q1}\nX12, since May\n\n> ${Q2}\nSN-7`,
    ],
    'on marked lines between ours': [
      `${ATTRIBUTION}\n> Which model is it, and since when does it leak?\n> X12, since May\n> Please also tell us the serial number. It stands on the plate at the back of the device, below the plug.\n${quoted(FRAME)}`,
      `> ${Q1}\nX12, since May`,
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
      `See below.\n\n> ${Q1}\nX12, since May`,
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
      `See my answers in red below.\n\n> ${Q1}\nX12, since May\n\n> ${Q2}\nThe plate is gone.`,
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
