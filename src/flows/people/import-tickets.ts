import { cleanSubject } from '../../decide/mail/words/mail-words.ts';
import { parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import { cleanText } from '../../mail/charset/clean-text.ts';
import { countToLearn, vacuumAnswers } from '../../store/answers/answer-lessons.ts';
import { inTransaction } from '../../store/database.ts';
import { type ImportedTicket, insertImportedTickets } from '../../store/tickets/imported-tickets.ts';
import { calibrate } from '../answers/calibrate-answers.ts';
import { LEARN_BATCH, learnBatch } from '../answers/learn-answer.ts';
import type { Desk } from '../desk.ts';

const INSERT_BATCH = 1_000;
const SUBJECT_CHARACTERS = 80;
const MANY = 500;

export type ImportProgress = {
  /** a line that is not taken, in one sentence */
  bad(line: number, why: string): void;
  /** `of` is undefined while nobody knows */
  step(what: 'reading' | 'learning' | 'calibrating', done: number, of: number | undefined): void;
};
export type ImportResult = { lines: number; imported: number; already: number; bad: number; learned: number };

/**
 * Loads closed tickets from lines of JSON, one a line, and learns their answers meanwhile. Each batch is a transaction;
 * a bad line is told and the rest goes on; lines that were imported before are left as they are.
 */
export async function importTickets(
  desk: Pick<Desk, 'database' | 'clock' | 'log'> & { locale: string; mailboxId?: MailboxId | undefined },
  lines: AsyncIterable<string>,
  progress: ImportProgress,
): Promise<ImportResult> {
  const result: ImportResult = { lines: 0, imported: 0, already: 0, bad: 0, learned: 0 };
  const now = desk.clock.now();
  let batch: ImportedTicket[] = [];
  let unlearned = 0;
  let learning: Promise<number> | undefined;
  const write = async () => {
    const { length } = batch;
    const fresh = length === 0 ? 0 : await inTransaction(desk.database, (tx) => insertImportedTickets(tx, batch, desk));
    result.imported += fresh;
    result.already += length - fresh;
    batch = [];
    progress.step('reading', result.lines, undefined);
    unlearned += fresh;
    if (unlearned < LEARN_BATCH) return;
    unlearned = 0;
    result.learned += (await learning) ?? 0;
    learning = learnBatch(desk, LEARN_BATCH);
    // Awaited with the next batch, or at the end; until then its failure is nobody's surprise.
    learning.catch(() => {});
  };
  for await (const line of lines) {
    result.lines++;
    if (line.trim() === '') continue;
    const read = readImportLine(line, now);
    if (typeof read === 'string') {
      result.bad++;
      progress.bad(result.lines, read);
      continue;
    }
    batch.push(read);
    if (batch.length >= INSERT_BATCH) await write();
  }
  await write();
  result.learned += (await learning) ?? 0;
  result.learned += await learnAll(desk, progress);
  if (result.learned >= MANY) await vacuumAnswers(desk.database);
  if (result.imported > 0) await calibrate(desk, (done, of) => progress.step('calibrating', done, of));
  return result;
}

async function learnAll(desk: Pick<Desk, 'database' | 'log'>, progress: ImportProgress): Promise<number> {
  const all = await countToLearn(desk.database);
  let done = 0;
  while (done < all) {
    progress.step('learning', done, all);
    const learned = await learnBatch(desk, LEARN_BATCH);
    if (learned === 0) break;
    done += learned;
  }
  return done;
}

/** The ticket of a line, or what is wrong with it as the end of a sentence. */
export function readImportLine(line: string, now: EpochMs): ImportedTicket | string {
  let row: unknown;
  try {
    row = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return 'it is not JSON';
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'it is no JSON object';
  const fields = row as Record<string, unknown>;
  const email = typeof fields['email'] === 'string' ? parseEmailAddress(fields['email'].trim()) : undefined;
  if (email === undefined) return 'its email is no mail address';
  const query = readImportedWords(fields['query']);
  if (query === undefined) return 'its query is empty or no text';
  const lastResponse = readImportedWords(fields['last_response']);
  if (lastResponse === undefined) return 'its last_response is empty or no text';
  const feedback = fields['feedback'] ?? undefined;
  if (feedback !== undefined && feedback !== 'satisfied' && feedback !== 'not_satisfied' && feedback !== '') {
    return 'its feedback is neither satisfied, not_satisfied nor null';
  }
  const created = readImportedTime(fields['created_time']);
  const closed = readImportedTime(fields['closed_time']);
  if (created === 'unreadable') return 'its created_time is neither milliseconds since 1970 nor an ISO date';
  if (closed === 'unreadable') return 'its closed_time is neither milliseconds since 1970 nor an ISO date';
  const closedTime = closed ?? created ?? now;
  const createdTime = created ?? closedTime;
  if (closedTime < createdTime) return 'it was closed before it was created';
  const subject = cleanSubject(query.slice(0, SUBJECT_CHARACTERS));
  return {
    email,
    query,
    subject,
    lastResponse,
    feedback: feedback === '' ? undefined : feedback,
    createdTime,
    closedTime,
  };
}

function readImportedWords(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return cleanText(value).trim() || undefined;
}

const LAST_DATE = 8.64e15;

function readImportedTime(value: unknown): EpochMs | undefined | 'unreadable' {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : Number(value);
  return Number.isFinite(ms) && ms >= 0 && ms <= LAST_DATE ? Math.floor(ms) : 'unreadable';
}
