import { describe, expect, test } from 'vitest';
import { blankedWords, cleanWords } from '../../../src/decide/answers/past-words.ts';
import { markPersonal } from '../../../src/decide/answers/personal-details.ts';
import { ENGLISH, HARMLESS_ENGLISH } from './english-answers.ts';
import { FOREIGN, HARMLESS_FOREIGN } from './foreign-answers.ts';

describe('what was told to one customer is not in the draft for another', () => {
  test.each([...ENGLISH, ...FOREIGN].map(([writer, answer, secrets]) => ({ writer, answer, secrets })))(
    '$answer',
    ({ writer, answer, secrets }) => {
      const passage = markPersonal({ ...writer, answer });
      const draft = blankedWords({ answer, passage }, passage.marks).toLowerCase();
      expect(secrets.filter((secret) => draft.includes(secret.toLowerCase()))).toEqual([]);
    },
  );
});

describe('an answer that everybody may read goes out as it is, without greeting and sign-off', () => {
  test.each([...HARMLESS_ENGLISH, ...HARMLESS_FOREIGN].map(([writer, answer]) => ({ writer, answer })))(
    '$answer',
    ({ writer, answer }) => {
      const passage = markPersonal({ ...writer, answer });
      expect(passage.marks.map(({ from, to }) => answer.slice(from, to))).toEqual([]);

      expect(answer.split('\n\n')).toContain(cleanWords({ answer, passage }));
    },
  );
});
