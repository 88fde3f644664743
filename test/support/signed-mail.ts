import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { DnsResolver } from '../../src/mail/sender/verify-dns.ts';

/** A signing key as a domain has one, and the record that its DNS shows for it. */
export type SigningKey = { privateKey: string; record: string };

export function signingKey(bits = 2048): SigningKey {
  return asKey(generateKeyPairSync('rsa', { modulusLength: bits }));
}

function asKey({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): SigningKey {
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  };
}

export type SignOptions = {
  key: SigningKey;
  domain?: string;
  selector?: string;
  /** field names, as in the h= tag; the same name twice signs against adding a second one */
  fields?: string;
  /** value of the l= tag */
  bodyLength?: number;
  expires?: Date;
  signTime?: Date;
  canonicalization?: string;
  algorithm?: string;
};

/** The mail with a DKIM-Signature on top. */
export async function signMail(mail: string | Buffer, options: SignOptions): Promise<Buffer> {
  const { key, domain = 'customer.example', selector = 's1' } = options;
  const bytes = Buffer.from(mail);
  const signature = {
    signingDomain: domain,
    selector,
    privateKey: key.privateKey,
    canonicalization: options.canonicalization ?? 'relaxed/relaxed',
    algorithm: options.algorithm ?? 'rsa-sha256',
    signTime: options.signTime ?? new Date(Date.UTC(2026, 10, 22)),
    ...(options.expires ? { expires: options.expires } : {}),
    ...(options.fields ? { headerList: options.fields } : {}),
    ...(options.bodyLength === undefined ? {} : { maxBodyLength: options.bodyLength }),
  };
  const { signatures, errors } = await dkimSign(bytes, { ...signature, signatureData: [signature] });
  if (errors.length > 0) throw new Error(`could not sign: ${JSON.stringify(errors)}`);
  return Buffer.concat([Buffer.from(signatures), bytes]);
}

/** Records by name; a string is an error code, `hang` never answers. Whatever is not named does not exist. */
export type Zone = Record<string, string[] | string>;

/** A resolver over a zone, and the list of what it was asked. */
export function fakeDns(zone: Zone): { resolve: DnsResolver; asked: string[] } {
  const asked: string[] = [];
  const resolve: DnsResolver = async (name, type) => {
    asked.push(name);
    const found = type === 'TXT' ? zone[name] : undefined;
    if (found === 'hang') return await new Promise<never>(() => {});
    if (Array.isArray(found)) return found.map((text) => text.match(/[\s\S]{1,255}/g) ?? []);
    throw Object.assign(new Error(found ?? 'ENOTFOUND'), { code: found ?? 'ENOTFOUND' });
  };
  return { resolve, asked };
}
