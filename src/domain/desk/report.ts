import type { EmailAddress } from '../mail/email-address.ts';
import type { AgentId, EpochMs, TicketId } from '../ticket/ids.ts';
import type { TicketStatus } from '../ticket/ticket.ts';
import { type Sentence, say } from '../words.ts';
import type { Brand } from './brand.ts';

/** A stretch of time, its end not included, and the name of the mailbox that is looked at; undefined is all that the reader works on. */
export type ReportScope = { from: EpochMs; to: EpochMs; mailbox: string | undefined };

/** Half of the values lie at or below `medianMs`, nine tenths at or below `p90Ms`; undefined where there are none. */
export type Spread = { count: number; medianMs: number | undefined; p90Ms: number | undefined };

/** Tickets that wait for the desk now, by how long: at least `fromMs`. */
export type AgeGroup = { label: AgeLabel; fromMs: number; tickets: number };
export const AGE_GROUPS = [
  { label: 'under 4 hours', fromMs: 0 },
  { label: '4 to 24 hours', fromMs: 4 * 3_600_000 },
  { label: '1 to 3 days', fromMs: 86_400_000 },
  { label: '3 to 7 days', fromMs: 3 * 86_400_000 },
  { label: 'over a week', fromMs: 7 * 86_400_000 },
] as const;
export type AgeLabel = (typeof AGE_GROUPS)[number]['label'];

/** As people read them; metrics and files for spreadsheets keep the labels. */
export const AGE_SENTENCES: Record<AgeLabel, Sentence> = {
  'under 4 hours': say('under 4 hours'),
  '4 to 24 hours': say('4 to 24 hours'),
  '1 to 3 days': say('1 to 3 days'),
  '3 to 7 days': say('3 to 7 days'),
  'over a week': say('over a week'),
};

/** When the weekly report goes out: 0 is Sunday, `08:00`. */
export type WeeklyTime = { weekday: number; time: string };
export type ReportReaders = 'agents' | 'operators' | 'all';

/** One day of the desk's time zone, `2026-11-30`. */
export type ReportDay = { day: string; came: number; answered: number; closed: number };

/** The desk in numbers. Times in milliseconds. */
export type ReportNumbers = {
  scope: ReportScope;
  /** tickets that came, got their first response, and were closed in the time */
  came: number;
  answered: number;
  closed: number;
  /** responses that were sent in the time */
  responses: number;
  days: ReportDay[];
  /** now, whatever the time looked at */
  waiting: AgeGroup[];
  /** now: whose move it is the customer's */
  withCustomers: number;
  firstResponse: Spread;
  toClose: Spread;
  /** of tickets closed in the time: how many had so many responses */
  turns: { responses: number; tickets: number }[];
  feedback: { satisfied: number; notSatisfied: number; none: number };
  usedAnswers: { answer: string; used: number }[];
  parked: { reason: string; mails: number }[];
  /** mails of ours that a bound or the brake kept back */
  keptBack: number;
};

/** A line of the board. No words of customers; subject and customer only where they may be shown. */
export type BoardRow = {
  ticketId: TicketId;
  status: TicketStatus;
  /** since when whose move it is */
  since: EpochMs;
  move: 'desk' | 'customer';
  subject: string | undefined;
  customer: string | undefined;
  assignee: string | undefined;
};

/** A link to the board, for one agent or one operator. */
export type BoardLink = {
  id: number;
  agentId: AgentId | undefined;
  operator: EmailAddress | undefined;
  createdAt: EpochMs;
  expiresAt: EpochMs;
  revokedAt: EpochMs | undefined;
};

/** What the board shows. It holds no words of customers but, where they may be shown, subjects and names. */
export type BoardView = {
  brand: Brand;
  locale: string;
  at: EpochMs;
  /** days that the numbers are of */
  days: number;
  numbers: ReportNumbers;
  rows: (BoardRow & { waitedMs: number })[];
  /** tickets that wait for the desk now, of every age */
  waiting: number;
  /** subjects, customers and agents are shown */
  named: boolean;
  /** open tickets that are not listed */
  more: number;
  /** plots as SVG of ours */
  waitingPlot: string;
  daysPlot: string;
};
