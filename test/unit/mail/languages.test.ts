import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { sentencesIn } from '../../../src/domain/desk/wording.ts';
import { OWN_LANGUAGES, OWN_PHRASES } from '../../../src/domain/mail/own-phrases.ts';
import { PARKED_REASONS, REASONS } from '../../../src/domain/ticket/reasons.ts';
import { namesIn, spoken } from '../../../src/domain/words.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { sampleReport } from '../../../src/mail/templates/sample-report.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import { everyMail, mailView } from '../../support/mail-views.ts';
import { readable, wordsOf } from '../../support/readable-mail.ts';
import { sparseMails } from '../../support/sparse-views.ts';

const FOLDER = path.join(import.meta.dirname, '../../../templates');
const words = wordsIn([FOLDER]);
const templates = loadTemplates(FOLDER, { words });
const OTHERS = OWN_LANGUAGES.filter((language) => language !== 'en');

/** Operators read English, as the commands and settings are that these mails name. */
const OF_OPERATORS = /^alert\//;

const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(?:txt|html)$/.test(name) && !OF_OPERATORS.test(name),
);
const read = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

/** Sentences of the code: `say('...')`. */
const IN_CODE = readdirSync(path.join(FOLDER, '../src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(?:decide|domain|flows|mail)\b.*\.ts$/.test(name))
  .flatMap((name) => [
    ...readFileSync(path.join(FOLDER, '../src', name), 'utf8').matchAll(/\bsay\(\s*'((?:[^'\\\n]|\\.)+)'/g),
  ])
  .map((match) => (match[1] ?? '').replace(/\\'/g, "'"));

/** Why mail was parked: reports say it, and so do the mails to agents whose mail could not be read. */
const OF_PARKED = PARKED_REASONS.map((reason) => REASONS[reason]);

const SENTENCES = [
  ...new Set<string>([...FILES.flatMap((name) => withoutForms(read(name))), ...IN_CODE, ...OF_PARKED]),
];

function withoutForms(source: string): string[] {
  return sentencesIn(source.replace(/\bone: '[^'\n]*'/g, ''));
}

/** Words that several languages share. */
const SAME = new Set<string>(['Status: {status}', 'Ticket {number} of {customer}', 'open']);

describe.each(OTHERS)('%s', (language) => {
  it('has every sentence of ours, and none that nobody says', () => {
    const translated = [...(words.of(language)?.keys() ?? [])];
    expect(SENTENCES.filter((sentence) => !translated.includes(sentence))).toEqual([]);
    expect(translated.filter((sentence) => !SENTENCES.includes(sentence))).toEqual([]);
  });

  it('has each sentence once', () => {
    const keys: string[] = read(`${language}/words.yaml`).match(/^'.*(?=:$)/gm) ?? [];
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    expect(keys.length).toBeGreaterThan(100);
  });

  it('says each in other words than English', () => {
    const same = [...(words.of(language)?.entries() ?? [])].filter(([english, said]) => english === said);
    expect(
      same
        .map(([english]) => english)
        .filter((english) => /[\p{L}]{2,}/u.test(english.replace(/\{\w+\}/g, '')) && !SAME.has(english)),
    ).toEqual([]);
  });
});

it.each(OTHERS)('a sample of the report says ages and reasons in %s', (language) => {
  const view = mailView('report');
  const content = sampleReport(0, false, (sentence) => spoken(words, language, sentence));
  const { text } = renderMail(templates, language, { ...view, content });
  for (const said of [REASONS['over-rate'], 'over-rate', 'under 4 hours']) expect(text).not.toContain(said);
  expect(text.replace(/\s+/g, ' ')).toContain(words.of(language)?.get(REASONS['over-rate']));
});

describe.each(OTHERS)('every mail in %s', (language) => {
  it.each([...everyMail('normal'), ...sparseMails()])('says the same in text and in HTML: $name', ({ view }) => {
    const mail = renderMail(templates, language, view);
    expect(wordsOf(readable(mail.html))).toEqual(wordsOf(mail.text));
    expect(mail.subject).toBe(mail.subject.trim());
    expect(`${mail.subject}\n${mail.text}`).not.toMatch(/\bundefined\b|\bnull\b|\[object|\{\{|\{\w+\}|NaN/);
    expect(mail.html).toContain(`lang="${language}"`);
  });
});

test('templates say nothing but sentences that can be translated', () => {
  const bare = FILES.flatMap((name) => {
    const shown = read(name)
      .replace(/\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, ' ')
      .replace(/<style>[\s\S]*?<\/style>/g, ' ')
      .replace(/<[^>]*>/g, ' ');
    return [...shown.matchAll(/\p{L}{2,}/gu)].map(([word]) => `${name}: ${word}`);
  });
  // The prefix that every mail program knows, and the name of a command.
  expect(bare.filter((found) => !/: (?:Re|use)$/.test(found))).toEqual([]);
});

test('agents are told nothing that cannot be translated', () => {
  const folder = path.join(FOLDER, '../src/decide/agent');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  const plain = files.flatMap((name) => {
    const code = readFileSync(path.join(folder, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const unsaid = code.replace(/(?:\bsay\(|\},)\s*'(?:[^'\\\n]|\\.)*'/g, '');
    return [...unsaid.matchAll(/(['`])[A-Z/"][^'`\n]{15,}[.:]\1/g)].map(([found]) => `${name}: ${found}`);
  });
  expect(plain).toEqual([]);
});

test('the line to reply above fits behind a glimpse, and is ASCII', () => {
  for (const { mark } of Object.values(OWN_PHRASES)) expect(mark).toMatch(/^##- [ -~]{1,23} -##$/);
});

describe('a number', () => {
  const closing = (language: string, reopenDays: number) => {
    const view = mailView('closing');
    if (view.content.template !== 'closing') throw new Error('not a closing');
    const content = { ...view.content, closing: { ...view.content.closing, reopenDays } };
    return renderMail(templates, language, { ...view, content }).text.replace(/\s+/g, ' ');
  };

  it.each([
    ['en', 1, 'within 1 day,'],
    ['en', 7, 'within 7 days,'],
    ['de', 1, 'innerhalb von 1 Tag auf'],
    ['de', 7, 'innerhalb von 7 Tagen auf'],
    ['pl', 1, 'w ciągu 1 dnia'],
    ['pl', 3, 'w ciągu 3 dni'],
    ['pl', 22, 'w ciągu 22 dni'],
    ['fr', 1, 'sous 1 jour,'],
    ['fr', 30, 'sous 30 jours,'],
    ['de-AT', 2, 'innerhalb von 2 Tagen'],
    ['cs', 2, 'within 2 days,'],
  ])('takes the form of its language: %s, %i', (language, days, said) => {
    expect(closing(language, days)).toContain(said);
  });
});

test('a value in a sentence is shown as it is and cannot become markup or another value', () => {
  const view = mailView('receipt');
  const subject = '{number} <b>&amp; {{ desk.address }}';
  const ticket = view.ticket && { ...view.ticket, subject };
  const { text, html } = renderMail(templates, 'de', { ...view, ticket });
  expect(text.replace(/\s+/g, ' ')).toContain(
    `Ihre Nachricht „${subject}“ ist bei uns angekommen und hat die Nummer #12.`,
  );
  expect(html).toContain('„<bdi>{number} &lt;b&gt;&amp;amp; {{ desk.address }}</bdi>“');
});

test('the names of values are those of the sentence in every form', () => {
  for (const language of OTHERS) {
    for (const [english, said] of words.of(language) ?? []) {
      for (const form of typeof said === 'string' ? [said] : Object.values(said))
        expect(namesIn(english), `${language}: ${english}`).toEqual(expect.arrayContaining(namesIn(form)));
    }
  }
});
