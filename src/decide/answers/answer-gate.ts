import type { Evidence } from './rank-answers.ts';

/**
 * When nothing fits, nothing is shown. Evidence becomes a score between 0 and 1, the likelihood that an answer is right
 * and first; what stays below a threshold is not shown. Both are fitted to the desk's own tickets, each of which is asked
 * as if it were new: once with its answer among the past ones, once without any ticket of its answer.
 */
export type Gate = {
  /** constant, score with lead, nearness, strangeness */
  weights: readonly [number, number, number, number];
  /** first answers below this are not shown, and nothing with them */
  show: number;
  /** from here on an answer may go to a customer unseen; above 1: never */
  sure: number;
};

/** A ticket of the past asked as if it were new. `fits`: some shown answer was right; `right`: the first one was. */
export type Trial = { evidence: Evidence; right: boolean; fits: boolean; weight: number };

/** What a desk starts with: it shows what is near in so many words, and holds words that it has never seen against it. */
export const FIRST_GATE: Gate = { weights: [-3, 0.15, 8, -5], show: 0.5, sure: 2 };

/** Where fitting starts from: what a desk's own tickets say soon outweighs it. */
const PRIOR = [-4, 0.5, 8, -2] as const;

/** Tickets that must have been asked before the desk's own gate is believed. */
export const MIN_TRIALS = 100;
/** Shown precision that is strict enough for a customer's receipt, with this many right ones at least. */
const SURE = { precision: 0.97, fewest: 50 };
const RIDGE = 0.5;
const ROUNDS = 30;

export function scoreOf(gate: Gate, evidence: Evidence): number {
  const inputs = inputsOf(evidence);
  return logistic(gate.weights.reduce((sum, weight, at) => sum + weight * (inputs[at] ?? 0), 0));
}

function inputsOf({ score, lead, nearness, strangeness }: Evidence): number[] {
  return [1, score + lead, nearness, strangeness];
}

/** The gate that fits the trials, or undefined where they are too few or all went the same way. */
export function fitGate(trials: readonly Trial[]): Gate | undefined {
  if (trials.length < MIN_TRIALS) return undefined;
  const rights = trials.filter(({ right }) => right).length;
  if (rights === 0 || rights === trials.length) return undefined;
  const gate = { weights: fitWeights(trials), show: 0, sure: 2 };
  const scored = trials
    .map((trial) => ({ ...trial, score: scoreOf(gate, trial.evidence) }))
    .sort((one, other) => other.score - one.score);
  return { ...gate, show: showFrom(scored), sure: sureFrom(scored) };
}

type Scored = Trial & { score: number };

/**
 * What an agent loses by reading what does not fit, in units of what one wins by what fits: a glance against a typed
 * answer. What it shows and hides on labelled questions stands in docs/suggestions.md.
 */
const COST = 1 / 6;

/** The threshold where showing does most good. */
function showFrom(scored: readonly Scored[]): number {
  let good = 0;
  let best = 0;
  let threshold = 1;
  scored.forEach(({ fits, weight, score }) => {
    good += fits ? weight : -weight * COST;
    if (good <= best) return;
    best = good;
    threshold = score;
  });
  return threshold;
}

function sureFrom(scored: readonly Scored[]): number {
  let right = 0;
  let all = 0;
  let count = 0;
  let threshold = 2;
  for (const trial of scored) {
    all += trial.weight;
    if (trial.right) {
      right += trial.weight;
      count++;
    }
    if (count >= SURE.fewest && right >= SURE.precision * all) threshold = trial.score;
  }
  return threshold;
}

/** Logistic regression by Newton's method with a ridge toward the first gate, so that few trials move it little. */
function fitWeights(trials: readonly Trial[]): Gate['weights'] {
  let weights: number[] = [...PRIOR];
  for (let round = 0; round < ROUNDS; round++) {
    const slope = weights.map((weight, at) => RIDGE * ((PRIOR[at] ?? 0) - weight));
    const curve = weights.map((_, row) => weights.map((__, column): number => (row === column ? RIDGE : 0)));
    for (const { evidence, right, weight } of trials) {
      const inputs = inputsOf(evidence);
      const guess = logistic(inputs.reduce((sum, input, at) => sum + input * (weights[at] ?? 0), 0));
      inputs.forEach((input, row) => {
        slope[row] = (slope[row] ?? 0) + weight * input * ((right ? 1 : 0) - guess);
        const line = curve[row] ?? [];
        inputs.forEach((other, column) => {
          line[column] = (line[column] ?? 0) + weight * guess * (1 - guess) * input * other;
        });
      });
    }
    const step = solve(curve, slope);
    weights = weights.map((weight, at) => weight + Math.max(-2, Math.min(2, step[at] ?? 0)));
    if (step.every((size) => Math.abs(size) < 1e-6)) break;
  }
  return [weights[0] ?? 0, weights[1] ?? 0, weights[2] ?? 0, weights[3] ?? 0];
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
