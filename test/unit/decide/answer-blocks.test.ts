import { expect, it } from 'vitest';
import {
  type FeatureBlock,
  FIRST,
  type PackedRows,
  readEntries,
  readFirstRow,
} from '../../../src/decide/answers/answer-blocks.ts';
import {
  byFeature,
  mayLeaveBlocks,
  planRowChanges,
  rowsToRead,
  sumPairs,
  type Teaching,
} from '../../../src/decide/answers/answer-changes.ts';
import { findGains, profilesOf } from '../../../src/decide/answers/rank/answer-profiles.ts';
import { rankProfiles } from '../../../src/decide/answers/rank/rank-answers.ts';
import { fc } from '../../support/seeded-properties.ts';

/** The table as a map, read and written the way the flow does. */
type Table = { rows: Map<string, FeatureBlock>; features: number };
const keyOf = (feature: number, block: number) => `${feature} ${block}`;

function apply(table: Table, lessons: Teaching[]): Table {
  const changes = sumPairs(lessons);
  const wanted = rowsToRead(changes);
  const stored = byFeature(
    Array.from(wanted.features).flatMap((feature, at) => table.rows.get(keyOf(feature, wanted.blocks[at] ?? 0)) ?? []),
  );
  for (const feature of mayLeaveBlocks(changes, stored)) {
    stored.set(
      feature,
      [...table.rows.values()].filter((row) => row.feature === feature),
    );
  }
  const { written, gone, features } = planRowChanges(changes, stored);
  const rows = new Map(table.rows);
  gone.features.forEach((feature, at) => {
    expect(rows.delete(keyOf(feature, gone.blocks[at] ?? 0))).toBe(true);
  });
  for (const row of unpackRows(written)) rows.set(keyOf(row.feature, row.block), row);
  return { rows, features: table.features + features };
}

function unpackRows({ features, blocks, lengths, bytes }: PackedRows): FeatureBlock[] {
  let end = 0;
  return features.map((feature, at) => {
    const start = end;
    end += lengths[at] ?? 0;
    return { feature, block: blocks[at] ?? 0, entries: bytes.slice(start, end) };
  });
}

const EMPTY: Table = { rows: new Map(), features: 0 };
const sorted = ({ rows, features }: Table) => ({
  features,
  rows: [...rows].sort(([one], [other]) => (one < other ? -1 : 1)),
});

/** Enough answers for a feature to stand in blocks. */
const crowd: Teaching[] = Array.from({ length: 130 }, (_, at) => ({ answerId: 7 * at, weight: 2, features: [0, 7] }));

const teaching = fc.record({
  // Two answers of one block, one of the next, one far away.
  answerId: fc.constantFrom(1, 255, 256, 70_000),
  weight: fc.constantFrom(2, 3),
  features: fc.uniqueArray(fc.constantFrom(-2_147_483_648, -5, 0, 7, 2_147_483_647), { minLength: 1 }),
});

it('unlearns exactly: what is left is as if it had never been learned, in whatever order and batches', () => {
  fc.assert(
    fc.property(
      fc.array(teaching, { maxLength: 12 }),
      fc.array(teaching, { maxLength: 12 }),
      fc.boolean(),
      (few, dropped, crowded) => {
        const kept = crowded ? [...crowd, ...few] : few;
        const once = apply(EMPTY, kept);
        let table = apply(EMPTY, dropped);
        table = apply(table, kept.slice(0, -12));
        for (const one of kept.slice(-12)) table = apply(table, [one]);
        const away = dropped.map((one) => ({ ...one, weight: -one.weight }));
        expect(sorted(apply(table, away))).toEqual(sorted(once));
        expect(sorted(apply(EMPTY, [...dropped, ...away, ...kept]))).toEqual(sorted(once));
      },
    ),
  );
});

it('keeps a feature in one row until more than 128 answers hold it, then in blocks, and back', () => {
  const rare = { weight: 2, features: [7] };
  const common = { weight: 3, features: [7, 9] };
  // Every third answer, so that 128 of them stand in two blocks.
  const lessons = Array.from({ length: 128 }, (_, at) => ({ ...(at < 2 ? common : rare), answerId: 3 * at + 1 }));
  const whole = apply(EMPTY, lessons);
  expect([...whole.rows.values()].map(({ feature, block }) => [feature, block])).toEqual([
    [7, FIRST],
    [9, FIRST],
  ]);
  const [seven, nine] = [...whole.rows.values()].map(readFirstRow);
  expect(seven).toMatchObject({ weight: 258, answers: 128, blocks: 0 });
  const { count, answerIds, weights } = readEntries(nine?.own ?? { feature: 9, block: 0, entries: new Uint8Array() });
  expect([[...answerIds.slice(0, count)], [...weights.slice(0, count)]]).toEqual([
    [1, 4],
    [3, 3],
  ]);

  const more = apply(whole, [{ ...rare, answerId: 70_000 }]);
  const blocks = [...more.rows.values()].filter(({ feature }) => feature === 7);
  expect(blocks.map(({ block }) => block).sort((one, other) => one - other)).toEqual([FIRST, 0, 1, 273]);
  const head = blocks.find(({ block }) => block === FIRST);
  expect(head && readFirstRow(head)).toMatchObject({ weight: 260, answers: 129, blocks: 3 });
  expect(sorted(apply(more, [{ ...rare, weight: -2, answerId: 70_000 }]))).toEqual(sorted(whole));
  expect(
    sorted(
      apply(more, [
        { ...common, weight: -3, answerId: 1 },
        { ...common, answerId: 2 },
      ]),
    ),
  ).toEqual(sorted(apply(EMPTY, [{ ...common, answerId: 2 }, ...lessons.slice(1), { ...rare, answerId: 70_000 }])));
});

it('refuses to take away what was not learned', () => {
  const table = apply(EMPTY, [{ answerId: 3, weight: 2, features: [7] }]);
  expect(() => apply(table, [{ answerId: 3, weight: -3, features: [7] }])).toThrow('less than nothing');
});

it('finds the answers in blocks that stage one puts first when it is given all of them', () => {
  fc.assert(
    fc.property(fc.array(teaching, { minLength: 1, maxLength: 30 }), (lessons) => {
      const table = apply(EMPTY, lessons);
      const blocks = [...table.rows.values()].map((row) => readFirstRow(row).own);
      const known = new Map<number, number>();
      for (const { weight, features } of lessons)
        for (const one of Array.from(features)) known.set(one, (known.get(one) ?? 0) + weight);
      const sizes = [...Map.groupBy(lessons, ({ answerId }) => answerId)].map(([answerId, own]) => ({
        answerId,
        weight: own.reduce((sum, { weight }) => sum + weight, 0),
        mass: own.reduce((sum, { weight, features }) => sum + weight * features.length, 0),
      }));
      const sum = (of: 'weight' | 'mass') => sizes.reduce((all, size) => all + size[of], 0);
      const totals = { weight: sum('weight'), mass: sum('mass'), features: table.features };
      const past = { asked: [...known.keys()], known, compared: new Set(known.keys()), totals };
      const gains = findGains(past, blocks, 10);
      expect(new Set(gains.map(({ answerId }) => answerId))).toEqual(new Set(sizes.map(({ answerId }) => answerId)));
      const all = rankProfiles({ ...past, profiles: profilesOf(past, blocks, gains, sizes, 10) });
      const [best] = rankProfiles({ ...past, profiles: profilesOf(past, blocks, gains, sizes, 1) });
      expect(best?.profileScore).toBeCloseTo(all[0]?.profileScore ?? Number.NaN, 6);
    }),
  );
});
