import { judgeAuthentication } from '../../src/decide/mail/verify-sender.ts';
import { parseEmailAddress } from '../../src/domain/mail/email-address.ts';
import { authenticateMail } from '../../src/mail/sender/verify-dkim.ts';
import { createSenderDns } from '../../src/mail/sender/verify-dns.ts';
import { fakeDns, type SignOptions, signingKey, signMail, type Zone } from './signed-mail.ts';

/** A mail of jo@customer.example, signed, changed on its way, and judged with DNS as a test wants it. */
export const KEY = signingKey();
export const RECEIVED = Date.UTC(2026, 10, 22, 12);
export const ZONE: Zone = {
  's1._domainkey.customer.example': [KEY.record],
  '_dmarc.customer.example': ['v=DMARC1; p=none'],
};
export const REJECT: Zone = { ...ZONE, '_dmarc.customer.example': ['v=DMARC1; p=reject'] };
export const HEAD = [
  'From: Jo Doe <jo@customer.example>',
  'To: support@desk.example',
  'Subject: Printer on fire',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Message-ID: <m1@customer.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];
export const BODY = 'My printer burns.\r\n';

export const mail = (head = HEAD, body = BODY) => `${head.join('\r\n')}\r\n\r\n${body}`;
export const sign = (text: string | Buffer = mail(), options: Partial<SignOptions> = {}) =>
  signMail(text, { key: KEY, ...options });
export const swap = (raw: Buffer, from: string, to: string) => {
  const text = raw.toString('latin1');
  if (!text.includes(from)) throw new Error(`the mail has no ${from}`);
  return Buffer.from(text.replace(from, to), 'latin1');
};
export const onTop = (raw: Buffer, field: string) => Buffer.concat([Buffer.from(`${field}\r\n`), raw]);

export type Asked = { zone?: Zone; from?: string };

export async function judge(raw: Buffer | string, { zone = ZONE, from = 'jo@customer.example' }: Asked = {}) {
  const address = parseEmailAddress(from);
  if (!address) throw new Error(`no address: ${from}`);
  const { resolve, asked } = fakeDns(zone);
  const found = await authenticateMail(Buffer.from(raw), address, RECEIVED, createSenderDns(resolve));
  const { verification, reason, again } = judgeAuthentication(found);
  return { verification, reason, again, states: found.signatures.map((one) => one.state), found, asked };
}
