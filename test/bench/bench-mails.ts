import { randomBytes } from 'node:crypto';
import { type Dice, seededDice } from '../faults/seeded-random.ts';

/**
 * Mails of the bench, none like another: senders, subjects, words, length (half to one and a half of what is asked for), text
 * alone or text with HTML, 7-bit or quoted-printable with letters of several languages. Equal ones would flatter every cache.
 */
export function createMailWriter(seed: number): (name: string, bytes: number) => Buffer {
  const dice = seededDice(seed);
  let written = 0;
  return (name, bytes) => {
    written++;
    const boundary = `b${dice.next().toString(36).slice(2)}`;
    const head = [
      `From: ${dice.pick(NAMES)} ${dice.pick(NAMES)} <${name}-${written}@customer.example>`,
      'To: support@desk.example',
      `Subject: ${dice.pick(NOUNS)} ${dice.pick(VERBS)}, order ${dice.whole(1, 999_999)}`,
      `Message-ID: <${name}-${written}-${dice.next().toString(36).slice(2)}@customer.example>`,
      `Date: ${new Date(Date.now() - dice.whole(0, 60_000)).toUTCString().replace('GMT', '+0000')}`,
      'MIME-Version: 1.0',
    ];
    const attached = bytes >= 64 * 1024;
    const text = words(dice, (attached ? 2_000 : bytes) * (0.5 + dice.next()));
    const body = dice.chance(0.5) ? plain(text) : alternatives(text, `${boundary}x`);
    if (!attached) return Buffer.from([...head, body].join('\r\n'));
    const parts = [`Content-Type: multipart/mixed; boundary="${boundary}"`, '', `--${boundary}`, body, `--${boundary}`];
    return Buffer.from([...head, ...parts, file(bytes, written), `--${boundary}--`, ''].join('\r\n'));
  };
}

const NAMES = ['Jo', 'Ada', 'Kwame', 'Zoë', 'Li', 'Marta', 'Olu', 'Noor', 'Sven', 'Priya', 'Tomás', 'Yuki'].map(
  (name) => (/^[ -~]+$/.test(name) ? name : `=?utf-8?B?${Buffer.from(name).toString('base64')}?=`),
);
const NOUNS = ['The printer', 'My order', 'The invoice', 'A parcel', 'Our account', 'The app', 'A refund', 'The login'];
const VERBS = ['is late', 'does not start', 'came twice', 'is wrong', 'was closed', 'shows nothing', 'has stopped'];
const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part Grüße naïve café señor Straße ещё привет'.split(
    ' ',
  );

function words(dice: Dice, bytes: number): string {
  const lines: string[] = ['Hello,', ''];
  let line = '';
  for (let length = 0; length < bytes; ) {
    const word = dice.pick(WORDS);
    if (line.length + word.length > 70) {
      lines.push(`${line}.`);
      if (dice.chance(0.15)) lines.push('');
      line = '';
    }
    line += (line === '' ? '' : ' ') + word;
    length += word.length + 1;
  }
  return [...lines, line, '', 'Regards'].join('\r\n');
}

function plain(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`;
}

function alternatives(text: string, boundary: string): string {
  const html = text.split('\r\n').map((line) => `<div>${line === '' ? '<br>' : line}</div>`);
  const quoted = html.map((line) => line.replace(/[=\u0080-\u{10ffff}]/gu, encoded)).join('=\r\n');
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    plain(text),
    `--${boundary}`,
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quoted,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

function encoded(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function file(bytes: number, n: number): string {
  const lines = randomBytes(bytes)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  return [
    `Content-Type: application/pdf; name="scan-${n}.pdf"`,
    `Content-Disposition: attachment; filename="scan-${n}.pdf"`,
    'Content-Transfer-Encoding: base64',
    '',
    lines,
  ].join('\r\n');
}
