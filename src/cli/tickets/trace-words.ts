/** Rows of a trace in words. */
import { HELD_BY } from '../../domain/ticket/outbox-item.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import type { TracedAttempt, TracedAudit, TracedInbound, TracedOutbox } from '../../store/tickets/trace.ts';
import { tellSender } from '../mails/sender-words.ts';
import { moment } from '../terminal-text.ts';

/** One thing that happened; `rank` orders what happened in the same millisecond. */
export type Entry = { at: number; rank: number; text: string; more: string[] };

export function tellInbound(mail: TracedInbound): Entry[] {
  const from =
    mail.from === null ? 'nobody that can be named' : mail.fromName ? `${mail.fromName} <${mail.from}>` : mail.from;
  const arrived: Entry = {
    at: mail.storedAt,
    rank: 0,
    text: `mail ${mail.id} arrived from ${from}${mail.subject === null ? '' : `: "${mail.subject}"`}`,
    more: [
      `received ${moment(mail.receivedAt)}, ${mail.size} bytes${mail.messageId ? `, Message-ID <${mail.messageId}>` : ''}`,
    ],
  };
  for (const { filename, size } of mail.files) arrived.more.push(`file ${filename}, ${size} bytes`);
  if (mail.sender !== null) arrived.more.push(...tellSender(mail.sender));
  if (mail.disposition === null || mail.decidedAt === null) {
    const tries = mail.attempts > 0 ? `, tried ${mail.attempts} times, next after ${moment(mail.nextAttemptAt)}` : '';
    return [{ ...arrived, more: [...arrived.more, `waits to be decided${tries}`] }];
  }
  const reason = mail.reason === null ? '' : `: ${REASONS[mail.reason]} (${mail.reason})`;
  const decided: Entry = {
    at: mail.decidedAt,
    rank: 1,
    text: `mail ${mail.id} decided as ${mail.disposition}${reason}`,
    more: [],
  };
  if (mail.kind !== null) decided.more.push(`kind ${mail.kind} (${mail.kindReason ?? 'no reason'})`);
  if (mail.agent !== null) decided.more.push(`from the agent ${mail.agent}`);
  if (mail.responseNumber !== null)
    decided.more.push(`about response ${mail.responseNumber} of ticket #${mail.ticketId}`);
  if (mail.duplicateOf !== null) decided.more.push(`the first one is mail ${mail.duplicateOf}`);
  if (mail.detail !== null && mail.detail !== '') decided.more.push(mail.detail);
  return [arrived, decided, ...tellRemoved(`mail ${mail.id}`, mail.rawRemovedAt)];
}

/** Bytes that are gone are an event of their own, with its day. */
function tellRemoved(what: string, at: number | null): Entry[] {
  return at === null ? [] : [{ at, rank: 5, text: `${what}: its bytes were removed on ${moment(at)}`, more: [] }];
}

const DONE: Record<string, string> = {
  opened: 'opened the ticket',
  answered: 'answered',
  responded: 'responded',
  closed: 'closed the ticket',
  reopened: 'reopened the ticket',
  feedback: 'gave feedback',
  assigned: 'assigned the ticket',
  revoked: 'made every reply address and link so far void',
  noted: 'wrote a note',
  'reader-added': 'let somebody else read the responses',
  'reader-removed': 'ended that somebody else reads the responses',
  undelivered: 'a mail was not delivered',
  unknown: 'told the agents of a mail that may or may not have arrived',
  'found-sent': 'found that a mail had been taken after all',
  resent: 'sent a mail once more that may or may not have been taken',
  accepted: 'accepted a parked mail',
  discarded: 'discarded a parked mail',
  erased: 'erased the person this was about',
};

export function tellAudit(
  { at, actor, action, detail, inboundId, responseNumber }: TracedAudit,
  agents: Map<number, string>,
): Entry {
  const facts = Object.entries(detail)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) =>
      name === 'agent'
        ? `to ${agents.get(Number(value)) ?? `agent ${value}`}`
        : `${name} ${name === 'response' ? (responseNumber ?? value) : value}`,
    );
  if (inboundId !== null) facts.push(`by mail ${inboundId}`);
  const text = `${tellActor(actor, agents)}: ${DONE[action] ?? action}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
  return { at, rank: 2, text, more: [] };
}

function tellActor(actor: string, agents: Map<number, string>): string {
  const id = /^agent:(\d+)$/.exec(actor)?.[1];
  return id === undefined ? `the ${actor}` : `agent ${agents.get(Number(id)) ?? id}`;
}

export function tellOutbox(row: TracedOutbox): Entry[] {
  const event = row.event === null ? '' : ` (${row.event})`;
  const cause = row.inboundId === null ? '' : `, because of mail ${row.inboundId}`;
  const written: Entry = {
    at: row.createdAt,
    rank: 3,
    text: `${row.kind}${event} ${row.id} to ${row.recipient} was put into the outbox${cause}`,
    more: row.attempts.length === 0 ? [tellState(row)] : [],
  };
  const attempts = row.attempts.map((attempt, index): Entry => {
    const last = index === row.attempts.length - 1;
    return {
      at: attempt.endedAt ?? attempt.startedAt,
      rank: 4,
      text: `${row.kind} ${row.id} to ${row.recipient}: attempt ${attempt.number} ${tellAttempt(attempt)}`,
      more: last ? [tellState(row)] : [],
    };
  });
  return [written, ...attempts, ...tellRemoved(`${row.kind} ${row.id}`, row.rawRemovedAt)];
}

function tellAttempt({ startedAt, endedAt, outcome, serverReply }: TracedAttempt): string {
  const took = endedAt === null ? 'and has not ended' : `took ${endedAt - startedAt} ms`;
  return `${outcome ?? 'under way'}, ${took}${serverReply ? `; the server: ${serverReply}` : ''}`;
}

function tellState(row: TracedOutbox): string {
  const id = row.messageId === null ? '' : `, Message-ID <${row.messageId}>`;
  const undelivered = row.undeliveredAt === null ? '' : `, reported undelivered ${moment(row.undeliveredAt)}`;
  const next = row.state === 'pending' ? `, next attempt ${moment(row.nextAttemptAt)}` : '';
  const because = row.heldBy === null ? row.lastError : HELD_BY[row.heldBy];
  const why = because === null ? '' : `: ${because}`;
  return `${row.state}${why}${next}${undelivered}${id}`;
}
