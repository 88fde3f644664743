import { intArray } from '../binary-arrays.ts';
import type { Tx } from '../database.ts';

/** Rows of answer_features: how much a feature weighs in the answers of a block (see migrations/0001_schema.sql). */

export type FeatureRow = { feature: number; block: number; entries: Buffer };

/** Of each feature the first row. A feature that no ticket has is left out. */
export async function listFirstRows(tx: Tx, features: ArrayLike<number>): Promise<FeatureRow[]> {
  const { rows } = await tx.query<Frames>({
    name: 'answers-first-rows',
    text: `select string_agg(int4send(f.feature) || int4send(f.block) || int4send(length(f.entries)) || f.entries, '') as frames
           from unnest($1::int[]) with ordinality as wanted(feature, position)
           cross join lateral (select * from answer_features f where f.feature = wanted.feature and block = -1 offset 0) f
           group by position / 256`,
    values: [intArray(features)],
  });
  return readFrames(rows);
}

/** All blocks of features. */
export async function listBlocks(tx: Tx, features: ArrayLike<number>): Promise<FeatureRow[]> {
  const { rows } = await tx.query<Frames>({
    name: 'answers-blocks',
    text: `select string_agg(int4send(f.feature) || int4send(f.block) || int4send(length(f.entries)) || f.entries, '') as frames
           from unnest($1::int[]) with ordinality as wanted(feature, position)
           cross join lateral (select * from answer_features f where f.feature = wanted.feature and block >= 0 offset 0) f
           group by position / 8`,
    values: [intArray(features)],
  });
  return readFrames(rows);
}

/** Rows by their keys; those that do not exist are left out. */
export async function listRowsOf(
  tx: Tx,
  keys: { features: ArrayLike<number>; blocks: ArrayLike<number> },
): Promise<FeatureRow[]> {
  const { rows } = await tx.query<Frames>({
    name: 'answers-rows',
    text: `select string_agg(int4send(f.feature) || int4send(f.block) || int4send(length(f.entries)) || f.entries, '') as frames
           from unnest($1::int[], $2::int[]) with ordinality as wanted(feature, block, position)
           cross join lateral (select * from answer_features f
                               where f.feature = wanted.feature and f.block = wanted.block offset 0) f
           group by position / 256`,
    values: [intArray(keys.features), intArray(keys.blocks)],
  });
  return readFrames(rows);
}

/**
 * Rows come in pieces of many, each with its numbers before its entries: taking thousands apart costs pg more than reading
 * them. A piece is tens of kilobytes: megabytes in one string are garbage that Node stops everything else to collect.
 */
type Frames = { frames: Buffer };

function readFrames(pieces: Frames[]): FeatureRow[] {
  const rows: FeatureRow[] = [];
  for (const { frames } of pieces) {
    for (let at = 0; at < frames.length; ) {
      const end = at + 12 + frames.readInt32BE(at + 8);
      const entries = frames.subarray(at + 12, end);
      rows.push({ feature: frames.readInt32BE(at), block: frames.readInt32BE(at + 4), entries });
      at = end;
    }
  }
  return rows;
}

/** Writes rows, their entries one behind the other, in the order of their keys. */
export async function writeAnswerFeatures(
  tx: Tx,
  rows: { features: ArrayLike<number>; blocks: ArrayLike<number>; lengths: readonly number[]; bytes: Uint8Array },
): Promise<void> {
  let start = 1;
  const starts = rows.lengths.map((length) => {
    start += length;
    return start - length;
  });
  await tx.query({
    name: 'answers-write-rows',
    text: `insert into answer_features (feature, block, entries)
           select r.feature, r.block, substr($5::bytea, r.start, r.length)
           from unnest($1::int[], $2::int[], $3::int[], $4::int[]) as r(feature, block, start, length)
           on conflict (feature, block) do update set entries = excluded.entries`,
    values: [
      intArray(rows.features),
      intArray(rows.blocks),
      intArray(starts),
      intArray(rows.lengths),
      Buffer.from(rows.bytes.buffer, rows.bytes.byteOffset, rows.bytes.byteLength),
    ],
  });
}

export async function deleteRows(
  tx: Tx,
  keys: { features: readonly number[]; blocks: readonly number[] },
): Promise<void> {
  await tx.query({
    name: 'answers-delete-rows',
    text: `delete from answer_features f using unnest($1::int[], $2::int[]) as gone(feature, block)
           where f.feature = gone.feature and f.block = gone.block`,
    values: [intArray(keys.features), intArray(keys.blocks)],
  });
}
