import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AttackFile, headLine, headLines } from './attack-file.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { CLASSES, listRequests } from './classes.ts';
import { isRequestClaim, type RequestResult, runRequest, startWebs, type Webs } from './run-request.ts';

const files = listRequests();
const results: RequestResult[] = [];
const startedAt = Date.now();
let desk: AttackedDesk;
let webs: Webs;

beforeAll(async () => {
  desk = await startAttackedDesk();
  webs = startWebs(desk);
});
afterAll(() => desk?.stop());

let n = 0;
for (const [attackClass, attacks] of Map.groupBy(files, (file) => file.attackClass)) {
  const waits = attackClass === 'slow';
  describe(attackClass, { concurrent: waits }, () => {
    for (const file of attacks) {
      n++;
      const number = n;
      test(`${file.name}: ${headLine(file, 'attack')}`, async () => {
        const result = await (waits ? runAlone(file, number) : runRequest(desk, webs, file, number));
        results.push(result);
        expect(result.complaints).toEqual([]);
      });
    }
  });
}

/** Those that mostly wait do so side by side, each with a desk of its own, since all that changes on it is laid to them. */
async function runAlone(file: AttackFile, number: number): Promise<RequestResult> {
  const own = await startAttackedDesk();
  try {
    return await runRequest(own, startWebs(own), file, number);
  } finally {
    await own.stop();
  }
}

afterAll(() => {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const lines = [...Map.groupBy(results, ({ file }) => file.attackClass)].map(([attackClass, ran]) => {
    const fine = ran.filter(({ complaints }) => complaints.length === 0).length;
    const expected = ran.filter(({ expected: promised, got }) => promised === got).length;
    return `${attackClass.padEnd(32)} ${String(ran.length).padStart(8)} ${String(expected).padStart(9)} ${String(fine).padStart(9)}`;
  });
  const wrong = results.filter(({ complaints }) => complaints.length > 0);
  console.log(
    [
      `${'class'.padEnd(32)} requests  expected  complete`,
      ...lines,
      `${results.length} hostile requests in ${seconds} s, ${results.length - wrong.length} with the outcome that their file promises`,
      ...wrong.map(({ file, expected, got }) => `${file.name}: expected ${expected}, got ${got}`),
    ].join('\n'),
  );
});

test('every request is in a class that has a name, and promises what can be checked', () => {
  expect(files.length).toBeGreaterThanOrEqual(40);
  for (const file of files) {
    expect(Object.keys(CLASSES), file.name).toContain(file.attackClass);
    for (const sentence of headLines(file, 'and'))
      expect(isRequestClaim(sentence), `${file.name}: ${sentence}`).toBe(true);
  }
});
