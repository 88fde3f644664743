import { BOARD_DAYS, boardToken, isBoardToken, readBoardToken } from '../../decide/report/board-token.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import type { BoardView } from '../../domain/desk/report.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { Database, Tx } from '../../store/database.ts';
import { type BoardReader, findBoardLink, insertBoardLink } from '../../store/report/board-links.ts';
import { listBoardRows } from '../../store/report/board-rows.ts';
import type { Desk } from '../desk.ts';
import { drawPlots } from './draw-plots.ts';
import { makeReport } from './make-report.ts';
import { mailboxesFor } from './reader-mailboxes.ts';

export type BoardDesk = Desk & { timeZone: string; boardNames: boolean };

const MAX_ROWS = 500;
const DAYS_SHOWN = 14;

/** The link to the board for one person, good for some weeks; undefined where the desk has no pages. */
export async function makeBoardLink(
  desk: Pick<Desk, 'keys' | 'clock'>,
  client: Database | Tx,
  reader: BoardReader,
  { publicUrl }: Pick<Identity, 'publicUrl'>,
): Promise<string | undefined> {
  if (publicUrl === undefined) return undefined;
  const now = desk.clock.now();
  const link = await insertBoardLink(client, reader, now, now + BOARD_DAYS * DAY_MS);
  return `${publicUrl}/board/${boardToken(desk.keys[0], link)}`;
}

/**
 * What waits in the mailboxes of the link's reader, whose move it is, and the plots; undefined for every text that is no good
 * token. Changes nothing.
 */
export async function showBoard(desk: BoardDesk, text: string): Promise<BoardView | undefined> {
  const reader = await findReader(desk, text);
  if (reader === undefined) return undefined;
  const { identity, of } = mailboxesFor(desk, reader);
  const { brand, locale } = identity;
  const now = desk.clock.now();
  const scope = { from: now - DAYS_SHOWN * DAY_MS, to: now + 1, mailbox: undefined };
  const numbers = await makeReport(desk, scope, of, desk.timeZone);
  const { rows, total } = await listBoardRows(desk.database, of, MAX_ROWS, desk.boardNames);
  return {
    brand,
    locale,
    at: now,
    days: DAYS_SHOWN,
    numbers,
    rows: rows.map((row) => ({ ...row, waitedMs: Math.max(0, now - row.since) })),
    waiting: numbers.waiting.reduce((sum, { tickets }) => sum + tickets, 0),
    more: total - rows.length,
    named: desk.boardNames,
    ...drawPlots(numbers, desk.words, locale, 'page'),
  };
}

/** Whom a good token is for: an agent of the desk, or somebody who is its operator still. */
async function findReader(desk: BoardDesk, text: string): Promise<EmailAddress | undefined> {
  const token = readBoardToken(text);
  const found = token && (await findBoardLink(desk.database, token.id));
  if (!token || !found || !isBoardToken(desk.keys, found.link, token.mac)) return undefined;
  const { operator, revokedAt, expiresAt } = found.link;
  if (revokedAt !== undefined || expiresAt <= desk.clock.now()) return undefined;
  const isLeft =
    operator !== undefined && !desk.rules.operators.some((one) => addressKey(one) === addressKey(operator));
  return isLeft ? undefined : found.reader;
}
