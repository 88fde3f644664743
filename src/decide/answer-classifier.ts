/** A past ticket as an example: the number of its answer (from 0), how much it counts, and its features. */
export type Example = { label: number; weight: number; features: readonly number[] };

const EPOCHS = 5;
const STEP = 2;
/** Features of all examples together; beyond it the later examples are left out. Bounds the work to some 10 ms. */
const MOST_WORK = 80_000;

/**
 * Tells a few answers apart by a multinomial logistic regression that is learned here and now from their own examples:
 * counting asks how usual a word is for an answer, this asks which words decide between just these answers. Nothing
 * is stored, and the result depends on nothing but the arguments.
 * @param examples in the order in which they are learned from; best with the labels taking turns
 * @returns a number per label, in no unit; differences are what matters
 */
export function separate(labels: number, examples: readonly Example[], asked: readonly number[]): number[] {
  const rows = new Map<number, number>();
  const { refs, used } = layOut(withinWork(examples), rows);
  const weights = new Float64Array(rows.size * labels);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const [at, example] of used.entries()) learn(weights, labels, refs[at] ?? new Int32Array(), example);
  }
  const found = Int32Array.from(asked.map((feature) => rows.get(feature) ?? -1).filter((row) => row >= 0));
  const scale = asked.length > 0 ? 1 / Math.sqrt(asked.length) : 0;
  return [...scoresOf(weights, labels, found)].map((score) => score * scale);
}

function withinWork(examples: readonly Example[]): Example[] {
  let work = 0;
  return examples.filter(({ features }) => {
    work += features.length;
    return features.length > 0 && work <= MOST_WORK;
  });
}

/** The features of each example as rows of the matrix of weights. */
function layOut(used: Example[], rows: Map<number, number>): { refs: Int32Array[]; used: Example[] } {
  const refs = used.map(({ features }) =>
    Int32Array.from(features, (feature) => {
      const known = rows.get(feature);
      if (known !== undefined) return known;
      rows.set(feature, rows.size);
      return rows.size - 1;
    }),
  );
  return { refs, used };
}

/** One step of stochastic gradient descent on the log-likelihood; each example has length one. */
function learn(weights: Float64Array, labels: number, refs: Int32Array, { label, weight }: Example): void {
  const length = 1 / Math.sqrt(refs.length);
  const scores = scoresOf(weights, labels, refs);
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) highest = Math.max(highest, score * length);
  let sum = 0;
  for (let at = 0; at < labels; at++) {
    scores[at] = Math.exp((scores[at] ?? 0) * length - highest);
    sum += scores[at] ?? 0;
  }
  for (let at = 0; at < labels; at++) {
    scores[at] = STEP * weight * length * ((at === label ? 1 : 0) - (scores[at] ?? 0) / sum);
  }
  for (const ref of refs) {
    const row = ref * labels;
    for (let at = 0; at < labels; at++) weights[row + at] = (weights[row + at] ?? 0) + (scores[at] ?? 0);
  }
}

function scoresOf(weights: Float64Array, labels: number, refs: Int32Array): Float64Array {
  const scores = new Float64Array(labels);
  for (const ref of refs) {
    const row = ref * labels;
    for (let at = 0; at < labels; at++) scores[at] = (scores[at] ?? 0) + (weights[row + at] ?? 0);
  }
  return scores;
}
