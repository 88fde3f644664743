import type { ProposedCut, WordsReading, WordsReadings } from '../../../domain/mail/parsed-mail.ts';
import type { AgentReading } from '../agent-words.ts';
import { attributionAt } from '../attribution/attribution-line.ts';
import { isCard, signatureFlags, withoutSentFrom } from '../signature.ts';
import { headerBlockAt } from './quote-header-block.ts';
import { type BodyLine, formOf, isBlankLine } from './quote-line.ts';
import { separatorOf } from './quote-separator.ts';

/** A mail with more is read without its desk: nobody quotes and answers so often. */
const MAX_CUTS = 2_000;
const MAX_LINES = 20_000;

type Kind = ProposedCut['kind'] | undefined;

/**
 * What the lines of a mail propose to leave out, by rows of its text; `rows` says in which row each line stands. Undefined
 * where the text has no such rows, or too many cuts.
 */
export function proposeCuts(
  lines: readonly BodyLine[],
  old: readonly boolean[],
  rows: readonly number[] | undefined,
  agent: AgentReading | undefined,
): WordsReadings | undefined {
  if (rows === undefined || lines.length > MAX_LINES) return undefined;
  const customer = readCuts(lines, old, rows);
  const above = agent === undefined ? customer : readCuts(agent.lines, agent.old, rows);
  return customer === undefined || above === undefined ? undefined : { customer, agent: above };
}

function readCuts(
  lines: readonly BodyLine[],
  old: readonly boolean[],
  rows: readonly number[],
): WordsReading | undefined {
  const kinds: Kind[] = lines.map((line, at) =>
    old[at] !== true ? undefined : line.mark === 'signature' ? 'signature' : 'history',
  );
  markAnnouncements(lines, kinds);
  markSignatures(lines, kinds);
  const cuts: ProposedCut[] = [];
  let end = 0;
  kinds.forEach((kind, at) => {
    const row = rows[at] ?? -1;
    if (row < 0) return;
    end = row + 1;
    if (kind === undefined) return;
    const last = cuts.at(-1);
    if (last?.kind === kind && last.to === row) last.to = row + 1;
    else cuts.push({ from: row, to: row + 1, kind });
  });
  return cuts.length > MAX_CUTS ? undefined : { end, cuts };
}

/** Attributions, header blocks and separators within history, also those of older mails that are quoted in it. */
function markAnnouncements(lines: readonly BodyLine[], kinds: Kind[]): void {
  const bare = lines.map((line) => ({ ...line, depth: 0, mark: undefined, container: 0 }));
  for (let at = 0; at < lines.length; at++) {
    const line = bare[at];
    if (kinds[at] !== 'history' || line === undefined || isBlankLine(line)) continue;
    const count =
      (separatorOf(line.text) === undefined ? undefined : 1) ??
      headerBlockAt(bare, at, true) ??
      (lines[at]?.mark === 'attribution' ? 1 : attributionAt(bare, at)?.lines);
    if (count === undefined) continue;
    for (let each = at; each < at + count && kinds[each] === 'history'; each++) kinds[each] = 'announcement';
    at += count - 1;
  }
}

function markSignatures(lines: readonly BodyLine[], kinds: Kind[]): void {
  let from = 0;
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && kinds[at] === undefined) continue;
    const run = lines.slice(from, at).map(({ text }) => text);
    if (run.length > 0) {
      signatureOf(run, at < lines.length).forEach((flag, index) => {
        if (flag) kinds[from + index] = 'signature';
      });
    }
    from = at + 1;
  }
}

/** Words that look like a signature and are all that was typed are none, unless they are a card or the line of a phone. */
function signatureOf(run: readonly string[], isAboveHistory: boolean): boolean[] {
  const flags = signatureFlags(run, isAboveHistory, true);
  if (run.some((text, at) => flags[at] !== true && formOf(text) !== '')) return flags;
  const filled = run.filter((text) => formOf(text) !== '');
  const isSure = withoutSentFrom(filled).length === 0 || (filled[0]?.trim() === '--' && isCard(filled.slice(1)));
  return flags.map((flag) => flag && isSure);
}
