/**
 * Features of a new text and of past ones as small numbers in the order in which they come, so that tables can be indexed
 * by them; those of the new text come first. A look-up numbers tens of thousands, so this is a hash table with open
 * addressing, in memory that is used again: fresh memory of a megabyte costs more than filling it.
 */
export type SharedFeatures = {
  /** features of the new text: the numbers below this */
  asked: number;
  distinct: number;
  /** numbers of the features of each past text, until other texts are numbered */
  texts: Int32Array[];
};

/** Pairs of a feature and its number, counted from 1; no number: the slot is free. */
let table = new Int32Array(2 ** 12);
/** The numbers of all texts, one's behind the other's. */
let numbers = new Int32Array(2 ** 12);

export function shareFeatures(asked: readonly number[], texts: readonly ArrayLike<number>[]): SharedFeatures {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const slots = clearTable(asked.length + length);
  if (numbers.length < length) numbers = new Int32Array(length);
  let count = 0;
  const add = (feature: number): number => {
    let at = 2 * ((feature ^ (feature >>> 15)) & (slots - 1));
    while (table[at + 1] !== 0) {
      if (table[at] === feature) return (table[at + 1] ?? 0) - 1;
      at = (at + 2) & (2 * slots - 1);
    }
    table[at] = feature;
    table[at + 1] = ++count;
    return count - 1;
  };
  for (const feature of asked) add(feature);
  const own = count;
  let end = 0;
  const numbered = texts.map((text) => {
    const start = end;
    for (let at = 0; at < text.length; at++) numbers[end++] = add(text[at] ?? 0);
    return numbers.subarray(start, end);
  });
  return { asked: own, distinct: count, texts: numbered };
}

/** @returns how many slots there are: a power of two, and at least twice as many as features */
function clearTable(most: number): number {
  const slots = 2 ** Math.ceil(Math.log2(2 * most + 2));
  if (table.length < 2 * slots) table = new Int32Array(2 * slots);
  else table.fill(0, 0, 2 * slots);
  return slots;
}

/**
 * Groups of features that stand in the same texts: a word with its pieces, everything that only one text has. Whatever is
 * learned from the texts is the same for all features of a group, and there are far fewer groups.
 */
export type AlikeFeatures = {
  groups: number;
  /** the group of each feature by its number; those that no text has are a group too */
  groupOf: Int32Array;
  /** features of each group */
  sizes: Int32Array;
  /** groups of each text */
  texts: number[][];
};

export function groupAlike(distinct: number, texts: readonly Int32Array[]): AlikeFeatures {
  // Which texts a feature stands in, as the sum of 64 random bits for each: two sets share one as good as never.
  const marks = new Int32Array(2 * distinct);
  texts.forEach((text, at) => {
    const [high, low] = [mixBits(at, 0x9e3779b9), mixBits(at, 0x85ebca6b)];
    for (let place = 0; place < text.length; place++) {
      const mark = 2 * (text[place] ?? 0);
      marks[mark] = ((marks[mark] ?? 0) + high) | 0;
      marks[mark + 1] = ((marks[mark + 1] ?? 0) + low) | 0;
    }
  });
  const slots = clearTable(distinct);
  const groupOf = new Int32Array(distinct);
  const firsts = new Int32Array(distinct);
  const sizes = new Int32Array(distinct);
  let groups = 0;
  for (let feature = 0; feature < distinct; feature++) {
    const mark = marks[2 * feature] ?? 0;
    let at = (mark ^ (mark >>> 15)) & (slots - 1);
    for (;;) {
      const known = table[at] ?? 0;
      if (known === 0) {
        table[at] = ++groups;
        firsts[groups - 1] = feature;
        break;
      }
      const first = 2 * (firsts[known - 1] ?? 0);
      if (marks[first] === mark && marks[first + 1] === marks[2 * feature + 1]) break;
      at = (at + 1) & (slots - 1);
    }
    const group = (table[at] ?? 0) - 1;
    groupOf[feature] = group;
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const grouped = texts.map((text) => {
    const own: number[] = [];
    for (let place = 0; place < text.length; place++) {
      const feature = text[place] ?? 0;
      const group = groupOf[feature] ?? 0;
      if (firsts[group] === feature) own.push(group);
    }
    return own;
  });
  return { groups, groupOf, sizes, texts: grouped };
}

/** Bits that look random, by the last steps of MurmurHash3. */
function mixBits(number: number, seed: number): number {
  let bits = Math.imul(number ^ seed, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
