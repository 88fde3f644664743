import { readFirstRow } from '../../decide/answers/answer-blocks.ts';
import { questionsOf } from '../../decide/answers/answer-sentences.ts';
import { areNearCopies, normalAnswer } from '../../decide/answers/answer-text.ts';
import { markPersonal } from '../../decide/answers/personal-details.ts';
import {
  featuresWithout,
  lessonOf,
  ownSentences,
  sentenceFeatures,
  unpackFeatures,
} from '../../decide/answers/rank/answer-features.ts';
import { FIRST_GATE, type Gate, MAX_SHOWN, passGate } from '../../decide/answers/rank/answer-gate.ts';
import { findGains, isSpread, profilesOf } from '../../decide/answers/rank/answer-profiles.ts';
import {
  type Candidate,
  type Evidence,
  type Lesson,
  MAX_CANDIDATES,
  type Past,
  rankCandidates,
  rankProfiles,
} from '../../decide/answers/rank/rank-answers.ts';
import type { ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type { Passage } from '../../domain/ticket/past-answer.ts';
import { listBlocks, listFirstRows } from '../../store/answers/answer-features.ts';
import {
  findTotals,
  type LessonRows,
  listAnswerOrigins,
  listAnswerSizes,
  listLessons,
  listWordings,
  setStatementTimeout,
  type Wording,
} from '../../store/answers/answers.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { comparableText } from './learn-answer.ts';

/** A past answer that may fit a new text. */
export type Suggestion = {
  /** the answer, its wording as it was sent */
  answer: string;
  /** 0 to 1: how likely it is the right one and stands first */
  score: number;
  /** the past ticket whose wording and question are shown, and the response that holds the wording */
  ticketId: TicketId;
  responseId: ResponseId;
  question: string;
  answerId: number;
  /** what of the answer may be sent again, and what is personal in it */
  passage: Passage;
  /** beyond the strict threshold for answers that go to a customer unseen; never before the desk has calibrated */
  sure: boolean;
};

/** Features of a new text that are looked up: the rarest. */
const MAX_ASKED = 320;
/** Rows that finding candidates may read, each of up to 256 answers: the rarest features first. */
const MAX_ROWS = 4_000;
/** Entries in them: with thousands of answers, what all of them share costs most of the time and says next to nothing. */
const MAX_ENTRIES = 60_000;
/** Answers whose size is looked up, and those that stage one ranks. */
const MAX_GAINS = 300;
const MAX_PROFILES = 12;
const LESSONS = { tickets: 100, bytes: 40_000 };

/** Up to three distinct past answers, best first; none where nothing fits, time runs out or anything fails. */
export async function suggestAnswers(
  desk: Pick<Desk, 'database' | 'log' | 'rules'>,
  text: string,
): Promise<Suggestion[]> {
  return (await trySuggesting(desk, text, desk.rules.suggestWithinMs)) ?? [];
}

/** The same, or undefined where it was not found out in time. */
export async function trySuggesting(
  desk: Pick<Desk, 'database' | 'log'>,
  text: string,
  budgetMs: number,
): Promise<Suggestion[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), budgetMs);
  });
  const found = suggestWithin(desk, text, budgetMs).catch((err: unknown) => {
    desk.log.warn({ err }, 'past answers could not be looked up');
    return undefined;
  });
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function suggestWithin(desk: Pick<Desk, 'database'>, text: string, budgetMs: number): Promise<Suggestion[]> {
  const started = performance.now();
  return await inTransaction(desk.database, async (tx) => {
    await setStatementTimeout(tx, budgetMs);
    const asked = comparableText(text);
    const whole = await findPastAnswers(tx, asked);
    const parts: Found[][] = [];
    const questions = questionsOf(asked);
    for (const question of questions) {
      // What was found for the whole is worth more than all parts too late.
      if (performance.now() - started > budgetMs / 2) break;
      parts.push(await findPastAnswers(tx, question, true));
    }
    return await markAll(tx, chooseShown(whole, parts));
  });
}

type Found = Omit<Suggestion, 'passage'>;

/** What is shown for one text, best first; nothing for a part of one that stands in mails of every kind. */
async function findPastAnswers(tx: Tx, text: string, isPart = false): Promise<Found[]> {
  const past = await readPast(tx, text);
  if (past.profiles.length === 0 || (isPart && past.isBoilerplate)) return [];
  const { candidates, wordings } = await readCandidates(tx, past);
  const gate = readGate(past.gate);
  const ranked = rankCandidates(past, candidates).flatMap((evidence): (Wording & Evidence)[] => {
    const wording = wordings.get(evidence.answerId);
    return wording === undefined ? [] : [{ ...evidence, ...wording }];
  });
  return passGate(gate, ranked).map(({ evidence, score, sure }) => {
    const { ticketId, responseId, question, answer, answerId } = evidence;
    return { ticketId, responseId, question, answer, answerId, score, sure };
  });
}

/** The best of the whole mail and of each of its questions come before the second best of the whole. */
function chooseShown(whole: readonly Found[], parts: readonly Found[][]): Found[] {
  if (parts.length === 0) return whole.slice(0, MAX_SHOWN);
  const firsts = [whole, ...parts].flatMap(([first]) => first ?? []).sort((one, other) => other.score - one.score);
  const chosen: Found[] = [];
  for (const one of [...firsts, ...whole.slice(1)]) {
    if (!chosen.some(({ answer }) => sameAnswer(answer, one.answer))) chosen.push(one);
  }
  // An answer to one of several questions does not close the request.
  return chosen
    .slice(0, MAX_SHOWN)
    .sort((one, other) => other.score - one.score)
    .map((one) => ({ ...one, sure: false }));
}

async function markAll(tx: Tx, chosen: readonly Found[]): Promise<Suggestion[]> {
  if (chosen.length === 0) return [];
  const ids = chosen.map(({ responseId }) => responseId);
  const about = new Map((await listAnswerOrigins(tx, ids)).map((origin) => [origin.responseId, origin]));
  return chosen.flatMap((one): Suggestion[] => {
    const origin = about.get(one.responseId);
    return origin === undefined ? [] : [{ ...one, passage: markPersonal({ ...one, ...origin }) }];
  });
}

/** The desk's own gate, or the one that every desk starts with. */
function readGate(stored: unknown): Gate {
  return (stored as Gate | null) ?? FIRST_GATE;
}

/** Everything stage one needs, and the desk's gate. */
export async function readPast(tx: Tx, text: string): Promise<Past & { gate: unknown; isBoilerplate: boolean }> {
  const { gate, ...totals } = await findTotals(tx);
  const rows = await listFirstRows(tx, lessonOf(text));
  const sentences = new Set(sentenceFeatures(text));
  const boilerplate = rows.filter((row) => sentences.has(row.feature) && isSpread(row)).map(({ feature }) => feature);
  const spread = new Set(boilerplate);
  const asked = featuresWithout(text, spread);
  const isBoilerplate = ownSentences(text, spread).length === 0;
  const wanted = new Set(asked);
  const rarest = rows
    .filter(({ feature }) => wanted.has(feature))
    .map((row) => ({ feature: row.feature, ...readFirstRow(row) }))
    .sort((one, other) => one.answers - other.answers || one.feature - other.feature)
    .slice(0, MAX_ASKED);
  const known = new Map(rarest.map(({ feature, weight }) => [feature, weight]));
  const read = withinBounds(rarest);
  const past = { asked, known, compared: new Set(read.map(({ feature }) => feature)), totals, gate, isBoilerplate };
  if (read.length === 0) return { ...past, profiles: [] };
  const many = read.flatMap(({ blocks, feature }) => (blocks > 0 ? [feature] : []));
  const blocks = [
    ...read.flatMap(({ blocks, own }) => (blocks > 0 ? [] : [own])),
    ...(many.length === 0 ? [] : await listBlocks(tx, many)),
  ];
  const gains = findGains(past, blocks, MAX_GAINS);
  const sizes = await listAnswerSizes(
    tx,
    gains.map(({ answerId }) => answerId),
  );
  return { ...past, profiles: profilesOf(past, blocks, gains, sizes, MAX_PROFILES) };
}

/** The features that few answers share say most and cost least; at least one is always read. */
function withinBounds<Row extends { answers: number; blocks: number }>(rarest: readonly Row[]): Row[] {
  let rows = 0;
  let entries = 0;
  return rarest.filter(({ answers, blocks }, at) => {
    rows += blocks;
    entries += answers;
    return at === 0 || (rows <= MAX_ROWS && entries <= MAX_ENTRIES);
  });
}

/** The best answers of stage one with their past tickets and wordings. */
export async function readCandidates(
  tx: Tx,
  past: Past,
  without?: TicketId,
): Promise<{ candidates: Candidate[]; wordings: Map<number, Wording> }> {
  const best = rankProfiles(past).slice(0, MAX_CANDIDATES);
  const rows = await listLessons(
    tx,
    best.map(({ answerId }) => answerId),
    LESSONS,
  );
  const byAnswer = new Map(
    rows.map((row) => [row.answerId, unpackLessons(row).filter(({ ticketId }) => ticketId !== without)]),
  );
  const shown = new Map([...byAnswer].flatMap(([answerId, lessons]) => shownTicket(lessons, answerId)));
  const found = new Map((await listWordings(tx, [...shown.values()])).map((wording) => [wording.ticketId, wording]));
  const wordings = new Map<number, Wording>();
  const candidates = best.flatMap(({ answerId, profileScore }): Candidate[] => {
    const wording = found.get(shown.get(answerId) ?? (0 as TicketId));
    const lessons = byAnswer.get(answerId);
    if (!wording || !lessons) return [];
    wordings.set(answerId, wording);
    return [{ answerId, profileScore, lessons, words: distinctWords(wording.answer) }];
  });
  return { candidates, wordings };
}

/** Of an answer's tickets the newest whose customer was satisfied, else the newest. */
function shownTicket(lessons: readonly Lesson[], answerId: number): [number, TicketId][] {
  const chosen = lessons.find(({ weight }) => weight > 2) ?? lessons[0];
  return chosen ? [[answerId, chosen.ticketId]] : [];
}

function unpackLessons({ tickets, features }: LessonRows): Lesson[] {
  const all = unpackFeatures(features);
  let end = 0;
  return tickets.map(({ bytes, ...ticket }) => {
    const start = end;
    end += bytes / 4;
    return { ...ticket, features: all.subarray(start, end) };
  });
}

function distinctWords(answer: string): Set<string> {
  return new Set(normalAnswer(comparableText(answer)).split(' '));
}

/** True where two wordings are one answer to a reader. */
export function sameAnswer(one: string, other: string): boolean {
  return areNearCopies(distinctWords(one), distinctWords(other));
}
