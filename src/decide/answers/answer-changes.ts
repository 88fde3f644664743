import {
  ANSWERS_OF_A_FIRST_ROW,
  blockOf,
  type EntryList,
  type FeatureBlock,
  type FeatureTotals,
  FIRST,
  type PackedRows,
  packRows,
  readEntries,
  readFirstRow,
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

/** The rows that a change may touch: of each feature the first one, and the blocks of the changed answers. */
export function rowsToRead({ features, answerIds }: PairChanges): { features: Int32Array; blocks: Int32Array } {
  const wanted = { features: new Int32Array(2 * features.length), blocks: new Int32Array(2 * features.length) };
  let count = 0;
  const want = (feature: number, block: number) => {
    wanted.features[count] = feature;
    wanted.blocks[count++] = block;
  };
  let last = Number.NaN;
  let lastBlock = FIRST;
  for (let at = 0; at < features.length; at++) {
    const feature = features[at] ?? 0;
    if (feature !== last) want(feature, FIRST);
    const block = blockOf(answerIds[at] ?? 0);
    if (feature !== last || block !== lastBlock) want(feature, block);
    last = feature;
    lastBlock = block;
  }
  return { features: wanted.features.subarray(0, count), blocks: wanted.blocks.subarray(0, count) };
}

/** The rows of features that are there: the first one, and all blocks or those that change. */
export type StoredRows = Map<number, FeatureBlock[]>;

export function byFeature(rows: readonly FeatureBlock[]): StoredRows {
  const stored: StoredRows = new Map();
  for (const row of rows) {
    const own = stored.get(row.feature);
    if (own) own.push(row);
    else stored.set(row.feature, [row]);
  }
  return stored;
}

/** The changes of one feature: those from `from` to before `to`. */
type Run = { feature: number; from: number; to: number };

function* runsOfFeatures({ features }: PairChanges): Generator<Run> {
  for (let from = 0; from < features.length; ) {
    const feature = features[from] ?? 0;
    let to = from + 1;
    while (to < features.length && features[to] === feature) to++;
    yield { feature, from, to };
    from = to;
  }
}

const NONE: FeatureTotals & { own: FeatureBlock } = {
  weight: 0,
  answers: 0,
  blocks: 0,
  own: { feature: 0, block: 0, entries: new Uint8Array() },
};

function readFirstBlock(rows: readonly FeatureBlock[]): typeof NONE {
  const first = rows.find(({ block }) => block === FIRST);
  return first ? readFirstRow(first) : NONE;
}

/** False where so few answers may be left that the first row holds them: then all blocks must be known. */
function staysInBlocks(totals: FeatureTotals, { weights }: PairChanges, { from, to }: Run): boolean {
  let lost = 0;
  for (let at = from; at < to; at++) if ((weights[at] ?? 0) < 0) lost++;
  return totals.blocks > 0 && totals.answers - lost > ANSWERS_OF_A_FIRST_ROW;
}

/** Features that leave their blocks, perhaps: a change needs all of them. */
export function mayLeaveBlocks(changes: PairChanges, stored: StoredRows): number[] {
  return [...runsOfFeatures(changes)].flatMap((run) => {
    const totals = readFirstBlock(stored.get(run.feature) ?? []);
    return totals.blocks > 0 && !staysInBlocks(totals, changes, run) ? [run.feature] : [];
  });
}

/** What a change writes, what it leaves empty, and by how many the number of features changes. */
export type RowChanges = { written: PackedRows; gone: { features: number[]; blocks: number[] }; features: number };

/** Exact in both directions: what is learned and unlearned leaves the rows as they were. */
export function planRowChanges(changes: PairChanges, stored: StoredRows): RowChanges {
  const plan: Plan = { rows: packRows(), gone: { features: [], blocks: [] } };
  let distinct = 0;
  for (const run of runsOfFeatures(changes)) {
    const rows = stored.get(run.feature) ?? [];
    const totals = readFirstBlock(rows);
    const answers = staysInBlocks(totals, changes, run)
      ? changeBlocks(plan, changes, run, rows)
      : rewrite(plan, changes, run, rows);
    distinct += Math.sign(answers) - Math.sign(totals.answers);
  }
  return { written: plan.rows.rows(), gone: plan.gone, features: distinct };
}

type Plan = { rows: ReturnType<typeof packRows>; gone: RowChanges['gone'] };

/** Changes some blocks of many, and the totals. @returns how many answers hold the feature now */
function changeBlocks(plan: Plan, changes: PairChanges, run: Run, rows: readonly FeatureBlock[]): number {
  const totals = { ...readFirstBlock(rows) };
  for (let from = run.from; from < run.to; ) {
    const block = blockOf(changes.answerIds[from] ?? 0);
    let to = from + 1;
    while (to < run.to && blockOf(changes.answerIds[to] ?? 0) === block) to++;
    const row = rows.find((one) => one.block === block);
    const before = row ? [row] : [];
    const after = merge(before, changes, from, to);
    if (after.answerIds.length > 0) putBlock(plan, run.feature, block, after, 0, after.answerIds.length);
    else discardRow(plan, run.feature, block);
    totals.blocks += Math.sign(after.answerIds.length) - before.length;
    totals.answers += after.answerIds.length - after.before;
    from = to;
  }
  putFirst(plan, run.feature, { ...totals, weight: totals.weight + sumOf(changes, run) });
  return totals.answers;
}

/** Writes all rows of a feature, in the form that fits how many answers hold it. @returns how many do */
function rewrite(plan: Plan, changes: PairChanges, run: Run, rows: readonly FeatureBlock[]): number {
  const { feature } = run;
  const { weight, blocks, own } = readFirstBlock(rows);
  const blockRows = rows.filter(({ block }) => block !== FIRST).sort((one, other) => one.block - other.block);
  const after = merge(blocks > 0 ? blockRows : [own], changes, run.from, run.to);
  const answers = after.answerIds.length;
  const totals = { weight: weight + sumOf(changes, run), answers, blocks: 0 };
  const kept = new Set<number>();
  if (answers > ANSWERS_OF_A_FIRST_ROW) {
    for (let from = 0; from < answers; ) {
      const block = blockOf(after.answerIds[from] ?? 0);
      let to = from + 1;
      while (to < answers && blockOf(after.answerIds[to] ?? 0) === block) to++;
      putBlock(plan, feature, block, after, from, to);
      kept.add(block);
      from = to;
    }
    putFirst(plan, feature, { ...totals, blocks: kept.size });
  } else if (answers > 0) putFirst(plan, feature, totals, after);
  else if (rows.length > blockRows.length) discardRow(plan, feature, FIRST);
  for (const { block } of blockRows) if (!kept.has(block)) discardRow(plan, feature, block);
  return answers;
}

function discardRow({ gone }: Plan, feature: number, block: number): void {
  gone.features.push(feature);
  gone.blocks.push(block);
}

function putBlock({ rows }: Plan, feature: number, block: number, list: EntryList, from: number, to: number): void {
  rows.putEntries(block, list, from, to);
  rows.end(feature, block);
}

function putFirst({ rows }: Plan, feature: number, totals: FeatureTotals, own?: EntryList): void {
  rows.put(totals.weight);
  rows.put(totals.answers);
  rows.put(totals.blocks);
  if (own) rows.putEntries(0, own, 0, own.answerIds.length);
  rows.end(feature, FIRST);
}

function sumOf({ weights }: PairChanges, { from, to }: Run): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += weights[at] ?? 0;
  return sum;
}

/** The entries of rows after the changes from one place to another; `before`: how many there were. */
function merge(
  rows: readonly FeatureBlock[],
  changes: PairChanges,
  from: number,
  to: number,
): EntryList & { before: number } {
  const list = { answerIds: [] as number[], weights: [] as number[], before: 0 };
  let at = from;
  const put = (answerId: number, weight: number) => {
    if (weight < 0) {
      throw new Error(`answer ${answerId} would weigh less than nothing for feature ${changes.features[from]}`);
    }
    if (weight === 0) return;
    list.answerIds.push(answerId);
    list.weights.push(weight);
  };
  const putChangesBelow = (answerId: number) => {
    for (; at < to && (changes.answerIds[at] ?? 0) < answerId; at++) {
      put(changes.answerIds[at] ?? 0, changes.weights[at] ?? 0);
    }
  };
  for (const row of rows) {
    const { count, answerIds, weights } = readEntries(row);
    list.before += count;
    for (let entry = 0; entry < count; entry++) {
      const answerId = answerIds[entry] ?? 0;
      putChangesBelow(answerId);
      const changed = at < to && changes.answerIds[at] === answerId ? (changes.weights[at++] ?? 0) : 0;
      put(answerId, (weights[entry] ?? 0) + changed);
    }
  }
  putChangesBelow(Number.POSITIVE_INFINITY);
  return list;
}
