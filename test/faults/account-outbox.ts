import { storedId } from '../../src/domain/ticket/stored-id.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import type { Finding, Ledger, OutboxRow, Peers } from './accounting.ts';

/** Each outbox row has one end; what the relay took equals what we say we sent; extra copies only beside an unknown. */
export function checkOutbox(ledger: Ledger, { taken }: Peers): Finding[] {
  const copies = Map.groupBy(taken, (mail) => messageIdOf(mail.raw));
  const known = new Set(ledger.outbox.map((row) => row.messageId));
  const strangers = [...copies.keys()].filter((id) => !known.has(id));
  return [
    ...strangers.map((id): Finding => ({ kind: 'wrong', what: `the relay took ${id}, which no row stands for` })),
    ...ledger.outbox.flatMap((row) => {
      const attempts = ledger.attempts.filter((attempt) => attempt.outboxId === row.id);
      const outcomes = attempts.map((attempt) => attempt.outcome);
      const mine = row.messageId === null ? [] : (copies.get(row.messageId) ?? []);
      const found = [
        ...checkAttempts(row, attempts),
        ...checkEnd(row, outcomes, ledger),
        ...checkCopies(row, outcomes, mine, ledger),
        ...mine.flatMap((copy) => checkCopy(row, copy)),
      ];
      return found.map(({ kind, what }): Finding => ({ kind, what: `outbox ${row.id} (${row.kind}): ${what}` }));
    }),
  ];
}

function checkAttempts(row: OutboxRow, attempts: Ledger['attempts']): Finding[] {
  const numbers = attempts.map((attempt) => attempt.number).join();
  const wanted = Array.from({ length: row.attempts }, (_, index) => index + 1).join();
  const open = attempts.filter((attempt) => attempt.outcome === null);
  return [
    ...say(numbers !== wanted, 'wrong', `attempts ${numbers} are written down, and the row counts ${row.attempts}`),
    ...say(open.length > 0, 'wrong', `attempt ${open[0]?.number} has no outcome`),
  ];
}

function checkEnd(row: OutboxRow, outcomes: (string | null)[], { audit, resends }: Ledger): Finding[] {
  const told = audit.filter((entry) => entry.action === row.state && Number(entry.detail['outbox']) === row.id).length;
  const unknowns = outcomes.filter((outcome) => outcome === 'unknown').length;
  switch (row.state) {
    case 'sent': {
      const found = audit.some((one) => one.action === 'found-sent' && Number(one.detail['outbox']) === row.id);
      const sent = outcomes.at(-1) === 'accepted' || (found && unknowns > 0);
      return say(!sent, 'wrong', `is sent, and its attempts are ${outcomes.join()}`);
    }
    case 'failed':
      return say(row.matters && told !== 1, 'lost', `has failed, and was told of ${told} times`);
    case 'unknown':
      return [
        ...say(resends && unknowns < 2, 'lost', `is unknown after ${unknowns} attempts without a word, with no resend`),
        ...say(row.matters && told !== 1, 'lost', `is unknown for good, and was told of ${told} times`),
      ];
    case 'cancelled':
      return say(!row.lastError && !row.heldBy, 'lost', 'is cancelled without a reason');
    default:
      return say(true, 'lost', `has no end: ${row.state}`);
  }
}

/** `accepted <= copies <= accepted + unknown`: never fewer than we say, never more than is written down. */
function checkCopies(row: OutboxRow, outcomes: (string | null)[], copies: SinkMail[], { audit }: Ledger): Finding[] {
  const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
  const unknown = outcomes.filter((outcome) => outcome === 'unknown').length;
  const found = audit.some((one) => one.action === 'found-sent' && Number(one.detail['outbox']) === row.id);
  const least = found ? Math.max(1, accepted) : accepted;
  return [
    ...say(accepted > 1, 'doubled', `${accepted} attempts were accepted`),
    ...say(copies.length < least, 'lost', `the relay has ${copies.length} copies of a mail that we call sent`),
    ...say(
      copies.length > accepted + unknown,
      'doubled',
      `the relay has ${copies.length} copies beside ${accepted} accepted and ${unknown} unknown attempts`,
    ),
  ];
}

function checkCopy(row: OutboxRow, copy: SinkMail): Finding[] {
  const { from, to } = copy.envelope;
  return [
    ...say(to.length !== 1 || to[0] !== row.recipient, 'wrong', `the relay was told to bring it to ${to.join()}`),
    ...say(storedId(from) !== row.envelopeFrom, 'wrong', `its envelope sender was ${from}`),
    ...say(row.raw !== null && !row.raw.equals(copy.raw), 'wrong', 'the relay has other bytes than the row'),
  ];
}

function say(holds: boolean, kind: Finding['kind'], what: string): Finding[] {
  return holds ? [{ kind, what }] : [];
}

/** The Message-ID of a mail, without its brackets and its proof: as it is stored. */
export function messageIdOf(raw: Buffer): string {
  const head = (raw.subarray(0, 16_384).toString('latin1').split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
  return storedId(/^Message-ID:\s*<([^>]*)>/im.exec(head)?.[1] ?? '(no Message-ID)');
}
