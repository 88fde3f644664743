import { describe, expect, test } from 'vitest';
import {
  judgeAuthentication,
  needsSenderCheck,
  nextSenderCheck,
  signedPartsOf,
  verifyByOthers,
} from '../../../src/decide/mail/verify-sender.ts';
import { MAIL_KINDS } from '../../../src/domain/mail/parsed-mail.ts';
import type {
  Authentication,
  DmarcReading,
  SignatureState,
  SignedParts,
} from '../../../src/domain/mail/sender-check.ts';
import { mail, NOW, RULES } from '../../support/decisions.ts';

const DKIM = { ...RULES, senderTrust: { kind: 'dkim' as const } };

const COVERS: SignedParts = { to: true, cc: false, date: true, signedAt: NOW };

function found(dmarc: Partial<DmarcReading>, states: SignatureState[], over: Partial<Authentication> = {}) {
  const signature = { domain: 'customer.example', selector: 's1', algorithm: 'rsa-sha256', detail: '', covers: COVERS };
  return {
    sameFrom: true,
    plainHead: true,
    signatures: states.map((state) => ({ ...signature, state })),
    signaturesLeftOut: 0,
    dmarc: { result: 'none' as const, policy: undefined, policyDomain: undefined, ...dmarc },
    dns: [],
    ...over,
  };
}
const none = { result: 'fail', policy: 'none' } as const;
const quarantine = { result: 'fail', policy: 'quarantine' } as const;
const reject = { result: 'fail', policy: 'reject' } as const;
const away = { result: 'dns-failure' } as const;

describe('what our own checks come to', () => {
  test.each<[Partial<DmarcReading>, SignatureState[], string, string]>([
    [{ result: 'pass', policy: 'none' }, ['good'], 'verified', 'dmarc-pass'],
    [{ result: 'pass', policy: 'reject' }, ['broken', 'dns-failure', 'good'], 'verified', 'dmarc-pass'],
    [{ result: 'none' }, ['good'], 'unverified', 'no-dmarc-record'],
    [{ result: 'none' }, [], 'unverified', 'not-signed'],
    [{ result: 'none' }, ['broken'], 'failed', 'changed-after-signing'],
    [none, [], 'unverified', 'not-signed'],
    [none, ['weak'], 'unverified', 'weak-signature'],
    [none, ['testing'], 'unverified', 'no-usable-signature'],
    [none, ['expired'], 'unverified', 'no-usable-signature'],
    [none, ['no-key'], 'unverified', 'no-usable-signature'],
    [none, ['unusable'], 'unverified', 'no-usable-signature'],
    [none, ['broken'], 'failed', 'changed-after-signing'],
    [none, ['altered'], 'failed', 'changed-after-signing'],
    [quarantine, [], 'failed', 'refused-by-dmarc-policy'],
    [quarantine, ['weak'], 'failed', 'refused-by-dmarc-policy'],
    [reject, [], 'failed', 'refused-by-dmarc-policy'],
    [reject, ['good'], 'failed', 'refused-by-dmarc-policy'],
    [reject, ['expired'], 'failed', 'refused-by-dmarc-policy'],
  ])('%j with signatures %j is %s', (dmarc, states, verification, reason) => {
    expect(judgeAuthentication(found(dmarc, states))).toEqual({ verification, reason, again: false });
  });

  test.each<[Partial<DmarcReading>, SignatureState[]]>([
    [away, []],
    [away, ['broken']],
    [reject, ['dns-failure']],
    [none, ['broken', 'dns-failure']],
  ])('%j with signatures %j is asked again, and nobody is refused for it', (dmarc, states) => {
    const judged = { verification: 'unverified', reason: 'dns-failure', again: true };
    expect(judgeAuthentication(found(dmarc, states))).toEqual(judged);
  });

  test('a From that the library reads otherwise fails, even where all else passes', () => {
    const other = found({ result: 'pass', policy: 'reject' }, ['good'], { sameFrom: false });
    expect(judgeAuthentication(other)).toMatchObject({ verification: 'failed', reason: 'from-read-differently' });
  });

  test('a header that two readers divide differently has no signatures, and is said to be unclear', () => {
    const unclear = found(none, [], { plainHead: false });
    expect(judgeAuthentication(unclear)).toMatchObject({ verification: 'unverified', reason: 'unclear-header' });
  });
});

test('DNS is asked again three times, later each time, and then no more', () => {
  const pauses = [1, 2, 3, 4].map((tries) => nextSenderCheck(tries));
  expect(pauses).toEqual([15_000, 60_000, 300_000, undefined]);
});

test('only a normal mail with one sender is checked, and only where we are to check', () => {
  const kinds = MAIL_KINDS.filter((kind) => needsSenderCheck(mail('a@x.example'), { kind, reason: '' }, DKIM));
  expect(kinds).toEqual(['normal']);
  const normal = { kind: 'normal', reason: '' } as const;
  expect(needsSenderCheck(mail('a@x.example'), normal, RULES)).toBe(false);
  const nobody = mail('a@x.example', {
    from: { kind: 'none', reason: 'from-missing', written: '', bestEffort: { address: '', name: '' } },
  });
  expect(needsSenderCheck(nobody, normal, DKIM)).toBe(false);
});

describe('the verdict of a server', () => {
  const trust = { kind: 'authentication-results', authservId: 'mx.desk.example' } as const;
  const judge = (...values: string[]) =>
    verifyByOthers(
      mail('jo@customer.example', { headers: values.map((value) => ({ name: 'authentication-results', value })) }),
      trust,
    );

  test.each([
    ['mx.desk.example; dmarc=pass header.from=customer.example', 'verified'],
    ['MX.Desk.Example 1; spf=fail; dmarc = pass (p=none) header.from=Customer.example.', 'verified'],
    ['(by our own) mx.desk.example; dkim=pass; dmarc=pass', 'verified'],
    ['mx.desk.example; dmarc=fail header.from=customer.example', 'failed'],
    ['mx.desk.example; dmarc=none header.from=customer.example', 'unverified'],
    ['mx.desk.example; dmarc=temperror', 'unverified'],
    ['mx.desk.example; dkim=pass; spf=pass', 'unverified'],
    ['mx.desk.example; none', 'unverified'],
    ['mx.desk.example', 'unverified'],
    ['mx.desk.example.evil.example; dmarc=pass', 'unverified'],
    ['evil.example; mx.desk.example; dmarc=pass', 'unverified'],
    ['mx.desk.example; dmarc=pass header.from=evil.example', 'unverified'],
    ['mx.desk.example; dmarc=pass; dmarc=fail', 'unverified'],
    ['mx.desk.example; spf=pass smtp.mailfrom="x; dmarc=pass "@evil.example; dmarc=fail', 'failed'],
    ['mx.desk.example; spf=fail (said; dmarc=pass header.from=customer.example)', 'unverified'],
    ['mx.desk.example; dkim=fail reason="a\\"; dmarc=pass; b"', 'unverified'],
    ['mx.desk.example; dmarc=pass (unclosed', 'unverified'],
    ['mx.desk.example; dkim=fail reason="unclosed; dmarc=pass', 'unverified'],
    ['', 'unverified'],
  ])('%s is %s', (value, verification) => {
    expect(judge(value)).toBe(verification);
  });

  test('is its topmost field; whatever stands below or is signed by another name is ignored', () => {
    const pass = 'mx.desk.example; dmarc=pass';
    const fail = 'mx.desk.example; dmarc=fail';
    expect(judge(fail, pass)).toBe('failed');
    expect(judge(pass, fail)).toBe('verified');
    expect(judge('evil.example; dmarc=pass', fail)).toBe('failed');
    expect(judge('relay.desk.example; dmarc=fail', pass)).toBe('verified');
    expect(judge('evil.example; dmarc=pass')).toBe('unverified');
    expect(judge()).toBe('unverified');
  });
});

test('a server writes an international domain in its ASCII form', () => {
  const trust = { kind: 'authentication-results', authservId: 'mx.desk.example' } as const;
  const value = 'mx.desk.example; dmarc=pass header.from=xn--mnchen-3ya.example';
  const headers = [{ name: 'authentication-results', value }];
  expect(verifyByOthers(mail('jo@m\u00fcnchen.example', { headers }), trust)).toBe('verified');
  expect(verifyByOthers(mail('jo@munchen.example', { headers }), trust)).toBe('unverified');
});

test('behind a filter that refuses forgeries everybody is believed', () => {
  expect(verifyByOthers(mail('jo@customer.example'), { kind: 'none' })).toBe('verified');
});

describe('what good signatures cover', () => {
  const covering = (...all: [SignatureState, SignedParts][]) => ({
    ...found(none, []),
    signatures: all.map(([state, covers]) => ({
      domain: 'customer.example',
      selector: 's1',
      algorithm: 'rsa-sha256',
      detail: '',
      state,
      covers,
    })),
  });

  test('is what any of them covers, at the earliest time that one names; those that are not good say nothing', () => {
    const later = { to: false, cc: true, date: false, signedAt: NOW + 1 };
    expect(signedPartsOf(covering(['good', COVERS], ['good', later]))).toEqual({
      to: true,
      cc: true,
      date: true,
      signedAt: NOW,
    });
    expect(signedPartsOf(covering(['weak', COVERS], ['good', later]))).toEqual(later);
    expect(signedPartsOf(covering(['broken', COVERS]))).toBeUndefined();
    expect(signedPartsOf({ ...covering(['good', COVERS]), sameFrom: false })).toBeUndefined();
  });
});
