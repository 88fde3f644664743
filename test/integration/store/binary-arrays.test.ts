import { afterAll, beforeAll, expect, test } from 'vitest';
import { byteaArray, intArray } from '../../../src/store/binary-arrays.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterAll(() => world?.stop());

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

test.each([
  ['none', []],
  ['one', [Buffer.from('one')]],
  ['an empty one', [Buffer.alloc(0)]],
  ['none of bytes', [undefined]],
  ['several, some missing', [EVERY_BYTE, undefined, Buffer.alloc(0), Buffer.alloc(300_000, 0x27), undefined]],
])('an array of bytes arrives as it was given: %s', async (_what, values) => {
  const { rows } = await world.database.query<{ value: Buffer | null }>(
    'select value from unnest($1::bytea[]) with ordinality as given(value, place) order by place',
    [byteaArray(values)],
  );
  expect(rows.map(({ value }) => value ?? undefined)).toEqual(values);
});

test('an array of numbers arrives as it was given', async () => {
  const numbers = [0, -1, 1, 2 ** 31 - 1, -(2 ** 31)];
  const { rows } = await world.database.query('select $1::int[] as numbers, $2::int[] as none', [
    intArray(numbers),
    intArray([]),
  ]);
  expect(rows).toEqual([{ numbers, none: [] }]);
});
