import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KILL_POINTS } from '../../src/domain/kill-point.ts';
import { readProjectFile } from '../support/project-docs.ts';
import { ROLE_OF } from './crew.ts';
import { ENDS, POINTS } from './kill-run.ts';

const page = readProjectFile('docs/reliability.md');

test('docs/reliability.md has a row for each kill point of the code, in its order and in its words', () => {
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)];
  expect(rows.map((row) => [row[1], row[2]])).toEqual(Object.entries(KILL_POINTS));
  expect(page).toContain(`${POINTS.length} named places`);
  for (const end of ENDS) expect(page).toContain(`\`${end}\``);
});

test('every kill point stands in the code once, in a role that the rig ends there', () => {
  const sources = readdirSync(new URL('../../src', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('kill-point.ts'))
    .map((name) => readProjectFile(`src/${name}`))
    .join('\n');
  for (const point of POINTS) {
    const places = sources.match(new RegExp(`killPoint(?:\\(|, )'${point}'`, 'g')) ?? [];
    expect(places, point).toHaveLength(1);
    expect(ROLE_OF[point], point).toBeDefined();
  }
});
