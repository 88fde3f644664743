import { BOARD_DAYS, boardToken, isBoardToken, readBoardToken } from '../../decide/report/board-token.ts';
import { addressKey } from '../../domain/email-address.ts';
import type { BoardView, ReportNumbers } from '../../domain/report.ts';
import { DAY_MS } from '../../domain/rules.ts';
import { barsOfWaiting } from '../../plots/bars-of-waiting.ts';
import { linesOfDays } from '../../plots/lines-of-days.ts';
import { LIGHT } from '../../plots/picture.ts';
import type { Database, Tx } from '../../store/database.ts';
import { type BoardReader, findBoardLink, insertBoardLink } from '../../store/report/board-links.ts';
import { listBoardRows } from '../../store/report/board-rows.ts';
import type { Desk } from '../desk.ts';
import { makeReport } from './make-report.ts';

export type BoardDesk = Desk & { timeZone: string; boardNames: boolean };

const MAX_ROWS = 500;
const DAYS_SHOWN = 14;

/** The link to the board for one person, good for some weeks; undefined where the desk has no pages. */
export async function makeBoardLink(
  desk: Pick<Desk, 'identityOf' | 'keys' | 'clock'>,
  client: Database | Tx,
  reader: BoardReader,
): Promise<string | undefined> {
  const { publicUrl } = desk.identityOf(undefined);
  if (publicUrl === undefined) return undefined;
  const now = desk.clock.now();
  const link = await insertBoardLink(client, reader, now, now + BOARD_DAYS * DAY_MS);
  return `${publicUrl}/board/${boardToken(desk.keys[0], link)}`;
}

/** What waits, whose move it is, and the plots; undefined for every text that is no good token. Changes nothing. */
export async function showBoard(desk: BoardDesk, text: string): Promise<BoardView | undefined> {
  if (!(await isGoodToken(desk, text))) return undefined;
  const now = desk.clock.now();
  const scope = { from: now - DAYS_SHOWN * DAY_MS, to: now + 1, mailbox: undefined };
  const numbers = await makeReport(desk, scope, desk.timeZone);
  const { rows, total } = await listBoardRows(desk.database, MAX_ROWS, desk.boardNames);
  return {
    deskName: desk.identityOf(undefined).name,
    at: now,
    timeZone: desk.timeZone,
    numbers,
    rows,
    more: total - rows.length,
    ...plotsOf(numbers),
  };
}

/** The plots of a report as SVG. */
export function plotsOf(numbers: ReportNumbers): { waitingPlot: string; daysPlot: string } {
  const labels = numbers.waiting.map(({ label }) => label);
  const words = { came: 'came in', answered: 'first answered', closed: 'closed', dayOf: (day: string) => day.slice(5) };
  return {
    waitingPlot: barsOfWaiting(numbers.waiting, { title: 'Tickets that wait for the desk, by age', labels }, LIGHT),
    daysPlot: linesOfDays(numbers.days, { title: 'Tickets day by day', ...words }, LIGHT),
  };
}

async function isGoodToken(desk: BoardDesk, text: string): Promise<boolean> {
  const token = readBoardToken(text);
  const link = token && (await findBoardLink(desk.database, token.id));
  if (!token || !link || !isBoardToken(desk.keys, link, token.mac)) return false;
  if (link.revokedAt !== undefined || link.expiresAt <= desk.clock.now()) return false;
  const { operator } = link;
  return operator === undefined || desk.rules.operators.some((one) => addressKey(one) === addressKey(operator));
}
