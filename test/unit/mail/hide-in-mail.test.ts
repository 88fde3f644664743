import { expect, test } from 'vitest';
import { hideTokensInMail } from '../../../src/mail/mime/hide-in-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';

const PROOF = 'k5xqmz2ab7cdefghijklmnop34';
const ADDRESS = `support+12-3f-${PROOF}@desk.example`;

const hide = (lines: string[]) =>
  hideTokensInMail(Buffer.from(lines.join('\r\n')), DEFAULT_PARSE_BOUNDS).toString('latin1');
const HEAD = ['From: Jo <jo@c.example>', 'Subject: Re: [#12]', 'MIME-Version: 1.0'];
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');

test('a mail without a token of ours comes back byte for byte', () => {
  const raw = Buffer.from(['From: Jo', '', 'Grüße, =C3=A4 and a bare\nline feed'].join('\r\n'), 'latin1');
  expect(hideTokensInMail(raw, DEFAULT_PARSE_BOUNDS)).toBe(raw);
});

/** Where the reply address of a colleague may stand in a mail that `/full` sends to an agent. */
const PLACES: [where: string, lines: string[]][] = [
  ['the header', [`To: ${ADDRESS}`, ...HEAD, '', 'Hello']],
  ['a folded References', [...HEAD, `References: <a@b>\r\n <12-3f-${PROOF}.4@desk.example>`, '', 'Hello']],
  ['the text', [...HEAD, 'Content-Type: text/plain', '', `> Reply-To: ${ADDRESS}`]],
  [
    'quoted-printable, broken in the middle',
    [
      ...HEAD,
      'Content-Transfer-Encoding: quoted-printable',
      '',
      `support+12-3f=\r\n-${PROOF.slice(0, 9)}=\r\n${PROOF.slice(9)}@desk.example`,
    ],
  ],
  ['base64', [...HEAD, 'Content-Transfer-Encoding: base64', '', base64(`a letter of words ${ADDRESS} and more`)]],
  [
    'base64 of UTF-16',
    [
      ...HEAD,
      'Content-Type: text/plain; charset=utf-16le',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(`words ${ADDRESS} words`, 'utf16le').toString('base64'),
    ],
  ],
  [
    'base64 of a mail within the mail',
    [
      ...HEAD,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: x@y',
      'Content-Transfer-Encoding: base64',
      '',
      base64(`inside ${ADDRESS}`),
      '--b--',
    ],
  ],
];

test.each(PLACES)('the proof of a token in %s is not in what comes back', (_where, lines) => {
  const shown = hide(lines);
  const decoded = shown.replace(
    /[A-Za-z0-9+/=\r\n]{40,}/g,
    (run) => `${run} ${Buffer.from(run, 'base64').toString('latin1')}`,
  );
  expect(decoded.replace(/=\r\n|\0/g, '')).not.toContain(PROOF);
  expect(shown).toContain('Subject: Re: [#12]');
});
