import type { InboundId } from '../../domain/ticket/ids.ts';
import type { DigestRow, EmptiedRow } from '../../domain/ticket/planned-rows.ts';
import { byteaArray } from '../binary-arrays.ts';
import type { Tx } from '../database.ts';

/** What we have seen, by digest: the bytes of a mail, its Message-ID with content and meaning, and what nothing came of. */

/**
 * Writes down that mails were seen. The first mail to write a digest owns it; a concurrent second one waits for the first to
 * commit. No digest may be given twice. In the order of the digests, so that two who write the same ones wait in turn.
 * @returns the owner of each digest, by its hex form
 */
export async function takeSeen(tx: Tx, seen: DigestRow[]): Promise<Map<string, InboundId>> {
  if (seen.length === 0) return new Map();
  const sorted = seen.toSorted((a, b) => a.digest.compare(b.digest));
  const { rows } = await tx.query<{ digest: Buffer; inbound_id: InboundId }>(
    `insert into inbound_seen as seen (digest, inbound_id) select * from unnest($1::bytea[], $2::bigint[])
     on conflict (digest) do update set inbound_id = seen.inbound_id
     returning digest, inbound_id`,
    [byteaArray(sorted.map((one) => one.digest)), sorted.map((one) => one.inboundId)],
  );
  return new Map(rows.map((row) => [row.digest.toString('hex'), row.inbound_id]));
}

/** The owners of those digests that were seen, by their hex form; and which of `mails` and of the owners were emptied. */
export async function findSeen(
  tx: Tx,
  digests: Buffer[],
  mails: InboundId[],
): Promise<{ owners: Map<string, InboundId>; emptied: Map<InboundId, { erased: boolean }> }> {
  if (digests.length === 0 && mails.length === 0) return { owners: new Map(), emptied: new Map() };
  const { rows } = await tx.query<{ digest: Buffer | null; id: InboundId; removed: boolean; erased: boolean }>(
    `select seen.digest, m.id, m.raw_removed_at is not null as removed, m.erased_at is not null as erased
     from inbound_seen seen join inbound_mails m on m.id = seen.inbound_id where seen.digest = any($1::bytea[])
     union all
     select null, id, raw_removed_at is not null, erased_at is not null from inbound_mails where id = any($2::bigint[])`,
    [byteaArray(digests), mails],
  );
  return {
    owners: new Map(rows.flatMap((row) => (row.digest ? [[row.digest.toString('hex'), row.id] as const] : []))),
    emptied: new Map(
      rows.flatMap((row) => (row.removed || row.erased ? [[row.id, { erased: row.erased }] as const] : [])),
    ),
  };
}

/** Remembers what nothing came of; a digest that is there already stays with the mail that it names. */
export async function rememberSeen(tx: Tx, seen: DigestRow[]): Promise<void> {
  if (seen.length === 0) return;
  const sorted = seen.toSorted((a, b) => a.digest.compare(b.digest));
  await tx.query(
    `insert into inbound_seen (digest, inbound_id) select * from unnest($1::bytea[], $2::bigint[])
     on conflict (digest) do nothing`,
    [byteaArray(sorted.map((one) => one.digest)), sorted.map((one) => one.inboundId)],
  );
}

/** Takes back what `takeSeen` wrote, as far as it was these mails that wrote it. */
export async function releaseSeen(tx: Tx, seen: DigestRow[]): Promise<void> {
  if (seen.length === 0) return;
  await tx.query(
    `delete from inbound_seen s using unnest($1::bytea[], $2::bigint[]) as f(digest, inbound_id)
     where s.digest = f.digest and s.inbound_id = f.inbound_id`,
    [byteaArray(seen.map((one) => one.digest)), seen.map((one) => one.inboundId)],
  );
}

/** Mails that came again: what was removed of the first of each is removed of the copy too. Their fates are written. */
export async function emptyCopies(tx: Tx, copies: EmptiedRow[], now: number): Promise<void> {
  if (copies.length === 0) return;
  await tx.query(
    `with again as (
       update inbound_mails m set raw = null, raw_removed_at = $1::bigint,
         erased_at = case when c.erased then $1::bigint end,
         raw_sha256 = case when not c.erased then m.raw_sha256 end,
         order_key = case when c.erased then 'erased:' || m.id else m.order_key end,
         subject = case when not c.erased then m.subject end,
         message_id = case when not c.erased then m.message_id end,
         from_address = case when not c.erased then m.from_address end,
         from_name = case when not c.erased then m.from_name end
       from unnest($2::bigint[], $3::boolean[]) as c(id, erased)
       where m.id = c.id returning m.id, m.erased_at)
     delete from sender_checks where inbound_id in (select id from again where erased_at is not null)`,
    [now, copies.map((one) => one.id), copies.map((one) => one.erased)],
  );
}
