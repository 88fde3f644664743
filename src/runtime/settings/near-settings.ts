import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SETTINGS } from './settings.ts';

/** Names that are almost a setting's: somebody meant it and it has no effect. */

const MIN_LENGTH = 5;

/** The setting that a name was meant to be, where it is none and differs in a letter or two: left out, added, changed, or swapped. */
export function nearestSetting(name: string): string | undefined {
  if (name in SETTINGS || name.length < MIN_LENGTH) return undefined;
  return nearestOf(name.toUpperCase(), Object.keys(SETTINGS));
}

/** Of these names the one that was meant, where one is near enough. */
export function nearestOf(name: string, names: readonly string[]): string | undefined {
  const most = name.length < 12 ? 1 : 2;
  const [nearest] = names
    .map((meant) => ({ meant, distance: distanceOf(name, meant) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.meant;
}

/**
 * What stands in our own `.env` was written for us, so a name that is almost one of ours is a problem. Foreign names are
 * left alone, there and in the environment, which other programs write to as well.
 */
export function nearNamesIn(file: string): string[] {
  if (!existsSync(file)) return [];
  return Object.keys(parseEnv(readFileSync(file, 'utf8'))).flatMap((name) => {
    const meant = nearestSetting(name);
    return meant === undefined ? [] : [`${name} in ${file} is no setting; ${meant} is one`];
  });
}

/** Changes of one letter, or swaps of two neighbours, that lead from one name to the other (Damerau's, restricted). */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const steps = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1)];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push((before[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? Number.POSITIVE_INFINITY;
}
