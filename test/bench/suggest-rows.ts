import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../support/mutate-mail.ts';
import type { Labelled, Questions } from './suggest-variants.ts';

/** Rows for `turnmail import`, and questions with the answer that is right for each, undefined where none is. */
export type BenchRow = { query: string; answer: string };
export type BenchData = {
  /** made anew each time it is gone through: a worker holds no million tickets either */
  past: Iterable<BenchRow>;
  questions: { query: string; answer: string | undefined }[];
};

const WORDS =
  'acid acre arch badge bake barn bath beam bell bench blade blend boat bolt book brick brook brush cabin cable camp cane cape card cart cave chalk chart chess chin clay cliff cloth coal coast coin cook copper coral cork corn cow craft crane cream crew crop crow crust cube curl dairy deer desk dish dock dome door dough drum duck dust eagle edge elbow fence fern field finch flag flame flint flour flute foam fold fork fort fox frame frost fruit gate ghost glove goat gold grain grape grass gravel grove guard gull hail hall hammer harp hawk hay hedge helm hill hinge hood hook horn horse hose hut ink iron ivy jar jewel jug kettle kite knot lace lake lamb lamp lane lark lawn leaf lemon lens lid lime linen lion lock log loom lung maple mask mast mint moss moth mud nail nest net nut oak oar oil olive onion oven owl paint palm pan paper peach pearl pear pen pie pier pine pipe plum pond pot quilt rail rain raft reed rice ring road roof root rope rose rug rust sail salt sand seal seed shed shell ship silk skate sky slate sled smoke snow soap sock soil spoon spring stair star steam stem stool straw sun swan table tail tank tea tent thorn tile tin toad torch trout tub vane vase vine wall wave wax well whale wheat wheel wing wolf wood wool yarn'.split(
    ' ',
  );

/** A folder with train.jsonl and test.jsonl, and perhaps oos.jsonl: rows of `text` and `label`. */
export function readLabelled(folder: string): Questions {
  const rows = (name: string): Labelled[] => {
    try {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return {
    past: rows('train.jsonl'),
    asked: [...rows('test.jsonl'), ...rows('oos.jsonl').map(({ text }) => ({ text, label: undefined }))],
  };
}

export function withAnswers({ past, asked }: Questions): BenchData {
  return {
    past: past.map(({ text, label }) => ({ query: text, answer: answerFor(label) })),
    questions: asked.map(({ text, label }) => ({
      query: text,
      answer: label === undefined ? undefined : answerFor(label),
    })),
  };
}

/** A paragraph of its own for each label, so that no two answers look alike. */
function answerFor(label: string): string {
  const digest = createHash('sha256').update(label).digest();
  const words = Array.from({ length: 12 }, (_, at) => WORDS[digest.readUInt16LE(at * 2) % WORDS.length]);
  return `${label.replaceAll('_', ' ')}: ${words.join(' ')}.`;
}

/**
 * Made-up history: each answer has some words of its own and shares the others with many; a question is 8 to 30 words.
 * Answers are used unevenly, as in life.
 */
export function makeHistory(tickets: number, answers: number, questions: number): BenchData {
  const words = seededRandom(7);
  const pick = (list: readonly string[], random: () => number) => list[Math.floor(random() * list.length)] ?? '';
  const common = Array.from({ length: 2_000 }, () => `${pick(WORDS, words)}${pick(WORDS, words)}`);
  const own = Array.from({ length: answers }, () => Array.from({ length: 12 }, () => pick(common, words)));
  const written = own.map((_, answer) => answerFor(`made ${answer}`));
  function* rows(count: number, seed: number): Generator<BenchRow> {
    const random = seededRandom(seed);
    for (let made = 0; made < count; made++) {
      const answer = Math.floor(random() ** 1.5 * answers);
      const query = Array.from({ length: 8 + Math.floor(random() * 22) }, () => {
        const kind = random();
        return pick(kind < 0.35 ? (own[answer] ?? []) : kind < 0.7 ? WORDS : common, random);
      }).join(' ');
      yield { query, answer: written[answer] ?? '' };
    }
  }
  return { past: { [Symbol.iterator]: () => rows(tickets, 8) }, questions: [...rows(questions, 9)] };
}
