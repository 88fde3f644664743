import { describe, expect, it, test } from 'vitest';
import { findBody } from '../../../src/decide/answers/answer-body.ts';
import { cleanWords, markedWords } from '../../../src/decide/answers/past-words.ts';
import type { AboutAnswer } from '../../../src/decide/answers/people-named.ts';
import { markPersonal } from '../../../src/decide/answers/personal-details.ts';

const ABOUT: Omit<AboutAnswer, 'answer'> = {
  question: 'Where is it?',
  customer: 'm.lopez@customer.example',
  customerNames: ['Maria Lopez'],
  agentName: 'Alice Ames',
  others: [],
};

function marked(answer: string, about: Partial<AboutAnswer> = {}): string {
  return markedWords({ answer, passage: markPersonal({ ...ABOUT, answer, ...about }) });
}

describe('greeting and sign-off are taken off an answer, and nothing else', () => {
  test.each([
    ['Hello Jo,\nPlease send a photo.\nBest regards\nAlice', 'Please send a photo.'],
    ['Hi Maria, thanks for writing. It ships today. Best, Alice', 'thanks for writing. It ships today.'],
    [
      'Dear Mr. Smith\n\nWe refund it.\n\nKind regards,\nAlice Ames\nCustomer Success\nTel. +49 30 1234',
      'We refund it.',
    ],
    ['Maria,\n\nit is done.\n\n- Alice', 'it is done.'],
    ['Dear valued customer, we are sorry.\nBest regards,\nThe Acme Team', 'we are sorry.'],
    ['Hi Maria! Good news.\nThanks for your patience,\nAlice', 'Good news.'],
    ['Dear Ms Lopez,\nGood morning!\nIt works.\n--\nAcme Support', 'It works.'],
    [
      'Sehr geehrte Frau Müller,\n\nbitte starten Sie neu.\n\nMit freundlichen Grüßen\nHans Meier',
      'bitte starten Sie neu.',
    ],
    ['Bonjour Madame Dupont, votre colis part demain. Cordialement, Paul', 'votre colis part demain.'],
    ['Buongiorno Signora Rossi,\nIl pacco parte.\nCordiali saluti,\nLuca', 'Il pacco parte.'],
    [
      '佐藤様\n\nお世話になっております。\nご注文は発送されました。\nよろしくお願いいたします。',
      'ご注文は発送されました。',
    ],
    ['Здравствуйте, Иван!\nЗаказ отправлен.\nС уважением,\nОльга', 'Заказ отправлен.'],
    // What only looks like one of them stays.
    ['Hello, your parcel is lost.', 'your parcel is lost.'],
    ['Hello Kitty is sold out.', 'Hello Kitty is sold out.'],
    ['Thanks for your order. It is on its way.', 'Thanks for your order. It is on its way.'],
    ['Hello Jo,\nthank you for your message.\nSet copies to 1.', 'thank you for your message.\nSet copies to 1.'],
    ['Hi there, please:\n- open the lid\n- press OK', 'please:\n- open the lid\n- press OK'],
    ['Go to Settings\nPress Save\nDone', 'Go to Settings\nPress Save\nDone'],
    ['Best regards', 'Best regards'],
    ['Hello', 'Hello'],
  ])('%j', (answer, body) => {
    const { from, to } = findBody(answer);
    expect(answer.slice(from, to)).toBe(body);
  });
});

describe('what is personal in an answer is marked', () => {
  test.each([
    ['Dear Maria, it is done, Maria.', 'it is done, [[Maria]].'],
    ['maria, the LOPEZ account is open.', '[[maria]], the [[LOPEZ]] account is open.'],
    ['I told Mr. Henderson and Frau Schmidt.', 'I told [[Mr. Henderson]] and [[Frau Schmidt]].'],
    ['This is Alice again: it works.', 'This is [[Alice]] again: it works.'],
    [
      'Order 4711 and order no. 12 left; ticket #9 too.',
      'Order [[4711]] and order no. [[12]] left; ticket [[#9]] too.',
    ],
    ['Rechnung Nr. 12 und Kundennummer: 88', 'Rechnung Nr. [[12]] und Kundennummer: [[88]]'],
    ['See invoice INV-2024-001, code XK4P99Q.', 'See invoice [[INV-2024-001]], code [[XK4P99Q]].'],
    ['Call +49 30 123 45 67 or (030) 123-4567.', 'Call [[+49 30 123 45 67]] or [[(030) 123-4567]].'],
    ['IBAN DE89 3704 0044 0532 0130 00.', 'IBAN [[DE89 3704 0044 0532 0130 00]].'],
    ['It comes on March 12, 2026 at 14:30.', 'It comes on [[March 12, 2026]] at [[14:30]].'],
    ['Am 12. März, am 3.4. und am 03.04.2026', 'Am [[12. März]], am [[3.4.]] und am [[03.04.2026]]'],
    ['Le 12 mars, el 3 de mayo, 3月12日', 'Le [[12 mars]], el [[3 de mayo]], [[3月12日]]'],
    ['You paid $45.90, then 12,50 EUR.', 'You paid [[$45.90]], then [[12,50 EUR]].'],
    ['Write to bob@private.example.', 'Write to [[bob@private.example]].'],
    ['It went to 12 Elm Street, 90210.', 'It went to [[12 Elm Street]], [[90210]].'],
    ['An die Musterstraße 5 und 12 rue de la Paix', 'An die [[Musterstraße 5]] und [[12 rue de la Paix]]'],
    [
      'See https://t.example/p?id=1Z999AA1 and https://acme.example/returns.',
      'See [[https://t.example/p?id=1Z999AA1]] and https://acme.example/returns.',
    ],
    ['Please find attached the form.', 'Please find [[attached]] the form.'],
    ['Anbei das Formular. Ci-joint la facture.', '[[Anbei]] das Formular. [[Ci-joint]] la facture.'],
    ['Nummer ٤٧١١ und １２３４５', 'Nummer [[٤٧١١]] und [[１２３４５]]'],
    // What everybody may read.
    ['We refund within 14 days, 24/7, 10% off.', 'We refund within 14 days, 24/7, 10% off.'],
    ['Set "copies" to 1 in step 3 of Windows 11.', 'Set "copies" to 1 in step 3 of Windows 11.'],
    ['Money is on your account 3 days later.', 'Money is on your account 3 days later.'],
    ['You can attach files of 10 MB.', 'You can attach files of 10 MB.'],
  ])('%j', (answer, expected) => {
    expect(marked(answer)).toBe(expected);
  });

  it('takes names from what the customer signed and said, and from the greeting that was taken off', () => {
    const unnamed = { customer: 'x1@customer.example', customerNames: [] };
    expect(marked('Hello Kim,\nthe account of Kim is open.', unnamed)).toBe('the account of [[Kim]] is open.');
    expect(marked('Kim can sign in.', { ...unnamed, question: 'I cannot sign in\n\nThanks\nKim Berg' })).toBe(
      '[[Kim]] can sign in.',
    );
    expect(marked('Jonathan can sign in.', { ...unnamed, question: 'My name is Jonathan Reed, help' })).toBe(
      '[[Jonathan]] can sign in.',
    );
    expect(marked('佐藤は登録済みです。', { ...unnamed, customerNames: ['佐藤 花子'] })).toBe(
      '[[佐藤]]は登録済みです。',
    );
  });

  it('leaves what an equal answer to another customer says too, written with other signs', () => {
    const others = ['Hi Bo,\nYour order 4712 costs 5 EUR; call 030-1234567. Error 1603.\nAlice'];
    expect(marked('Your order 4711 costs 5 EUR; call 030 1234567. Error 1603.', { others })).toBe(
      'Your order [[4711]] costs 5 EUR; call 030 1234567. Error 1603.',
    );
    expect(marked('It is attached, Maria.', { others: ['It is attached, Maria.'] })).toBe(
      'It is [[attached]], [[Maria]].',
    );
  });

  it('marks the end of an answer that is too long to look at', () => {
    const answer = `${'Turn it off and on. '.repeat(1_500)}Bye Maria`;
    expect(markPersonal({ ...ABOUT, answer }).marks.at(-1)).toMatchObject({ kind: 'rest', to: answer.length });
  });

  it('keeps every letter between the marks, also of hostile words', () => {
    for (const part of ['1 ', '1.', '@a.', 'rue A ', '12 Aa ', 'order no ', '[[', 'Hi ', 'Best, ']) {
      const answer = part.repeat(3_000);
      const passage = markPersonal({ ...ABOUT, answer, question: answer, others: [answer] });
      expect(markedWords({ answer, passage: { ...passage, marks: [] } })).toBe(cleanWords({ answer, passage }));
      for (const [at, { from, to }] of passage.marks.entries()) {
        expect(from).toBeLessThan(to);
        expect(from).toBeGreaterThanOrEqual(passage.marks[at - 1]?.to ?? passage.from);
        expect(to).toBeLessThanOrEqual(passage.to);
      }
    }
  });
});
