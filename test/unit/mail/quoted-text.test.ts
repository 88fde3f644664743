import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

function reply(text: string, flowed = false, delSp = false): string {
  return readBody({ plain: { text, flowed, delSp }, html: undefined }).reply;
}

describe('answers between and below quotes', () => {
  test('every line typed between quotes stays', () => {
    const text =
      'Hello Jane,\n\nOn Mon, Jan 6, 2025 at 10:11 AM Jane <jane@shop.example> wrote:\n> Which lid?\n\nThe red one.\n\n> Which size?\nTwo litres.\n> Where do you live?\n\nIn Bath.\n\nJo\n';
    expect(reply(text)).toBe('Hello Jane,\n\nThe red one.\n\nTwo litres.\n\nIn Bath.\n\nJo');
  });

  test('an answer below the quote stays', () => {
    const text = 'Jane wrote on 01/06/2025 10:11:12 AM:\n\n> Which lid?\n>\n> Jane\n\nThe red one.\n';
    expect(reply(text)).toBe('The red one.');
  });

  test('words above and below a quote both stay', () => {
    const text =
      'One question first.\n\nAm 06.01.2025 um 10:11 schrieb Jane Doe:\n> Welcher Deckel?\n> Und sonst?\n\nDer rote.\n\nViele Grüße\nJo';
    expect(reply(text)).toBe('One question first.\n\nDer rote.\n\nViele Grüße\nJo');
  });

  test.each([
    ['a header block', 'From: Jane <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo\nSubject: Lid'],
    ['a separator', '-----Original Message-----'],
    [
      'both',
      '-----Original Message-----\nFrom: Jane <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo\nSubject: Lid',
    ],
  ])('answers between quotes below %s stay', (_what, announcement) => {
    const text = `Hello Jane,\n\n${announcement}\n\n> Which lid?\n\nThe red one.\n\n> Which size?\n\nTwo litres.`;
    expect(reply(text)).toBe('Hello Jane,\n\nThe red one.\n\nTwo litres.');
  });

  test('nested quotes go with their inner attributions', () => {
    const text =
      'It leaks.\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n> Really?\n>\n> On 1/5/2025 9:00 AM, Jo wrote:\n>> It is broken.\n>>> Never.\n> Jane\n';
    expect(reply(text)).toBe('It leaks.');
  });

  test('a quote without a blank after its marks is a quote', () => {
    expect(reply('It leaks.\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n>Really?\n>>Yes.\n> >No.\n')).toBe('It leaks.');
  });

  test('the bracket of an address that was wrapped is no quote mark', () => {
    const text = 'It leaks.\n\nOn 1/6/2025 10:11 AM, Jane Doe <jane@shop.example\n> wrote:\n\n> Really?\n';
    expect(reply(text)).toBe('It leaks.');
    expect(reply('See <https://shop.example/a-long-path\n> for the picture.\nIt leaks.')).toContain('for the picture.');
  });

  test('the wide mark of Japanese keyboards quotes', () => {
    expect(reply('＞蓋は赤ですか\nはい、赤です。')).toBe('はい、赤です。');
  });

  test('an advertisement between arrows is no quote', () => {
    const text = 'Visit us now.\n>>> https://shop.example <<<\nThank you.';
    expect(reply(text)).toBe(text);
  });

  test('a mail that is only a quote has no new words', () => {
    expect(reply('On 1/6/2025 10:11 AM, Jane wrote:\n> Really?\n')).toBe('');
  });
});

describe('clients that draw their attribution', () => {
  test.each([
    '---- Jane Doe wrote ----',
    '>>> Jane Doe <jane@shop.example> 1/6/2025 10:11 AM >>>',
    '------ On 1/6/2025 10:11 AM, Jane Doe wrote ------',
  ])('%s', (line) => {
    expect(reply(`It leaks.\n\n${line}\n\nReally?\n`)).toBe('It leaks.');
  });

  test('words that a person puts above a quote stay', () => {
    for (const line of ['In 2024 we had this:', 'You told me:', 'See the list of 3 May:']) {
      expect(reply(`${line}\n> the lid\nIt leaks.`)).toBe(`${line}\n\nIt leaks.`);
    }
  });
});

describe('forwards stay', () => {
  test.each([
    '---------- Forwarded message ---------',
    'Begin forwarded message:',
    '-------- Forwarded Message --------',
    '-------- Weitergeleitete Nachricht --------',
    'Anfang der weitergeleiteten Nachricht:',
    '---------- Message transféré ----------',
    'Début du message réexpédié :',
    '---------- Mensaje reenviado ----------',
    '---------- Messaggio inoltrato ---------',
    'Inizio messaggio inoltrato:',
    '-------- Пересылаемое сообщение --------',
    '---------- Doorgestuurd bericht ---------',
    '---------- 转发的邮件 ----------',
    '---------- 転送メッセージ ----------',
    '----- Forwarded by Jane Doe/Shop on 01/06/2025 10:11 AM -----',
  ])('%s', (line) => {
    const text = `See below.\n\n${line}\nFrom: Jane Doe <jane@shop.example>\nDate: Mon, Jan 6, 2025 at 10:11 AM\nSubject: Lid\nTo: Jo <jo@mail.example>\n\nThe lid is red.`;
    expect(reply(text)).toBe(text);
    const alone = text.slice('See below.\n\n'.length);
    expect(reply(alone)).toBe(alone);
  });

  test('a forwarded mail that Apple Mail quotes stays', () => {
    const text =
      'See below.\n\nBegin forwarded message:\n\n> From: Jane <jane@shop.example>\n> Subject: Lid\n>\n> The lid is red.';
    expect(reply(text)).toContain('> The lid is red.');
  });

  test('a header block without words above it stays', () => {
    const text =
      'From: Jane Doe <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo\nSubject: Lid\n\nThe lid is red.';
    expect(reply(text)).toBe(text);
  });

  test.each(['Fwd: Lid', 'FW: Lid', 'WG: Deckel', 'TR : Couvercle', 'RV: Tapa', '转发: 盖子'])(
    'a header block below words, with the subject %s',
    (subject) => {
      const text =
        'See below.\n\nFrom: Jane Doe <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo\nSubject: Lid\n\nThe lid is red.';
      const plain = { text, flowed: false, delSp: false };
      expect(readBody({ plain, html: undefined, subject }).reply).toBe(text);
      expect(readBody({ plain, html: undefined, subject: `RE: ${subject}` }).reply).toBe('See below.');
      const html = '<p>See below.</p><div id="divRplyFwdMsg"><b>From:</b> Jane</div><p>The lid is red.</p>';
      expect(readBody({ plain: undefined, html, subject }).reply).toContain('The lid is red.');
      expect(readBody({ plain: undefined, html, subject: 'Lid' }).reply).toBe('See below.');
    },
  );

  test('a mail that the person shows stays', () => {
    const text =
      'Hello,\n\nthis is what your colleague sent me:\n\nFrom: Jane Doe <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo\nSubject: Lid\n\nThe lid is red.';
    expect(reply(text)).toBe(text);
  });

  test('a forward inside the history goes with it', () => {
    const text =
      'It leaks.\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n> ---------- Forwarded message ---------\n> From: Ann\n>\n> Does it leak?\n';
    expect(reply(text)).toBe('It leaks.');
  });
});

describe('format=flowed (RFC 3676)', () => {
  test('soft breaks are joined, hard ones stay', () => {
    expect(reply('The lid that you \nsent me leaks.\nWhat now?\n', true)).toBe(
      'The lid that you sent me leaks.\nWhat now?',
    );
  });
  test('DelSp takes the blank away', () => {
    expect(reply('漏れて \nいます。\n', true, true)).toBe('漏れています。');
  });
  test('quotes of another depth and the signature do not flow', () => {
    const text = 'It leaks. \n> Really, does \n> it?\n>> Yes. \n\nYes, it \ndoes.\n-- \nJo\n';
    expect(reply(text, true)).toBe('It leaks.\n\nYes, it does.');
  });
  test('stuffed blanks are taken away', () => {
    expect(reply(' From here on it leaks.\n  two blanks, one stuffed\n > no quote\n', true)).toBe(
      'From here on it leaks.\n two blanks, one stuffed\n> no quote',
    );
  });
});

test('lists, code and numbers that a person types stay as they are', () => {
  const text =
    'Steps:\n\n1. open: the lid\n2. pour at 10:11\n   * slowly\n\n    if (lid > 2) leak();\n\n--> it leaks\n=> see jo@mail.example\n10:11 it leaked\n2025-01-06 again';
  expect(reply(text)).toBe(text);
});

test('a mail without any history is kept whole, whatever its line ends', () => {
  expect(reply('It leaks.\r\nWhat now?\r\n')).toBe('It leaks.\nWhat now?');
  expect(reply('It leaks.\rWhat now?')).toBe('It leaks.\nWhat now?');
  expect(reply('')).toBe('');
  expect(readBody({ plain: undefined, html: undefined })).toEqual({
    text: '',
    reply: '',
    agentReply: '',
    hidden: { elements: 0, images: 0 },
    sheets: true,
  });
});

test('HTML that its sender declared as plain text is read as HTML', () => {
  expect(reply('<html><body><p>It leaks.</p></body></html>')).toBe('It leaks.');
});

test('an address directly before the verb needs neither date nor quote marks', () => {
  expect(reply('It leaks.\n\nJane Doe <jane@shop.example> wrote:\n\nReally?')).toBe('It leaks.');
});

test('a link that a filter rewrote inside an attribution does not hide it', () => {
  const target = `https://filter.example/?url=${'a'.repeat(700)}`;
  const text = `It leaks.\n\nOn Mon, Jan 6, 2025 at 10:11 AM Jane Doe <${target}> <jane@shop.example> wrote:\n\nReally?`;
  expect(reply(text)).toBe('It leaks.');
});
