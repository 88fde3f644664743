import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

function reply(text: string): string {
  return readBody({ plain: { text, flowed: false, delSp: false }, html: undefined }).reply;
}

describe('signatures are off', () => {
  test.each([
    'Sent from my iPhone',
    'Sent from my Samsung Galaxy smartphone.',
    'Sent from Yahoo Mail for iPhone',
    'Sent from Yahoo Mail on Android',
    'Sent from Outlook for iOS<https://aka.ms/o0ukef>',
    'Get Outlook for Android<https://aka.ms/AAb9ysg>',
    'Sent from Mail for Windows 10',
    'Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows',
    'Sent from my Verizon, Samsung Galaxy smartphone',
    'Sent with Proton Mail secure email.',
    'Sent via BlackBerry from T-Mobile',
    'Sent from my Android device with K-9 Mail. Please excuse my brevity.',
    'Von meinem iPhone gesendet',
    'Gesendet von meinem Mobilgerät',
    'Gesendet mit der GMX Mail App',
    'Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.',
    'Envoyé de mon iPhone',
    'Envoyé depuis mon appareil Samsung',
    'Envoyé à partir de Outlook pour Android',
    'Enviado desde mi iPhone',
    'Enviado do meu iPhone',
    'Inviato da iPhone',
    'Inviato dal mio Galaxy',
    'Verstuurd vanaf mijn iPhone',
    'Verzonden vanuit Mail voor Windows',
    'Skickat från min iPhone',
    'Sendt fra min iPhone',
    'Lähetetty iPhonesta',
    'Wysłane z iPhone’a',
    'Odesláno z iPhonu',
    'Odoslané z iPhonu',
    'Az iPhone-omról küldve',
    'Trimis de pe iPhone-ul meu',
    'iPhone’umdan gönderildi',
    'Στάλθηκε από το iPhone μου',
    'Отправлено с iPhone',
    'Отправлено из мобильной Почты Mail',
    'Надіслано з iPhone',
    'Изпратено от моя iPhone',
    'Poslano s mojeg iPhonea',
    'נשלח מה-iPhone שלי',
    'أرسلت من الـ iPhone',
    'ส่งจาก iPhone ของฉัน',
    'Đã gửi từ iPhone của tôi',
    'Dikirim dari iPhone saya',
    '发自我的iPhone',
    '從我的 iPhone 傳送',
    'iPhoneから送信',
    '나의 iPhone에서 보냄',
    'Enviat des del meu iPhone',
  ])('%s', (line) => {
    expect(reply(`It leaks.\n\n${line}`)).toBe('It leaks.');
    expect(reply(`It leaks.\n\n${line}\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n> Really?\n`)).toBe('It leaks.');
  });

  test.each([
    ['the delimiter of RFC 3676', '-- \nJo Lang\nSales\n+44 1234 567890'],
    ['the delimiter without its blank', '--\nJo Lang\nSales'],
    ['a drawn line above a business card', '___________________\nJo Lang\nLang & Co\n+44 1234 567890'],
    ['a dash above a business card', '—\nJo Lang\nhttps://lang.example'],
    [
      'Mailman',
      '_______________________________________________\nlids mailing list\nlids@lists.example\nhttps://lists.example/listinfo/lids',
    ],
    [
      'Google Groups',
      '-- \nYou received this message because you are subscribed to the Google Groups "lids" group.\nTo unsubscribe from this group, send an email to lids+unsubscribe@groups.example.',
    ],
  ])('%s', (_what, signature) => {
    expect(reply(`It leaks.\n\nJo\n\n${signature}\n`)).toBe('It leaks.\n\nJo');
    expect(reply(`It leaks.\n\nJo\n\n${signature}\n\nAm 06.01.2025 um 10:11 schrieb Jane:\n> Wirklich?\n`)).toBe(
      'It leaks.\n\nJo',
    );
  });

  test.each([
    'The pictures were sent from my iPhone to all of you yesterday.',
    'Sent from my desk, which is easier than from my phone.',
    'I wrote this mail on my phone.',
    'Sent by mail yesterday, as you asked.',
    'Von meinem iPhone aus geht es nicht.',
    '내 아이폰이 고장났어요.',
    '从我的手机登录不了。',
    'To unsubscribe, what must I do?',
    'First part.\n--\nA second part that is long: I opened the lid as you told me, I poured in the water, I closed the lid, and then it leaked all over the table and the floor.',
    '** Please answer the questions above **',
    'On 3.4.2025 at 10:11 I wrote to jane@shop.example:',
    'This is about the man who wrote on 3.4.2025 at 10:11 that the lid was red:',
    '-- first point\n-- second point',
    'Price: 20 --\nIs that right?',
    'Regards,\nJo Lang',
  ])('words that only resemble a signature stay: %s', (words) => {
    const text = `Hello,\n\n${words}\n\nWhat now?`;
    expect(reply(text)).toBe(text);
  });

  test('a mail that says nothing above its history has no new words', () => {
    expect(reply('Sent from my iPhone\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n\n> Really?')).toBe('');
  });

  test('words below the line of a phone stay', () => {
    expect(reply('Sent from my iPhone\n\nIt leaks.')).toBe('It leaks.');
  });

  test.each([
    '-- \nJo Lang\nHead of Printing\nCustomer Inc.',
    '\n\n-- \nJo van Lang\nMain Street 7\n12345 Springfield\n+49 30 123456789\nwww.customer.example',
    '-- \nJo Lang\nHead of Printing\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n\n> Really?',
  ])('a business card alone is no word: %j', (text) => {
    expect(reply(text)).toBe('');
  });

  test.each([
    '-- \nJo Lang',
    '-- \nIt works now, thanks.',
    '-- \nJo Lang\n\nIt works now, thanks.',
    '-- \nJo Lang\nYes, please!',
    '-- \nJo Lang\nthank you so much',
    'Jo Lang\nHead of Printing',
    '-- \nÜbermorgen um drei passt es mir gut\nBis dann',
  ])('what may be words below the delimiter stays, though nothing stands above: %j', (text) => {
    expect(reply(text).split('\n').at(-1)).toBe(text.split('\n').at(-1));
  });
});
