import {
  blockOf,
  type FeatureBlock,
  type FeatureTotals,
  HEAD,
  type PackedRows,
  packRows,
  totalsOf,
  unpackBlocks,
} from './answer-blocks.ts';

/** What a ticket adds to its answer, or takes away where its weight is negative. At most 3 halves either way. */
export type Teaching = { answerId: number; weight: number; features: ArrayLike<number> };

/** What lessons change, summed up by feature and answer, in their order; what comes and goes again is left out. */
export type PairChanges = { features: Int32Array; answerIds: Int32Array; weights: Int32Array };

const HALF = 2 ** 31;
/** Room for a weight from -3 to 3 in the last digits of a key. */
const WEIGHTS = 8;
const ZERO = 4;

/**
 * Sums up by sorting: one number holds feature, answer and weight of each occurrence, and typed arrays sort fast. A batch
 * has millions of occurrences, which maps would take ten times as long and as much memory for.
 */
export function sumPairs(lessons: readonly Teaching[]): PairChanges {
  const ids = [...new Set(lessons.map(({ answerId }) => answerId))].sort((one, other) => one - other);
  const places = new Map(ids.map((id, at) => [id, at]));
  const keys = new Float64Array(lessons.reduce((sum, { features }) => sum + features.length, 0));
  const unit = ids.length * WEIGHTS;
  let count = 0;
  for (const { answerId, weight, features } of lessons) {
    const low = (places.get(answerId) ?? 0) * WEIGHTS + weight + ZERO;
    for (let at = 0; at < features.length; at++) keys[count++] = ((features[at] ?? 0) + HALF) * unit + low;
  }
  keys.sort();
  const changes = { features: new Int32Array(count), answerIds: new Int32Array(count), weights: new Int32Array(count) };
  let pairs = 0;
  for (let at = 0; at < count; ) {
    const pair = Math.floor((keys[at] ?? 0) / WEIGHTS);
    let weight = 0;
    for (; at < count && Math.floor((keys[at] ?? 0) / WEIGHTS) === pair; at++)
      weight += ((keys[at] ?? 0) % WEIGHTS) - ZERO;
    if (weight === 0) continue;
    changes.features[pairs] = Math.floor(pair / ids.length) - HALF;
    changes.answerIds[pairs] = ids[pair % ids.length] ?? 0;
    changes.weights[pairs++] = weight;
  }
  return {
    features: changes.features.subarray(0, pairs),
    answerIds: changes.answerIds.subarray(0, pairs),
    weights: changes.weights.subarray(0, pairs),
  };
}

/** The rows that a change reads: of each feature the first one, and the changed blocks of those that have a head. */
export type StoredRows = { firsts: ReadonlyMap<number, FeatureBlock>; others: ReadonlyMap<number, Uint8Array> };

/** What a change writes, what it leaves empty, and by how many the number of features changes. */
export type RowChanges = { written: PackedRows; gone: { features: number[]; blocks: number[] }; features: number };

/** A row's place among StoredRows.others. */
export function rowKey(feature: number, block: number): number {
  return (feature + HALF) * 2 ** 21 + block;
}

/** The blocks that a change touches, of features that have a head: the others are known by their first row. */
export function changedBlocks(
  { features, answerIds }: PairChanges,
  firsts: StoredRows['firsts'],
): { features: number[]; blocks: number[] } {
  const wanted: { features: number[]; blocks: number[] } = { features: [], blocks: [] };
  let last = Number.NaN;
  for (let at = 0; at < features.length; at++) {
    const feature = features[at] ?? 0;
    if (firsts.get(feature)?.block !== HEAD) continue;
    const block = blockOf(answerIds[at] ?? 0);
    const key = rowKey(feature, block);
    if (key === last) continue;
    last = key;
    wanted.features.push(feature);
    wanted.blocks.push(block);
  }
  return wanted;
}

/** Exact in both directions: what is learned and unlearned leaves the rows as they were. */
export function planRows(changes: PairChanges, { firsts, others }: StoredRows): RowChanges {
  const rows = packRows();
  const gone: RowChanges['gone'] = { features: [], blocks: [] };
  const discard = (feature: number, block: number) => {
    gone.features.push(feature);
    gone.blocks.push(block);
  };
  let distinct = 0;
  for (let at = 0; at < changes.features.length; ) {
    const feature = changes.features[at] ?? 0;
    const first = firsts.get(feature);
    const totals = first ? totalsOf(first) : { weight: 0, answers: 0, blocks: 0 };
    if (totals.blocks === 0) distinct++;
    while (at < changes.features.length && changes.features[at] === feature) {
      const block = blockOf(changes.answerIds[at] ?? 0);
      const old = first?.block === block ? first.entries : others.get(rowKey(feature, block));
      at = changeBlock(rows, totals, changes, at, { feature, block, entries: old ?? NOTHING });
      if (rows.end(feature, block)) totals.blocks += old ? 0 : 1;
      else {
        totals.blocks--;
        discard(feature, block);
      }
    }
    if (totals.blocks === 0) distinct--;
    if (totals.blocks > 1) {
      rows.put(totals.weight);
      rows.put(totals.answers);
      rows.put(totals.blocks);
      rows.end(feature, HEAD);
    } else if (first?.block === HEAD) discard(feature, HEAD);
  }
  return { written: rows.rows(), gone, features: distinct };
}

const NOTHING = new Uint8Array();

/** Puts a block as it is after the changes from `at` on. @returns where the changes of the next block begin */
function changeBlock(
  rows: ReturnType<typeof packRows>,
  totals: FeatureTotals,
  { features, answerIds, weights }: PairChanges,
  start: number,
  old: FeatureBlock,
): number {
  const { feature, block } = old;
  let at = start;
  const next = () => (features[at] === feature && blockOf(answerIds[at] ?? 0) === block ? answerIds[at] : undefined);
  let changed = next();
  const put = (answerId: number, weight: number) => {
    if (weight < 0) throw new Error(`answer ${answerId} would weigh less than nothing for feature ${feature}`);
    if (weight === 0) return;
    rows.putEntry(block, answerId, weight);
    totals.weight += weight;
    totals.answers++;
  };
  const change = () => {
    const weight = weights[at++] ?? 0;
    changed = next();
    return weight;
  };
  const before = unpackBlocks([old]);
  const [end = 0] = before.ends;
  for (let entry = 0; entry < end; entry++) {
    const answerId = before.answerIds[entry] ?? 0;
    const weight = before.weights[entry] ?? 0;
    totals.weight -= weight;
    totals.answers--;
    while (changed !== undefined && changed < answerId) put(changed, change());
    put(answerId, changed === answerId ? weight + change() : weight);
  }
  while (changed !== undefined) put(changed, change());
  return at;
}
