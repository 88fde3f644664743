import type { HeaderField } from '../../domain/mail/parsed-mail.ts';
import { charsetOf, guessedCharset } from '../charset/charsets.ts';
import { cleanLine } from '../charset/clean-text.ts';
import { decodeWords } from '../charset/encoded-words.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { fieldOf, type RawField } from '../mime/raw-message.ts';
import { readAddressList } from './addresses.ts';

const MAX_FIELDS = 500;
const MAX_VALUE = 8_192;
const MAX_CHARACTERS = 65_536;
const MAX_SUBJECT = 20_000;

/** The charset that a mail declares anywhere; bytes without a label are most likely in it. */
export function charsetHint(parts: MimePart[]): string | undefined {
  for (const part of parts.slice(0, 20)) {
    const declared = part.params['charset'];
    const name = charsetOf(declared);
    if (name !== undefined && name !== 'utf-8') return declared;
  }
  return hintOfHeader(parts[0]?.fields.slice(0, MAX_FIELDS) ?? []);
}

/** The charset of encoded words in the header, or the one that its raw 8-bit bytes look like, all of them together. */
function hintOfHeader(fields: RawField[]): string | undefined {
  const raw: string[] = [];
  for (const { value } of fields) {
    const start = value.slice(0, 1_000);
    const label = /=\?([^?*\s]{1,60})[^?\s]{0,20}\?[bq]\?/i.exec(start)?.[1];
    const name = charsetOf(label);
    if (name !== undefined && name !== 'utf-8') return label;
    if (/[\x80-\xff]/.test(start)) raw.push(start);
  }
  return raw.length === 0 ? undefined : guessedCharset(Buffer.from(raw.join('\n'), 'latin1'));
}

/**
 * Fields in which a server repeats what a stranger said to it, such as an envelope sender. Encoded words have no meaning
 * there (RFC 2047 section 5), and one that is decoded would bring semicolons and brackets into the server's own words.
 */
const OF_SERVERS = ['authentication-results', 'arc-authentication-results', 'received', 'received-spf'];

/** The top-level fields as text, in order; at most 500, 8 KiB each and 64 KiB in all. */
export function readHeaders(fields: RawField[], hint: string | undefined): HeaderField[] {
  const out: HeaderField[] = [];
  let room = MAX_CHARACTERS;
  for (const field of fields.slice(0, MAX_FIELDS)) {
    const written = field.value.slice(0, MAX_VALUE);
    const text = OF_SERVERS.includes(field.name) ? written : decodeWords(written, hint);
    const value = cleanLine(text, MAX_VALUE).slice(0, room);
    room -= field.name.length + value.length;
    if (room <= 0) break;
    out.push({ name: field.name, value: value.toWellFormed() });
  }
  return out;
}

export function readSubject(fields: RawField[], hint: string | undefined): string {
  const raw = fieldOf(fields, 'subject') ?? '';
  return cleanLine(decodeWords(raw.slice(0, MAX_SUBJECT), hint), MAX_SUBJECT);
}

const DELIVERED_TO = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-delivered-to', 'x-rcpt-to'];
/** Only the newest trace fields are ours; older ones tell of the sender's side. */
const NEWEST_RECEIVED = 4;
const MAX_DELIVERED = 50;

/** Addresses that the receiving servers wrote down, newest first, each once, as written. */
export function readDeliveredTo(fields: RawField[]): string[] {
  const found: string[] = [];
  for (const field of fields.filter(({ name }) => DELIVERED_TO.includes(name)).slice(0, MAX_DELIVERED)) {
    found.push(...readAddressList(field.value.slice(0, 2_000)).map(({ written }) => written));
  }
  for (const field of fields.filter(({ name }) => name === 'received').slice(0, NEWEST_RECEIVED)) {
    const address = /\sfor\s+<?([^\s<>;]{1,320}@[^\s<>;]{1,255})>?/i.exec(field.value.slice(0, 2_000))?.[1];
    if (address !== undefined) found.push(cleanLine(address, 600));
  }
  return [...new Set(found)].filter((address) => address.includes('@')).slice(0, MAX_DELIVERED);
}
