import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FeatureBlock, HEAD, type PackedRows, totalsOf, unpackBlocks } from '../../../src/decide/answer-blocks.ts';
import { changedBlocks, planRows, rowKey, sumPairs, type Teaching } from '../../../src/decide/answer-changes.ts';
import { findGains, profilesOf } from '../../../src/decide/answer-profiles.ts';
import { rankProfiles } from '../../../src/decide/rank-answers.ts';

/** The table as a map, read and written the way the store does. */
type Table = { rows: Map<number, FeatureBlock>; features: number };

function apply(table: Table, lessons: Teaching[]): Table {
  const changes = sumPairs(lessons);
  const firsts = new Map<number, FeatureBlock>();
  for (const row of [...table.rows.values()].sort((one, other) => one.block - other.block)) {
    if (!firsts.has(row.feature)) firsts.set(row.feature, row);
  }
  const wanted = changedBlocks(changes, firsts);
  const others = new Map<number, Uint8Array>();
  wanted.features.forEach((feature, at) => {
    const key = rowKey(feature, wanted.blocks[at] ?? 0);
    const row = table.rows.get(key);
    if (row) others.set(key, row.entries);
  });
  const { written, gone, features } = planRows(changes, { firsts, others });
  const rows = new Map(table.rows);
  gone.features.forEach((feature, at) => {
    expect(rows.delete(rowKey(feature, gone.blocks[at] ?? 0))).toBe(true);
  });
  for (const row of unpackRows(written)) rows.set(rowKey(row.feature, row.block), row);
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
const sorted = ({ rows, features }: Table) => ({ features, rows: [...rows].sort(([one], [other]) => one - other) });

const teaching = fc.record({
  // Two answers of one block, one of the next, one far away.
  answerId: fc.constantFrom(1, 255, 256, 70_000),
  weight: fc.constantFrom(2, 3),
  features: fc.uniqueArray(fc.constantFrom(-2_147_483_648, -5, 0, 7, 2_147_483_647), { minLength: 1 }),
});

it('unlearns exactly: what is left is as if it had never been learned, in whatever order and batches', () => {
  fc.assert(
    fc.property(fc.array(teaching, { maxLength: 12 }), fc.array(teaching, { maxLength: 12 }), (kept, dropped) => {
      const once = apply(EMPTY, kept);
      let table = apply(EMPTY, dropped);
      for (const one of kept) table = apply(table, [one]);
      const away = dropped.map((one) => ({ ...one, weight: -one.weight }));
      expect(sorted(apply(table, away))).toEqual(sorted(once));
      expect(sorted(apply(EMPTY, [...dropped, ...away, ...kept]))).toEqual(sorted(once));
    }),
  );
});

it('keeps a head for a feature of several blocks only, and it says what the blocks say', () => {
  const table = apply(
    EMPTY,
    [
      { answerId: 3, weight: 2, features: [7, 9] },
      { answerId: 4, weight: 3, features: [7] },
      { answerId: 600, weight: 300, features: [7] },
    ].flatMap(({ weight, ...one }) =>
      Array.from({ length: Math.ceil(weight / 3) }, () => ({ ...one, weight: Math.min(3, weight) })),
    ),
  );
  const rows = [...table.rows.values()];
  const head = rows.find(({ block }) => block === HEAD);
  expect(head && totalsOf(head)).toEqual({ weight: 305, answers: 3, blocks: 2 });
  expect(rows.filter(({ feature }) => feature === 9).map(totalsOf)).toEqual([{ weight: 2, answers: 1, blocks: 1 }]);
  const { answerIds, weights } = unpackBlocks(rows.filter(({ feature, block }) => feature === 7 && block !== HEAD));
  expect([[...answerIds.slice(0, 3)], [...weights.slice(0, 3)]]).toEqual([
    [3, 4, 600],
    [2, 3, 300],
  ]);
});

it('refuses to take away what was not learned', () => {
  const table = apply(EMPTY, [{ answerId: 3, weight: 2, features: [7] }]);
  expect(() => apply(table, [{ answerId: 3, weight: -3, features: [7] }])).toThrow('less than nothing');
});

it('finds the answers in blocks that stage one puts first when it is given all of them', () => {
  fc.assert(
    fc.property(fc.array(teaching, { minLength: 1, maxLength: 30 }), (lessons) => {
      const table = apply(EMPTY, lessons);
      const blocks = [...table.rows.values()].filter(({ block }) => block !== HEAD);
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
      const entries = unpackBlocks(blocks);
      const gains = findGains(past, entries, 10);
      expect(new Set(gains.map(({ answerId }) => answerId))).toEqual(new Set(sizes.map(({ answerId }) => answerId)));
      const all = rankProfiles({ ...past, profiles: profilesOf(past, entries, gains, sizes, 10) });
      const [best] = rankProfiles({ ...past, profiles: profilesOf(past, entries, gains, sizes, 1) });
      expect(best?.profileScore).toBeCloseTo(all[0]?.profileScore ?? Number.NaN, 6);
    }),
  );
});
