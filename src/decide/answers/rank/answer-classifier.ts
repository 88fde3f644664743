import { groupAlike, type SharedFeatures } from './shared-features.ts';

/** A past ticket as an example: the number of its answer (from 0), how much it counts, and its features by their numbers. */
export type Example = { label: number; weight: number; features: Int32Array };

const EPOCHS = 4;
const STEP = 2.5;
/** Features of all examples together; beyond it examples are left out. Bounds the work to some milliseconds. */
const MAX_WORK = 60_000;
/** Answers that can be told apart. The loops over them are written out, which makes them twice as fast. */
export const MAX_LABELS = 6;
/** Places of a group of features in the table of weights: one for each answer, and one for how many features it has. */
const ROOM = 8;
const SIZE = 6;

/**
 * Tells a few answers apart by a multinomial logistic regression that is learned here and now from their own examples:
 * counting asks how usual a word is for an answer, this asks which words decide between just these answers. Nothing
 * is stored, and the result depends on nothing but the arguments. Features that stand in the same examples have the same
 * weights at every step, so the steps are taken for groups of them.
 * @param labels at most MAX_LABELS
 * @param examples in the order in which they are learned from; best with the labels taking turns
 * @returns a number per label, in no unit; differences are what matters
 */
export function separate(
  labels: number,
  examples: readonly Example[],
  { asked, distinct }: Pick<SharedFeatures, 'asked' | 'distinct'>,
): number[] {
  const used = withinWork(examples);
  const { groups, groupOf, sizes, texts } = groupAlike(
    distinct,
    used.map(({ features }) => features),
  );
  const weights = new Float32Array(groups * ROOM);
  for (let group = 0; group < groups; group++) weights[group * ROOM + SIZE] = sizes[group] ?? 0;
  const scores = new Float64Array(ROOM);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let at = 0; at < used.length; at++) {
      const example = used[at];
      const own = texts[at];
      if (!example || !own) continue;
      sumWeights(weights, scores, own);
      toSteps(scores, labels, example);
      addToWeights(weights, scores, own);
    }
  }
  return askedScores(weights, labels, groupOf.subarray(0, asked));
}

/** Of each label the weights of the new text's features. */
function askedScores(weights: Float32Array, labels: number, groups: Int32Array): number[] {
  const scale = groups.length > 0 ? 1 / Math.sqrt(groups.length) : 0;
  return Array.from({ length: labels }, (_, label) => {
    let score = 0;
    for (const group of groups) score += weights[group * ROOM + label] ?? 0;
    return score * scale;
  });
}

function withinWork(examples: readonly Example[]): Example[] {
  let work = 0;
  return examples.filter(({ features }) => {
    work += features.length;
    return features.length > 0 && work <= MAX_WORK;
  });
}

/** One step of stochastic gradient descent on the log-likelihood; each example has length one. */
function toSteps(scores: Float64Array, labels: number, { label, weight, features }: Example): void {
  const length = 1 / Math.sqrt(features.length);
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

function sumWeights(weights: Float32Array, scores: Float64Array, groups: readonly number[]): void {
  let [first, second, third, fourth, fifth, sixth] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < groups.length; at++) {
    const row = (groups[at] ?? 0) * ROOM;
    const size = weights[row + SIZE] ?? 0;
    first += size * (weights[row] ?? 0);
    second += size * (weights[row + 1] ?? 0);
    third += size * (weights[row + 2] ?? 0);
    fourth += size * (weights[row + 3] ?? 0);
    fifth += size * (weights[row + 4] ?? 0);
    sixth += size * (weights[row + 5] ?? 0);
  }
  scores[0] = first;
  scores[1] = second;
  scores[2] = third;
  scores[3] = fourth;
  scores[4] = fifth;
  scores[5] = sixth;
}

function addToWeights(weights: Float32Array, steps: Float64Array, groups: readonly number[]): void {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = steps;
  for (let at = 0; at < groups.length; at++) {
    const row = (groups[at] ?? 0) * ROOM;
    weights[row] = (weights[row] ?? 0) + first;
    weights[row + 1] = (weights[row + 1] ?? 0) + second;
    weights[row + 2] = (weights[row + 2] ?? 0) + third;
    weights[row + 3] = (weights[row + 3] ?? 0) + fourth;
    weights[row + 4] = (weights[row + 4] ?? 0) + fifth;
    weights[row + 5] = (weights[row + 5] ?? 0) + sixth;
  }
}
