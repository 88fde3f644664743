import { parseImapDate } from './imap-fetch.ts';
import { resolveNumbers, resolveUids } from './imap-sequence.ts';
import { asAtom, asText, BadCommand, type ImapToken } from './imap-syntax.ts';
import type { StoredMail } from './mail-store.ts';
import { headerFields, headerLength } from './mime-structure.ts';

type Test = (mail: StoredMail, number: number) => boolean;

const FLAG_KEYS: Record<string, [flag: string, set: boolean]> = {
  ANSWERED: ['\\Answered', true],
  DELETED: ['\\Deleted', true],
  DRAFT: ['\\Draft', true],
  FLAGGED: ['\\Flagged', true],
  SEEN: ['\\Seen', true],
  UNANSWERED: ['\\Answered', false],
  UNDELETED: ['\\Deleted', false],
  UNDRAFT: ['\\Draft', false],
  UNFLAGGED: ['\\Flagged', false],
  UNSEEN: ['\\Seen', false],
};

const DAY_MS = 86_400_000;

/** The mails among `view` that a SEARCH names (RFC 3501 section 6.4.4); text is compared as it stands in the mail. */
export function searchMails(tokens: ImapToken[], view: StoredMail[]): { mail: StoredMail; number: number }[] {
  const rest = [...tokens];
  if (rest[0]?.kind === 'atom' && rest[0].text.toUpperCase() === 'CHARSET') {
    const charset = asText(rest[1]).toUpperCase();
    if (charset !== 'UTF-8' && charset !== 'US-ASCII') throw new BadCommand('Unknown charset');
    rest.splice(0, 2);
  }
  const test = readAll(rest, view);
  const found: { mail: StoredMail; number: number }[] = [];
  for (const [index, mail] of view.entries()) if (test(mail, index + 1)) found.push({ mail, number: index + 1 });
  return found;
}

function readAll(tokens: ImapToken[], view: StoredMail[]): Test {
  if (tokens.length === 0) throw new BadCommand('Missing search key');
  const tests: Test[] = [];
  while (tokens.length > 0) tests.push(readKey(tokens, view));
  return (mail, number) => tests.every((test) => test(mail, number));
}

function readKey(tokens: ImapToken[], view: StoredMail[]): Test {
  const token = tokens.shift();
  if (token?.kind === 'list') return readAll([...token.items], view);
  const name = asAtom(token).toUpperCase();
  const flag = FLAG_KEYS[name];
  if (flag !== undefined) return (mail) => mail.flags.has(flag[0]) === flag[1];
  if (/^[\d*]/.test(name)) {
    const numbers = new Set(resolveNumbers(name, view.length));
    return (_mail, number) => numbers.has(number);
  }
  return logicKey(name, tokens, view) ?? dateKey(name, tokens) ?? textKey(name, tokens);
}

function logicKey(name: string, tokens: ImapToken[], view: StoredMail[]): Test | undefined {
  switch (name) {
    case 'ALL':
    case 'OLD':
      return () => true;
    case 'RECENT':
    case 'NEW':
      return () => false;
    case 'NOT': {
      const inner = readKey(tokens, view);
      return (mail, number) => !inner(mail, number);
    }
    case 'OR': {
      const [left, right] = [readKey(tokens, view), readKey(tokens, view)];
      return (mail, number) => left(mail, number) || right(mail, number);
    }
    case 'UID': {
      const uids = resolveUids(
        asAtom(tokens.shift()),
        view.map((mail) => mail.uid),
      );
      const wanted = new Set(uids);
      return (mail) => wanted.has(mail.uid);
    }
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = asAtom(tokens.shift()).toLowerCase();
      return (mail) => [...mail.flags].some((flag) => flag.toLowerCase() === keyword) === (name === 'KEYWORD');
    }
    default:
      return undefined;
  }
}

/** Days are compared without time and zone; ours are UTC. */
function dateKey(name: string, tokens: ImapToken[]): Test | undefined {
  const match = /^(SENT)?(BEFORE|ON|SINCE)$/.exec(name);
  if (match === null) return undefined;
  const day = Math.floor(parseImapDate(asText(tokens.shift())) / DAY_MS);
  const dayOf = (mail: StoredMail) =>
    Math.floor((match[1] === undefined ? mail.internalDate : Date.parse(headerValue(mail, 'date'))) / DAY_MS);
  if (match[2] === 'BEFORE') return (mail) => dayOf(mail) < day;
  if (match[2] === 'ON') return (mail) => dayOf(mail) === day;
  return (mail) => dayOf(mail) >= day;
}

function textKey(name: string, tokens: ImapToken[]): Test {
  switch (name) {
    case 'BCC':
    case 'CC':
    case 'FROM':
    case 'SUBJECT':
    case 'TO':
      return headerContains(name, asText(tokens.shift()));
    case 'HEADER':
      return headerContains(asText(tokens.shift()), asText(tokens.shift()));
    case 'BODY':
    case 'TEXT': {
      const words = asText(tokens.shift()).toLowerCase();
      return (mail) => {
        const from = name === 'BODY' ? headerLength(mail.raw) : 0;
        return mail.raw.subarray(from).toString('utf8').toLowerCase().includes(words);
      };
    }
    case 'LARGER':
    case 'SMALLER': {
      const size = Number(asAtom(tokens.shift()));
      if (!Number.isSafeInteger(size) || size < 0) throw new BadCommand('Invalid size');
      return (mail) => (name === 'LARGER' ? mail.raw.length > size : mail.raw.length < size);
    }
    default:
      throw new BadCommand(`Unknown search key ${name.slice(0, 60)}`);
  }
}

/** An empty text asks only whether the field is there. */
function headerContains(field: string, text: string): Test {
  const [name, words] = [field.toLowerCase(), text.toLowerCase()];
  return (mail) =>
    headerFields(mail.raw.subarray(0, headerLength(mail.raw))).some(
      (found) => found.name === name && utf8(found.value).toLowerCase().includes(words),
    );
}

function headerValue(mail: StoredMail, name: string): string {
  const fields = headerFields(mail.raw.subarray(0, headerLength(mail.raw)));
  return fields.find((field) => field.name === name)?.value ?? '';
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
