import { createHash } from 'node:crypto';
import { FEATURES_VERSION, featuresOf, packFeatures, unpackFeatures } from '../decide/answer-features.ts';
import { MOST_CHARACTERS, normalAnswer } from '../decide/answer-text.ts';
import type { TicketId } from '../domain/ids.ts';
import { readBody } from '../mail/body-text.ts';
import {
  applyChanges,
  type Changes,
  claimTicketsToLearn,
  deleteLearned,
  ensureAnswers,
  type LearnedRow,
  listTicketsToLearn,
  lockLearning,
  relearnWhenChanged,
  type TicketToLearn,
  writeLearnedTickets,
} from '../store/answer-lessons.ts';
import { type Database, inTransaction, isDatabaseAway, type Tx } from '../store/database.ts';
import type { Desk } from './desk.ts';

export const LEARN_BATCH = 2_000;
/** Queued tickets that one sweep learns, so that it stays short. */
const MOST_OF_A_SWEEP = 500;

/** The part of a text that is compared: the new words of a mail, also where it was stored with its history. */
export function matterOf(text: string): string {
  const plain = { text: text.slice(0, 5 * MOST_CHARACTERS), flowed: false, delSp: false };
  return readBody({ plain, html: undefined }).reply.trim() || text;
}

/**
 * Learns what the queue names, until it is empty or `most` rows are done; for the sweep. A ticket that cannot be learned is
 * logged and left out; the next change of it brings it back. @returns how many rows were done
 */
export async function learnWaiting(desk: Pick<Desk, 'database' | 'log'>, most = MOST_OF_A_SWEEP): Promise<number> {
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
      desk.log.warn({ err: error }, 'some closed tickets could not be learned together; they are learned one by one');
      return await learnBatch(desk, 1);
    }
    return await skipNext(desk, error);
  }
}

async function learnNext(database: Database, limit: number): Promise<number> {
  return await inTransaction(database, async (tx) => {
    await lockLearning(tx);
    const anew = await relearnWhenChanged(tx, FEATURES_VERSION);
    const { queueIds, ticketIds } = await claimTicketsToLearn(tx, limit);
    if (queueIds.length === 0) return anew ? 1 : 0;
    await learnTickets(tx, ticketIds);
    await deleteLearned(tx, queueIds);
    return queueIds.length;
  });
}

async function skipNext(desk: Pick<Desk, 'database' | 'log'>, err: unknown): Promise<number> {
  return await inTransaction(desk.database, async (tx) => {
    await lockLearning(tx);
    const { queueIds, ticketIds } = await claimTicketsToLearn(tx, 1);
    desk.log.error({ err, ticket: ticketIds[0] }, 'a closed ticket cannot be learned and is left out');
    await deleteLearned(tx, queueIds);
    return queueIds.length;
  });
}

/** Learns one ticket as it is now; unlearns what it no longer is. Twice is once. */
export async function learnTicket(database: Database, id: TicketId): Promise<void> {
  await inTransaction(database, async (tx) => {
    await lockLearning(tx);
    await learnTickets(tx, [id]);
  });
}

type Lesson = { ticket: TicketToLearn; digest: Buffer; weight: number; features: number[] };

async function learnTickets(tx: Tx, ids: readonly TicketId[]): Promise<void> {
  const tickets = await listTicketsToLearn(tx, ids);
  const lessons = tickets.flatMap((ticket) => lessonOf(ticket) ?? []);
  const digests = new Map(lessons.map(({ digest }) => [digest.toString('hex'), digest]));
  const answerIds = await ensureAnswers(tx, [...digests.values()]);
  const idByDigest = new Map([...digests.keys()].map((key, at) => [key, answerIds[at] ?? 0]));
  const rows = lessons.map(
    ({ ticket, digest, weight, features }): LearnedRow => ({
      ticketId: ticket.ticketId,
      answerId: idByDigest.get(digest.toString('hex')) ?? 0,
      weight,
      closedAt: ticket.closedAt,
      features: Buffer.from(packFeatures(features)),
    }),
  );
  const old = tickets.flatMap(({ learned, ticketId }) => (learned ? [{ ...learned, ticketId }] : []));
  const changes = sumUp([
    ...old.map((row) => ({ ...row, sign: -1, features: unpackFeatures(row.features) })),
    ...rows.map((row, at) => ({ ...row, sign: 1, features: lessons[at]?.features ?? [] })),
  ]);
  await writeLearnedTickets(
    tx,
    old.map(({ ticketId }) => ticketId),
    rows,
  );
  if (changes.pairs.length > 0 || changes.tickets !== 0) await applyChanges(tx, changes);
}

/** What a ticket teaches: nothing while it is open, without a response, spam, or where its customer was not satisfied. */
function lessonOf(ticket: TicketToLearn): Lesson | undefined {
  if (!ticket.closed || ticket.spam || ticket.feedback === 'not_satisfied') return undefined;
  const answer = normalAnswer(matterOf(ticket.lastResponse ?? ''));
  const features = featuresOf(matterOf(ticket.query));
  if (answer === '' || features.length === 0) return undefined;
  const digest = createHash('sha256').update(answer).digest();
  return { ticket, digest, weight: ticket.feedback === 'satisfied' ? 3 : 2, features };
}

/** In the order of features and answers; what takes away and adds the same is left out. */
function sumUp(rows: { answerId: number; weight: number; sign: number; features: ArrayLike<number> }[]): Changes {
  const pairs = new Map<number, Map<number, number>>();
  const answers = new Map<number, { weight: number; mass: number }>();
  for (const { answerId, weight, sign, features } of rows) {
    const of = answers.get(answerId) ?? { weight: 0, mass: 0 };
    answers.set(answerId, of);
    of.weight += sign * weight;
    of.mass += sign * weight * features.length;
    for (const feature of Array.from(features)) {
      const byAnswer = pairs.get(feature) ?? new Map<number, number>();
      pairs.set(feature, byAnswer);
      byAnswer.set(answerId, (byAnswer.get(answerId) ?? 0) + sign * weight);
    }
  }
  return {
    pairs: [...pairs]
      .sort(([one], [other]) => one - other)
      .flatMap(([feature, byAnswer]) =>
        [...byAnswer]
          .filter(([, weight]) => weight !== 0)
          .sort(([one], [other]) => one - other)
          .map(([answerId, weight]) => ({ feature, answerId, weight })),
      ),
    answers: [...answers].map(([answerId, of]) => ({ answerId, ...of })),
    tickets: rows.reduce((sum, { sign }) => sum + sign, 0),
  };
}
