/**
 * How much a feature weighs in each answer, packed. Each feature has a first row with its totals. As long as few answers
 * hold the feature, their entries follow there; else they stand in blocks, a row for up to 256 answers, those whose ids
 * differ only in the last eight bits. Most features are rare, so most have one row, and learning a ticket touches little
 * more than a row for each of its features. Numbers are written in groups of seven bits, lowest first (LEB128), so most
 * take one byte. An entry is (distance of the answer from the one before, weight).
 */

/** The block of a first row: before all others. */
export const FIRST = -1;
export const ANSWERS_OF_A_BLOCK = 256;
/** Answers that a first row holds; what decides is nothing but how many there are, so that unlearning is exact. */
export const ANSWERS_OF_A_FIRST_ROW = 128;

export type FeatureBlock = { feature: number; block: number; entries: Uint8Array };
/** A feature over all answers: how heavy it is, in how many answers it stands, and in how many blocks besides the first row. */
export type FeatureTotals = { weight: number; answers: number; blocks: number };

export function blockOf(answerId: number): number {
  return Math.floor(answerId / ANSWERS_OF_A_BLOCK);
}

/** The entries of a row: the first `count` of two arrays, which hold them until the next row is read. */
export type Entries = { count: number; answerIds: Int32Array; weights: Int32Array };

const MAX_ENTRIES = Math.max(ANSWERS_OF_A_BLOCK, ANSWERS_OF_A_FIRST_ROW);
const read: Entries = { count: 0, answerIds: new Int32Array(MAX_ENTRIES), weights: new Int32Array(MAX_ENTRIES) };

/**
 * Reads the entries of a row, always into the same memory: a look-up has hundreds of thousands, and collecting megabytes
 * of garbage for each would take longer than reading them twice.
 */
export function readEntries({ block, entries }: FeatureBlock): Entries {
  const { answerIds, weights } = read;
  let answerId = block * ANSWERS_OF_A_BLOCK;
  let count = 0;
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
    answerIds[count] = answerId;
    weights[count] = number;
  }
  read.count = count;
  return read;
}

/** What a first row says: the totals of its feature, and the entries that follow, as a block from the first answer on. */
export function readFirstRow({ feature, entries }: FeatureBlock): FeatureTotals & { own: FeatureBlock } {
  const numbers = [0, 0, 0];
  let at = 0;
  for (let place = 0; place < numbers.length; place++) {
    let number = 0;
    let byte = 0;
    let unit = 1;
    do {
      byte = entries[at++] ?? 0;
      number += (byte & 127) * unit;
      unit *= 128;
    } while (byte > 127);
    numbers[place] = number;
  }
  const [weight = 0, answers = 0, blocks = 0] = numbers;
  return { weight, answers, blocks, own: { feature, block: 0, entries: entries.subarray(at) } };
}

/** Weights of answers, by their ids in order. */
export type EntryList = { answerIds: number[]; weights: number[] };

/** Rows to be written, their bytes one behind the other: a batch has hundreds of thousands. */
export type PackedRows = {
  features: number[];
  blocks: number[];
  lengths: number[];
  bytes: Uint8Array;
};

/** Packs rows: put() a row's numbers and entries, then end() it. */
export function packRows() {
  const features: number[] = [];
  const blocks: number[] = [];
  const lengths: number[] = [];
  let bytes = new Uint8Array(65_536);
  let end = 0;
  let start = 0;
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
    /** Entries from one place to another, those of a block counted from its first answer. */
    putEntries(block: number, { answerIds, weights }: EntryList, from: number, to: number) {
      let last = block * ANSWERS_OF_A_BLOCK;
      for (let at = from; at < to; at++) {
        const answerId = answerIds[at] ?? 0;
        put(answerId - last);
        put(weights[at] ?? 0);
        last = answerId;
      }
    },
    end(feature: number, block: number) {
      features.push(feature);
      blocks.push(block);
      lengths.push(end - start);
      start = end;
    },
    rows: (): PackedRows => ({ features, blocks, lengths, bytes: bytes.subarray(0, end) }),
  };
}
