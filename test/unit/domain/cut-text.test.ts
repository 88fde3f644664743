import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cutText } from '../../../src/domain/cut-text.ts';
import { jsonbOf } from '../../../src/store/jsonb.ts';

test.each([
  ['abcdef', 4, 'abcd'],
  ['abc', 4, 'abc'],
  ['ab😀', 3, 'ab'],
  ['ab😀', 4, 'ab😀'],
  ['😀', 1, ''],
  ['😀😀', 3, '😀'],
  ['a\ud83d', 4, 'a\ufffd'],
  ['\ude00bcd', 3, '\ufffdbc'],
  ['👩‍👩‍👧', 4, '👩‍'],
])('%j cut at %i is %j', (text, max, cut) => {
  expect(cutText(text, max)).toBe(cut);
});

test('a value for jsonb holds no half of a character and no NUL, however deep', () => {
  const value = { lines: ['a\ud83d', { deep: ['\ude00b\0c', 1, true, null] }], text: '😀' };
  expect(jsonbOf(value)).toBe('{"lines":["a\ufffd",{"deep":["\ufffdbc",1,true,null]}],"text":"😀"}');
});

test('whatever the store writes as JSON is made by jsonbOf', () => {
  const store = path.join(import.meta.dirname, '../../../src/store');
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const others = files.filter((name) => readFileSync(path.join(store, name), 'utf8').includes('JSON.stringify('));
  expect(others).toEqual(['jsonb.ts']);
});
