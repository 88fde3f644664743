/**
 * The client's side of the IMAP grammar (RFC 3501 section 9): a command is text with literals in between, and becomes
 * a tree of atoms, strings and lists.
 */
export type ImapToken =
  | { kind: 'atom'; text: string }
  | { kind: 'string'; bytes: Buffer }
  | { kind: 'list'; items: ImapToken[] };

/** A command that breaks the grammar or the state; answered with BAD. */
export class BadCommand extends Error {}

/** Text pieces of one command with the literal that follows each of them, except the last. */
export type CommandPiece = { text: string; literal: Buffer | undefined };

type Cursor = { pieces: CommandPiece[]; piece: number; at: number };

/** `{12}` or, with LITERAL+ (RFC 7888), `{12+}` at the end of a line. */
export function literalAtEnd(line: string): { size: number; waits: boolean } | undefined {
  const match = /\{(\d{1,10})(\+?)\}$/.exec(line);
  return match === null ? undefined : { size: Number(match[1]), waits: match[2] === '' };
}

/** All arguments of a command, separated by exactly one space each. */
export function parseArguments(pieces: CommandPiece[]): ImapToken[] {
  const cursor: Cursor = { pieces, piece: 0, at: 0 };
  const items = readItems(cursor, false);
  if (cursor.piece !== pieces.length - 1 || cursor.at !== currentText(cursor).length) {
    throw new BadCommand('Unexpected text after the command');
  }
  return items;
}

function currentText(cursor: Cursor): string {
  return cursor.pieces[cursor.piece]?.text ?? '';
}

function readItems(cursor: Cursor, inList: boolean): ImapToken[] {
  const items: ImapToken[] = [];
  for (;;) {
    const next = currentText(cursor)[cursor.at];
    const atEnd = next === undefined && cursor.piece === cursor.pieces.length - 1;
    if (inList && next === ')') return items;
    if (atEnd) {
      if (inList) throw new BadCommand('Missing closing parenthesis');
      return items;
    }
    if (items.length > 0) {
      if (next !== ' ') throw new BadCommand('Missing space between arguments');
      cursor.at += 1;
    }
    items.push(readToken(cursor));
  }
}

function readToken(cursor: Cursor): ImapToken {
  const text = currentText(cursor);
  const first = text[cursor.at];
  if (first === undefined) throw new BadCommand('Missing argument');
  if (first === '(') {
    cursor.at += 1;
    const items = readItems(cursor, true);
    cursor.at += 1;
    return { kind: 'list', items };
  }
  if (first === '"') return readQuoted(cursor, text);
  if (first === '{') return readLiteral(cursor, text);
  return readAtom(cursor, text);
}

function readQuoted(cursor: Cursor, text: string): ImapToken {
  const match = /"((?:[^"\\\r\n]|\\["\\])*)"/y;
  match.lastIndex = cursor.at;
  const found = match.exec(text);
  if (found === null) throw new BadCommand('Malformed quoted string');
  cursor.at = match.lastIndex;
  const content = (found[1] ?? '').replace(/\\(["\\])/g, '$1');
  return { kind: 'string', bytes: Buffer.from(content, 'latin1') };
}

function readLiteral(cursor: Cursor, text: string): ImapToken {
  const literal = cursor.pieces[cursor.piece]?.literal;
  if (literal === undefined || !/^\{\d+\+?\}$/.test(text.slice(cursor.at))) throw new BadCommand('Malformed literal');
  cursor.piece += 1;
  cursor.at = 0;
  return { kind: 'string', bytes: literal };
}

/** An atom, a flag, a sequence set, a list pattern or a fetch section such as `BODY.PEEK[HEADER.FIELDS (TO)]<0.9>`. */
function readAtom(cursor: Cursor, text: string): ImapToken {
  const start = cursor.at;
  let depth = 0;
  while (cursor.at < text.length) {
    const char = text.charAt(cursor.at);
    if (char === '[') depth += 1;
    else if (char === ']' && depth > 0) depth -= 1;
    else if (depth === 0 && /[\s(){"]/.test(char)) break;
    if (/[\u0000-\u001f\u007f]/.test(char)) throw new BadCommand('Control character in command');
    cursor.at += 1;
  }
  if (cursor.at === start || depth > 0) throw new BadCommand('Malformed argument');
  return { kind: 'atom', text: text.slice(start, cursor.at) };
}

/** An atom or string as text (RFC 3501 `astring`), UTF-8 in strings. */
export function asText(token: ImapToken | undefined): string {
  if (token === undefined) throw new BadCommand('Missing argument');
  if (token.kind === 'list') throw new BadCommand('Unexpected list');
  if (token.kind === 'string') return decodeText(token.bytes);
  if (/[%*]/.test(token.text)) throw new BadCommand('Invalid character in atom');
  return token.text;
}

/** A mailbox pattern of LIST, in which `%` and `*` are wildcards. */
export function asPattern(token: ImapToken | undefined): string {
  return token?.kind === 'atom' ? token.text : asText(token);
}

export function asAtom(token: ImapToken | undefined): string {
  if (token?.kind !== 'atom') throw new BadCommand('Expected a word');
  return token.text;
}

export function asList(token: ImapToken | undefined): ImapToken[] {
  if (token?.kind !== 'list') throw new BadCommand('Expected a list');
  return token.items;
}

function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}

const SYSTEM_FLAGS = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'];

/** A flag in its own spelling: system flags have one, keywords keep theirs. `\Recent` cannot be set. */
export function asFlag(token: ImapToken): string {
  const text = asAtom(token);
  if (text.startsWith('\\')) {
    const known = SYSTEM_FLAGS.find((flag) => flag.toLowerCase() === text.toLowerCase());
    if (known === undefined) throw new BadCommand(`Invalid system flag ${text}`);
    return known;
  }
  if (/[%*\\\]]/.test(text)) throw new BadCommand(`Invalid keyword ${text}`);
  return text;
}

/** A string on its way out: quoted where RFC 3501 allows it, else a literal. */
export function quoted(text: string | undefined): string {
  if (text === undefined) return 'NIL';
  if (/^[\u0020-\u007e]*$/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  return `{${Buffer.byteLength(text)}}\r\n${text}`;
}
