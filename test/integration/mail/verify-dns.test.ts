import { describe, expect, test } from 'vitest';
import { judgeAuthentication } from '../../../src/decide/verify-sender.ts';
import { parseEmailAddress } from '../../../src/domain/email-address.ts';
import { authenticateMail } from '../../../src/mail/verify-dkim.ts';
import { createSenderDns } from '../../../src/mail/verify-dns.ts';
import { judge, mail, onTop, RECEIVED, REJECT, sign, swap, ZONE } from '../../support/judged-mail.ts';
import { fakeDns } from '../../support/signed-mail.ts';

describe('while DNS fails nobody is judged for good', () => {
  test.each(['ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED', 'EREFUSED'])('%s for the key or for DMARC', async (code) => {
    for (const name of ['s1._domainkey.customer.example', '_dmarc.customer.example']) {
      const judged = await judge(await sign(), { zone: { ...REJECT, [name]: code } });
      expect(judged, name).toMatchObject({ verification: 'unverified', reason: 'dns-failure', again: true });
      expect(judged.found.dns).toContainEqual(expect.objectContaining({ name, error: code }));
    }
  });

  test('a server that never answers costs the budget of one mail, and its domain is left alone for a while', async () => {
    const { resolve, asked } = fakeDns({ ...ZONE, 's1._domainkey.customer.example': 'hang' });
    const dns = createSenderDns(resolve, 100);
    const from = parseEmailAddress('jo@customer.example');
    if (!from) throw new Error('no address');
    const raw = await sign();
    const first = await authenticateMail(raw, from, RECEIVED, dns);
    expect(judgeAuthentication(first)).toMatchObject({ reason: 'dns-failure', again: true });
    const questions = asked.length;
    const second = await authenticateMail(raw, from, RECEIVED, dns);
    expect(judgeAuthentication(second)).toMatchObject({ reason: 'dns-failure', again: true });
    expect(asked).toHaveLength(questions);
    const other = await authenticateMail(Buffer.from(mail()), 'jo@other.example' as typeof from, RECEIVED, dns);
    expect(other.dns.every((answer) => answer.error === 'ENOTFOUND')).toBe(true);
  });

  test('names of other domains in a signature, in ARC and in From are not asked for without end', async () => {
    const deep = `jo@${'a.'.repeat(30)}customer.example`;
    const text = swap(Buffer.from(mail()), 'jo@customer.example', deep);
    const arc = 'i=1; a=rsa-sha256; d=evil.example; s=arc; h=from; bh=AA==; b=AA==';
    const raw = onTop(await sign(text), `ARC-Message-Signature: ${arc}`);
    const { asked } = await judge(raw, { from: deep });
    expect(asked.length).toBeLessThan(20);
    expect(asked.filter((name) => name.includes('evil'))).toEqual([]);
  });

  test('what is kept of an answer is plain text of bounded length', async () => {
    const zone = { ...ZONE, '_dmarc.customer.example': [`v=DMARC1; p=none; \u0000\u202e\ud800${'x'.repeat(7_000)}`] };
    const { found } = await judge(await sign(), { zone });
    const kept = found.dns.find((answer) => answer.name === '_dmarc.customer.example')?.answers[0] ?? '';
    expect(kept).toHaveLength(2_000);
    expect(kept).toMatch(/^v=DMARC1; p=none; \?\?\?x/);
  });
});
