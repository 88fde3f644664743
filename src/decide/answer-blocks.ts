/**
 * How much a feature weighs in each answer, packed: a row holds the answers of one block, those whose ids differ only in
 * the last eight bits. Numbers are written in groups of seven bits, lowest first (LEB128), so most take one byte.
 * A block is a run of (distance of the answer from the one before, weight). A feature with several blocks has a head
 * besides, with its totals; the only block of a feature says those itself.
 */

/** The block of a head: before all others. */
export const HEAD = -1;
export const ANSWERS_OF_A_BLOCK = 256;

export type FeatureBlock = { feature: number; block: number; entries: Uint8Array };
/** A feature over all answers: how heavy it is, in how many answers it stands, and in how many rows these are. */
export type FeatureTotals = { weight: number; answers: number; blocks: number };

export function blockOf(answerId: number): number {
  return Math.floor(answerId / ANSWERS_OF_A_BLOCK);
}

/** Entries of rows, one row's behind the other's; `ends` says where those of each row end. */
export type Entries = { rows: readonly FeatureBlock[]; ends: Int32Array; answerIds: Int32Array; weights: Int32Array };

/** All entries of rows, into plain arrays: a look-up has hundreds of thousands and goes through them more than once. */
export function unpackBlocks(rows: readonly FeatureBlock[]): Entries {
  // An entry is two bytes at least.
  const most = rows.reduce((sum, { entries }) => sum + Math.floor(entries.length / 2), 0);
  const found = {
    rows,
    ends: new Int32Array(rows.length),
    answerIds: new Int32Array(most),
    weights: new Int32Array(most),
  };
  let count = 0;
  rows.forEach(({ block, entries }, row) => {
    let answerId = block * ANSWERS_OF_A_BLOCK;
    for (let at = 0; at < entries.length; count++) {
      let byte = entries[at++] ?? 0;
      let number = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = entries[at++] ?? 0;
        number |= (byte & 127) << shift;
      }
      answerId += number;
      byte = entries[at++] ?? 0;
      number = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = entries[at++] ?? 0;
        number |= (byte & 127) << shift;
      }
      found.answerIds[count] = answerId;
      found.weights[count] = number;
    }
    found.ends[row] = count;
  });
  return found;
}

/** The totals of a feature by its first row: its head, or its only block. */
export function totalsOf(first: FeatureBlock): FeatureTotals {
  if (first.block === HEAD) {
    const [weight = 0, answers = 0, blocks = 0] = readNumbers(first.entries);
    return { weight, answers, blocks };
  }
  const { ends, weights } = unpackBlocks([first]);
  const [answers = 0] = ends;
  return { weight: weights.subarray(0, answers).reduce((sum, weight) => sum + weight, 0), answers, blocks: 1 };
}

function readNumbers(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let number = 0;
  let unit = 1;
  for (const byte of bytes) {
    number += (byte & 127) * unit;
    unit *= 128;
    if (byte > 127) continue;
    numbers.push(number);
    number = 0;
    unit = 1;
  }
  return numbers;
}

/** Rows to be written, their bytes one behind the other: a batch has hundreds of thousands. */
export type PackedRows = {
  features: number[];
  blocks: number[];
  lengths: number[];
  bytes: Uint8Array;
};

/** Packs rows: put() a row's numbers, then end() it. */
export function packRows() {
  const features: number[] = [];
  const blocks: number[] = [];
  const lengths: number[] = [];
  let bytes = new Uint8Array(65_536);
  let end = 0;
  let start = 0;
  let last = 0;
  const put = (number: number) => {
    if (end + 8 > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) + 128;
    bytes[end++] = rest;
  };
  return {
    put,
    putEntry(block: number, answerId: number, weight: number) {
      put(answerId - (end === start ? block * ANSWERS_OF_A_BLOCK : last));
      put(weight);
      last = answerId;
    },
    /** @returns false where nothing was put: there is no empty row */
    end(feature: number, block: number): boolean {
      if (end === start) return false;
      features.push(feature);
      blocks.push(block);
      lengths.push(end - start);
      start = end;
      return true;
    },
    rows: (): PackedRows => ({ features, blocks, lengths, bytes: bytes.subarray(0, end) }),
  };
}
