import { expect, it } from 'vitest';
import { questionsOf } from '../../../src/decide/answers/answer-sentences.ts';
import { cleanMatter, normalAnswer } from '../../../src/decide/answers/answer-text.ts';
import { separate } from '../../../src/decide/answers/rank/answer-classifier.ts';
import {
  featuresOf,
  featuresWithout,
  packFeatures,
  sentenceFeatures,
  unpackFeatures,
} from '../../../src/decide/answers/rank/answer-features.ts';
import {
  FIRST_GATE,
  fitGate,
  type Gate,
  passGate,
  strangersShown,
  type Trial,
} from '../../../src/decide/answers/rank/answer-gate.ts';
import { groupAlike, shareFeatures } from '../../../src/decide/answers/rank/shared-features.ts';
import { fc } from '../../support/seeded-properties.ts';

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
  const evidence = {
    answerId: 1,
    score: 1,
    lead: nearness,
    nearness,
    strangeness: 0.1,
    covered: nearness,
    closest: 0.5,
    coveredOfKnown: nearness,
  };
  return { ranked: [evidence], right: right ? 0 : -1, weight: 1 };
}

const shows = (gate: Gate, one: Trial) => passGate(gate, one.ranked).length > 0;

it('fits a gate that shows what is near and hides what is not, and leaves a young desk with the first one', () => {
  const near = Array.from({ length: 80 }, (_, at) => trial(0.5 + at / 400, true));
  const far = Array.from({ length: 80 }, (_, at) => trial(0.1 + at / 800, false));
  const gate = fitGate([...near, ...far]);
  if (!gate) throw new Error('160 trials are enough');
  expect(shows(gate, trial(0.6, true))).toBe(true);
  expect(shows(gate, trial(0.12, true))).toBe(false);
  expect(fitGate(near.slice(0, 20))).toBeUndefined();
  expect(shows(FIRST_GATE, trial(0.7, true))).toBe(true);
  expect(shows(FIRST_GATE, trial(0.1, true))).toBe(false);
  expect(FIRST_GATE.sure).toBeGreaterThan(1);
});

it('calls an answer sure only where enough trials say so', () => {
  const trials = (rights: number, wrongs: number) => [
    ...Array.from({ length: rights }, () => trial(0.8, true)),
    ...Array.from({ length: wrongs }, () => trial(0.1, false)),
  ];
  expect(fitGate(trials(60, 60))?.sure).toBeGreaterThan(1);
  expect(fitGate(trials(200, 60))?.sure).toBeLessThanOrEqual(1);
  const mixed = [...trials(200, 60), ...Array.from({ length: 20 }, () => trial(0.8, false))];
  expect(fitGate(mixed)?.sure).toBeGreaterThan(1);
});

it('does not move the threshold for a few lucky trials', () => {
  const thousand = Array.from({ length: 1_000 }, (_, at) => trial((at % 100) / 100, at % 100 > 20 + (at % 37)));
  const one = fitGate(thousand)?.show ?? 0;
  for (const part of [0, 1, 2, 3]) {
    const other = fitGate(thousand.filter((_, at) => at % 4 !== part))?.show ?? 0;
    expect(Math.abs(other - one)).toBeLessThan(0.03);
  }
});

it('shows something to fewer than half of the questions that nothing fits while a desk is young', () => {
  const known = Array.from({ length: 100 }, (_, at) => trial(0.3 + at / 200, at % 20 > 0));
  const strange = Array.from({ length: 100 }, (_, at) => ({
    ...trial(0.2 + at / 200, false),
    weight: 0.2,
    isStranger: true,
  }));
  const shownTo = (tickets: number) => {
    const gate = fitGate([...known, ...strange], strangersShown(tickets));
    return strange.filter((one) => gate && shows(gate, one)).length;
  };
  expect(shownTo(60)).toBeLessThan(50);
  expect(shownTo(1_000)).toBeLessThan(50);
  expect(shownTo(10_000)).toBeGreaterThan(shownTo(1_000));
  expect(strangersShown(4_000)).toBeGreaterThan(strangersShown(2_500));
  expect(strangersShown(1_000_000)).toBe(1);
});

it('shows a second answer for a likelihood of its own', () => {
  const [first, second] = [trial(0.9, true).ranked[0], trial(0.9, true).ranked[0]];
  if (!first || !second) throw new Error('a trial has an answer');
  const gate = { ...FIRST_GATE, show: 0 };
  expect(passGate(gate, [first, { ...second, lead: -0.1 }])).toHaveLength(2);
  expect(passGate(gate, [first, { ...second, nearness: 0 }])).toHaveLength(1);
});

it('shows nothing where nothing that was tried fitted', () => {
  const gate = fitGate([...Array.from({ length: 150 }, (_, at) => trial(at / 200, false)), trial(0.1, true)]);
  expect(gate && shows(gate, trial(0.4, false))).toBe(false);
});

it('finds the questions of a mail that asks several, and none in one question', () => {
  const two = 'Hi,\n\nTwo questions: How do I get an invoice? And do you deliver to Norway?\n\nThanks\nJo';
  expect(questionsOf(two)).toEqual(['Two questions: How do I get an invoice?', 'And do you deliver to Norway?']);
  expect(questionsOf('1. How do I get an invoice\n2. Liefern Sie nach Norwegen\n3. ok')).toHaveLength(2);
  expect(questionsOf('The lid broke. Can I have one?\n\nAlso the invoice is missing. Where is it?')).toEqual([
    'The lid broke. Can I have one?',
    'Also the invoice is missing. Where is it?',
  ]);
  expect(questionsOf('注文はどこですか？請求書はどこにありますか？')).toHaveLength(2);
  expect(questionsOf('I made a transfer. Why is it pending?')).toEqual([]);
  expect(questionsOf('Where is it? Thanks!')).toEqual([]);
});

it('takes a sentence for the same also where a mail program broke its lines', () => {
  const long = 'This message was sent by the contact form of our shop in the name of a visitor';
  const broken = long.replace(' of a visitor', '\nof a visitor');
  expect(sentenceFeatures(`Where is it?\n${broken}.`)).toEqual(sentenceFeatures(`Where is it?\n${long}.`));
  const boilerplate = new Set(sentenceFeatures(long));
  expect(featuresWithout(`Where is my parcel?\n${broken}`, boilerplate)).toEqual(featuresOf('Where is my parcel?'));
  expect(featuresWithout(long, boilerplate)).toEqual(featuresOf(long));
});
