import { OWN_PHRASES } from '../../../domain/mail/own-phrases.ts';
import { findTokens } from '../../../domain/ticket/reply-token.ts';
import { attributionAt } from '../attribution/attribution-line.ts';
import { headerBlockAt } from './quote-header-block.ts';
import { type BodyLine, followsRule, formOf, isBlankLine, isRule } from './quote-line.ts';
import { isOwnMark, separatorOf } from './quote-separator.ts';

/**
 * Lines whose form is looked at. A person does not type more; what follows keeps its words, and lines with `>` are
 * still history.
 */
const MAX_EXAMINED_LINES = 10_000;

export type Reading = {
  /** the subject says that the mail was forwarded: the header block that clients put above a reply as above a forward ends nothing */
  isForward?: boolean;
  /** our own marker stood below the last of these lines: what announces history there announces our mail, if words stand above it or none */
  isAboveMark?: boolean;
  /** what announces history proposes to leave it out although nothing was typed above: whoever knows what we sent decides */
  proposes?: boolean;
};

/** One flag a line: true where it is history or belongs to it. */
export function findHistory(lines: readonly BodyLine[], reading: Reading = {}): boolean[] {
  const { isForward = false, isAboveMark = false, proposes = false } = reading;
  const old = lines.map((line) => line.depth > 0);
  markWrappedEnds(lines, old);
  markByHtml(lines, old, reading);
  const end = Math.min(lines.length, MAX_EXAMINED_LINES);
  let typed = false;
  for (let at = 0; at < end; at++) {
    const line = lines[at];
    if (line === undefined || old[at] === true || isBlankLine(line)) continue;
    const step = stepAt(lines, old, at, { isForward, isAboveMark });
    if (step.kind === 'forward') {
      old.fill(isAboveMark && announcesNothing(lines, at), at);
      return old;
    }
    if (step.kind === 'cut' && typed && isOwnMark(line.text) && !isOurs(lines, old, at)) continue;
    // Below the marker of another desk, with nothing above it, stands what people wrote there.
    if (step.kind === 'cut' && !typed && isForeignMark(line.text)) {
      old[at] = !isAboveMark;
      continue;
    }
    if (step.kind === 'cut' && (typed || isAboveMark || proposes)) {
      const announced = step.announces ?? 0;
      cutFrom(lines, old, at, announced);
      if (announced === 0) return old;
      at += announced - 1;
      continue;
    }
    if (step.kind === 'cut' && !step.keepWhenFirst) old[at] = true;
    if (step.kind === 'cut' && step.keepWhenFirst) return old;
    if (step.kind === 'attribution') {
      old.fill(true, at, at + step.lines);
      markIndented(lines, old, at + step.lines);
      at += step.lines - 1;
    }
    if (step.kind === 'typed') typed = true;
  }
  return old;
}

/** True where nothing stands below what announces a forwarded mail, but our marker further down. */
function announcesNothing(lines: readonly BodyLine[], at: number): boolean {
  const isSeparator = separatorOf(lines[at]?.text ?? '') !== undefined;
  const head = isSeparator ? nextFilledLine(lines, at + 1) : at;
  return nextFilledLine(lines, head + (headerBlockAt(lines, head, true) ?? 0)) >= lines.length;
}

type Step =
  | { kind: 'typed' }
  | { kind: 'forward' }
  | { kind: 'attribution'; lines: number }
  /**
   * All that follows is history, if words stand above; otherwise only the marker goes, or nothing. Where a quote with
   * marks of its own follows, only that many lines that announce it: the person may have typed between its lines.
   */
  | { kind: 'cut'; keepWhenFirst: boolean; announces?: number };

const TYPED: Step = { kind: 'typed' };

/** Lines that have no sign of history, whatever stands around them: nearly all, and a mail is read several times. */
const withoutSign = new WeakMap<readonly BodyLine[], Set<number>>();

function stepAt(
  lines: readonly BodyLine[],
  old: readonly boolean[],
  at: number,
  { isForward, isAboveMark }: { isForward: boolean; isAboveMark: boolean },
): Step {
  const line = lines[at];
  const plain = withoutSign.get(lines) ?? new Set<number>();
  withoutSign.set(lines, plain);
  if (line === undefined || (!isAboveMark && plain.has(at))) return TYPED;
  const separator = separatorOf(line.text);
  if (separator?.kind === 'reply-above') return { kind: 'cut', keepWhenFirst: false };
  if (separator !== undefined && (separator.certain || opensHistory(lines, old, at + 1))) {
    return separator.kind === 'forward' || isForward ? { kind: 'forward' } : cutAt(lines, at, 1);
  }
  const block = headerBlockAt(lines, at, followsRule(lines, at)) ?? (isAboveMark ? lastBlockAt(lines, at) : undefined);
  if (block !== undefined) {
    return isForward || isIntroduced(lines, at) ? { kind: 'forward' } : cutAt(lines, at, block);
  }
  const attribution = attributionAt(lines, at);
  if (attribution === undefined && separator === undefined) plain.add(at);
  if (attribution === undefined) return TYPED;
  const isLast = isAboveMark && nextFilledLine(lines, at + attribution.lines) >= lines.length;
  if (isLast || opensHistory(lines, old, at + attribution.lines))
    return { kind: 'attribution', lines: attribution.lines };
  return attribution.strength === 'strong' ? { kind: 'cut', keepWhenFirst: true } : TYPED;
}

function isForeignMark(text: string): boolean {
  return separatorOf(text)?.kind === 'reply-above' && !isOwnMark(text);
}

/** A block of fields with nothing but our marker below it, in whatever language. */
function lastBlockAt(lines: readonly BodyLine[], at: number): number | undefined {
  const block = headerBlockAt(lines, at, true);
  return block !== undefined && nextFilledLine(lines, at + block) >= lines.length ? block : undefined;
}

const TICKET_WORDS = [...new Set(Object.values(OWN_PHRASES).map(({ ticket }) => ticket))];
const NAMES_TICKET = new RegExp(`^(?:${TICKET_WORDS.join('|')}) (?:\\[#\\d{1,15}\\]|#\\d{1,15}(?!\\d))`);

/** Lines below our marker in which every kind of mail that has one names its ticket, where it has one. */
const HEAD_LINES = 12;

/**
 * Our marker is ours where history stands right above it, or below it the ticket as our mails name it, or a token. Anybody may
 * type the marker, or paste it, and what they type below it is theirs.
 */
function isOurs(lines: readonly BodyLine[], old: readonly boolean[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isBlankLine(lines[before] ?? { text: '' })) before--;
  if (old[before] === true) return true;
  let filled = 0;
  for (let below = at + 1; below < lines.length && filled < HEAD_LINES; below++) {
    const text = lines[below]?.text ?? '';
    const form = formOf(text);
    if (form === '') continue;
    filled++;
    if (NAMES_TICKET.test(form) || findTokens(text).length > 0) return true;
  }
  return false;
}

function cutAt(lines: readonly BodyLine[], at: number, count: number): Step {
  const next = nextFilledLine(lines, at + count);
  const block = headerBlockAt(lines, next, true);
  const first = lines[block === undefined ? next : nextFilledLine(lines, next + block)];
  const isQuoted = first !== undefined && first.depth > 0;
  return isQuoted ? { kind: 'cut', keepWhenFirst: true, announces: count } : { kind: 'cut', keepWhenFirst: true };
}

/** "This is what you sent me:" above a header block: the person shows a mail, and it stays. */
function isIntroduced(lines: readonly BodyLine[], at: number): boolean {
  for (let before = at - 1; before >= 0 && at - before <= 3; before--) {
    const form = formOf(lines[before]?.text ?? '');
    if (form !== '') return /[^\s\d:：][:：]$/.test(form) && form.length > 12;
  }
  return false;
}

/** True where the next line with words is quoted, or is itself a sign of history. */
function opensHistory(lines: readonly BodyLine[], old: readonly boolean[], from: number): boolean {
  const at = nextFilledLine(lines, from);
  const line = lines[at];
  if (line === undefined || at - from > 4) return false;
  if (line.depth > 0 || line.mark === 'indent' || (old[at] === true && line.mark !== 'signature')) return true;
  if (headerBlockAt(lines, at, true) !== undefined) return true;
  return separatorOf(line.text)?.kind === 'reply-above';
}

function nextFilledLine(lines: readonly BodyLine[], from: number): number {
  const filled = lines.slice(from, from + 7).findIndex((line) => !isBlankLine(line));
  return filled < 0 ? lines.length : from + filled;
}

/** History from here to the end, or only `count` lines, with the empty lines and drawn rules above. */
function cutFrom(lines: readonly BodyLine[], old: boolean[], at: number, count: number): void {
  let start = at;
  while (start > 0) {
    const form = formOf(lines[start - 1]?.text ?? '');
    if (form !== '' && !isRule(form)) break;
    start--;
  }
  old.fill(true, start, count === 0 ? lines.length : at + count);
}

/** Shorter quoted lines were not wrapped. */
const MIN_WRAPPED_CHARS = 58;
/** Mail programs and servers wrap at 72 to 80 characters. */
const WRAPPED_AT = 68;

/**
 * The end of a long quoted line that was wrapped on its way and lost its `>`: it goes on in the middle of a sentence, its
 * first word had no room on the line above, and the quote goes on below.
 */
function markWrappedEnds(lines: readonly BodyLine[], old: boolean[]): void {
  for (let at = 1; at < lines.length - 1; at++) {
    const [before, line, after] = [lines[at - 1], lines[at], lines[at + 1]];
    if (!before || !line || !after || line.depth > 0 || before.depth === 0 || before.mark !== undefined) continue;
    if (line.mark !== undefined || after.depth === 0) continue;
    const above = before.text.trimEnd();
    const word = /^[\p{Ll}\p{Lo}\d][^\s]{0,60}/u.exec(line.text)?.[0] ?? '';
    const noRoom = above.length + before.depth + 1 + word.length >= WRAPPED_AT;
    const goesOn = word !== '' && above.length >= MIN_WRAPPED_CHARS && !/[.!?:;…。！？]["'”»)]?$/.test(above);
    if (goesOn && noRoom && line.text.length < above.length) old[at] = true;
  }
}

/**
 * A blockquote that could be an indented paragraph is a quote when an attribution stands above it, and so are those below it: its
 * parts, where somebody typed between its lines.
 */
function markIndented(lines: readonly BodyLine[], old: boolean[], from: number): void {
  const first = nextFilledLine(lines, from);
  if (lines[first]?.mark !== 'indent') return;
  for (let at = first; at < lines.length; at++) if (lines[at]?.mark === 'indent') old[at] = true;
}

/** What the marks of HTML mail programs say, where words that are not marked remain. */
function markByHtml(lines: readonly BodyLine[], old: boolean[], { isForward, isAboveMark, proposes }: Reading): void {
  const marked = old.slice();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined) continue;
    if (line.mark === 'rest' && isForward === true) continue;
    if (line.mark === 'rest' || line.mark === 'signature' || line.mark === 'attribution') marked[at] = true;
    if (line.container > 0) at = markContainer(lines, marked, at);
  }
  const anyTyped = lines.some((line, at) => marked[at] !== true && !isBlankLine(line) && !isRule(formOf(line.text)));
  if (!anyTyped && isAboveMark !== true && proposes !== true) return;
  for (let at = 0; at < lines.length; at++) if (marked[at] === true) old[at] = true;
}

/**
 * One history container, from line `from`; returns its last line. Gmail puts the words typed between two quotes inside
 * it, so only what stands above its first quote is history; a container without a quote is history as a whole, unless
 * it says that it was forwarded.
 */
function markContainer(lines: readonly BodyLine[], marked: boolean[], from: number): number {
  const container = lines[from]?.container;
  let end = from;
  while (lines[end + 1]?.container === container) end++;
  const first = nextFilledLine(lines, from);
  if (separatorOf(lines[first]?.text ?? '')?.kind === 'forward') return end;
  let quote = from;
  while (quote <= end && lines[quote]?.depth === 0) quote++;
  for (let at = from; at <= end && at < quote; at++) marked[at] = true;
  return end;
}
