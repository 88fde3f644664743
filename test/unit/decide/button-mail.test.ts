import { describe, expect, test } from 'vitest';
import { findAbsence } from '../../../src/decide/machine/absence-until.ts';
import { classifyMail } from '../../../src/decide/machine/classify-mail.ts';
import { historyLine } from '../../../src/decide/machine/history-line.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { writeMail } from '../../support/sent-mail.ts';

/** A mail as its program writes it, read and classified as the desk does. */
async function read(subject: string, text: string, headers: string[] = []) {
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  const raw = writeMail({
    from: 'Jo Doe <jo@customer.example>',
    to: 'support@desk.example',
    subject: encoded,
    text,
    headers,
  });
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.fault);
  const classification = classifyMail(outcome.mail, { addresses: [], headerValues: [] });
  return { classification, line: historyLine(outcome.mail, classification) };
}

describe('what a button of a mail program wrote is no mail of a person', () => {
  test.each<[string, string, string, string]>([
    [
      'reaction',
      'Re: Mixer [#2]',
      '👍\n\nJo Doe reacted via Gmail\n<https://www.google.com/gmail/about/?x=1>',
      'Reacted with 👍',
    ],
    ['reaction', 'Re: Mixer', '❤️\n\nJo Doe hat über Gmail reagiert', 'Reacted with ❤️'],
    ['reaction', 'Réaction : Re: Mixer', 'Jo Doe a réagi à votre message :\n\n👏', 'Reacted with 👏'],
    ['reaction', 'Re: x', 'Jo Doe ha reaccionado a tu mensaje:\n😂', 'Reacted with 😂'],
    ['reaction', 'Re: x', 'Jo Doe heeft op uw bericht gereageerd: 👍', 'Reacted with 👍'],
    ['reaction', 'Re: x', 'Jo Doeさんがあなたのメッセージにリアクションしました', 'Reacted'],
    ['reaction', 'Re: x', 'Liked “Please send us a photo of the mixer.”', 'Reacted (liked)'],
    [
      'recall',
      'Rückruf: Tap',
      'Jo Doe möchte die Nachricht "Tap" zurückrufen.',
      'Asked to recall a mail: Rückruf: Tap',
    ],
    ['recall', 'Rappel : Tap', 'Jo Doe souhaite rappeler le message « Tap ».', 'Asked to recall a mail: Rappel : Tap'],
    ['recall', 'Intrekken: Tap', 'Jo Doe wil het bericht Tap intrekken.', 'Asked to recall a mail: Intrekken: Tap'],
    [
      'read',
      'Gelesen: Ihre Anfrage [#3]',
      'Ihre Nachricht\n\n   An: Jo\n   Betreff: Ihre Anfrage [#3]\n   Gesendet: Montag\n\n wurde am Montag, 30. November 2026 gelesen.',
      'Read receipt: wurde am Montag, 30. November 2026 gelesen.',
    ],
    [
      'read',
      'Lu : Votre demande',
      'Votre message\n\n   À : Jo\n   Objet : Votre demande\n   Envoyé : lundi\n\n a été lu le lundi 30 novembre 2026.',
      'Read receipt: a été lu le lundi 30 novembre 2026.',
    ],
    [
      'read',
      'Return Receipt (displayed) - Re: Mixer',
      'This is a Return Receipt for the mail that you sent to jo@customer.example.',
      'Read receipt: This is a Return Receipt for the mail that you sent to jo@customer.example.',
    ],
  ])('%s: %s', async (button, subject, text, line) => {
    const found = await read(subject, text);
    expect(found.classification.button).toBe(button);
    expect(found.line).toBe(line);
  });
});

describe('words of a person that hold such a phrase stay theirs', () => {
  test.each<[string, string]>([
    ['Re: Mixer', 'I reacted to your message last week and nobody answered.'],
    ['Re: Mixer', 'My wife reacted to your message. She says the mixer is still broken.'],
    ['Re: Mixer', '👍'],
    [
      'Recall: model 7',
      'I would like to recall the message I sent yesterday, since the number was wrong: it is 4711. Is my toaster part of the recall of model 7 that you announced?',
    ],
    [
      'Read: your terms',
      'Hi, the contract was read by our lawyer on Monday and we do not agree with clause 4.\n\nPhone: 123\nMail: jo@customer.example',
    ],
    ['Gelesen', 'Ich habe Ihre Nachricht gelesen. Der Drucker brennt noch.'],
    ['Re: Rückruf', 'Bitte rufen Sie mich zurück unter 030 1234.'],
  ])('%s: %s', async (subject, text) => {
    expect((await read(subject, text)).classification).toEqual({ kind: 'normal', reason: 'no-automatic-sign' });
  });
});

describe('the history says until when somebody is away', () => {
  test.each<[string, string | undefined]>([
    ['I am out of the office until 7 December. For urgent matters call Bob.', ' until 7 December'],
    ['Hi, I am away until Monday, 7 December 2026 and will answer then.', ' until Monday, 7 December 2026'],
    ['Ich bin bis zum 7. Dezember nicht im Büro.', ' until 7. Dezember'],
    ['Je suis absent jusqu’au 7 décembre. Cordialement', ' until 7 décembre'],
    ['Estoy de vacaciones hasta el 7 de diciembre. Saludos', ' until 7 de diciembre'],
    ['Ik ben afwezig tot en met 7 december. Groet', ' until 7 december'],
    ['Я в отпуске до 7 декабря. Срочно', ' until 7 декабря'],
    ['I am travelling and will be back on Monday.', ', back Monday'],
    ['Our office is open until 5 pm. We have received your request.', undefined],
    ['I am on vacation.', undefined],
  ])('%s', (text, until) => {
    expect(findAbsence(text).until).toBe(until);
  });

  test('in one line, whoever marked it', async () => {
    const { line } = await read('Automatic reply: Mixer', 'I am away until 7 December.', [
      'Auto-Submitted: auto-replied',
    ]);
    expect(line).toBe('Away until 7 December (automatic answer)');
    const ack = await read('We have it', 'We have received your request #991.', ['Auto-Submitted: auto-replied']);
    expect(ack.line).toBe('Automatic answer: We have received your request #991.');
  });
});
