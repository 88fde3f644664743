import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headLine } from './attack-file.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { attackTable, CLASSES, listMails, listRequests, pageWithTable, readSecurityPage } from './classes.ts';
import { type AttackResult, readExpectation, runAttack } from './run-attack.ts';

const files = listMails();
const results: AttackResult[] = [];
const startedAt = Date.now();

for (const [attackClass, attacks] of Map.groupBy(files, (file) => file.attackClass)) {
  describe(attackClass, () => {
    let desk: AttackedDesk;
    beforeAll(async () => {
      desk = await startAttackedDesk();
    });
    afterAll(() => desk?.stop());

    for (const [index, file] of attacks.entries()) {
      test(`${file.name}: ${headLine(file, 'attack')}`, async () => {
        const result = await runAttack(desk, file, index + 1);
        results.push(result);
        expect(result.complaints).toEqual([]);
      });
    }
  });
}

afterAll(() => {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const lines = [...Map.groupBy(results, ({ file }) => file.attackClass)].map(([attackClass, ran]) => {
    const fine = ran.filter(({ complaints }) => complaints.length === 0).length;
    const expected = ran.filter(({ expected: promised, got }) => promised === got).length;
    return `${attackClass.padEnd(32)} ${String(ran.length).padStart(5)} ${String(expected).padStart(9)} ${String(fine).padStart(9)}`;
  });
  const wrong = results.filter(({ complaints }) => complaints.length > 0);
  console.log(
    [
      `${'class'.padEnd(32)} mails  expected  complete`,
      ...lines,
      `${results.length} hostile mails in ${seconds} s, ${results.length - wrong.length} with the outcome that their file promises`,
      ...wrong.map(({ file, expected, got }) => `${file.name}: expected ${expected}, got ${got}`),
    ].join('\n'),
  );
});

test('every file is in a class that has a name, and promises what can be checked', () => {
  for (const file of files) {
    expect(Object.keys(CLASSES), file.name).toContain(file.attackClass);
    readExpectation(file);
  }
});

test('every class has as many attacks as docs/security.md says, and no fewer than it must', () => {
  const requests = listRequests();
  for (const [name, { atLeast }] of Object.entries(CLASSES)) {
    const found = [...files, ...requests].filter((file) => file.attackClass === name).length;
    expect(found, `attacks of the class ${name}`).toBeGreaterThanOrEqual(atLeast);
  }
  const page = readSecurityPage();
  expect(pageWithTable(page, attackTable(files, requests))).toBe(page);
});
