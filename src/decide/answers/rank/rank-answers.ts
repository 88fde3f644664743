import type { TicketId } from '../../../domain/ticket/ids.ts';
import { areNearCopies } from '../answer-text.ts';
import { type Example, MAX_LABELS, separate } from './answer-classifier.ts';
import { shareFeatures } from './shared-features.ts';

/**
 * Answers, not tickets, are ranked, in two stages. Stage one: complement naive Bayes over the profiles of answers (in how
 * many of an answer's tickets a feature stands, against all other tickets). Stage two, for the few that are left: how
 * near their past tickets are to the new text, and a classifier that is learned from just those tickets.
 * Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers" (2003), for the first stage.
 */

/** What is known of one past answer. Weights are halves of tickets (see migrations/0001_schema.sql). */
export type AnswerProfile = {
  answerId: number;
  weight: number;
  mass: number;
  /** weight of the compared features in it; a feature that is missing has none */
  features: ReadonlyMap<number, number>;
};

/** A past ticket of an answer. */
export type Lesson = { ticketId: TicketId; weight: number; closedAt: number; features: ArrayLike<number> };

/** What the whole past says of a new text. */
export type Past = {
  /** all features of the new text, also those that no past ticket has */
  asked: readonly number[];
  /** total weights of the features that some past ticket has */
  known: ReadonlyMap<number, number>;
  /** those of them that stage one goes by: where there are many answers, the commonest are left out */
  compared: ReadonlySet<number>;
  totals: { weight: number; mass: number; features: number };
  profiles: readonly AnswerProfile[];
};

/** An answer after stage one, with what stage two looks at. */
export type Candidate = {
  answerId: number;
  profileScore: number;
  lessons: readonly Lesson[];
  /** words of its wording, by which near copies are told */
  words: ReadonlySet<string>;
};

/** What speaks for an answer, and what against it. */
export type Evidence = {
  answerId: number;
  /** what orders the answers */
  score: number;
  /** its distance to the next other answer */
  lead: number;
  /** how near its past is */
  nearness: number;
  /** share of the new text that no past ticket holds */
  strangeness: number;
  /** share that the tickets of the answer hold together, and the one that holds most; what is rare counts more */
  covered: number;
  closest: number;
  /** share that they hold of what any past ticket holds: misspelt words count in no ticket's favour */
  coveredOfKnown: number;
};

/** Smoothing: a tenth of a ticket, in halves. */
export const SMOOTHING = 0.2;
/** Answers that reach stage two. */
export const MAX_CANDIDATES = MAX_LABELS;
const NEIGHBOURS = 10;
const MIN_KNOWN = 0.01;
const WEIGHT_OF = { nearest: 0.5, votes: 0.5, separation: 0.27 };
/** An answer not given for long loses a little against one that is given now. */
const STALE = { most: 0.15, halfLifeMs: 180 * 86_400_000 };

/** How much a feature counts: the rarer, the more, but less than its inverse frequency says. */
export function rarity(past: Pick<Past, 'totals'>, weight: number): number {
  return Math.sqrt(Math.log(1 + past.totals.weight / Math.max(weight, 1)));
}

/** What the size of an answer takes from each of its features: log-odds of a feature that it does not have. */
export function sizePenalty({ totals }: Pick<Past, 'totals'>, mass: number): number {
  const vocabulary = SMOOTHING * totals.features;
  return Math.log(mass + vocabulary) - Math.log(Math.max(0, totals.mass - mass) + vocabulary);
}

/** Stage one: log-odds per unit of rarity of each profile, best first. Features that no past ticket has say nothing. */
export function rankProfiles(past: Past): { answerId: number; profileScore: number }[] {
  const asked = [...past.known]
    .filter(([feature]) => past.compared.has(feature))
    .map(([feature, weight]) => ({ feature, weight, rarity: rarity(past, weight) }));
  const all = asked.reduce((sum, one) => sum + one.rarity, 0);
  return past.profiles
    .map(({ answerId, mass, features }) => {
      let sum = 0;
      for (const one of asked) {
        const inside = features.get(one.feature) ?? 0;
        const outside = Math.max(0, one.weight - inside);
        sum += one.rarity * (Math.log(inside + SMOOTHING) - Math.log(outside + SMOOTHING));
      }
      return { answerId, profileScore: all > 0 ? sum / all - sizePenalty(past, mass) : 0 };
    })
    .sort((one, other) => other.profileScore - one.profileScore || one.answerId - other.answerId);
}

/** Stage two: distinct answers, best first. Of near copies the best stands for all, with the votes of all. */
export function rankCandidates(past: Past, candidates: readonly Candidate[]): Evidence[] {
  const distinct = withoutNearCopies(candidates);
  const newest = Math.max(0, ...candidates.flatMap(({ lessons }) => lessons.map(({ closedAt }) => closedAt)));
  const shared = shareFeatures(
    past.asked,
    distinct.flatMap(({ lessons }) => lessons.map(({ features }) => features)),
  );
  let place = 0;
  const near = distinct.map(({ lessons }) =>
    lessons.map((lesson): Near => {
      const features = shared.texts[place++] ?? new Int32Array();
      return { features, nearness: cosine(shared.asked, features), weight: weightByAge(lesson, newest) };
    }),
  );
  const votes = shareVotes(near);
  const separation = separate(distinct.length, examplesOf(near), shared);
  const strangeness = past.asked.length > 0 ? 1 - past.known.size / past.asked.length : 1;
  const rarities = Float64Array.from(past.asked, (feature) => rarity(past, past.known.get(feature) ?? 0));
  const known = shareOf(rarities, (feature) => past.known.has(past.asked[feature] ?? 0));
  const scored = distinct.map(({ answerId, profileScore, lessons }, at) => {
    const nearest = Math.max(0, ...(near[at] ?? []).map(({ nearness }) => nearness));
    const share = votes[at] ?? 0;
    const score =
      profileScore +
      WEIGHT_OF.nearest * nearest +
      WEIGHT_OF.votes * share +
      WEIGHT_OF.separation * (separation[at] ?? 0) -
      staleness(lessons, newest);
    const { covered, closest } = shareHeld(rarities, near[at] ?? []);
    const coveredOfKnown = Math.min(1, covered / Math.max(known, MIN_KNOWN));
    return { answerId, score, nearness: nearest * (0.5 + 0.5 * share), strangeness, covered, closest, coveredOfKnown };
  });
  scored.sort((one, other) => other.score - one.score || one.answerId - other.answerId);
  return scored.map((one, at) => {
    const rival = scored[at === 0 ? 1 : 0];
    return { ...one, lead: rival ? one.score - rival.score : LEAD_ALONE };
  });
}

/** An answer with no other in sight leads by this much, which is what a clear lead looks like. */
const LEAD_ALONE = 0.5;

function withoutNearCopies(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const twin = kept.findIndex(({ words }) => areNearCopies(words, candidate.words));
    const first = kept[twin];
    if (first) kept[twin] = { ...first, lessons: [...first.lessons, ...candidate.lessons] };
    else kept.push(candidate);
  }
  return kept;
}

/** A past ticket as the new text sees it: its features as numbers, how near it is, and how much it counts. */
type Near = { features: Int32Array; nearness: number; weight: number };

/** How much of the new text past tickets hold: the first `rarities.length` numbers are its features. */
function shareHeld(rarities: Float64Array, near: readonly Near[]): { covered: number; closest: number } {
  const asked = rarities.length;
  const held = new Uint8Array(asked);
  const all = rarities.reduce((sum, one) => sum + one, 0);
  let closest = 0;
  for (const { features } of near) {
    let sum = 0;
    for (const feature of features) {
      if (feature >= asked) continue;
      held[feature] = 1;
      sum += rarities[feature] ?? 0;
    }
    closest = Math.max(closest, sum);
  }
  const covered = shareOf(rarities, (feature) => held[feature] === 1);
  return { covered, closest: all > 0 ? closest / all : 0 };
}

/** How much of the new text some of its features are. */
function shareOf(rarities: Float64Array, isCounted: (feature: number) => boolean): number {
  let all = 0;
  let counted = 0;
  rarities.forEach((one, feature) => {
    all += one;
    if (isCounted(feature)) counted += one;
  });
  return all > 0 ? counted / all : 0;
}

function cosine(asked: number, features: Int32Array): number {
  let both = 0;
  for (let at = 0; at < features.length; at++) if ((features[at] ?? 0) < asked) both++;
  return both === 0 ? 0 : both / Math.sqrt(asked * features.length);
}

/** In tickets, less where others have been closed long since. */
function weightByAge({ weight, closedAt }: Lesson, newest: number): number {
  return (weight / 2) * 2 ** ((closedAt - newest) / STALE.halfLifeMs);
}

function staleness(lessons: readonly Lesson[], newest: number): number {
  const own = lessons.reduce((newest, { closedAt }) => Math.max(newest, closedAt), -Infinity);
  return lessons.length === 0 ? 0 : STALE.most * (1 - 2 ** ((own - newest) / STALE.halfLifeMs));
}

/** The nearest past tickets vote, each with the square of its nearness; the shares add up to one, or to nothing. */
function shareVotes(near: readonly (readonly Near[])[]): number[] {
  const neighbours = near
    .flatMap((lessons, at) => lessons.map((lesson) => ({ ...lesson, at })))
    .sort((one, other) => other.nearness - one.nearness)
    .slice(0, NEIGHBOURS);
  const votes = near.map(() => 0);
  let all = 0;
  for (const { at, nearness, weight } of neighbours) {
    const vote = nearness ** 2 * weight;
    votes[at] = (votes[at] ?? 0) + vote;
    all += vote;
  }
  return votes.map((vote) => (all > 0 ? vote / all : 0));
}

/** The answers take turns, each with its newest ticket first. */
function examplesOf(near: readonly (readonly Near[])[]): Example[] {
  const longest = Math.max(0, ...near.map(({ length }) => length));
  const examples: Example[] = [];
  for (let row = 0; row < longest; row++) {
    near.forEach((lessons, label) => {
      const lesson = lessons[row];
      if (lesson) examples.push({ label, weight: lesson.weight, features: lesson.features });
    });
  }
  return examples;
}
