import fc from 'fast-check';
import { expect, it } from 'vitest';
import { separate } from '../../../src/decide/answers/answer-classifier.ts';
import { featuresOf, packFeatures, unpackFeatures } from '../../../src/decide/answers/answer-features.ts';
import { FIRST_GATE, fitGate, scoreOf, type Trial } from '../../../src/decide/answers/answer-gate.ts';
import { cleanMatter, normalAnswer } from '../../../src/decide/answers/answer-text.ts';
import { groupAlike, shareFeatures } from '../../../src/decide/answers/shared-features.ts';

it('takes greeting, sign-off and disclaimer from a text and nothing else', () => {
  const mail =
    'Dear support team,\n\nmy card is lost.\nWhat now?\n\nKind regards,\nJo\n\nThis e-mail and any attachments are confidential.';
  expect(cleanMatter(mail)).toBe('my card is lost.\nWhat now?');
  expect(cleanMatter('Hello')).toBe('Hello');
  expect(cleanMatter('Hi, I lost my card')).toBe('Hi, I lost my card');
  expect(cleanMatter('Thanks for nothing, my card is still lost')).toBe('Thanks for nothing, my card is still lost');
  expect(cleanMatter('Hidden fees?\nI paid 3 euros.')).toBe('Hidden fees?\nI paid 3 euros.');
});

it('takes answers for the same that differ in person, number and signs only', () => {
  const one = normalAnswer('Hi Jo,\nOrder 12345 is on its way!\nBest regards\nAlice');
  expect(normalAnswer('Dear Kim,\norder 99887 is on its way.\nCheers\nBob')).toBe(one);
  expect(normalAnswer('Order 12345 is late.')).not.toBe(one);
});

it('finds most features again when a word is misspelled, and none in another text', () => {
  const asked = featuresOf('I never received my replacement card');
  const share = (text: string) => featuresOf(text).filter((feature) => asked.includes(feature)).length / asked.length;
  expect(share('i never recieved my replacment cards')).toBeGreaterThan(0.5);
  expect(share('Wo bleibt das Geld?')).toBeLessThan(0.1);
});

it('reads features from bytes as they were written, wherever the bytes stand', () => {
  const features = featuresOf('Where is my card? カードはどこですか');
  const packed = packFeatures(features);
  const shifted = Buffer.concat([Buffer.from([1]), packed]).subarray(1);
  expect([...unpackFeatures(shifted)]).toEqual(features);
});

it('separates answers by the features that decide between them', () => {
  const texts = [
    [1, 2, 3],
    [1, 2, 4],
    [1, 5, 3],
    [1, 5, 4],
  ];
  const shared = shareFeatures([1, 4, 9], texts);
  const examples = shared.texts.map((features, at) => ({ label: at % 2, weight: 1, features }));
  const [first = 0, second = 0] = separate(2, examples, shared);
  expect(second).toBeGreaterThan(first);
  expect(separate(2, [], shareFeatures([1], []))).toEqual([0, 0]);
});

it('takes features for alike exactly where they stand in the same texts', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(12), { minLength: 1 }), { maxLength: 8 }), (texts) => {
      const { asked, distinct, texts: numbered } = shareFeatures([3, 99], texts);
      expect([asked, distinct]).toEqual([2, new Set([3, 99, ...texts.flat()]).size]);
      const { groups, groupOf, sizes, texts: grouped } = groupAlike(distinct, numbered);
      const standsIn = (feature: number) => numbered.map((text) => text.includes(feature)).join();
      const features = Array.from({ length: distinct }, (_, feature) => feature);
      expect(groups).toBe(new Set(features.map(standsIn)).size);
      for (const one of features)
        expect(features.filter((other) => groupOf[other] === groupOf[one])).toEqual(
          features.filter((other) => standsIn(other) === standsIn(one)),
        );
      numbered.forEach((text, at) => {
        const own = [...(grouped[at] ?? [])];
        expect(own.toSorted()).toEqual([...new Set(Array.from(text, (feature) => groupOf[feature] ?? -1))].toSorted());
        expect(own.reduce((sum, group) => sum + (sizes[group] ?? 0), 0)).toBe(text.length);
      });
    }),
  );
});

function trial(nearness: number, right: boolean): Trial {
  return {
    evidence: { answerId: 1, score: 1, lead: nearness, nearness, strangeness: 0.1 },
    right,
    fits: right,
    weight: 1,
  };
}

it('fits a gate that shows what is near and hides what is not, and leaves a young desk with the first one', () => {
  const near = Array.from({ length: 80 }, (_, at) => trial(0.5 + at / 400, true));
  const far = Array.from({ length: 80 }, (_, at) => trial(0.1 + at / 800, false));
  const gate = fitGate([...near, ...far]);
  if (!gate) throw new Error('160 trials are enough');
  expect(scoreOf(gate, trial(0.6, true).evidence)).toBeGreaterThan(gate.show);
  expect(scoreOf(gate, trial(0.12, true).evidence)).toBeLessThan(gate.show);
  expect(gate.sure).toBeLessThanOrEqual(1);
  expect(fitGate(near.slice(0, 20))).toBeUndefined();
  expect(FIRST_GATE.sure).toBeGreaterThan(1);
});

it('shows nothing where nothing that was tried fitted', () => {
  const gate = fitGate([...Array.from({ length: 150 }, (_, at) => trial(at / 200, false)), trial(0.1, true)]);
  expect(gate?.show).toBeGreaterThan(0.4);
});
