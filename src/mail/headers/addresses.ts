import { type EmailAddress, parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { NamedAddress } from '../../domain/mail/parsed-mail.ts';
import { decodeBytes } from '../charset/charsets.ts';
import { cleanLine } from '../charset/clean-text.ts';
import { decodeWords } from '../charset/encoded-words.ts';

/** A piece of an address list (RFC 5322 section 3.4) as it stands in the field, one character per byte. */
export type AddressToken = { kind: 'atoms' | 'quoted' | 'angle' | 'comment'; text: string };

/** The pieces between two commas, and what was wrong with them. */
export type AddressItem = { tokens: AddressToken[]; group: boolean; unclosed: boolean };

/** More text or more addresses than this are not read. */
const MAX_FIELD = 100_000;
const MAX_ADDRESSES = 1_000;
const MAX_NAME = 500;
const MAX_ADDRESS = 1_000;

/** Blanks of RFC 5322 only: the byte A0 is one for JavaScript, and for others a part of the domain before it. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}

/** Splits an address list. Linear time; nothing is judged here. */
export function splitAddresses(raw: string): AddressItem[] {
  const items: AddressItem[] = [];
  let item: AddressItem = { tokens: [], group: false, unclosed: false };
  let atoms = '';
  const endAtoms = () => {
    const text = trimBlanks(atoms);
    if (text !== '') item.tokens.push({ kind: 'atoms', text });
    atoms = '';
  };
  const endItem = () => {
    endAtoms();
    if (item.tokens.length > 0 || item.group) items.push(item);
    item = { tokens: [], group: false, unclosed: false };
  };
  for (let at = 0; at < raw.length && items.length < MAX_ADDRESSES; at++) {
    const char = raw.charAt(at);
    const kind = char === '"' ? 'quoted' : char === '<' ? 'angle' : char === '(' ? 'comment' : undefined;
    if (kind !== undefined) {
      endAtoms();
      const token = readEnclosed(raw, at, kind);
      item.tokens.push({ kind, text: token.text });
      item.unclosed ||= token.unclosed;
      at = token.last;
    } else if (char === ',' || char === ';') endItem();
    else if (char === ':' && item.tokens.every((t) => t.kind !== 'angle')) {
      endAtoms();
      item.group = true;
      endItem();
    } else atoms += char;
  }
  endItem();
  return items;
}

type Enclosed = { text: string; last: number; unclosed: boolean };

/** The text between quotes, angle brackets or (nested) round brackets, escapes resolved in quotes. */
function readEnclosed(raw: string, start: number, kind: 'quoted' | 'angle' | 'comment'): Enclosed {
  const close = kind === 'quoted' ? '"' : kind === 'angle' ? '>' : ')';
  let text = '';
  let depth = 1;
  for (let at = start + 1; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '\\' && kind !== 'angle') text += raw.charAt(++at);
    else if (kind === 'comment' && char === '(') {
      depth++;
      text += char;
    } else if (char === close && --depth === 0) return { text, last: at, unclosed: false };
    else text += char;
  }
  return { text, last: raw.length, unclosed: true };
}

/** The text of an address as Unicode where its bytes are UTF-8 (RFC 6531), else as they are. */
function addressText(raw: string): string {
  return /[\x80-\xff]/.test(raw) ? decodeBytes(Buffer.from(raw, 'latin1'), 'utf-8') : raw;
}

/** The decoded display name of an item: its phrase, or the comment of an address that stands alone. */
export function displayNameOf(tokens: AddressToken[], hint?: string): string {
  const angle = tokens.findLastIndex((token) => token.kind === 'angle');
  const phrase = angle < 0 ? [] : tokens.slice(0, angle).filter((token) => token.kind !== 'comment');
  const chosen = phrase.length > 0 ? phrase : tokens.filter((token) => token.kind === 'comment');
  const name = decodeWords(chosen.map((token) => token.text).join(' '), hint);
  return cleanLine(name, MAX_NAME).replace(/^(["'])(.*)\1$/, '$2');
}

/** What an item plainly means as an address, without judging whether it may be believed. */
export function writtenAddress(tokens: AddressToken[]): string {
  const angle = tokens.findLast((token) => token.kind === 'angle');
  if (angle !== undefined) {
    // A route (RFC 5322 section 4.4), comments and blanks within the brackets are none of the address.
    const bare = angle.text.replace(/\([^()]*\)/g, '').replace(/^.*:/, '');
    return addressText(bare.replace(/[\s<>]+/g, '')).slice(0, MAX_ADDRESS);
  }
  const plain = tokens.filter((token) => token.kind !== 'comment');
  const whole = plain.map((token) => (token.kind === 'quoted' ? `"${token.text}"` : token.text)).join(' ');
  // Blanks around dots and the at sign are obsolete, not forbidden (RFC 5322 section 4.4).
  const joined = whole.slice(0, 2_000).replace(/(?<! ) *([.@]) */g, '$1');
  const words = /^\S+@\S+$/.test(joined) ? [joined] : whole.split(/\s+/);
  const found = words.find((word) => /^[^@]+@[^@]+$/.test(word)) ?? whole;
  const trimmed = found.replace(/^[<[']+|(?<![>'.,])[>'.,]+$/g, '').replace(/^([^[]*)\]$/, '$1');
  return addressText(trimmed).slice(0, MAX_ADDRESS);
}

/**
 * The mailboxes of a To, Cc, Reply-To or Sender field, best effort: groups are opened, senders who separate by `;` are
 * understood. `address` is undefined where no usable mailbox could be read.
 */
export function readAddressList(raw: string, hint?: string): NamedAddress[] {
  const out: NamedAddress[] = [];
  let phrase: AddressToken[] = [];
  for (const item of splitAddresses(raw.slice(0, MAX_FIELD))) {
    if (item.group) continue;
    const tokens = [...phrase, ...item.tokens];
    // A name with a bare comma (`Doe, John <j@x>`) comes as two items, the first without an address.
    const plain = item.tokens.every((token) => token.kind !== 'angle' && !token.text.includes('@'));
    phrase = plain && phrase.length < 4 ? [...tokens, { kind: 'atoms', text: ',' }] : [];
    if (phrase.length > 0) continue;
    out.push(namedAddress(tokens, hint));
  }
  if (phrase.length > 0) out.push(namedAddress(phrase.slice(0, -1), hint));
  return out;
}

function namedAddress(tokens: AddressToken[], hint: string | undefined): NamedAddress {
  const written = cleanLine(writtenAddress(tokens), 1_000);
  const address: EmailAddress | undefined = parseEmailAddress(written);
  return { address, name: displayNameOf(tokens, hint).replaceAll(' , ', ', '), written };
}
