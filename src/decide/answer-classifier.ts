/** A past ticket as an example: the number of its answer (from 0), how much it counts, and its features. */
export type Example = { label: number; weight: number; features: ArrayLike<number> };

const EPOCHS = 4;
const STEP = 2.5;
/** Features of all examples together; beyond it examples are left out. Bounds the work to some milliseconds. */
const MOST_WORK = 60_000;
/** Answers that can be told apart. The loops over them are written out, which makes them twice as fast. */
export const MOST_LABELS = 6;
/** Places of a feature in the table of weights, so that it begins where a processor likes to read. */
const ROOM = 8;

/**
 * Tells a few answers apart by a multinomial logistic regression that is learned here and now from their own examples:
 * counting asks how usual a word is for an answer, this asks which words decide between just these answers. Nothing
 * is stored, and the result depends on nothing but the arguments.
 * @param labels at most MOST_LABELS
 * @param examples in the order in which they are learned from; best with the labels taking turns
 * @returns a number per label, in no unit; differences are what matters
 */
export function separate(labels: number, examples: readonly Example[], asked: readonly number[]): number[] {
  const used = withinWork(examples);
  const rows = numberRows(used.reduce((sum, { features }) => sum + features.length, 0));
  const refs = used.map(({ features }) => rowsOf(features, rows.add));
  const weights = new Float32Array(rows.count() * ROOM);
  const scores = new Float64Array(ROOM);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let at = 0; at < used.length; at++) {
      const example = used[at];
      const own = refs[at];
      if (!example || !own) continue;
      addUp(weights, scores, own);
      toSteps(scores, labels, own.length, example);
      change(weights, scores, own);
    }
  }
  const found = rowsOf(asked, rows.find).filter((row) => row >= 0);
  addUp(weights, scores, found);
  const scale = asked.length > 0 ? 1 / Math.sqrt(asked.length) : 0;
  return [...scores.subarray(0, labels)].map((score) => score * scale);
}

function withinWork(examples: readonly Example[]): Example[] {
  let work = 0;
  return examples.filter(({ features }) => {
    work += features.length;
    return features.length > 0 && work <= MOST_WORK;
  });
}

/** A plain loop: Int32Array.from() with a function takes five times as long, and this runs for each past ticket. */
function rowsOf(features: ArrayLike<number>, rowOf: (feature: number) => number): Int32Array {
  const refs = new Int32Array(features.length);
  for (let at = 0; at < refs.length; at++) refs[at] = rowOf(features[at] ?? 0);
  return refs;
}

/** Numbers features from 0 in the order in which they come: a hash table with open addressing, for it is asked often. */
function numberRows(most: number) {
  const size = 2 ** Math.ceil(Math.log2(2 * most + 2));
  const keys = new Int32Array(size);
  const values = new Int32Array(size);
  let count = 0;
  const slotOf = (feature: number): number => {
    let slot = (feature ^ (feature >>> 15)) & (size - 1);
    while (values[slot] !== 0 && keys[slot] !== feature) slot = (slot + 1) & (size - 1);
    return slot;
  };
  return {
    count: () => count,
    find: (feature: number): number => (values[slotOf(feature)] ?? 0) - 1,
    add: (feature: number): number => {
      const slot = slotOf(feature);
      if (values[slot] === 0) {
        keys[slot] = feature;
        values[slot] = ++count;
      }
      return (values[slot] ?? 0) - 1;
    },
  };
}

/** One step of stochastic gradient descent on the log-likelihood; each example has length one. */
function toSteps(scores: Float64Array, labels: number, features: number, { label, weight }: Example): void {
  const length = 1 / Math.sqrt(features);
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < labels; at++) highest = Math.max(highest, (scores[at] ?? 0) * length);
  let sum = 0;
  for (let at = 0; at < labels; at++) {
    const part = Math.exp((scores[at] ?? 0) * length - highest);
    scores[at] = part;
    sum += part;
  }
  for (let at = 0; at < labels; at++) {
    scores[at] = STEP * weight * length * ((at === label ? 1 : 0) - (scores[at] ?? 0) / sum);
  }
}

function addUp(weights: Float32Array, scores: Float64Array, refs: Int32Array): void {
  let [first, second, third, fourth, fifth, sixth] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < refs.length; at++) {
    const row = (refs[at] ?? 0) * ROOM;
    first += weights[row] ?? 0;
    second += weights[row + 1] ?? 0;
    third += weights[row + 2] ?? 0;
    fourth += weights[row + 3] ?? 0;
    fifth += weights[row + 4] ?? 0;
    sixth += weights[row + 5] ?? 0;
  }
  scores.set([first, second, third, fourth, fifth, sixth]);
}

function change(weights: Float32Array, steps: Float64Array, refs: Int32Array): void {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = steps;
  for (let at = 0; at < refs.length; at++) {
    const row = (refs[at] ?? 0) * ROOM;
    weights[row] = (weights[row] ?? 0) + first;
    weights[row + 1] = (weights[row + 1] ?? 0) + second;
    weights[row + 2] = (weights[row + 2] ?? 0) + third;
    weights[row + 3] = (weights[row + 3] ?? 0) + fourth;
    weights[row + 4] = (weights[row + 4] ?? 0) + fifth;
    weights[row + 5] = (weights[row + 5] ?? 0) + sixth;
  }
}
