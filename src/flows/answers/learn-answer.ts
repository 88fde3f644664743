import { createHash } from 'node:crypto';
import { FIRST } from '../../decide/answers/answer-blocks.ts';
import {
  byFeature,
  mayLeaveBlocks,
  type PairChanges,
  planRowChanges,
  rowsToRead,
  sumPairs,
  type Teaching,
} from '../../decide/answers/answer-changes.ts';
import { MAX_CHARACTERS, normalAnswer } from '../../decide/answers/answer-text.ts';
import {
  FEATURES_VERSION,
  lessonOf,
  packFeatures,
  sentenceFeatures,
  unpackFeatures,
} from '../../decide/answers/rank/answer-features.ts';
import { isSpread, spreadAmong } from '../../decide/answers/rank/answer-profiles.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { readBody } from '../../mail/text/body-text.ts';
import {
  deleteRows,
  listBlocks,
  listFirstRows,
  listRowsOf,
  writeAnswerFeatures,
} from '../../store/answers/answer-features.ts';
import {
  changeSizes,
  deleteLearnedTickets,
  ensureAnswers,
  type LearnedRow,
  listTicketsToLearn,
  lockLearning,
  lockLearningOfQueue,
  relearnWhenChanged,
  type TicketToLearn,
  takeTicketsToLearn,
  writeLearnedTickets,
} from '../../store/answers/answer-lessons.ts';
import { type Database, inTransaction, isDatabaseAway, type Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';

/** Tickets of one transaction: the more, the fewer times a profile is written. */
export const LEARN_BATCH = 50_000;
/** Groups into which tickets are divided that could not be learned together. */
const PARTS = 20;
/** Tickets whose words are in memory at once. */
const READ_BATCH = 1_000;
/** Features that are in memory at once: some 60 MB, and as much again for what they change. */
const MAX_WORK = 8_000_000;
/** Queued tickets that one sweep learns, so that it stays short. */
const MAX_PER_SWEEP = 2_000;

/** The part of a text that is compared: the new words of a mail, also where it was stored with its history. */
export function comparableText(text: string): string {
  const plain = { text: text.slice(0, 5 * MAX_CHARACTERS), flowed: false, delSp: false };
  return readBody({ plain, html: undefined }).reply.trim() || text;
}

/**
 * Learns what the queue names, until it is empty or `most` rows are done; for the sweep. A ticket that cannot be learned is
 * logged and left out; the next change of it brings it back. @returns how many rows were done
 */
export async function learnWaiting(desk: Pick<Desk, 'database' | 'log'>, most = MAX_PER_SWEEP): Promise<number> {
  let done = 0;
  while (done < most) {
    const learned = await learnBatch(desk, Math.min(LEARN_BATCH, most - done));
    if (learned === 0) break;
    done += learned;
  }
  return done;
}

/** One transaction of learning. @returns rows of the queue that are done; 0 where it was empty */
export async function learnBatch(desk: Pick<Desk, 'database' | 'log'>, limit: number): Promise<number> {
  try {
    return await learnNext(desk.database, limit);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (limit > 1) {
      desk.log.warn(
        { err: error },
        'some closed tickets could not be learned together; they are learned in smaller groups',
      );
      return await learnInParts(desk, limit);
    }
    return await skipNext(desk, error);
  }
}

/** So that one ticket that cannot be learned costs little more than learning the others twice. */
async function learnInParts(desk: Pick<Desk, 'database' | 'log'>, limit: number): Promise<number> {
  let done = 0;
  while (done < limit) {
    const learned = await learnBatch(desk, Math.min(Math.ceil(limit / PARTS), limit - done));
    if (learned === 0) break;
    done += learned;
  }
  return done;
}

async function learnNext(database: Database, limit: number): Promise<number> {
  return await inTransaction(database, async (tx) => {
    await lockLearningOfQueue(tx);
    const { taken, ticketIds, outdated } = await takeTicketsToLearn(tx, limit, FEATURES_VERSION);
    // Learned anew, whatever was taken comes back if it is still closed.
    if ((taken === 0 || outdated) && (await relearnWhenChanged(tx, FEATURES_VERSION))) return Math.max(1, taken);
    if (taken > 0) await learnTickets(tx, ticketIds);
    return taken;
  });
}

async function skipNext(desk: Pick<Desk, 'database' | 'log'>, err: unknown): Promise<number> {
  return await inTransaction(desk.database, async (tx) => {
    await lockLearningOfQueue(tx);
    const { taken, ticketIds } = await takeTicketsToLearn(tx, 1, FEATURES_VERSION);
    desk.log.error({ err, ticket: ticketIds[0] }, 'a closed ticket cannot be learned and is left out');
    return taken;
  });
}

/** Learns one ticket as it is now; unlearns what it no longer is. Twice is once. */
export async function learnTicket(database: Database, id: TicketId): Promise<void> {
  await inTransaction(database, async (tx) => {
    await lockLearning(tx);
    await learnTickets(tx, [id]);
  });
}

/** Unlearns what was learned from the tickets and learns them as they are, each at most once a call. */
async function learnTickets(tx: Tx, ids: readonly TicketId[]): Promise<void> {
  let lessons: Teaching[] = [];
  let work = 0;
  for (let at = 0; at < ids.length; at += READ_BATCH) {
    const changed = await learnLessons(tx, ids.slice(at, at + READ_BATCH));
    lessons.push(...changed);
    work += changed.reduce((sum, { features }) => sum + features.length, 0);
    if (work < MAX_WORK && at + READ_BATCH < ids.length) continue;
    if (lessons.length > 0) await changeProfiles(tx, lessons);
    lessons = [];
    work = 0;
  }
}

/** Writes down what each ticket teaches now. @returns what that takes from the profiles of answers and adds to them */
async function learnLessons(tx: Tx, ids: readonly TicketId[]): Promise<Teaching[]> {
  const tickets = await listTicketsToLearn(tx, ids);
  const taught = await drawLessons(tx, tickets);
  const idOf = await findAnswerIds(tx, tickets, taught);
  const learned = taught.map(
    ({ ticket, digest, weight, features }): LearnedRow => ({
      ticketId: ticket.ticketId,
      answerId: idOf(digest),
      weight,
      closedAt: ticket.closedAt,
      features: Buffer.from(packFeatures(features)),
    }),
  );
  const old = tickets.flatMap(({ learned, ticketId }) => (learned ? [{ ...learned, ticketId }] : []));
  const kept = new Set(learned.map(({ ticketId }) => ticketId));
  const gone = old.flatMap(({ ticketId }) => (kept.has(ticketId) ? [] : [ticketId]));
  if (gone.length > 0) await deleteLearnedTickets(tx, gone);
  if (learned.length > 0) await writeLearnedTickets(tx, learned);
  return [
    ...old.map((row) => ({ ...row, sign: -1 as const })),
    ...learned.map((row) => ({ ...row, sign: 1 as const })),
  ].map(({ answerId, weight, sign, features }) => ({
    answerId,
    weight: sign * weight,
    features: unpackFeatures(features),
  }));
}

/** The ids of taught answers by their digests: known where a ticket taught the answer before, else found or made. */
async function findAnswerIds(
  tx: Tx,
  tickets: readonly TicketToLearn[],
  taught: readonly Taught[],
): Promise<(digest: Buffer) => number> {
  const known = new Map(
    tickets.flatMap(({ learned }) => (learned ? [[learned.digest.toString('hex'), learned.answerId] as const] : [])),
  );
  const digests = new Map(taught.map(({ digest }) => [digest.toString('hex'), digest]));
  const wanted = [...digests].filter(([key]) => !known.has(key));
  if (wanted.length > 0) {
    const ids = await ensureAnswers(
      tx,
      wanted.map(([, digest]) => digest),
    );
    for (const [at, [key]] of wanted.entries()) known.set(key, ids[at] ?? 0);
  }
  return (digest) => known.get(digest.toString('hex')) ?? 0;
}

async function changeProfiles(tx: Tx, lessons: readonly Teaching[]): Promise<void> {
  const features = await changeFeatures(tx, sumPairs(lessons));
  const tickets = lessons.reduce((sum, { weight }) => sum + Math.sign(weight), 0);
  await changeSizes(tx, sumSizes(lessons), { tickets, features });
}

/** @returns by how many the number of distinct features changed */
async function changeFeatures(tx: Tx, changes: PairChanges): Promise<number> {
  const stored = byFeature(await listRowsOf(tx, rowsToRead(changes)));
  const leaving = mayLeaveBlocks(changes, stored);
  if (leaving.length > 0) {
    const all = byFeature(await listBlocks(tx, leaving));
    for (const feature of leaving) {
      const first = stored.get(feature)?.filter(({ block }) => block === FIRST) ?? [];
      stored.set(feature, [...first, ...(all.get(feature) ?? [])]);
    }
  }
  const { written, gone, features } = planRowChanges(changes, stored);
  if (written.features.length > 0) await writeAnswerFeatures(tx, written);
  if (gone.features.length > 0) await deleteRows(tx, gone);
  return features;
}

type Taught = { ticket: TicketToLearn; digest: Buffer; weight: number; features: number[] };

/**
 * What tickets teach, without the sentences that stand with many answers: of the past as it is, or of these tickets. What was learned
 * before a sentence was known for one keeps it.
 */
async function drawLessons(tx: Tx, tickets: readonly TicketToLearn[]): Promise<Taught[]> {
  const read = tickets.flatMap((ticket) => readTicket(ticket) ?? []);
  const sentences = [...new Set(read.flatMap((one) => one.sentences))];
  const rows = sentences.length === 0 ? [] : await listFirstRows(tx, sentences);
  const spread = rows.flatMap((row) => (isSpread(row) ? [row.feature] : []));
  const boilerplate = new Set([...spread, ...spreadAmong(read)]);
  return read.flatMap(({ ticket, answer, text, weight }): Taught[] => {
    const features = lessonOf(text, boilerplate);
    if (features.length === 0) return [];
    return [{ ticket, digest: createHash('sha256').update(answer).digest(), weight, features }];
  });
}

type Read = { ticket: TicketToLearn; answer: string; text: string; sentences: number[]; weight: number };

/** Nothing while it is open, without a response, spam, or where its customer was not satisfied. */
function readTicket(ticket: TicketToLearn): Read | undefined {
  if (!ticket.closed || ticket.spam || ticket.feedback === 'not_satisfied') return undefined;
  const answer = normalAnswer(comparableText(ticket.lastResponse ?? ''));
  if (answer === '') return undefined;
  const text = comparableText(ticket.query);
  return { ticket, answer, text, sentences: sentenceFeatures(text), weight: ticket.feedback === 'satisfied' ? 3 : 2 };
}

function sumSizes(lessons: readonly Teaching[]): { answerId: number; weight: number; mass: number }[] {
  const sizes = new Map<number, { answerId: number; weight: number; mass: number }>();
  for (const { answerId, weight, features } of lessons) {
    const size = sizes.get(answerId) ?? { answerId, weight: 0, mass: 0 };
    sizes.set(answerId, size);
    size.weight += weight;
    size.mass += weight * features.length;
  }
  return [...sizes.values()];
}
