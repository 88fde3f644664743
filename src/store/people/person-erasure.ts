import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, InboundId, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';
import { revokeTicketTokens } from '../tickets/reply-tokens.ts';

/** Taking a person out of the desk (`turnmail erase`). What stays is what the constraints need: rows, times, counts. */

const GONE = 'its words were removed when a person was erased';

export async function listTicketsOf(database: Database, address: EmailAddress): Promise<TicketId[]> {
  const { rows } = await database.query<{ id: TicketId }>(
    'select id from tickets where lower(email) = lower($1) order by id',
    [address],
  );
  return rows.map((row) => row.id);
}

/** Mails from the address that were not erased yet, oldest first, on whatever ticket or none. */
export async function listMailsFrom(tx: Tx, address: EmailAddress, limit: number): Promise<InboundId[]> {
  const { rows } = await tx.query<{ id: InboundId }>(
    'select id from inbound_mails where order_key = lower($1) order by id limit $2',
    [address, limit],
  );
  return rows.map((row) => row.id);
}

export async function listMailsOfTicket(tx: Tx, id: TicketId): Promise<InboundId[]> {
  const { rows } = await tx.query<{ id: InboundId }>(
    'select id from inbound_mails where ticket_id = $1 and erased_at is null order by id',
    [id],
  );
  return rows.map((row) => row.id);
}

/**
 * Mails of agents and operators about no ticket that name the address: quoted digests and shown parked mails. Bytes are
 * searched as they are, so only these few are.
 */
export async function listDeskMailsNaming(tx: Tx, address: EmailAddress): Promise<InboundId[]> {
  const { rows } = await tx.query<{ id: InboundId }>(
    `select id from inbound_mails where ticket_id is null and (agent_id is not null or reason = 'operator-command')
       and raw is not null and position(lower($1) in lower(encode(raw, 'escape'))) > 0`,
    [address],
  );
  return rows.map((row) => row.id);
}

/**
 * Empties mails: bytes, words, subjects, attachments, and what was found out about their sender; those of the person also
 * lose their address. One that waits or is parked ends here. The digests of what was seen stay, and those of mails that
 * nobody had decided are added first: the same bytes never come back as a new ticket.
 */
export async function eraseMails(
  tx: Tx,
  ids: readonly InboundId[],
  address: EmailAddress,
  now: EpochMs,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `insert into inbound_seen (digest, inbound_id)
     select raw_sha256, id from inbound_mails where id = any($1) and raw_sha256 is not null order by raw_sha256
     on conflict (digest) do nothing`,
    [ids],
  );
  await tx.query(
    `with emptied as (
       update inbound_mails set raw = null, raw_sha256 = null, subject = null, words = null, words_html = null,
         message_id = null, copied = '{}',
         raw_removed_at = case when raw is null then raw_removed_at else $3 end, erased_at = $3, lease_until = 0,
         order_key = case when order_key = lower($2) then 'erased:' || id else order_key end,
         from_address = case when lower(from_address) = lower($2) then null else from_address end,
         from_name = case when lower(from_address) = lower($2) then null else from_name end,
         reason = case when disposition is null or disposition = 'parked' then 'person-erased' else reason end,
         decided_at = coalesce(decided_at, $3),
         disposition = case when disposition is null or disposition = 'parked' then 'discarded' else disposition end
       where id = any($1)),
     unnamed as (delete from attachments where inbound_id = any($1))
     delete from sender_checks where inbound_id = any($1)`,
    [ids, address, now],
  );
}

export async function listOutboxOfTicket(tx: Tx, id: TicketId): Promise<OutboxId[]> {
  const { rows } = await tx.query<{ id: OutboxId }>('select id from outbox where ticket_id = $1', [id]);
  return rows.map((row) => row.id);
}

/** Rows to the address, because of these mails, or whose small facts name it, such as a parked mail that was shown. */
export async function listOutboxNaming(
  tx: Tx,
  address: EmailAddress,
  because: readonly InboundId[],
): Promise<OutboxId[]> {
  const { rows } = await tx.query<{ id: OutboxId }>(
    `select id from outbox where lower(recipient) = lower($1) or inbound_id = any($2)
       or payload <> '{}' and position(lower($1) in lower(payload::text)) > 0`,
    [address, because],
  );
  return rows.map((row) => row.id);
}

/**
 * Cancels what was not sent and empties the rest; attempts keep their outcome without the words of the server.
 * @returns rows that are being sent at this moment: the caller rolls back, and comes again when they have ended
 */
export async function eraseOutbox(
  tx: Tx,
  ids: readonly OutboxId[],
  address: EmailAddress,
  instead: EmailAddress,
  now: EpochMs,
): Promise<OutboxId[]> {
  if (ids.length === 0) return [];
  await tx.query(
    `update outbox set state = 'cancelled', lease_until = 0, ended_at = coalesce(ended_at, epoch_ms()), held_by = 'erased'
     where id = any($1) and state in ('pending', 'claimed', 'unknown')`,
    [ids],
  );
  const busy = await tx.query<{ id: OutboxId }>(`select id from outbox where id = any($1) and state = 'sending'`, [
    ids,
  ]);
  if (busy.rows.length > 0) return busy.rows.map((row) => row.id);
  await tx.query(
    `with quiet as (update outbox_attempts set server_reply = null where outbox_id = any($1))
     update outbox set raw = null, raw_removed_at = case when raw is null then raw_removed_at else $4 end,
       payload = payload - 'lines' - 'text' - 'colleague' - 'writer', last_error = case when last_error is null then null else $5 end,
       recipient = case when lower(recipient) = lower($2) then $3 else recipient end
     where id = any($1)`,
    [ids, address, instead, now, GONE],
  );
  return [];
}

/** The words of a ticket and its turns go; the ticket is closed, and its tokens are void. The caller has locked it. */
export async function eraseTicketRows(tx: Tx, id: TicketId, instead: EmailAddress, now: EpochMs): Promise<void> {
  await tx.query(`set local turnmail.erasing = 'on'`);
  await tx.query(
    `update responses set response_sent = '', response_received = case when response_received is null then null else '' end
     where ticket_id = $1`,
    [id],
  );
  await tx.query(
    `update tickets set email = $2, query = '', status = 'closed', last_updated_on = $3,
       feedback = case when status = 'closed' then feedback end,
       last_response = (select '' from responses where ticket_id = $1 limit 1)
     where id = $1`,
    [id, instead, now],
  );
  await tx.query(
    `update ticket_mail set subject = '', feedback_words = null, first_message_id = null, last_message_id = null,
       closed_at = coalesce(closed_at, $2), closed_by = coalesce(closed_by, 'operator') where ticket_id = $1`,
    [id, now],
  );
  await tx.query('delete from notes where ticket_id = $1', [id]);
  await tx.query('delete from ticket_readers where ticket_id = $1', [id]);
  await revokeTicketTokens(tx, [id], now);
}

/**
 * Where this ticket was shown as a past answer, its number stays empty, and the notifications that carried its question
 * lose their bytes.
 */
export async function eraseShowings(tx: Tx, id: TicketId, now: EpochMs): Promise<void> {
  await tx.query(
    `with hidden as (
       delete from shown_answers where source_response_id in (select id from responses where ticket_id = $1) returning ticket_id)
     update outbox set raw = null, raw_removed_at = $2
     where ticket_id in (select ticket_id from hidden) and kind = 'notification' and raw is not null
       and state in ('sent', 'failed', 'cancelled')`,
    [id, now],
  );
}

/**
 * On tickets of others that the person wrote to, the agents' notifications repeat what was written: those that ended lose
 * their bytes, those to come are made of what is left.
 */
export async function eraseRepetitions(tx: Tx, mails: readonly InboundId[], now: EpochMs): Promise<void> {
  await tx.query(
    `update outbox set raw = null, raw_removed_at = $2
     where ticket_id in (select ticket_id from inbound_mails where id = any($1) and disposition = 'third-party')
       and agent_id is not null and raw is not null and state in ('sent', 'failed', 'cancelled')`,
    [mails, now],
  );
}

/** Who read other people's tickets reads no more of them; the agents' notifications that named them lose their bytes. */
export async function eraseReader(tx: Tx, address: EmailAddress, now: EpochMs): Promise<void> {
  await tx.query(
    `update outbox set raw = null, raw_removed_at = $2
     where ticket_id in (select ticket_id from ticket_readers where lower(address) = lower($1))
       and agent_id is not null and raw is not null and state in ('sent', 'failed', 'cancelled')`,
    [address, now],
  );
  await tx.query('delete from ticket_readers where lower(address) = lower($1)', [address]);
}

/**
 * Digests name every waiting customer; those that ended since the ticket was opened lose their bytes. When they ended is by
 * the database's clock and when it was opened by a process's, which may be ahead: so its first mail says when, too.
 */
export async function eraseDigests(tx: Tx, ticketId: TicketId, openedAt: EpochMs, now: EpochMs): Promise<void> {
  await tx.query(
    `update outbox set raw = null, raw_removed_at = $2
     where kind = 'digest' and raw is not null
       and ended_at >= least($1::bigint, (select min(created_at) from outbox where ticket_id = $3))`,
    [openedAt, now, ticketId],
  );
}

/** In notes on other people's tickets the address is replaced; the rest of the note is about somebody else. */
export async function eraseFromNotes(tx: Tx, address: EmailAddress): Promise<void> {
  const pattern = address.replace(/[^\p{L}\p{N}@]/gu, '\\$&');
  await tx.query(
    `update notes set note = regexp_replace(note, $2, 'erased@erased.invalid', 'gi')
     where position(lower($1) in lower(note)) > 0`,
    [address, pattern],
  );
}

/** Mails of others were openly addressed to the person too. */
export async function eraseFromCopies(tx: Tx, address: EmailAddress): Promise<void> {
  await tx.query('update inbound_mails set copied = array_remove(copied, lower($1)) where lower($1) = any(copied)', [
    address,
  ]);
}
