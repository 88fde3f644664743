import type { TokenKeys } from '../../src/decide/mail/match/reply-token.ts';
import type { SenderTrust } from '../../src/domain/desk/rules.ts';
import { type SignOptions, signingKey, signMail, type Zone } from '../support/signed-mail.ts';
import { type AttackFile, headLine, headLines } from './attack-file.ts';
import { fillPlaceholders, type Values } from './placeholders.ts';

/** The bytes of a hostile mail, and the DNS that the desk finds when it asks who sent it. */
const KEY = signingKey();
const FORGED_KEY = signingKey();
const SMALL_KEY = signingKey(512);
const DAY_MS = 86_400_000;
/** Signed by the sender's server a minute before it comes to ours, where the file says nothing else. */
const UNDER_WAY_MS = 60_000;

/** Domains that sign: of the desk and its agents, of customers, and of strangers. */
const POLICIES: Record<string, string> = {
  'desk.example': 'v=DMARC1; p=reject',
  'customer.example': 'v=DMARC1; p=none',
  'other.example': 'v=DMARC1; p=none',
  'stranger.example': 'v=DMARC1; p=none',
};

export function usualZone(): Zone {
  return Object.fromEntries(
    Object.entries(POLICIES).flatMap(([domain, policy]) => [
      [`_dmarc.${domain}`, [policy]],
      [`s1._domainkey.${domain}`, [KEY.record]],
      [`small._domainkey.${domain}`, [SMALL_KEY.record]],
      [`testing._domainkey.${domain}`, [KEY.record.replace('k=rsa;', 'k=rsa; t=y;')]],
      [`revoked._domainkey.${domain}`, ['v=DKIM1; k=rsa; p=']],
    ]),
  );
}

/** The usual zone as `dns: name = record` lines change it; ` | ` stands between several records, `none` takes one away. */
export function zoneOf(file: AttackFile, values: Values): Zone {
  const zone = usualZone();
  for (const line of headLines(file, 'dns')) {
    const [, name = '', value = ''] = /^(\S+) = (.*)$/.exec(fillPlaceholders(line, values)) ?? [];
    if (name === '') throw new Error(`${file.name}: no "name = record" in dns: ${line}`);
    if (value === 'none') delete zone[name];
    else zone[name] = /^(?:hang|E[A-Z]+)$/.test(value) ? value : value.replaceAll('{key}', KEY.record).split(' | ');
  }
  return zone;
}

/** The mail as it arrives. */
export async function writeHostileMail(file: AttackFile, values: Values, now: number): Promise<Buffer> {
  const asWritten = headLine(file, 'line-ends') === 'as written';
  const crlf = (text: string) => text.replace(/\r?\n/g, '\r\n');
  const filled = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : crlf(value)]),
  );
  let raw: Buffer = Buffer.from(fillPlaceholders(asWritten ? file.body : crlf(file.body), filled), 'latin1');
  const signed = headLine(file, 'signed');
  if (signed !== undefined) raw = await sign(raw, fillPlaceholders(signed, values), now);
  for (const step of headLines(file, 'then')) raw = await change(raw, fillPlaceholders(step, filled), now);
  return raw;
}

/** `d=customer.example s=small fields=From:To l=20 x=passed t=9 a=rsa-sha1 times=50`; only `d=` must stand. */
async function sign(raw: Buffer, told: string, now: number): Promise<Buffer> {
  const tags = new Map(told.split(/\s+/).map((tag) => [tag.replace(/=.*$/, ''), tag.replace(/^[^=]*=/, '')]));
  const take = (tag: string) => {
    const value = tags.get(tag);
    tags.delete(tag);
    return value;
  };
  const selector = take('s') ?? 's1';
  const length = take('l');
  const fields = take('fields');
  const options: SignOptions = {
    key: take('key') === 'forged' ? FORGED_KEY : selector === 'small' ? SMALL_KEY : KEY,
    domain: take('d') ?? 'customer.example',
    selector,
    ...(fields === undefined ? {} : { fields }),
    ...(length === undefined ? {} : { bodyLength: Number(length) }),
    signTime: new Date(now - UNDER_WAY_MS - Number(take('t') ?? 0) * DAY_MS),
    ...(take('x') === 'passed' ? { signTime: new Date(now - 9 * DAY_MS), expires: new Date(now - 2 * DAY_MS) } : {}),
    algorithm: take('a') ?? 'rsa-sha256',
    canonicalization: take('c') ?? 'relaxed/relaxed',
  };
  const times = Number(take('times') ?? 1);
  if (tags.size > 0) throw new Error(`nobody knows how to sign with ${[...tags.keys()].join(', ')}`);
  let signed = raw;
  for (let time = 0; time < times; time++) signed = await signMail(signed, options);
  return signed;
}

/** What happens to the mail on its way: `put on top LINE`, `append LINE`, `replace A => B`, `sign TAGS`. */
async function change(raw: Buffer, step: string, now: number): Promise<Buffer> {
  const [, verb = '', rest = ''] = /^(put on top|append|replace|sign) ([\s\S]*)$/.exec(step) ?? [];
  const text = raw.toString('latin1');
  switch (verb) {
    case 'put on top':
      return Buffer.from(`${rest}\r\n${text}`, 'latin1');
    case 'append':
      return Buffer.from(`${text}${rest}\r\n`, 'latin1');
    case 'sign':
      return await sign(raw, rest, now);
    case 'replace': {
      const [from = '', to = ''] = rest.split(' => ');
      if (!text.includes(from)) throw new Error(`the mail has no "${from}" to replace`);
      return Buffer.from(text.replace(from, to), 'latin1');
    }
    default:
      throw new Error(`nobody knows how to "${step}"`);
  }
}

export function trustOf(file: AttackFile): SenderTrust {
  const trust = headLine(file, 'trust') ?? 'none';
  if (trust === 'none' || trust === 'dkim') return { kind: trust };
  const [, authservId] = /^authentication-results:(\S+)$/.exec(trust) ?? [];
  if (authservId === undefined) throw new Error(`${file.name}: no such trust: ${trust}`);
  return { kind: 'authentication-results', authservId };
}

/** `rotated`: the key of the scene is now SECRET_PREVIOUS; `replaced`: it is gone. */
export function keysOf(file: AttackFile, [key, ...older]: TokenKeys): TokenKeys {
  const secret = headLine(file, 'secret');
  const fresh = Buffer.alloc(32, 7);
  if (secret === undefined) return [key, ...older];
  if (secret !== 'rotated' && secret !== 'replaced') throw new Error(`${file.name}: no such secret: ${secret}`);
  return secret === 'rotated' ? [fresh, key] : [fresh];
}

/** A mail that our trust believes, whatever it asks for: signed, or with the verdict of the server we believe on top. */
export async function vouchFor(raw: Buffer, trust: SenderTrust, domain: string, now: number): Promise<Buffer> {
  if (trust.kind === 'none') return raw;
  if (trust.kind === 'dkim') return await sign(raw, `d=${domain}`, now);
  const verdict = `Authentication-Results: ${trust.authservId}; dmarc=pass header.from=${domain}`;
  return Buffer.from(`${verdict}\r\n${raw.toString('latin1')}`, 'latin1');
}
