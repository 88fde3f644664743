import { ANSWERS_OF_A_BLOCK, blockOf, type FeatureBlock, readEntries, readFirstRow } from '../answer-blocks.ts';
import { type AnswerProfile, type Past, rarity, SMOOTHING, sizePenalty } from './rank-answers.ts';

/**
 * Finds the answers that stage one is about (see rank-answers.ts): its sum over the features, for all answers of the
 * blocks that were read. The size of an answer comes later, for the few whose sum is large enough.
 */
export type Gain = { answerId: number; gain: number };
export type AnswerSize = { answerId: number; weight: number; mass: number };
type Known = Pick<Past, 'known' | 'totals'>;

/** The answers for which the features say most. */
export function findGains(past: Known, rows: readonly FeatureBlock[], most: number): Gain[] {
  const sums = new Map<number, Float64Array>();
  for (const row of rows) {
    const total = past.known.get(row.feature) ?? 0;
    const rare = rarity(past, total);
    const { count, answerIds, weights } = readEntries(row);
    let block = -1;
    let sum: Float64Array = NO_SUMS;
    for (let at = 0; at < count; at++) {
      const answerId = answerIds[at] ?? 0;
      if (blockOf(answerId) !== block) {
        block = blockOf(answerId);
        sum = sums.get(block) ?? new Float64Array(ANSWERS_OF_A_BLOCK);
        sums.set(block, sum);
      }
      const place = answerId % ANSWERS_OF_A_BLOCK;
      sum[place] = (sum[place] ?? 0) + rare * gainOf(weights[at] ?? 0, total);
    }
  }
  const least = leastOf([...sums.values()], most);
  const gains: Gain[] = [];
  for (const [block, sum] of sums) {
    sum.forEach((gain, place) => {
      if (gain >= least) gains.push({ answerId: block * ANSWERS_OF_A_BLOCK + place, gain });
    });
  }
  return gains;
}

/** Answers that share a sentence before it is taken for boilerplate, and how much of it no single answer may have. */
const MIN_SPREAD = 3;
const MAX_SHARE = 0.5;

/** Whether what a first row is about stands with several answers, and with none of them mostly: then it tells nothing. */
export function isSpread(row: FeatureBlock): boolean {
  const { weight, answers, blocks, own } = readFirstRow(row);
  if (blocks > 0) return true;
  if (answers < MIN_SPREAD) return false;
  const { count, weights } = readEntries(own);
  let most = 0;
  for (let at = 0; at < count; at++) most = Math.max(most, weights[at] ?? 0);
  return most <= MAX_SHARE * weight;
}

/** The same of sentences by the answers of texts that are about to be learned together. */
export function spreadAmong(texts: readonly { answer: string; sentences: readonly number[] }[]): number[] {
  const answersOf = new Map<number, Map<string, number>>();
  for (const { answer, sentences } of texts) {
    for (const sentence of new Set(sentences)) {
      const counts = answersOf.get(sentence) ?? new Map<string, number>();
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
      answersOf.set(sentence, counts);
    }
  }
  return [...answersOf].flatMap(([sentence, counts]) => {
    if (counts.size < MIN_SPREAD) return [];
    const all = [...counts.values()];
    return Math.max(...all) <= MAX_SHARE * all.reduce((sum, one) => sum + one, 0) ? [sentence] : [];
  });
}

const NO_SUMS = new Float64Array();

/** What `weight` of a feature's `total` in an answer adds, against an answer that has none of it. */
function gainOf(weight: number, total: number): number {
  const share = weight / (total + SMOOTHING);
  // The second logarithm is that of a number just below 1 for all but rare features: there the series is as good.
  const outside =
    share < 0.01 ? share + (share * share) / 2 : -Math.log(Math.max(1 - share, SMOOTHING / (total + SMOOTHING)));
  return (LOGARITHMS[weight] ?? Math.log(weight + SMOOTHING)) - NO_WEIGHT + outside;
}

const LOGARITHMS = Float64Array.from({ length: 1_024 }, (_, weight) => Math.log(weight + SMOOTHING));
const NO_WEIGHT = Math.log(SMOOTHING);

/** The smallest gain among the `most` largest, by sorting numbers only: a desk may have a hundred thousand answers. */
function leastOf(sums: readonly Float64Array[], most: number): number {
  const all = new Float64Array(sums.length * ANSWERS_OF_A_BLOCK);
  sums.forEach((sum, at) => {
    all.set(sum, at * ANSWERS_OF_A_BLOCK);
  });
  all.sort();
  return Math.max(all.at(-most) ?? 0, Number.MIN_VALUE);
}

/** The best answers by gain and size, each with its weights of the features. */
export function profilesOf(
  past: Known,
  rows: readonly FeatureBlock[],
  gains: readonly Gain[],
  sizes: readonly AnswerSize[],
  most: number,
): AnswerProfile[] {
  const gainById = new Map(gains.map(({ answerId, gain }) => [answerId, gain]));
  let rarities = 0;
  for (const feature of new Set(rows.map((row) => row.feature))) {
    rarities += rarity(past, past.known.get(feature) ?? 0);
  }
  const best = sizes
    .map((size) => ({ size, score: (gainById.get(size.answerId) ?? 0) - rarities * sizePenalty(past, size.mass) }))
    .sort((one, other) => other.score - one.score || one.size.answerId - other.size.answerId)
    .slice(0, most)
    .map(({ size }) => ({ ...size, features: new Map<number, number>() }));
  fillProfiles(best, rows);
  return best;
}

function fillProfiles(
  profiles: readonly { answerId: number; features: Map<number, number> }[],
  rows: readonly FeatureBlock[],
): void {
  const places = new Map<number, Int16Array>();
  profiles.forEach(({ answerId }, at) => {
    const block = blockOf(answerId);
    const place = places.get(block) ?? new Int16Array(ANSWERS_OF_A_BLOCK).fill(-1);
    places.set(block, place);
    place[answerId % ANSWERS_OF_A_BLOCK] = at;
  });
  for (const row of rows) {
    const { count, answerIds, weights } = readEntries(row);
    let block = -1;
    let place: Int16Array | undefined;
    for (let at = 0; at < count; at++) {
      const answerId = answerIds[at] ?? 0;
      if (blockOf(answerId) !== block) {
        block = blockOf(answerId);
        place = places.get(block);
      }
      const found = place?.[answerId % ANSWERS_OF_A_BLOCK] ?? -1;
      if (found >= 0) profiles[found]?.features.set(row.feature, weights[at] ?? 0);
    }
  }
}
