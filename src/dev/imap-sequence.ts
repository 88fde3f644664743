import { BadCommand } from './imap-syntax.ts';

type Range = { from: number; to: number };

/** A sequence set such as `1:4,7,9:*` (RFC 3501 section 9), where `*` is the largest number in use. */
function parseSequenceSet(text: string, largest: number): Range[] {
  if (text === '' || text.length > 64 * 1024) throw new BadCommand('Invalid sequence set');
  return text.split(',').map((part) => {
    const match = /^(\*|[1-9]\d{0,9})(?::(\*|[1-9]\d{0,9}))?$/.exec(part);
    if (match === null) throw new BadCommand('Invalid sequence set');
    const ends = [match[1], match[2] ?? match[1]].map((end) => (end === '*' ? largest : Number(end)));
    if (ends.some((end) => end > 0xffffffff)) throw new BadCommand('Number too large in sequence set');
    return { from: Math.min(...ends), to: Math.max(...ends) };
  });
}

/** Message numbers (from 1), ascending. One beyond the mailbox is an error of the client, as in Dovecot. */
export function resolveNumbers(text: string, exists: number): number[] {
  const ranges = parseSequenceSet(text, exists);
  if (ranges.some((range) => range.to > exists || range.from < 1)) throw new BadCommand('Invalid messageset');
  return pick(
    ranges,
    Array.from({ length: exists }, (_value, index) => index + 1),
  );
}

/** The UIDs of the mailbox that the set names, ascending; those that do not exist are passed over in silence. */
export function resolveUids(text: string, uids: number[]): number[] {
  return pick(parseSequenceSet(text, uids.at(-1) ?? 0), uids);
}

function pick(ranges: Range[], numbers: number[]): number[] {
  return numbers.filter((number) => ranges.some((range) => number >= range.from && number <= range.to));
}
