import { Readable } from 'node:stream';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import addressparser from 'nodemailer/lib/addressparser';
import { parseEmailAddress } from '../../src/domain/mail/email-address.ts';
import { readFrom } from '../../src/mail/headers/from-address.ts';
import { fieldOf, readHead } from '../../src/mail/mime/raw-message.ts';

/** Hostile From fields, and who each of three readers takes their author for: ours, mailauth and nodemailer. */

const ADDRESSES = [
  ...[
    'jo@x.example',
    'Jo@X.Example',
    'eve@v.example',
    'jo+1@x.example',
    'jo@x.example.',
    'jo@@x.example',
    '@x.example',
    'jo@',
  ],
  ...[
    '"jo"@x.example',
    '"jo@v.example"@x.example',
    'jo.@x.example',
    'jo@[127.0.0.1]',
    'jo@x.example@v.example',
    'jo%v@x.example',
  ],
  ...[
    '@v.example:jo@x.example',
    'jo\\@v.example',
    '=?utf-8?q?eve=40v.example?=',
    '=?utf-8?b?ZXZlQHYuZXhhbXBsZQ==?=',
    'j\xc3\xb6@m\xc3\xa4.example',
  ],
  ...[
    'jo@x.exa\xe4mple',
    'jo@x .example',
    'jo @x.example',
    'jo@x.example\t',
    'jo(c)@x.example',
    'jo@x(c).example',
    'jo@xn--m-fga.example',
  ],
  ...[
    'jo@x',
    'jo@1.2',
    "o'jo@x.example",
    'jo\xa0@x.example',
    'jo@\xe2\x80\x8bx.example',
    'jo\x00@x.example',
    '\xef\xbc\xa0jo@x.example',
  ],
];
const NAMES = [
  ...[
    'Jo',
    'Jo Doe',
    '"Doe, Jo"',
    'Doe, Jo',
    '"a \\" b"',
    '"',
    '""',
    '"a',
    'a"b',
    '=?utf-8?q?J=C3=B6?=',
    '=?utf-8?q?a=2Cb?=',
  ],
  ...[
    '=?utf-8?q?=3Ceve=40v.example=3E?=',
    '=?utf-8?q?=22?=',
    '(c)',
    '(c',
    'c)',
    '(eve@v.example)',
    '(a (b) c)',
    '"eve@v.example"',
    'eve at v',
  ],
  ...[
    "'eve@v.example'",
    'J\xf6',
    'J\xc3\xb6',
    '\\',
    '\\"',
    'a:',
    'Team:',
    ';',
    '\xe2\x80\xae',
    'mailto:eve@v.example',
    '=?x?q?',
    '?=',
  ],
];
const BETWEEN = [
  '',
  ' ',
  ' ',
  ' ',
  '  ',
  '\t',
  ',',
  ', ',
  ';',
  ':',
  '\r\n ',
  '\r\n\t',
  '\n ',
  '\r',
  '<',
  '>',
  '<<',
  '>>',
  '><',
  '@',
  '"',
  '\\',
  '.',
];
const AROUND: ((address: string) => string)[] = [
  (address) => `<${address}>`,
  (address) => `<${address}>`,
  (address) => address,
  (address) => `<${address}`,
  (address) => `${address}>`,
  (address) => `< ${address} >`,
  (address) => `<${address}> `,
  (address) => `Team: ${address};`,
  (address) => `Team:${address}`,
  (address) => `"${address}"`,
  (address) => `(${address})`,
];

/** One header whose author somebody wants to be taken for another; one character per byte. */
export function hostileHead(random: () => number): string {
  const pick = <One>(list: readonly One[], otherwise: One): One =>
    list[Math.floor(random() * list.length)] ?? otherwise;
  const address = () => pick(AROUND, String)(pick(ADDRESSES, ''));
  // Half of them are nearly right, with one thing wrong or odd: those are what a reader may be lenient about.
  const nearlyRight = () => {
    const good = random() < 0.8 ? 'jo@x.example' : pick(ADDRESSES, '');
    const text = `${random() < 0.8 ? `${pick(NAMES, '')}${pick(BETWEEN, ' ')}` : ''}<${good}>`;
    const whole = random() < 0.2 ? `${good}${random() < 0.5 ? ` ${pick(NAMES, '')}` : ''}` : text;
    return random() < 0.5 ? spoil(whole, random) : random() < 0.2 ? whole + pick(BETWEEN, '') + pick(NAMES, '') : whole;
  };
  const value = () => {
    if (random() < 0.5) return nearlyRight();
    let text = random() < 0.7 ? pick(NAMES, '') : '';
    for (let pieces = 1 + Math.floor(random() * 3); pieces > 0; pieces--) {
      text += pick(BETWEEN, '') + (random() < 0.7 ? address() : pick(NAMES, ''));
    }
    return random() < 0.1 ? spoil(text, random) : text;
  };
  const name =
    random() < 0.9 ? 'From' : pick(['from', 'FROM', 'From ', 'From\t', 'From\r\n ', 'X\rFrom', ' From'], 'From');
  const fields = [`${name}: ${value()}`];
  if (random() < 0.05) fields.push(`From: ${value()}`);
  if (random() < 0.05) fields.unshift(pick(['no field at all', ' folded', 'X:', 'Sender: eve@v.example', ''], 'X:'));
  return `${fields.join('\r\n')}\r\nSubject: x\r\n\r\nwords\r\n`;
}

function spoil(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const letter = String.fromCharCode(Math.floor(random() * 256));
  return text.slice(0, at) + (random() < 0.5 ? letter : '') + text.slice(at + (random() < 0.5 ? 1 : 0));
}

const noDns = async () => {
  throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
};

/** Why the readers disagree about a header; undefined where we accept nobody, or all of them read the same one. */
export async function disagreement(head: string): Promise<{ accepted: boolean; why: string | undefined }> {
  const raw = Buffer.from(head, 'latin1');
  const read = readHead(raw, 0, () => false, true);
  const ours = readFrom(read.fields);
  if (ours.kind !== 'one') return { accepted: false, why: undefined };
  const verified = await dkimVerify(Readable.from([raw], { objectMode: false }), { resolver: noDns, strict: true });
  const theirs = verified.headerFrom.map((address) => parseEmailAddress(address));
  if (verified.fromFields !== 1 || theirs.length !== 1 || theirs[0] !== ours.address) {
    // A header that is not plain is verified by nobody (mail/sender/verify-head.ts), so nothing passes there for another.
    if (read.clean)
      return {
        accepted: true,
        why: `mailauth reads ${JSON.stringify(verified.headerFrom)} where we read ${ours.address}`,
      };
  }
  const value = Buffer.from(fieldOf(read.fields, 'from') ?? '', 'latin1').toString('utf8');
  const mailboxes = addressparser(value, { flatten: true }).filter(({ address }) => address);
  if (mailboxes.length !== 1 || parseEmailAddress(mailboxes[0]?.address ?? '') !== ours.address)
    return { accepted: true, why: `nodemailer reads ${JSON.stringify(mailboxes)} where we read ${ours.address}` };
  return { accepted: true, why: undefined };
}
