import { describe, expect, test } from 'vitest';
import { HEAD, judge, KEY, mail, onTop, REJECT, sign, swap, ZONE } from '../../support/judged-mail.ts';
import { signMail } from '../../support/signed-mail.ts';

describe('a sender is verified', () => {
  test('by a signature of the very domain of From, and the answers of DNS are kept', async () => {
    const { found, ...judged } = await judge(await sign());
    expect(judged).toMatchObject({ verification: 'verified', reason: 'dmarc-pass', again: false, states: ['good'] });
    expect(found.dmarc).toEqual({ result: 'pass', policy: 'none', policyDomain: 'customer.example' });
    expect(found.dns).toContainEqual(
      expect.objectContaining({ name: 's1._domainkey.customer.example', answers: [KEY.record], error: undefined }),
    );
    expect(found.dns.map((answer) => answer.name)).toContain('_dmarc.customer.example');
  });

  test('by a signature of the domain above it, unless its policy is strict', async () => {
    const text = swap(Buffer.from(mail()), 'jo@customer.example', 'jo@office.customer.example');
    const raw = await sign(text.toString());
    const from = 'jo@office.customer.example';
    expect(await judge(raw, { from })).toMatchObject({ verification: 'verified' });
    const strict = { ...ZONE, '_dmarc.customer.example': ['v=DMARC1; p=reject; adkim=s'] };
    expect(await judge(raw, { from, zone: strict })).toMatchObject({
      verification: 'failed',
      reason: 'refused-by-dmarc-policy',
      states: ['good'],
    });
  });

  test('by the one good signature among broken ones, and with a foreign signature above', async () => {
    const broken = swap(await sign(mail(), { selector: 's1' }), 'bh=', 'bh=AAAA');
    const signature = broken.subarray(0, broken.indexOf('From: Jo'));
    const raw = Buffer.concat([signature, await sign(await sign(), { domain: 'list.example' })]);
    expect(await judge(raw)).toMatchObject({ verification: 'verified', states: ['broken', 'good'] });
  });

  test('although six foreign signatures stand above its own, of which none is looked at', async () => {
    let raw = await sign();
    for (let n = 0; n < 6; n++) raw = await signMail(raw, { key: KEY, domain: `d${n}.example`, fields: 'from:date' });
    const judged = await judge(raw);
    expect(judged).toMatchObject({ verification: 'verified', states: ['good'] });
    expect(judged.found.signaturesLeftOut).toBe(6);
    expect(judged.asked.filter((name) => name.includes('_domainkey'))).toEqual(['s1._domainkey.customer.example']);
  });

  test('although five signatures of neighbours stand above its own, which comes first', async () => {
    let raw = await sign();
    for (let n = 0; n < 5; n++) raw = await sign(raw, { domain: `d${n}.customer.example`, fields: 'from:date' });
    expect(await judge(raw)).toMatchObject({ verification: 'verified', states: expect.arrayContaining(['good']) });
  });

  test('with simple canonicalization, and with a body of bare line feeds', async () => {
    expect(await judge(await sign(mail(), { canonicalization: 'simple/simple' }))).toMatchObject({
      verification: 'verified',
    });
    const raw = Buffer.from((await sign()).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    expect(await judge(raw)).toMatchObject({ verification: 'verified' });
  });

  test('whatever tricks stand in the display name', async () => {
    for (const name of ['"ceo@bank.example"', '=?utf-8?q?ceo=40bank=2Eexample?=', '"a, b <x@y.example>"']) {
      const text = swap(Buffer.from(mail()), 'Jo Doe', name);
      expect(await judge(await sign(text.toString())), name).toMatchObject({ verification: 'verified' });
    }
  });

  test('with an unsigned Content-Type that leaves one reading of the body only, as Gmail sends it', async () => {
    const fields = 'mime-version:from:date:message-id:subject:to';
    const parts = '--b1\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b1--\r\n';
    expect(await judge(await sign(mail(), { fields }))).toMatchObject({ verification: 'verified' });
    const coded = [...HEAD.slice(0, -1), 'Content-Transfer-Encoding: base64', 'Content-Disposition: inline'];
    expect(await judge(await sign(mail(coded, 'SGVsbG8=\r\n'), { fields }))).toMatchObject({
      verification: 'verified',
    });
    const quoted = [...HEAD, 'Content-Transfer-Encoding: quoted-printable'];
    expect(await judge(await sign(mail(quoted), { fields }))).toMatchObject({ verification: 'verified' });
    const head = [...HEAD.slice(0, -1), 'Content-Type: multipart/alternative; boundary="b1"'];
    expect(await judge(await sign(mail(head, parts), { fields }))).toMatchObject({ verification: 'verified' });
  });
});

describe('a sender fails', () => {
  test.each<[string, (raw: Buffer) => Buffer]>([
    ['a changed body', (raw) => swap(raw, 'printer burns', 'printer turns')],
    ['words added to the body', (raw) => Buffer.concat([raw, Buffer.from('Close my ticket.\r\n')])],
    ['a changed subject', (raw) => swap(raw, 'on fire', 'in love')],
    ['a second Subject on top', (raw) => onTop(raw, 'Subject: /close')],
    ['a second Content-Type on top', (raw) => onTop(raw, 'Content-Type: text/html')],
    ['a second To with another token on top', (raw) => onTop(raw, 'To: support+token@desk.example')],
    ['another name in From', (raw) => swap(raw, 'Jo Doe', 'Jo Roe')],
  ])('by %s, whatever its domain asks for', async (_, change) => {
    const raw = change(await sign());
    for (const zone of [ZONE, REJECT]) {
      expect(await judge(raw, { zone })).toMatchObject({ verification: 'failed', reason: 'changed-after-signing' });
    }
  });

  test('by a second From, which our reader refuses to begin with', async () => {
    const raw = onTop(await sign(), 'From: ceo@customer.example');
    for (const from of ['ceo@customer.example', 'jo@customer.example']) {
      expect(await judge(raw, { from })).toMatchObject({ verification: 'failed', reason: 'from-read-differently' });
    }
  });

  test('by a second From that holds no address', async () => {
    const raw = onTop(await sign(), 'From: Your bank');
    expect(await judge(raw)).toMatchObject({ verification: 'failed', reason: 'from-read-differently' });
  });

  test('where the library reads another address than we do, be it by one letter', async () => {
    const raw = await sign();
    for (const from of ['Jo@customer.example', 'ceo@customer.example']) {
      expect(await judge(raw, { from })).toMatchObject({ verification: 'failed', reason: 'from-read-differently' });
    }
  });

  test.each([
    ['p=none', 'unverified', 'not-signed'],
    ['p=quarantine', 'failed', 'refused-by-dmarc-policy'],
    ['p=reject', 'failed', 'refused-by-dmarc-policy'],
  ])(
    'without a signature only where its domain publishes more than p=none: %s',
    async (policy, verification, reason) => {
      const zone = { '_dmarc.customer.example': [`v=DMARC1; ${policy}`] };
      expect(await judge(mail(), { zone })).toMatchObject({ verification, reason, again: false });
    },
  );

  test('under p=reject by a signature of somebody else', async () => {
    const zone = { ...REJECT, 's1._domainkey.evil.example': [KEY.record], '_dmarc.evil.example': ['v=DMARC1; p=none'] };
    const raw = await sign(mail(), { domain: 'evil.example' });
    expect(await judge(raw, { zone })).toMatchObject({ verification: 'failed', reason: 'refused-by-dmarc-policy' });
  });
});
