import { expect, test } from 'vitest';
import { isOnlyThanks } from '../../../src/decide/mail/words/only-thanks.ts';
import { mail } from '../../support/decisions.ts';

const NAMES = ['Alice Ames', 'Acme Support'];
const said = (reply: string, name = 'Tina Tun') =>
  isOnlyThanks(
    { ...mail('tina@customer.example', { reply }), from: { ...mail('tina@customer.example').from, name } as never },
    NAMES,
  );

test.each([
  'Thanks!',
  'Thank you so much, Alice! 😊',
  'Hi Alice,\n\nmany thanks for your quick help. It works now.\n\nBest regards\nTina',
  'THANK YOU!!! Perfect.',
  'Ok, thanks 👍',
  'Cheers, that did it.',
  'Hallo Alice,\nvielen lieben Dank für die schnelle Hilfe! Alles gut.\nLG Tina',
  'Merci beaucoup pour votre réponse rapide. Bonne journée',
  '¡Muchas gracias! Ya funciona.',
  'Grazie mille per l’aiuto, ora funziona. Cordiali saluti',
  'Muito obrigada pela ajuda!',
  'Hartelijk dank voor de snelle reactie.',
  'Tack så mycket för hjälpen! Mvh Tina',
  'Dziękuję bardzo za pomoc, już działa. Pozdrawiam',
  'Děkuji moc!',
  'Köszönöm szépen a gyors segítséget!',
  'Спасибо большое за помощь, всё работает!',
  'Дуже дякую за допомогу',
  'Σας ευχαριστώ πολύ για την άμεση απάντηση.',
  'Çok teşekkür ederim, şimdi çalışıyor.',
  'ありがとうございました。解決しました。',
  '谢谢您的帮助，问题解决了。',
  '빠른 답변 주셔서 정말 감사합니다.',
  'شكرا جزيلا على المساعدة',
  'תודה רבה על העזרה!',
  'Thanks.\n\nThank you for everything.',
])('says nothing but thanks: %j', (reply) => expect(said(reply)).toBe(true));

test.each([
  'Thanks, but it still burns.',
  'Thanks. It works now, except for page 2.',
  'Thank you! Can you send the invoice?',
  'Thank you; when will it arrive',
  'Thanks for nothing.',
  'No thanks.',
  'Perfect.',
  'It works now.',
  'Ok',
  'Thanks, please call me at 555 0199',
  'Danke, aber es geht nicht.',
  'Danke. Wann kommt der Techniker',
  'Vielen Dank für die Rechnung, sie ist falsch',
  'Merci, mais cela ne marche pas',
  'Gracias, pero no funciona',
  'Спасибо, но не работает',
  '谢谢，但是还是不行。',
  'ありがとうございます。でも動きません。',
  'Thanks in advance',
  'Thanks, the manual is missing',
  '',
  'Thanks\n'.repeat(100),
])('says more than thanks, or none: %j', (reply) => expect(said(reply)).toBe(false));

test('the name may stand in the address alone', () => {
  expect(said('Muchas gracias, Alice!\n\nSaludos\nTina', '')).toBe(true);
  expect(said('Muchas gracias, Alice!\n\nSaludos\nBob', '')).toBe(false);
});

test('a mail with a file says more than thanks; the logo of a signature is none', () => {
  const file = {
    filename: 'a.pdf',
    contentType: 'application/pdf',
    size: 9,
    inline: false,
    contentId: undefined,
    sha256: 'x',
  };
  const thanks = mail('tina@customer.example', { reply: 'Thanks!' });
  expect(isOnlyThanks({ ...thanks, attachments: [file] }, NAMES)).toBe(false);
  expect(isOnlyThanks({ ...thanks, attachments: [{ ...file, aside: true }] }, NAMES)).toBe(true);
});
