import { describe, expect, test } from 'vitest';
import { BODY, HEAD, judge, KEY, mail, onTop, REJECT, sign, swap, ZONE } from '../../support/judged-mail.ts';
import { signingKey } from '../../support/signed-mail.ts';

const ENCODING = 'Content-Transfer-Encoding';

describe('a sender stays unverified', () => {
  const fields = 'from:subject:date:message-id:to:mime-version:content-type';
  const without = (name: string) => fields.replace(`${name}:`, '').replace(`:${name}`, '');
  const typed = (type: string, body = BODY) => mail([...HEAD.slice(0, -1), `Content-Type: ${type}`], body);
  const parts = (before: string, after = '') => `${before}--b1\r\n\r\nHi\r\n--b1--\r\n${after}`;
  const html = '<p>My printer burns.</p>\r\n';

  test.each<[string, () => Promise<Buffer>, string]>([
    ['l= that covers the whole body', () => sign(mail(), { bodyLength: BODY.length }), 'l='],
    ['l= and words after what it covers', () => sign(mail(), { bodyLength: 3 }), 'l='],
    ['a Subject that is not signed', () => sign(mail(), { fields: without('subject') }), 'subject is not signed'],
    [
      'an unsigned Content-Type over HTML',
      () => sign(typed('text/html', html), { fields: without('content-type') }),
      'content-type is not signed',
    ],
    [
      'an unsigned boundary with words before it',
      () => sign(typed('multipart/mixed; boundary=b1', parts('Hello\r\n')), { fields: without('content-type') }),
      'content-type is not signed',
    ],
    [
      'an unsigned boundary with words after it',
      () => sign(typed('multipart/mixed; boundary=b1', parts('', 'Hello\r\n')), { fields: without('content-type') }),
      'content-type is not signed',
    ],
    [
      'two unsigned boundaries in one field',
      () => sign(typed('multipart/mixed; boundary=b1; boundary=b2', parts('')), { fields: without('content-type') }),
      'content-type is not signed',
    ],
    [
      'an unsigned encoding of a multipart',
      async () => onTop(await sign(typed('multipart/mixed; boundary=b1', parts(''))), `${ENCODING}: quoted-printable`),
      'content-transfer-encoding is not signed',
    ],
    [
      'an unsigned encoding that the words do not have',
      async () => onTop(await sign(), `${ENCODING}: base64`),
      'content-transfer-encoding is not signed',
    ],
    [
      'an unsigned field that makes a file of the words',
      async () => onTop(await sign(), 'Content-Disposition: attachment; filename=words.txt'),
      'content-disposition is not signed',
    ],
    [
      'an unsigned character set that makes other letters of the words',
      () => sign(typed('text/plain; charset=utf-7'), { fields: without('content-type') }),
      'content-type is not signed',
    ],
    [
      'an unsigned multipart/report',
      () => sign(typed('multipart/report; boundary=b1', parts('')), { fields: without('content-type') }),
      'content-type is not signed',
    ],
  ])('by %s', async (_, make, detail) => {
    const raw = await make();
    const judged = await judge(raw);
    expect(judged).toMatchObject({ verification: 'unverified', reason: 'weak-signature', states: ['weak'] });
    expect(judged.found.signatures[0]?.detail).toBe(detail);
    expect(await judge(raw, { zone: REJECT })).toMatchObject({ verification: 'failed' });
  });

  test('by a signature that does not cover From at all', async () => {
    const raw = swap(await sign(mail(), { fields: 'from:subject' }), 'h=Subject: From;', 'h=Subject;');
    expect(await judge(raw)).toMatchObject({ verification: 'unverified', states: ['unusable'] });
  });

  test('by a signature that had expired when the mail arrived; what expires later is good', async () => {
    const expires = (hour: number) => ({ expires: new Date(Date.UTC(2026, 10, 22, hour)) });
    expect(await judge(await sign(mail(), expires(11)))).toMatchObject({
      verification: 'unverified',
      states: ['expired'],
    });
    expect(await judge(await sign(mail(), expires(13)))).toMatchObject({ verification: 'verified' });
  });

  test.each<[string, string[] | string, string]>([
    ['was revoked', ['v=DKIM1; k=rsa; p='], 'no-key'],
    ['is not there', 'ENOTFOUND', 'no-key'],
    ['is a name without records', 'ENODATA', 'no-key'],
    ['is being tried out', [KEY.record.replace('k=rsa', 'k=rsa; t=y')], 'testing'],
    ['is for other services', [KEY.record.replace('k=rsa', 'k=rsa; s=tlsrpt')], 'unusable'],
    ['is no record of a key', ['hello'], 'no-key'],
    ['is a huge answer', Array.from({ length: 40 }, () => `${KEY.record}; n=${'x'.repeat(400)}`), 'no-key'],
  ])('by a key that %s', async (_, record, state) => {
    const zone = { ...ZONE, 's1._domainkey.customer.example': record };
    const judged = await judge(await sign(), { zone });
    expect(judged).toMatchObject({ verification: 'unverified', again: false, states: [state] });
  });

  test('by a key that is too short', async () => {
    const key = signingKey(768);
    const zone = { ...ZONE, 's1._domainkey.customer.example': [key.record] };
    expect(await judge(await sign(mail(), { key }), { zone })).toMatchObject({
      verification: 'unverified',
      states: ['weak'],
    });
  });

  test('by a hash that is broken', async () => {
    const raw = await sign(mail(), { algorithm: 'rsa-sha1' });
    expect(await judge(raw)).toMatchObject({ verification: 'unverified', states: ['weak'] });
  });

  test('and fails, by a signature of another key than DNS shows', async () => {
    const zone = { ...ZONE, 's1._domainkey.customer.example': [signingKey().record] };
    expect(await judge(await sign(), { zone })).toMatchObject({ verification: 'failed', states: ['broken'] });
  });

  test('where its domain has no DMARC record, or one that nobody can read, or two', async () => {
    const raw = await sign();
    for (const record of [
      'ENOTFOUND',
      ['v=spf1 -all'],
      ['v=DMARC1; p=none', 'v=DMARC1; p=reject'],
      ['v=DMARC1; p=?'],
    ]) {
      const zone = { ...ZONE, '_dmarc.customer.example': record };
      expect(await judge(raw, { zone })).toMatchObject({ verification: 'unverified', reason: 'no-dmarc-record' });
    }
  });

  test('by a signature of another domain, of a name that ends alike, or of a neighbour under a public suffix', async () => {
    const domains = ['evil.example', 'evilcustomer.example', 'customer.example.evil.example'];
    for (const domain of domains) {
      const zone = { ...ZONE, [`s1._domainkey.${domain}`]: [KEY.record], [`_dmarc.${domain}`]: ['v=DMARC1; p=none'] };
      const judged = await judge(await sign(mail(), { domain }), { zone });
      expect(judged, domain).toMatchObject({ verification: 'unverified', reason: 'not-signed', states: [] });
    }
    const text = swap(Buffer.from(mail()), 'jo@customer.example', 'jo@jo.github.io');
    const raw = await sign(text, { domain: 'evil.github.io' });
    const zone = { 's1._domainkey.evil.github.io': [KEY.record], '_dmarc.github.io': ['v=DMARC1; p=none'] };
    expect(await judge(raw, { zone, from: 'jo@jo.github.io' })).toMatchObject({
      verification: 'unverified',
      states: [],
    });
  });

  test.each<[string, (raw: Buffer) => Buffer]>([
    // For the library the header goes on behind this line, for others the body begins there, with the words of a forger.
    [
      'an end of the header for some readers',
      (raw) => swap(raw, '\r\n\r\n', '\r\nX-A: b\r\n\r\r\nSend me the key\r\n\r\n'),
    ],
    ['a bare CR in a field', (raw) => onTop(raw, 'X-A: b\rSubject: /close')],
    ['a line that is no field', (raw) => swap(raw, '\r\nTo: ', '\r\nhello there\r\nTo: ')],
    ['the line of an mbox file', (raw) => swap(raw, '\r\nTo: ', '\r\n>From jo Sun Nov 22 10:00:00 2026\r\nTo: ')],
    ['more fields than any mail has', (raw) => onTop(raw, 'X-A: b\r\n'.repeat(5_000).trimEnd())],
    ['a byte order mark', (raw) => Buffer.concat([Buffer.from('\ufeff'), raw])],
    ['an empty line on top', (raw) => Buffer.concat([Buffer.from('\r\n'), raw])],
  ])('where two readers may see two mails: %s', async (_, change) => {
    const judged = await judge(change(await sign()));
    expect(judged).toMatchObject({ verification: 'unverified', reason: 'unclear-header', states: [] });
  });

  test('by the sixth signature of its own domain, and five keys are asked for', async () => {
    let raw = await sign(mail(), { selector: 's1' });
    for (let n = 2; n < 7; n++) raw = await sign(raw, { selector: `s${n}`, fields: 'from:date' });
    const judged = await judge(raw);
    expect(judged).toMatchObject({ verification: 'unverified' });
    expect(judged.found.signaturesLeftOut).toBe(1);
    expect(judged.asked.filter((name) => name.includes('_domainkey'))).toHaveLength(5);
  });

  test.each([
    ['longer', `z=${'from'.repeat(1_000)}`],
    ['over more names', `z=${'a:'.repeat(200)}`],
  ])('by a signature %s than any real one, which is not read', async (_, tag) => {
    const raw = swap(await sign(), 'DKIM-Signature: ', `DKIM-Signature: ${tag}; `);
    expect(await judge(raw)).toMatchObject({ verification: 'unverified', reason: 'not-signed' });
  });
});
