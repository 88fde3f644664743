import { afterEach, describe, expect, test, vi } from 'vitest';
import { judgeAuthentication } from '../../../src/decide/mail/verify-sender.ts';
import { parseEmailAddress } from '../../../src/domain/mail/email-address.ts';
import { authenticateMail } from '../../../src/mail/sender/verify-dkim.ts';
import { createSenderDns } from '../../../src/mail/sender/verify-dns.ts';
import { judge, mail, RECEIVED, REJECT, sign, swap, ZONE } from '../../support/judged-mail.ts';
import { fakeDns } from '../../support/signed-mail.ts';

// A pause of the test and a time-out of ours race on a busy machine; by this clock they do not.
afterEach(() => void vi.useRealTimers());

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
    expect(other.dns.length).toBeGreaterThan(0);
    expect(other.dns.every((answer) => answer.error === 'ENOTFOUND')).toBe(true);
  });

  test('a flood of mails that each hang on servers of their own is not waited for as long as one of them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const dns = createSenderDns(() => new Promise<never>(() => {}), 2_000);
    const ended: number[] = [];
    // A domain of two letters looks like the ending of a country, so that each name below it is a zone of its own.
    const ask = async (n: number) => {
      const questions = dns.questionsOf(() => true);
      await expect(questions.ask(`n${n}.ab.example`, 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' });
      questions.end();
      ended.push(n);
    };
    const flood = [1, 2, 3, 4, 5].map(ask);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(flood);
    const next = ask(6);
    await vi.advanceTimersByTimeAsync(399);
    expect(ended).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(1);
    await next;
  });

  test('keys of other domains are not asked for, and of a long name not every part', async () => {
    const deep = `jo@${'a.'.repeat(30)}customer.example`;
    const text = swap(Buffer.from(mail()), 'jo@customer.example', deep);
    const raw = await sign(await sign(text), { domain: 'evil.example' });
    const { asked } = await judge(raw, { from: deep });
    expect(asked.length).toBeLessThan(20);
    expect(asked.filter((name) => name.includes('evil'))).toEqual([]);
  });

  test('the questions of one mail are counted, each once', async () => {
    const { resolve, asked } = fakeDns({ 'n1.example': ['yes'] });
    const questions = createSenderDns(resolve).questionsOf((name) => name !== 'n2.example');
    const ask = (n: number) => questions.ask(`n${n}.example`, 'TXT').catch((error: { code: string }) => error.code);
    expect(await Promise.all([ask(1), ask(1), ask(2)])).toEqual([[['yes']], [['yes']], 'ENOTFOUND']);
    expect(asked).toEqual(['n1.example']);
    for (let n = 3; n < 50; n++) expect(await ask(n)).toBe('ENOTFOUND');
    expect(asked).toHaveLength(23);
    questions.end();
  });

  test('a question that only came too late is not held against its domain', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { resolve, asked } = fakeDns({ 'slow.example': 'hang', 'late.test': 'hang' });
    const dns = createSenderDns(resolve, 200);
    const first = dns.questionsOf(() => true);
    const slow = first.ask('slow.example', 'TXT').catch(() => {});
    await vi.advanceTimersByTimeAsync(150);
    const late = first.ask('late.test', 'TXT').catch(() => {});
    await vi.advanceTimersByTimeAsync(50);
    await Promise.all([slow, late]);
    const second = dns.questionsOf(() => true);
    const again = ['slow.example', 'late.test'].map((name) => second.ask(name, 'TXT').catch(() => {}));
    await vi.advanceTimersByTimeAsync(200);
    await Promise.all(again);
    expect(asked).toEqual(['slow.example', 'late.test', 'late.test']);
    for (const questions of [first, second]) questions.end();
  });

  test('what is kept of an answer is plain text of bounded length', async () => {
    const zone = { ...ZONE, '_dmarc.customer.example': [`v=DMARC1; p=none; \u0000\u202e\ud800${'x'.repeat(7_000)}`] };
    const { found } = await judge(await sign(), { zone });
    const kept = found.dns.find((answer) => answer.name === '_dmarc.customer.example')?.answers[0] ?? '';
    expect(kept).toHaveLength(2_000);
    expect(kept).toMatch(/^v=DMARC1; p=none; \?\?\?x/);
  });
});
