/** `turnmail parked ...`: the way out for mail that nobody acts on until a person looks. */
import type { InboundId } from '../../domain/ticket/ids.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import { formatSubjectTag } from '../../domain/ticket/reply-token.ts';
import { acceptParkedMail, discardParkedMail, type ParkedOutcome } from '../../flows/operate/accept-parked.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import type { Config } from '../../runtime/settings/config.ts';
import { findParked, listParked, type ParkedMail } from '../../store/inbound/parked-mails.ts';
import { withDatabase, withDesk } from '../reach-desk.ts';
import { complain, duration, indent, moment, oneLine, print, printJson, table } from '../terminal-text.ts';
import { withParser } from './with-parser.ts';

const MAX_HEADERS = 8_000;
const MAX_TEXT = 4_000;

export async function printParked(options: { json: boolean; limit: number }): Promise<number> {
  const rows = await withDatabase(({ database }) => listParked(database, options.limit));
  if (options.json) printJson(rows);
  else if (rows.length === 0) print('No mail is parked.');
  else print(table(['ID', 'SINCE', 'REASON', 'FROM', 'SUBJECT'], rows.map(listRow)));
  return 0;
}

function listRow(row: ParkedMail): string[] {
  return [
    String(row.id),
    duration(Date.now() - row.parkedAt),
    row.reason,
    oneLine(row.from ?? '-', 40),
    oneLine(row.subject ?? '-', 60),
  ];
}

export async function show(id: InboundId, options: { json: boolean }): Promise<number> {
  const shown = await withDatabase(async ({ config, database }) => {
    const found = await findParked(database, id);
    if (!found) return undefined;
    const { raw, ...mail } = found;
    const headers = raw?.toString('utf8').split(/\r?\n\r?\n/, 1)[0] ?? null;
    const text = raw === null || mail.disposition !== 'parked' ? null : await readText(config, raw);
    return { ...mail, headers: cut(headers, MAX_HEADERS), text: cut(text, MAX_TEXT) };
  });
  if (shown === undefined) return tell({ kind: 'no-such-mail' }, id, options);
  const removed = shown.rawRemovedAt === null ? undefined : `its bytes were removed on ${moment(shown.rawRemovedAt)}`;
  if (shown.disposition !== 'parked') {
    if (removed !== undefined) complain(`mail ${id}: ${removed}`);
    return tell({ kind: 'not-parked' }, id, options);
  }
  if (options.json) {
    printJson(shown);
    return 0;
  }
  const lines = [
    `Mail ${id} is parked: ${REASONS[shown.reason]} (${shown.reason})${shown.detail ? `; ${oneLine(shown.detail, 300)}` : ''}`,
    `From:     ${oneLine(`${shown.fromName ?? ''} ${shown.from === null ? '(nobody)' : `<${shown.from}>`}`, 160)}`,
    `Subject:  ${oneLine(shown.subject ?? '(none)', 160)}`,
    `Received: ${moment(shown.receivedAt)}, parked ${moment(shown.parkedAt)}, ${shown.size} bytes`,
    ...(shown.ticketId === null ? [] : [`Ticket:   ${formatSubjectTag(shown.ticketId)}`]),
    '',
    indent(shown.headers ?? `(${removed ?? 'its bytes are not here'})`),
    '',
    indent(shown.text ?? '(its text cannot be read)'),
    '',
    `turnmail parked accept ${id}    or    turnmail parked discard ${id}`,
  ];
  print(lines.join('\n'));
  return 0;
}

async function readText(config: Config, raw: Buffer): Promise<string | null> {
  return await withParser(config, async (parser) => {
    const parsed = await parser.parse(raw);
    return parsed.ok ? parsed.mail.text : null;
  });
}

function cut(text: string | null, most: number): string | null {
  return text !== null && text.length > most ? `${text.slice(0, most)} [cut here]` : text;
}

export async function accept(id: InboundId, options: { json: boolean }): Promise<number> {
  const outcome = await withDesk((desk, config) =>
    withParser(config, (parser) => acceptParkedMail({ ...desk, parser }, id)),
  );
  return tell(outcome, id, options);
}

export async function discard(id: InboundId, options: { json: boolean }): Promise<number> {
  return tell(await withDesk((desk) => discardParkedMail(desk, id)), id, options);
}

function tell(outcome: ParkedOutcome, id: InboundId, options: { json: boolean }): number {
  switch (outcome.kind) {
    case 'no-such-mail':
      complain(`there is no mail ${id}; turnmail parked list shows what is parked`);
      return EXIT.notFound;
    case 'not-parked':
      complain(`mail ${id} is not parked`);
      return EXIT.refused;
    case 'refused':
      complain(`mail ${id}: ${outcome.why}`);
      return EXIT.refused;
    case 'done':
      if (options.json) printJson(outcome);
      else print(outcomeSentence(outcome));
      return 0;
  }
}

function outcomeSentence({ id, disposition, reason, ticketId }: ParkedOutcome & { kind: 'done' }): string {
  const ticket = ticketId === undefined ? '' : ` Ticket ${formatSubjectTag(ticketId)}.`;
  if (disposition === 'discarded') return `Mail ${id} is discarded; nothing was done with it, and its bytes stay.`;
  if (disposition === 'parked')
    return `Mail ${id} is still parked, for another reason: ${REASONS[reason]}. Accept it again to accept that too.`;
  return `Mail ${id} is decided (${disposition}): ${REASONS[reason]}.${ticket}`;
}
