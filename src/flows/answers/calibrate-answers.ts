import { unpackFeatures } from '../../decide/answers/rank/answer-features.ts';
import {
  fitGate,
  type Gate,
  MAX_SHOWN,
  MIN_TRIALS,
  strangersShown,
  type Trial,
} from '../../decide/answers/rank/answer-gate.ts';
import { withoutAnswer, withoutLesson } from '../../decide/answers/rank/answer-trial.ts';
import { type Past, rankCandidates } from '../../decide/answers/rank/rank-answers.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import {
  findCalibratedTickets,
  findTotals,
  insertCalibration,
  listTrialTickets,
  listWordings,
  setStatementTimeout,
} from '../../store/answers/answers.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { comparableText } from './learn-answer.ts';
import { readCandidates, readPast, sameAnswer } from './suggest-answers.ts';

/** Tickets asked as if they were new, and how far back they are taken from. */
const TRIALS = 1_000;
const AMONG = 20_000;
/** How much a question that no past answer fits counts beside one with an answer: about one in six is such. */
const STRANGER = 0.2;
/** Calibrated again when there are this many times the tickets of the last time. */
const GROWTH = 1.25;

/** Calibrates when the desk has grown enough since the last time. @returns whether it did */
export async function calibrateWhenGrown(desk: Pick<Desk, 'database' | 'clock'>): Promise<boolean> {
  const { tickets } = await findTotals(desk.database);
  const last = await findCalibratedTickets(desk.database);
  if (tickets < MIN_TRIALS / 2 || (last !== undefined && tickets < last * GROWTH)) return false;
  return (await calibrate(desk)) !== undefined;
}

/**
 * Fits the gate to the desk's own tickets (see decide/answers/rank/answer-gate.ts) and keeps it, a few seconds of work in short
 * transactions. @returns undefined where there are too few tickets
 */
export async function calibrate(
  desk: Pick<Desk, 'database' | 'clock'>,
  progress: (done: number, of: number) => void = () => {},
): Promise<Gate | undefined> {
  const { database } = desk;
  const { tickets } = await findTotals(database);
  const tried = await listTrialTickets(database, TRIALS, AMONG);
  const trials: Trial[] = [];
  for (const [at, ticket] of tried.entries()) {
    progress(at, tried.length);
    trials.push(...(await inTransaction(database, (tx) => tryTicket(tx, ticket))));
  }
  const gate = fitGate(trials, strangersShown(tickets));
  if (gate) await insertCalibration(database, { madeAt: desk.clock.now(), tickets, gate });
  return gate;
}

type Tried = Awaited<ReturnType<typeof listTrialTickets>>[number];

async function tryTicket(tx: Tx, ticket: Tried): Promise<Trial[]> {
  await setStatementTimeout(tx);
  const features = [...unpackFeatures(ticket.features)];
  const past = await readPast(tx, comparableText(ticket.query));
  const [own] = await listWordings(tx, [ticket.ticketId]);
  if (!own) return [];
  const known = await tryOn(tx, withoutLesson(past, ticket.answerId, { weight: ticket.weight, features }), {
    ticketId: ticket.ticketId,
    answer: own.answer,
  });
  const strange = await tryOn(tx, withoutAnswer(past, ticket.answerId), {
    ticketId: ticket.ticketId,
    answer: own.answer,
  });
  return [
    ...known.map((trial) => ({ ...trial, weight: 1 })),
    ...strange.map((trial) => ({ ...trial, weight: STRANGER, isStranger: true })),
  ];
}

async function tryOn(
  tx: Tx,
  past: Past,
  own: { ticketId: TicketId; answer: string },
): Promise<Omit<Trial, 'weight'>[]> {
  if (past.profiles.length === 0) return [];
  const { candidates, wordings } = await readCandidates(tx, past, own.ticketId);
  const ranked = rankCandidates(past, candidates);
  const right = ranked.findIndex(({ answerId }) => {
    const wording = wordings.get(answerId);
    return wording !== undefined && sameAnswer(wording.answer, own.answer);
  });
  return [{ ranked: ranked.slice(0, MAX_SHOWN), right }];
}
