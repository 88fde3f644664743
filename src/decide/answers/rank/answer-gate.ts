import type { Evidence } from './rank-answers.ts';

/**
 * When nothing fits, nothing is shown. Evidence becomes a score between 0 and 1, the likelihood that an answer is the right
 * one; what stays below a threshold is not shown. Both are fitted to the desk's own tickets, each of which is asked as if it
 * were new: once with its answer among the past ones, once without any ticket of its answer.
 */
export type Gate = {
  /** for the first answer: constant, score, lead, nearness, strangeness, covered, closest, coveredOfKnown */
  weights: readonly number[];
  /** the same for a second and a third: what makes them likely is another thing */
  next: readonly number[];
  /** first answers below this are not shown, and nothing with them */
  show: number;
  /** from here on an answer may go to a customer unseen; above 1: never */
  sure: number;
};

/**
 * A ticket of the past asked as if it were new: its answers, best first, and the place of the right one, -1 where none is. A
 * stranger was asked without any ticket of its answer.
 */
export type Trial = { ranked: readonly Evidence[]; right: number; weight: number; isStranger?: boolean };

/** Answers that are shown at most. */
export const MAX_SHOWN = 3;

/**
 * What a desk starts with, fitted to 2,940 questions to 60 desks of 3 to 100 tickets, drawn from public sets of questions. With
 * so few answers the lead of one over the others says little, so it shows what is near in so many words, and something to fewer than
 * half of the questions that no answer fits.
 */
export const FIRST_GATE: Gate = {
  weights: [-2.1, 0, 0, 11, 0, 0, 0, 0],
  next: [-5, 0, 0, 11, 0, 0, 0, 0],
  show: 0.4,
  sure: 2,
};

/** Where fitting to a desk's own tickets starts from. */
const PRIOR = { weights: [-2.8, 0.1, 0.35, 9, 0, 0.5, 0, 0], next: [-3.5, 0, 0.5, 0, 0, 0, 0, 0] };

/** Trials before the desk's own gate is believed; each ticket is asked twice. */
export const MIN_TRIALS = 100;
/** How much that counts beside the trials. */
const RIDGE = 0.5;
const MAX_ROUNDS = 60;
/** A second and a third answer below this are as good as never right. */
const MIN_NEXT = 0.01;

/**
 * What an agent loses by reading a list that holds no answer, in units of what one wins by a list that does: a glance of some
 * seconds against an answer that need not be typed. At 0.42, a list is shown when 30 of 100 like it are right. Fitted to CLINC150.
 */
const COST = 0.42;

/**
 * How many of the questions that no past answer fits may be shown something, whatever that costs. Most of what a desk of few tickets
 * is asked was never asked before, and a list that never fits is soon read no more: so it shows something to less than half of
 * them. With the tickets the share grows, and a large desk goes by the cost alone. Fitted to young desks drawn from BANKING77.
 */
const STRANGERS = { share: 0.4, upTo: 2_000, allFrom: 8_000 };

export function strangersShown(tickets: number): number {
  const { share, upTo, allFrom } = STRANGERS;
  const grown = Math.log(tickets / upTo) / Math.log(allFrom / upTo);
  return share + (1 - share) * Math.min(1, Math.max(0, grown));
}

/** What goes to customers unseen is right in this share of its like, with a confidence of 95 % (Wilson's bound). */
const SURE = { precision: 0.97, deviations: 1.645 };

/** What is shown of ranked answers, with its scores: nothing where the first is below the threshold. */
export function passGate<Ranked extends Evidence>(
  gate: Gate,
  ranked: readonly Ranked[],
): { evidence: Ranked; score: number; sure: boolean }[] {
  let lowest = 1;
  const scored = ranked.slice(0, MAX_SHOWN).map((evidence, at) => {
    const own = likelihood(at === 0 ? gate.weights : gate.next, evidence);
    // Best first also by score: none is above the one before it.
    lowest = Math.min(lowest, Math.round(own * 10_000) / 10_000);
    return { evidence, score: lowest, sure: at === 0 && lowest >= gate.sure };
  });
  return (scored[0]?.score ?? 0) < gate.show ? [] : scored.filter(({ score }, at) => at === 0 || score >= MIN_NEXT);
}

function likelihood(weights: readonly number[], evidence: Evidence): number {
  return logistic(product(weights, inputsOf(evidence)));
}

function inputsOf({ score, lead, nearness, strangeness, covered, closest, coveredOfKnown }: Evidence): number[] {
  return [1, score, lead, nearness, strangeness, covered, closest, coveredOfKnown];
}

/**
 * The gate that fits the trials, or undefined where they are too few or all went the same way.
 * @param strangers the share of strangers that may be shown something
 */
export function fitGate(trials: readonly Trial[], strangers = 1): Gate | undefined {
  const tried = trials.flatMap((trial) => (trial.ranked[0] ? [{ ...trial, first: trial.ranked[0] }] : []));
  if (tried.length < MIN_TRIALS) return undefined;
  const rights = tried.filter(({ right }) => right === 0).length;
  if (rights === 0 || rights === tried.length) return undefined;
  const weights = fitWeights(
    tried.map(({ first, right, weight }) => ({ inputs: inputsOf(first), right: right === 0, weight })),
    PRIOR.weights,
  );
  const others = tried.flatMap(({ ranked, right, weight }) =>
    ranked.slice(1, MAX_SHOWN).map((one, at) => ({ inputs: inputsOf(one), right: right === at + 1, weight })),
  );
  const next = fitWeights(others, PRIOR.next);
  const scored = tried.map(({ first, ...trial }) => ({ ...trial, score: logistic(product(weights, inputsOf(first))) }));
  return { weights, next, show: Math.max(showFrom(scored), hidesFrom(scored, strangers)), sure: sureFrom(scored) };
}

type Scored = Pick<Trial, 'right' | 'weight' | 'isStranger'> & { score: number };

/** The score above which only `share` of the strangers stand. */
function hidesFrom(scored: readonly Scored[], share: number): number {
  const strangers = scored.flatMap(({ isStranger, score }) => (isStranger ? [score] : []));
  strangers.sort((one, other) => other - one);
  return strangers[Math.floor(share * strangers.length)] ?? 0;
}

/**
 * The score from which showing does more good than harm. Not the best threshold among the trials, which luck decides: a curve
 * through all of them says how likely a list holds the right answer, by the score of its first.
 */
function showFrom(scored: readonly Scored[]): number {
  const [base = 0, slope = 1] = fitWeights(
    scored.map(({ score, right, weight }) => ({
      inputs: [1, logit(score)],
      right: right >= 0 && right < MAX_SHOWN,
      weight,
    })),
    [0, 1],
  );
  const wanted = logit(COST / (1 + COST));
  return slope > 0 ? logistic((wanted - base) / slope) : 1;
}

function sureFrom(scored: readonly Scored[]): number {
  let rights = 0;
  let all = 0;
  let threshold = 2;
  const sorted = scored.toSorted((one, other) => other.score - one.score);
  for (const [at, { score, right, weight }] of sorted.entries()) {
    all += weight;
    if (right === 0) rights += weight;
    // Those of one score stand or fall together.
    if (sorted[at + 1]?.score === score) continue;
    if (lowerBound(rights, all) >= SURE.precision) threshold = score;
  }
  return threshold;
}

/** Wilson's lower bound of a share that was seen `rights` times of `all`. */
function lowerBound(rights: number, all: number): number {
  const share = rights / all;
  const spread = SURE.deviations ** 2 / all;
  return (
    (share + spread / 2 - SURE.deviations * Math.sqrt((share * (1 - share)) / all + spread / (4 * all))) / (1 + spread)
  );
}

type Example = { inputs: readonly number[]; right: boolean; weight: number };

/** Logistic regression by Newton's method, with a ridge toward the prior, so that few trials move it little. */
function fitWeights(examples: readonly Example[], prior: readonly number[]): number[] {
  let weights = [...prior];
  let good = goodnessOf(weights, examples, prior);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const step = newtonStep(weights, examples, prior);
    // A full step may go too far; half of one, or a part of that, never makes it worse.
    let part = 1;
    let next = weights;
    let better = good;
    for (; part > 1e-4; part /= 2) {
      next = weights.map((weight, at) => weight + part * (step[at] ?? 0));
      better = goodnessOf(next, examples, prior);
      if (better > good) break;
    }
    if (better - good < 1e-6) break;
    weights = next;
    good = better;
  }
  return weights;
}

/** The logarithm of the likelihood, less what the distance to the prior takes. */
function goodnessOf(weights: readonly number[], examples: readonly Example[], prior: readonly number[]): number {
  let sum = 0;
  for (const { inputs, right, weight } of examples) {
    const x = product(weights, inputs);
    sum += weight * ((right ? x : 0) - (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))));
  }
  return weights.reduce((left, weight, at) => left - (RIDGE / 2) * (weight - (prior[at] ?? 0)) ** 2, sum);
}

function newtonStep(weights: readonly number[], examples: readonly Example[], prior: readonly number[]): number[] {
  const slope = weights.map((weight, at) => RIDGE * ((prior[at] ?? 0) - weight));
  const curve = weights.map((_, row) => weights.map((__, column): number => (row === column ? RIDGE : 0)));
  for (const { inputs, right, weight } of examples) {
    const guess = logistic(product(weights, inputs));
    inputs.forEach((input, row) => {
      slope[row] = (slope[row] ?? 0) + weight * input * ((right ? 1 : 0) - guess);
      const line = curve[row] ?? [];
      inputs.forEach((other, column) => {
        line[column] = (line[column] ?? 0) + weight * guess * (1 - guess) * input * other;
      });
    });
  }
  return solve(curve, slope);
}

/** Gauss-Jordan elimination; the ridge keeps the matrix positive definite, so no pivot is zero. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  rows.forEach((row, at) => {
    const pivot = row[at] ?? 1;
    for (let column = at; column < row.length; column++) row[column] = (row[column] ?? 0) / pivot;
    rows.forEach((other, index) => {
      const factor = other[at] ?? 0;
      if (index === at || factor === 0) return;
      for (let column = at; column < row.length; column++) {
        other[column] = (other[column] ?? 0) - factor * (row[column] ?? 0);
      }
    });
  });
  return rows.map((row) => row.at(-1) ?? 0);
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logit(share: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, share));
  return Math.log(inside / (1 - inside));
}

function product(weights: readonly number[], inputs: readonly number[]): number {
  return inputs.reduce((sum, input, at) => sum + input * (weights[at] ?? 0), 0);
}
