/** A past ticket as an example: the number of its answer (from 0), how much it counts, and its features. */
export type Example = { label: number; weight: number; features: ArrayLike<number> };

const EPOCHS = 4;
const STEP = 2.5;
/** Features of all examples together; beyond it examples are left out. Bounds the work to some milliseconds. */
const MOST_WORK = 60_000;

/**
 * Tells a few answers apart by a multinomial logistic regression that is learned here and now from their own examples:
 * counting asks how usual a word is for an answer, this asks which words decide between just these answers. Nothing
 * is stored, and the result depends on nothing but the arguments.
 * @param examples in the order in which they are learned from; best with the labels taking turns
 * @returns a number per label, in no unit; differences are what matters
 */
export function separate(labels: number, examples: readonly Example[], asked: readonly number[]): number[] {
  const used = withinWork(examples);
  const rows = numberRows(used.reduce((sum, { features }) => sum + features.length, 0));
  const refs = used.map(({ features }) => rowsOf(features, rows.add));
  const weights = new Float64Array(rows.count() * labels);
  const scores = new Float64Array(labels);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let at = 0; at < used.length; at++) {
      const example = used[at];
      const own = refs[at];
      if (example && own) learn(weights, scores, own, example);
    }
  }
  const found = rowsOf(asked, rows.find).filter((row) => row >= 0);
  addUp(weights, scores, found);
  const scale = asked.length > 0 ? 1 / Math.sqrt(asked.length) : 0;
  return [...scores].map((score) => score * scale);
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
  const values = new Int32Array(size).fill(-1);
  let count = 0;
  const slotOf = (feature: number): number => {
    let slot = (feature ^ (feature >>> 15)) & (size - 1);
    while (values[slot] !== -1 && keys[slot] !== feature) slot = (slot + 1) & (size - 1);
    return slot;
  };
  return {
    count: () => count,
    find: (feature: number): number => values[slotOf(feature)] ?? -1,
    add: (feature: number): number => {
      const slot = slotOf(feature);
      if (values[slot] === -1) {
        keys[slot] = feature;
        values[slot] = count++;
      }
      return values[slot] ?? -1;
    },
  };
}

/** One step of stochastic gradient descent on the log-likelihood; each example has length one. */
function learn(weights: Float64Array, scores: Float64Array, refs: Int32Array, { label, weight }: Example): void {
  const labels = scores.length;
  const length = 1 / Math.sqrt(refs.length);
  addUp(weights, scores, refs);
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) highest = Math.max(highest, score * length);
  let sum = 0;
  for (let at = 0; at < labels; at++) {
    const part = Math.exp((scores[at] ?? 0) * length - highest);
    scores[at] = part;
    sum += part;
  }
  for (let at = 0; at < labels; at++) {
    scores[at] = STEP * weight * length * ((at === label ? 1 : 0) - (scores[at] ?? 0) / sum);
  }
  for (let index = 0; index < refs.length; index++) {
    const row = (refs[index] ?? 0) * labels;
    for (let at = 0; at < labels; at++) weights[row + at] = (weights[row + at] ?? 0) + (scores[at] ?? 0);
  }
}

function addUp(weights: Float64Array, scores: Float64Array, refs: Int32Array): void {
  const labels = scores.length;
  scores.fill(0);
  for (let index = 0; index < refs.length; index++) {
    const row = (refs[index] ?? 0) * labels;
    for (let at = 0; at < labels; at++) scores[at] = (scores[at] ?? 0) + (weights[row + at] ?? 0);
  }
}
