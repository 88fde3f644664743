import type { AnswerProfile, Lesson, Past } from './rank-answers.ts';

/**
 * The past as it would be without one of its tickets: for asking a past ticket as if it were new. Exact, since a ticket
 * adds its weight to each of its features.
 */
export function withoutLesson(past: Past, answerId: number, lesson: Pick<Lesson, 'weight' | 'features'>): Past {
  const { weight, features } = lesson;
  const lost = new Map(Array.from(features, (feature) => [feature, weight]));
  const profiles = past.profiles.flatMap((profile): AnswerProfile[] => {
    if (profile.answerId !== answerId) return [profile];
    if (profile.weight <= weight) return [];
    return [
      {
        answerId,
        weight: profile.weight - weight,
        mass: profile.mass - weight * features.length,
        features: subtract(profile.features, lost),
      },
    ];
  });
  return reduced(past, profiles, lost, { weight, mass: weight * features.length });
}

/** The past as it would be if an answer had never been given. */
export function withoutAnswer(past: Past, answerId: number): Past {
  const gone = past.profiles.find((profile) => profile.answerId === answerId);
  if (!gone) return past;
  const profiles = past.profiles.filter((profile) => profile !== gone);
  return reduced(past, profiles, gone.features, gone);
}

function reduced(
  past: Past,
  profiles: AnswerProfile[],
  lost: ReadonlyMap<number, number>,
  by: { weight: number; mass: number },
): Past {
  const { weight, mass, features } = past.totals;
  return {
    ...past,
    profiles,
    known: subtract(past.known, lost),
    totals: { weight: weight - by.weight, mass: mass - by.mass, features },
  };
}

function subtract(from: ReadonlyMap<number, number>, lost: ReadonlyMap<number, number>): Map<number, number> {
  const left = new Map<number, number>();
  for (const [feature, weight] of from) {
    const rest = weight - (lost.get(feature) ?? 0);
    if (rest > 0) left.set(feature, rest);
  }
  return left;
}
