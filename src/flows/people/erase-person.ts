import { setTimeout as sleep } from 'node:timers/promises';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { erasedAddress } from '../../domain/mail/erased-address.ts';
import type { EpochMs, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import { deleteUnusedAnswers } from '../../store/answers/answer-lessons.ts';
import { inTransaction, isDeadlock, type Tx } from '../../store/database.ts';
import {
  eraseDigests,
  eraseFromCopies,
  eraseFromNotes,
  eraseMails,
  eraseOutbox,
  eraseReader,
  eraseRepetitions,
  eraseShowings,
  eraseTicketRows,
  listDeskMailsNaming,
  listMailsFrom,
  listMailsOfTicket,
  listOutboxNaming,
  listOutboxOfTicket,
  listTicketsOf,
} from '../../store/people/person-erasure.ts';
import { insertAudit, unmuteAddresses } from '../../store/tickets/ticket-records.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { learnTicket } from '../answers/learn-answer.ts';
import type { Desk } from '../desk.ts';

type ErasingDesk = Pick<Desk, 'database' | 'clock'>;

/** What was emptied; `busy` names mails that were being sent all the time: what is missing is erased by another run. */
export type Erasure = { tickets: number; mails: number; sent: number; busy: OutboxId[] };

const MAILS_AT_ONCE = 500;
const LOOK_AGAIN_MS = 500;
/** The person may write while they are erased; what comes after this many rounds is a new contact. */
const MAX_ROUNDS = 5;

/**
 * Takes a customer out of the desk: one transaction for each ticket, then those for mails that belong to none. Broken off
 * anywhere, another run finishes it. Nothing is sent. What was learned from the tickets is unlearned exactly.
 * @param patienceMs how long to wait for a mail that is being sent at this moment
 */
export async function erasePerson(desk: ErasingDesk, address: EmailAddress, patienceMs = 90_000): Promise<Erasure> {
  const done: Erasure = { tickets: 0, mails: 0, sent: 0, busy: [] };
  const deadline = performance.now() + patienceMs;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const before = done.tickets + done.mails;
    for (const id of await listTicketsOf(desk.database, address)) {
      if (!(await retryUntil(deadline, done, () => eraseTicket(desk, id, address, done)))) return done;
      // The queue of lessons names the ticket too: a process that dies here leaves it to the sweep.
      await learnTicket(desk.database, id);
    }
    if (!(await retryUntil(deadline, done, () => eraseRest(desk, address, done)))) return done;
    if (done.tickets + done.mails === before) break;
  }
  await inTransaction(desk.database, (tx) => deleteUnusedAnswers(tx));
  return done;
}

/** Thrown inside a transaction so that nothing of it stays: a mail on its way is finished first. */
class StillSending extends Error {
  readonly ids: OutboxId[];
  constructor(ids: OutboxId[]) {
    super('a mail is being sent');
    this.ids = ids;
  }
}

/** @returns false where the time was over and the same mails were still on their way */
async function retryUntil(deadline: number, done: Erasure, work: () => Promise<void>): Promise<boolean> {
  for (;;) {
    try {
      await work();
      return true;
    } catch (error) {
      const busy = error instanceof StillSending ? error.ids : [];
      const late = performance.now() > deadline;
      if (busy.length === 0 && (late || !isDeadlock(error))) throw error;
      if (late) {
        done.busy = busy;
        return false;
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

async function eraseTicket(desk: ErasingDesk, id: TicketId, address: EmailAddress, done: Erasure): Promise<void> {
  const now = desk.clock.now();
  const instead = erasedAddress(id);
  const counts = await inTransaction(desk.database, async (tx) => {
    // Nobody writes another mail about the ticket while it is locked.
    const facts = await lockTicket(tx, id);
    const outbox = await listOutboxOfTicket(tx, id);
    await emptyOutbox(tx, outbox, address, instead, now);
    const mails = await listMailsOfTicket(tx, id);
    await eraseMails(tx, mails, address, now);
    await eraseShowings(tx, id, now);
    await eraseDigests(tx, id, facts?.createdTime ?? 0, now);
    await eraseTicketRows(tx, id, instead, now);
    await insertAudit(tx, [{ ticketId: id, inboundId: undefined, actor: 'operator', action: 'erased' }], now);
    return { mails: mails.length, sent: outbox.length };
  });
  done.tickets++;
  done.mails += counts.mails;
  done.sent += counts.sent;
}

/** Mails that belong to no ticket or to somebody else's, what was written because of them, and mentions in our own notes. */
async function eraseRest(desk: ErasingDesk, address: EmailAddress, done: Erasure): Promise<void> {
  const now = desk.clock.now();
  for (;;) {
    const counts = await inTransaction(desk.database, async (tx) => {
      const own = await listMailsFrom(tx, address, MAILS_AT_ONCE);
      const mails = [...own, ...(await listDeskMailsNaming(tx, address))];
      const outbox = await listOutboxNaming(tx, address, mails);
      await emptyOutbox(tx, outbox, address, erasedAddress(0 as TicketId), now);
      await eraseRepetitions(tx, own, now);
      await eraseMails(tx, mails, address, now);
      await eraseReader(tx, address, now);
      await eraseFromNotes(tx, address);
      await eraseFromCopies(tx, address);
      await unmuteAddresses(tx, [address]);
      if (mails.length > 0) {
        const entry = {
          ticketId: undefined,
          inboundId: undefined,
          actor: 'operator' as const,
          action: 'erased' as const,
        };
        await insertAudit(tx, [{ ...entry, detail: { mails: mails.length } }], now);
      }
      return { mails: mails.length, sent: outbox.length, more: own.length === MAILS_AT_ONCE };
    });
    done.mails += counts.mails;
    done.sent += counts.sent;
    if (!counts.more) return;
  }
}

async function emptyOutbox(
  tx: Tx,
  ids: OutboxId[],
  address: EmailAddress,
  instead: EmailAddress,
  now: EpochMs,
): Promise<void> {
  const busy = await eraseOutbox(tx, ids, address, instead, now);
  if (busy.length > 0) throw new StillSending(busy);
}
