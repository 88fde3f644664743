import { bodyStructure, envelope } from './imap-structure.ts';
import { asAtom, BadCommand, type ImapToken, quoted } from './imap-syntax.ts';
import { flagList, type StoredMail } from './mail-store.ts';
import { headerFields, headerLength, type MimePart, parseStructure } from './mime-structure.ts';

type Section = { path: number[]; part: 'all' | 'header' | 'text' | 'mime' | 'fields' | 'fields-not'; fields: string[] };

/** One thing a client asks for about a mail (RFC 3501 section 6.4.5). */
export type FetchItem =
  | { kind: 'flags' | 'uid' | 'internaldate' | 'size' | 'envelope' | 'structure' | 'body-structure' }
  | {
      kind: 'section';
      label: string;
      peek: boolean;
      section: Section;
      partial: { offset: number; length: number } | undefined;
    };

const MACROS: Record<string, string[]> = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

export function parseFetchItems(token: ImapToken | undefined): FetchItem[] {
  if (token?.kind === 'list') {
    if (token.items.length === 0) throw new BadCommand('Empty fetch list');
    return token.items.map((item) => parseItem(asAtom(item)));
  }
  const name = asAtom(token);
  return (MACROS[name.toUpperCase()] ?? [name]).map(parseItem);
}

function parseItem(text: string): FetchItem {
  switch (text.toUpperCase()) {
    case 'FLAGS':
      return { kind: 'flags' };
    case 'UID':
      return { kind: 'uid' };
    case 'INTERNALDATE':
      return { kind: 'internaldate' };
    case 'RFC822.SIZE':
      return { kind: 'size' };
    case 'ENVELOPE':
      return { kind: 'envelope' };
    case 'BODYSTRUCTURE':
      return { kind: 'structure' };
    case 'BODY':
      return { kind: 'body-structure' };
    case 'RFC822':
      return wholeSection('RFC822', 'all', false);
    case 'RFC822.HEADER':
      return wholeSection('RFC822.HEADER', 'header', true);
    case 'RFC822.TEXT':
      return wholeSection('RFC822.TEXT', 'text', false);
    default:
      return parseSectionItem(text);
  }
}

function wholeSection(label: string, part: 'all' | 'header' | 'text', peek: boolean): FetchItem {
  return { kind: 'section', label, peek, section: { path: [], part, fields: [] }, partial: undefined };
}

function parseSectionItem(text: string): FetchItem {
  const match = /^BODY(\.PEEK)?\[([^[\]]*)\](?:<(\d{1,10})\.([1-9]\d{0,9})>)?$/i.exec(text);
  if (match === null) throw new BadCommand(`Unknown fetch item ${text.slice(0, 60)}`);
  const written = match[2] ?? '';
  const partial = match[3] === undefined ? undefined : { offset: Number(match[3]), length: Number(match[4]) };
  const label = `BODY[${written.toUpperCase()}]${partial === undefined ? '' : `<${partial.offset}>`}`;
  return { kind: 'section', label, peek: match[1] !== undefined, section: parseSection(written), partial };
}

function parseSection(text: string): Section {
  const match = /^((?:[1-9]\d{0,4})(?:\.[1-9]\d{0,4})*)?(?:(^|\.)([A-Za-z].*))?$/.exec(text);
  if (match === null) throw new BadCommand('Invalid fetch section');
  const path = match[1] === undefined ? [] : match[1].split('.').map(Number);
  const rest = match[3];
  if (rest === undefined) return { path, part: 'all', fields: [] };
  const name = rest.toUpperCase();
  if (name === 'HEADER' || name === 'TEXT') return { path, part: name === 'TEXT' ? 'text' : 'header', fields: [] };
  if (name === 'MIME' && path.length > 0) return { path, part: 'mime', fields: [] };
  const fields = /^HEADER\.FIELDS(\.NOT)? \(([^()]+)\)$/.exec(name);
  if (fields === null) throw new BadCommand('Invalid fetch section');
  const names = (fields[2] ?? '').split(' ').map((field) => field.replace(/^"(.*)"$/, '$1').toLowerCase());
  return { path, part: fields[1] === undefined ? 'fields' : 'fields-not', fields: names };
}

export function setsSeen(items: FetchItem[]): boolean {
  return items.some((item) => item.kind === 'section' && !item.peek);
}

/** The inside of one FETCH response, as text and bytes to be written one after the other. */
export function fetchResponse(mail: StoredMail, items: FetchItem[]): (string | Buffer)[] {
  const out: (string | Buffer)[] = [];
  let structure: MimePart | undefined;
  const tree = () => {
    structure ??= parseStructure(mail.raw);
    return structure;
  };
  for (const item of items) {
    if (out.length > 0) out.push(' ');
    if (item.kind === 'section') {
      const found = readSection(mail.raw, item.section, tree);
      const bytes = item.partial === undefined ? found : partOfBytes(found, item.partial);
      if (bytes === undefined) out.push(`${item.label} NIL`);
      else out.push(`${item.label} {${bytes.length}}\r\n`, bytes);
    } else {
      out.push(simpleItem(mail, item.kind, tree));
    }
  }
  return out;
}

type SimpleKind = Exclude<FetchItem['kind'], 'section'>;

function simpleItem(mail: StoredMail, kind: SimpleKind, tree: () => MimePart): string {
  switch (kind) {
    case 'flags':
      return `FLAGS (${flagList(mail)})`;
    case 'uid':
      return `UID ${mail.uid}`;
    case 'internaldate':
      return `INTERNALDATE ${quoted(imapDate(mail.internalDate))}`;
    case 'size':
      return `RFC822.SIZE ${mail.raw.length}`;
    case 'envelope':
      return `ENVELOPE ${envelope(tree().header)}`;
    case 'structure':
      return `BODYSTRUCTURE ${bodyStructure(tree(), true)}`;
    case 'body-structure':
      return `BODY ${bodyStructure(tree(), false)}`;
  }
}

function partOfBytes(bytes: Buffer | undefined, partial: { offset: number; length: number }): Buffer | undefined {
  return bytes?.subarray(partial.offset, partial.offset + partial.length);
}

function readSection(raw: Buffer, section: Section, tree: () => MimePart): Buffer | undefined {
  if (section.path.length === 0) return pickFrom(raw, section);
  const part = findPart(tree(), section.path);
  if (part === undefined) return undefined;
  if (section.part === 'all') return part.body;
  if (section.part === 'mime') return part.header;
  // HEADER and TEXT of a part exist only where the part is a message (RFC 3501 section 6.4.5).
  return part.type === 'message' ? pickFrom(part.body, section) : undefined;
}

/** Part 1 of a mail that has no parts is its body; numbers go straight through a message/rfc822. */
function findPart(root: MimePart, path: number[]): MimePart | undefined {
  let part: MimePart | undefined = root;
  for (const number of path) {
    const holder: MimePart | undefined = part?.type === 'message' ? part.children[0] : part;
    if (holder === undefined) return undefined;
    part = holder.type === 'multipart' ? holder.children[number - 1] : number === 1 ? holder : undefined;
  }
  return part;
}

function pickFrom(message: Buffer, section: Section): Buffer {
  const split = headerLength(message);
  if (section.part === 'all') return message;
  if (section.part === 'text') return message.subarray(split);
  const header = message.subarray(0, split);
  if (section.part === 'header' || section.part === 'mime') return header;
  const wanted = headerFields(header).filter(
    (field) => section.fields.includes(field.name) === (section.part === 'fields'),
  );
  return Buffer.from(`${wanted.map((field) => field.written).join('')}\r\n`, 'latin1');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `17-Jul-1996 02:44:25 +0000` (RFC 3501 section 9, date-time). */
function imapDate(epochMs: number): string {
  const date = new Date(epochMs);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000`;
}

export function parseImapDate(text: string): number {
  const match = /^[ 0-3]?\d-([A-Za-z]{3})-\d{4}(?: \d\d:\d\d:\d\d [+-]\d{4})?$/.exec(text);
  const epochMs = match === null ? Number.NaN : Date.parse(text.trim().replace(/-/, ' ').replace(/-/, ' '));
  if (Number.isNaN(epochMs)) throw new BadCommand('Invalid date');
  return epochMs;
}
