/** Mails that the text of another shows: what a forward holds, in the forms of mail clients, and what is quoted below an answer. */
import { parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { MailInText, MailsInText, NamedAddress } from '../../domain/mail/parsed-mail.ts';
import { attributionAt } from './attribution/attribution-line.ts';
import { hasAddress } from './attribution/attribution-parts.ts';
import { headerBlockAt, readHeaderBlock } from './quote/quote-header-block.ts';
import { type BodyLine, followsRule, formOf, isBlankLine, isRule } from './quote/quote-line.ts';
import { separatorOf } from './quote/quote-separator.ts';
import { FORWARDED_MESSAGE } from './quote/quote-separator-words.ts';
import { findHistory } from './quote/quoted-text.ts';
import { typedWords } from './typed-words.ts';

/** Below that nobody looks for the beginning of a mail. */
const MAX_LINES = 5_000;
/** A mail in a mail in a mail; whoever forwards what colleagues forwarded is found long before. */
const MAX_MAILS = 5;
/** Without a sign of a forward on top, its mark is looked for in so many lines. */
const MAX_TYPED_LINES = 400;
/** Blank lines between what announces a mail and its fields. */
const MAX_GAP = 4;

/** Where a mail begins: its announcement, and the line below its fields. */
type Start = { at: number; body: number; forward: boolean; from: NamedAddress | undefined; subject: string };

/**
 * @param old which lines are history by findHistory()
 * @param rows in which row of the text each line stands
 */
export function findMailsInText(
  lines: readonly BodyLine[],
  old: readonly boolean[],
  rows: readonly number[] | undefined,
  isForward: boolean,
): MailsInText | undefined {
  if (rows === undefined || !(isForward || old.includes(true) || announcesForward(lines))) return undefined;
  const starts = findStarts(lines, old, isForward);
  const [first] = starts;
  if (first === undefined) return undefined;
  const typed = lines.slice(0, first.at).findLastIndex((line) => !isBlankLine(line) && !isRule(formOf(line.text)));
  const above = lines.slice(0, typed + 1);
  const end = findEndOfForward(lines, first);
  return {
    forwarded: isForward || first.forward,
    above: typedWords(above, findHistory(above)),
    mails: starts
      .filter(({ body }) => body <= end)
      .map((start, at) => rangeOfMail(lines, rows, start, { end, next: Math.min(starts[at + 1]?.at ?? end, end) })),
  };
}

function announcesForward(lines: readonly BodyLine[]): boolean {
  return lines.slice(0, MAX_TYPED_LINES).some(({ text }) => separatorOf(text)?.kind === 'forward');
}

function findStarts(lines: readonly BodyLine[], old: readonly boolean[], isForward: boolean): Start[] {
  const bare = lines
    .slice(0, MAX_LINES)
    .map(({ text }): BodyLine => ({ text, depth: 0, mark: undefined, container: 0 }));
  const starts: Start[] = [];
  for (let at = 0; at < bare.length && starts.length < MAX_MAILS; at++) {
    const line = bare[at];
    if (line === undefined || isBlankLine(line)) continue;
    const mayBegin = starts.length > 0 || isForward || old[at] === true;
    const start = separatedAt(bare, at, mayBegin) ?? (mayBegin ? unseparatedAt(bare, at) : undefined);
    if (start === undefined) continue;
    starts.push(start);
    // What is quoted below an answer is needed as a whole only, and most mails are answers.
    if (!isForward && starts[0]?.forward === false) return starts;
    at = start.body - 1;
  }
  return starts;
}

/** A mail below "---------- Forwarded message ---------" or its like. */
function separatedAt(bare: readonly BodyLine[], at: number, mayBegin: boolean): Start | undefined {
  const text = bare[at]?.text ?? '';
  const separator = separatorOf(text);
  if (separator === undefined || separator.kind === 'reply-above') return undefined;
  const forward = separator.kind === 'forward';
  if (!forward && !mayBegin) return undefined;
  const head = skipBlankLines(bare, at + 1);
  const start = blockAt(bare, head, true) ?? attributedAt(bare, head);
  if (start !== undefined) {
    // Zoho draws its line below the fields too.
    const below = skipBlankLines(bare, start.body);
    const body = formOf(bare[below]?.text ?? '') === formOf(text) ? below + 1 : start.body;
    return { ...start, body, at, forward, from: start.from ?? authorIn(text) };
  }
  if (!forward || !separator.certain) return undefined;
  return { at, body: at + 1, forward, from: authorIn(text), subject: '' };
}

function unseparatedAt(bare: readonly BodyLine[], at: number): Start | undefined {
  const start = blockAt(bare, at, followsRule(bare, at)) ?? attributedAt(bare, at);
  return start && { ...start, at, forward: false };
}

type Head = Pick<Start, 'body' | 'from' | 'subject'>;

/** A block of fields: From, Date, Subject, To. */
function blockAt(bare: readonly BodyLine[], at: number, announced: boolean): Head | undefined {
  const count = headerBlockAt(bare, at, announced);
  if (count === undefined) return undefined;
  const fields = readHeaderBlock(bare, at, count);
  const from = fields.get('from');
  return {
    body: at + count,
    from: from === undefined ? undefined : authorIn(from),
    subject: fields.get('subject') ?? '',
  };
}

/** "On DATE, Jo <jo@x.example> wrote:", also without the verb, as Yandex has it. */
function attributedAt(bare: readonly BodyLine[], at: number): Head | undefined {
  const count = attributionAt(bare, at)?.lines;
  const text = (lines: number) =>
    bare
      .slice(at, at + lines)
      .map((line) => formOf(line.text))
      .join(' ');
  if (count !== undefined) return { body: at + count, from: authorIn(text(count)), subject: '' };
  const line = text(1);
  const isHead = /[>\]）:：]\s?[:：]$/.test(line) && hasAddress(line) && /\d/.test(line);
  return isHead ? { body: at + 1, from: authorIn(line), subject: '' } : undefined;
}

function skipBlankLines(bare: readonly BodyLine[], from: number): number {
  const at = bare.findIndex((line, index) => index >= from && !isBlankLine(line));
  return at < 0 || at - from > MAX_GAP ? from : at;
}

/** What closes a forward in words: "----- End forwarded message -----". */
const END_WORDS =
  /^(?:end|ende|fin|fine|fim|einde|slut|koniec|конец)(?: of| der| du| del| do| van het| af)? (.{3,50})$/;

/** Some mail programs write where the forwarded mail ends; what follows is the forwarder's own. */
function findEndOfForward(lines: readonly BodyLine[], { body }: Start): number {
  for (let at = body; at < Math.min(lines.length, MAX_LINES); at++) {
    const form = formOf(lines[at]?.text ?? '').toLowerCase();
    if (!form.startsWith('--') || form.length > 100) continue;
    const bare = form.replace(/^[-\s]{2,40}/, '').replace(/[-\s]{2,40}$/, '');
    const named = END_WORDS.exec(bare)?.[1];
    if (named !== undefined && FORWARDED_MESSAGE.some((each) => named.startsWith(each))) return at;
  }
  return lines.length;
}

function rangeOfMail(
  lines: readonly BodyLine[],
  rows: readonly number[],
  start: Start,
  { end, next }: { end: number; next: number },
): MailInText {
  const own = rows.slice(start.body, next).filter((row) => row >= 0);
  const held = rows.slice(start.body, end).filter((row) => row >= 0);
  const first = lines.slice(start.body, end).find((line) => !isBlankLine(line));
  const from = held[0] ?? 0;
  return {
    from: start.from,
    subject: start.subject,
    start: from,
    end: (held.at(-1) ?? from - 1) + 1,
    ownEnd: (own.at(-1) ?? from - 1) + 1,
    depth: first?.depth ?? 0,
  };
}

const ADDRESS = /[^\s@<>()[\]",;:]{1,64}@[^\s@<>()[\]",;:]{1,190}/g;
const ENCLOSED = /[<[(]\s?(?:mailto:)?([^\s@<>()[\]",;:]{1,64}@[^\s@<>()[\]",;:]{1,190})/gi;

/**
 * Who wrote a mail by the words of a field or an attribution; its address only where one stands there, since a name may look
 * like an address too: then the one in brackets counts.
 */
function authorIn(value: string): NamedAddress | undefined {
  const written = value.slice(0, 500).replace(/&lt;/g, '<').replace(/&gt;/g, '>').trim();
  if (written === '') return undefined;
  const enclosed = distinctAddresses([...written.matchAll(ENCLOSED)].map((match) => match[1] ?? ''));
  const all = distinctAddresses([...written.matchAll(ADDRESS)].map((match) => match[0]));
  const found = enclosed.length > 0 ? enclosed : all;
  const name = /^[^<[(@]{0,200}(?=[<[(])/.exec(written)?.[0] ?? '';
  return {
    address: found.length === 1 ? parseEmailAddress(found[0] ?? '') : undefined,
    name: name.replace(/^["'*\s]{1,9}|["'*\s]{1,9}$/g, ''),
    written,
  };
}

/** Each once, whatever its case; a full stop behind one ends a sentence. */
function distinctAddresses(found: string[]): string[] {
  const plain = found.map((one) => one.replace(/[.'*]{1,9}$/, '').replace(/^[.'*]{1,9}/, ''));
  return plain.filter((one, at) => plain.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === at);
}
