import type pg from 'pg';
import type { OutboxId } from '../../src/domain/ticket/ids.ts';
import { openRaw } from '../../src/mail/compose/sealed-mail.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import { checkInbound } from './account-inbound.ts';
import { checkOutbox } from './account-outbox.ts';
import { checkTurns } from './account-turns.ts';

/**
 * The accounts of a desk that has come to rest: what its tables say, held against what its peers saw. Whatever the faults
 * were, these must balance (docs/reliability.md, "What is promised").
 */
export type Finding = { kind: 'lost' | 'doubled' | 'wrong'; what: string };

/** What stands outside of the desk's own tables. */
export type Peers = {
  /** every mail of the mailbox, as its server has it */
  mailbox: { uid: number; raw: Buffer }[];
  /** every mail that the relay acknowledged */
  taken: SinkMail[];
  /** who gets a notification of a new ticket */
  agents: string[];
  /** what people wrote, with what may become of it */
  fed: { raw: Buffer; marker: string; expects: string[] }[];
  presses: Press[];
};
/** A button of a page that was pressed; `answered` when the page said that it is done. */
export type Press = { ticket: number; purpose: 'close' | 'satisfied'; link: string; answered: boolean };

export type MailRow = {
  id: number;
  uid: number;
  sha: string;
  disposition: string | null;
  reason: string | null;
  ticketId: number | null;
  responseId: number | null;
  words: string | null;
};
export type OutboxRow = {
  id: number;
  kind: string;
  state: string;
  recipient: string;
  messageId: string | null;
  envelopeFrom: string | null;
  raw: Buffer | null;
  attempts: number;
  lastError: string | null;
  heldBy: string | null;
  ticketId: number | null;
  responseId: number | null;
  inboundId: number | null;
  /** somebody must hear when it fails */
  matters: boolean;
  /** tells the customer that the ticket is closed */
  closes: boolean;
};
export type Ledger = {
  mails: MailRow[];
  outbox: OutboxRow[];
  attempts: { outboxId: number; number: number; outcome: string | null }[];
  tickets: { id: number; status: string; feedback: string | null; query: string }[];
  responses: { id: number; sent: string; received: string | null }[];
  audit: {
    ticketId: number | null;
    inboundId: number | null;
    actor: string;
    action: string;
    detail: Record<string, string | number | boolean>;
  }[];
  /** whether a mail of unknown fate is sent once more */
  resends: boolean;
};

export type Figures = {
  mailsIn: number;
  mailsOut: number;
  dispositions: Record<string, number>;
  rows: Record<string, number>;
  attempts: Record<string, number>;
  /** copies that the relay took beyond one of each row */
  extraCopies: number;
  /** attempts without a word of the server, by how their row has ended */
  unknownEnds: Record<string, number>;
  lost: number;
  doubled: number;
  wrong: number;
};

export async function takeAccount(
  database: pg.Pool,
  peers: Peers,
  { resends, secret }: { resends: boolean; secret: string | undefined },
): Promise<{ findings: Finding[]; figures: Figures }> {
  const ledger = { ...(await readLedger(database, Buffer.from(secret ?? '', 'hex'))), resends };
  const findings = [...checkInbound(ledger, peers), ...checkOutbox(ledger, peers), ...checkTurns(ledger, peers)];
  return { findings, figures: count(ledger, peers, findings) };
}

/** Our mails stand sealed in their rows; bytes that do not open are no bytes of ours. */
function opened(row: OutboxRow, key: Buffer): OutboxRow {
  return { ...row, raw: row.raw && (openRaw([key], row.id as OutboxId, row.raw) ?? Buffer.from('does not open')) };
}

async function readLedger(database: pg.Pool, key: Buffer): Promise<Omit<Ledger, 'resends'>> {
  const rows = async <T extends pg.QueryResultRow>(sql: string) => (await database.query<T>(sql)).rows;
  const outbox = await rows<OutboxRow>(`select id::int, kind, state, recipient, message_id as "messageId", raw,
      envelope_from as "envelopeFrom", attempts, last_error as "lastError", held_by as "heldBy", ticket_id::int as "ticketId",
      response_id::int as "responseId", inbound_id::int as "inboundId",
      ticket_id is not null and kind in ('response', 'closing', 'receipt', 'notification') as matters,
      kind = 'closing' or kind = 'response' and payload->>'closedBy' is not null as closes
      from outbox order by id`);
  return {
    mails: await rows(`select id::int, uid::int, encode(raw_sha256, 'hex') as sha, disposition, reason,
      ticket_id::int as "ticketId", response_id::int as "responseId", words from inbound_mails order by id`),
    outbox: outbox.map((row) => opened(row, key)),
    attempts: await rows(
      'select outbox_id::int as "outboxId", number, outcome from outbox_attempts order by outbox_id, number',
    ),
    tickets: await rows('select id::int, status, feedback, query from tickets order by id'),
    responses: await rows('select id::int, response_sent as sent, response_received as received from responses'),
    audit: await rows(`select ticket_id::int as "ticketId", inbound_id::int as "inboundId", actor, action, detail
      from audit_log order by id`),
  };
}

function count(ledger: Ledger, peers: Peers, findings: Finding[]): Figures {
  const rows = tally(ledger.outbox.map((row) => row.state));
  const sentRows = new Set(peers.taken.map((mail) => mail.raw.toString('latin1'))).size;
  const stateOf = new Map(ledger.outbox.map((row) => [row.id, row.state]));
  const unknown = ledger.attempts.filter((attempt) => attempt.outcome === 'unknown');
  const kinds = tally(findings.map((finding) => finding.kind));
  return {
    mailsIn: peers.mailbox.length,
    mailsOut: peers.taken.length,
    dispositions: tally(ledger.mails.map((mail) => mail.disposition ?? 'none')),
    rows,
    attempts: tally(ledger.attempts.map((attempt) => attempt.outcome ?? 'none')),
    extraCopies: peers.taken.length - sentRows,
    unknownEnds: tally(unknown.map((attempt) => stateOf.get(attempt.outboxId) ?? 'none')),
    lost: kinds['lost'] ?? 0,
    doubled: kinds['doubled'] ?? 0,
    wrong: kinds['wrong'] ?? 0,
  };
}

function tally(words: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}
