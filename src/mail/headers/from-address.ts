/**
 * Who wrote a mail. Libraries disagree about a hostile From, and then one of them verifies a sender while another names
 * a different one; so identity is read here, once, from the raw bytes, and strictly: exactly one From field with
 * exactly one mailbox (RFC 5322 section 3.6.2), or there is none. What is merely odd to look at (names) is accepted;
 * what two readers could read as two people is not.
 */
import { parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { FromFault, FromReading } from '../../domain/mail/parsed-mail.ts';
import { cleanLine } from '../charset/clean-text.ts';
import { decodeWords, hasEncodedWord } from '../charset/encoded-words.ts';
import { fieldOf, type RawField } from '../mime/raw-message.ts';
import { type AddressItem, type AddressToken, readAddressList, splitAddresses, trimBlanks } from './addresses.ts';

/** A From longer than this is an attack or an accident: 64 + 255 octets of address and a long, folded name. */
const MAX_FROM = 4_000;

/** Identity from the header fields of a message; `written` shows what stood there, for people only. */
export function readFrom(fields: RawField[], hint?: string): FromReading {
  const froms = fields.filter((field) => field.name === 'from');
  const [from] = froms;
  if (from === undefined) return withoutFrom('from-missing', fields, hint);
  // A From that only a bare CR starts is one for some readers and part of another field for others.
  const fault = froms.length > 1 ? 'from-repeated' : from.afterCr ? 'from-malformed' : undefined;
  const reading = fault ?? readOneMailbox(from.value, hint);
  return typeof reading === 'string' ? withoutFrom(reading, fields, hint) : reading;
}

function withoutFrom(reason: FromFault, fields: RawField[], hint: string | undefined): FromReading {
  const written = fieldOf(fields, 'from') ?? '';
  return {
    kind: 'none',
    reason,
    written: cleanLine(decodeWords(written.slice(0, MAX_FROM), hint), 1_000),
    bestEffort: guessSender(fields, hint),
  };
}

function readOneMailbox(value: string, hint: string | undefined): FromReading | FromFault {
  if (value.length > MAX_FROM) return 'from-too-long';
  if (value.trim() === '') return 'from-missing';
  if (/[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f]/.test(value)) return 'from-malformed';
  const items = splitAddresses(value);
  if (items.some((item) => item.group)) return 'from-group';
  if (items.filter(isMailboxLike).length > 1) return 'from-several-mailboxes';
  // A comma or semicolon at the end is an empty list element (RFC 5322 section 4.4); one mailbox all the same.
  const item = items.at(-1);
  const names = items.slice(0, -1);
  if (item === undefined || items.some((each) => each.unclosed)) return 'from-malformed';
  if (names.length > 0 && !isBareComma(names, item, value)) return 'from-malformed';
  const written = strictAddress(item.tokens);
  const address = written === undefined ? undefined : parseEmailAddress(written);
  if (address === undefined) return 'from-malformed';
  return { kind: 'one', address, name: readAddressList(value, hint)[0]?.name ?? '' };
}

/** Pieces of a display name before its last comma; more than that is no name. */
const MAX_COMMAS = 3;

/**
 * `Doe, Jo <jo@x.example>`: a name whose quotes were forgotten. By the grammar it is a list, but its first pieces are no
 * mailboxes, so every reader finds the one address in angle brackets at its end. Only where nothing in the name, not
 * even in quotes, a comment or an encoded word, could be taken for an address or for the start of a list.
 */
function isBareComma(names: AddressItem[], last: AddressItem, value: string): boolean {
  if (names.length > MAX_COMMAS || !last.tokens.some((token) => token.kind === 'angle')) return false;
  const open = value.lastIndexOf('<');
  return !/[@<>;:\\]/.test(decodeWords(value.slice(0, open)));
}

function isMailboxLike(item: AddressItem): boolean {
  return item.tokens.some((token) => token.kind === 'angle' || token.text.includes('@'));
}

/** The text of the only address in an item, or undefined where there is none or room for another reading. */
function strictAddress(tokens: AddressToken[]): string | undefined {
  const plain = tokens.filter((token) => token.kind !== 'comment');
  const angles = plain.filter((token) => token.kind === 'angle');
  if (angles.length > 1) return undefined;
  const [angle] = angles;
  if (angle === undefined) {
    const [only] = plain;
    if (plain.length !== 1 || only?.kind !== 'atoms') return undefined;
    return utf8Address(only.text);
  }
  // An address before the angle bracket, outside quotes, is a second candidate unless both say the same.
  if (plain.at(-1) !== angle) return undefined;
  const address = utf8Address(trimBlanks(angle.text));
  const rivals = plain.slice(0, -1).filter((token) => token.kind === 'atoms' && token.text.includes('@'));
  const same = (token: AddressToken) => token.text.toLowerCase() === trimBlanks(angle.text).toLowerCase();
  return rivals.every(same) ? address : undefined;
}

/** RFC 6531 addresses are UTF-8; an encoded word has no place in an address (RFC 2047 section 5). */
function utf8Address(raw: string): string | undefined {
  if (hasEncodedWord(raw) || raw.includes('=?')) return undefined;
  if (!/[\x80-\xff]/.test(raw)) return raw;
  const text = Buffer.from(raw, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}

/** The sender as a person would read it off a broken From: for display only, never for identity. */
export function guessSender(fields: RawField[], hint?: string): { address: string; name: string } {
  const names = ['from', 'sender', 'return-path', 'reply-to'];
  const written = names.flatMap((name) => fields.filter((field) => field.name === name)).slice(0, 10);
  const guesses = written.flatMap((field) => readAddressList(field.value.slice(0, MAX_FROM), hint));
  const best = guesses.find((guess) => guess.address !== undefined) ?? guesses.find((guess) => guess.written !== '');
  const said = written[0] === undefined ? undefined : readAddressList(written[0].value.slice(0, MAX_FROM), hint)[0];
  // A From that is only words (`Moderator`) is a name; whatever address is found elsewhere belongs to it.
  const wordsOnly = said !== undefined && said.name === '' && !said.written.includes('@') ? said.written : undefined;
  return { address: best?.written ?? '', name: best?.name || wordsOnly || '' };
}
