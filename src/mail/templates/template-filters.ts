import type { Liquid } from 'liquidjs';
import { Fault } from '../../domain/fault.ts';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { FileView, FormattedView } from '../../domain/mail/mail-view.ts';
import { behindQuotes } from '../../domain/quoted-lines.ts';
import type { MailTemplate } from '../../domain/ticket/outbox-item.ts';
import {
  fillText,
  type Sentence,
  say,
  textOf as sentenceIn,
  spoken,
  type Values,
  type Words,
} from '../../domain/words.ts';
import { richAsHtml } from '../compose/rich-html.ts';
import { richAsText } from '../compose/rich-text.ts';
import { fence } from '../compose/wrap-text.ts';
import { cutWords, escapeHtml, linkedWordsAsHtml, shownLine, shownWords, wordsAsHtml } from '../text/shown-text.ts';

/**
 * What templates may do with a value. The same names stand in text and in HTML, so that a body in text and one in HTML
 * can be read side by side. `words` and its kin are the only filters whose HTML is not escaped again: `words` shows words of
 * people as they are, `linked` those of an agent with links, `formatted` the words as their writer formatted them, where that is
 * known, `sentence` one of ours, wrapped (or words that it quotes).
 */
export function addFilters(
  engine: Liquid,
  format: 'text' | 'html',
  { locale, timeZone, words }: { locale: string; timeZone: string; words: Words },
): void {
  engine.registerFilter('say', { raw: true, handler: sayIn(words, locale, format) });
  engine.registerFilter('say_plain', sayIn(words, locale, 'text'));
  engine.registerFilter('line', (value: unknown, max?: number) => shownLine(textWithoutTokens(value), max));
  engine.registerFilter('glimpse', (value: unknown) => glimpse(textWithoutTokens(value)));
  engine.registerFilter('moment', momentIn(locale, timeZone));
  engine.registerFilter('day', dayFormatter(locale));
  engine.registerFilter('duration', durationIn(locale));
  engine.registerFilter('size', sizeIn(locale));
  engine.registerFilter('files', filesIn(words, locale, format === 'text' ? '\n  ' : ' '));
  engine.registerFilter('href', hrefOf);
  engine.registerFilter('cut', (value: unknown, max: number) => {
    const { words, left } = cutWords(valueAsText(value), max);
    return left === 0 ? words : `${words} […]`;
  });
  if (format === 'text') {
    const fenced = (value: unknown, indent?: number) => fence(shownWords(textWithoutTokens(value)), indent);
    engine.registerFilter('words', fenced);
    engine.registerFilter('linked', fenced);
    engine.registerFilter('formatted', (value: unknown, content: Content, indent?: number) =>
      fence(textOfView(content.formatted) ?? shownWords(textWithoutTokens(value)), indent),
    );
    engine.registerFilter('sentence', (value: unknown) => {
      const sentence = shownWords(textWithoutTokens(value));
      return sentence.includes('\n') ? fence(sentence) : sentence;
    });
  } else {
    engine.registerFilter('words', { raw: true, handler: (value: unknown) => wordsAsHtml(textWithoutTokens(value)) });
    engine.registerFilter('sentence', {
      raw: true,
      handler: (value: unknown) => wordsAsHtml(textWithoutTokens(value)),
    });
    engine.registerFilter('linked', {
      raw: true,
      handler: (value: unknown) => linkedWordsAsHtml(textWithoutTokens(value)),
    });
    engine.registerFilter('formatted', {
      raw: true,
      handler: (value: unknown, { template, formatted }: Content) =>
        htmlOfView(formatted) ?? (template === 'response' ? linkedWordsAsHtml : wordsAsHtml)(textWithoutTokens(value)),
    });
  }
}

/** Values within a sentence are names, addresses, subjects. */
const MAX_VALUE = 400;

/**
 * `{{ 'Your request {number} is closed.' | say: number: ticket.number }}`: a sentence of ours in the reader's language, with
 * `one: '...'` for the English form where `count` is 1. In HTML a value keeps its direction of writing to itself. `say_plain` gives
 * the same as text, for use within other sentences.
 */
function sayIn(words: Words, locale: string, format: 'text' | 'html') {
  const numbers = new Intl.NumberFormat(locale);
  const show = (value: Values[string]) => {
    if (typeof value === 'number') return numbers.format(value);
    const shown = spoken(words, locale, value);
    return format === 'text' ? shown : `<bdi>${escapeHtml(shown)}</bdi>`;
  };
  return (english: unknown, ...named: unknown[]) => {
    const sentence = sentenceFrom(String(english), named);
    const text = sentenceIn(words, locale, sentence);
    return fillText(format === 'text' ? text : escapeHtml(text), sentence.values, show);
  };
}

/** liquidjs hands over what stands behind a filter by name as pairs. */
function sentenceFrom(english: string, named: readonly unknown[]): Sentence {
  const given = Object.fromEntries(named.filter((pair): pair is [string, unknown] => Array.isArray(pair)));
  const { one, ...others } = given;
  const values: Values = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : shownLine(textWithoutTokens(value), MAX_VALUE),
    ]),
  );
  return { say: english, one: one === undefined ? undefined : String(one), values };
}

/** What a mail is about, with its words. */
type Content = { template: MailTemplate; formatted?: FormattedView };

/** What holds a token of ours is shown as text, without it. */
function textOfView(view: FormattedView | undefined): string | undefined {
  const text = view && richAsText(view);
  return text === undefined || hideTokens(text) !== text ? undefined : text;
}

function htmlOfView(view: FormattedView | undefined): string | undefined {
  const html = view && richAsHtml(view);
  return html === undefined || hideTokens(html) !== html ? undefined : html;
}

/** With our mark behind it a line that no client wraps; it is wrapped at 72 by the narrowest. */
const MAX_GLIMPSE = 40;

/** Characters that are looked at for a glimpse: more than the longest question that an answer quotes. */
const MAX_BEGINNING = 4_000;

/**
 * The first words for the line that inboxes show beside a subject. It begins with a letter or digit: a line that begins like
 * a quote, a command or a signature would be read as one when it comes back.
 */
function glimpse(words: string): string {
  const beginning = shownLine(behindQuotes(words.slice(0, MAX_BEGINNING)), 400);
  return shownLine(beginning.replace(/^[^\p{L}\p{N}]+/u, ''), MAX_GLIMPSE);
}

/** A text among whose words no token of ours is left: the filters for words show them to somebody else. */
function textWithoutTokens(value: unknown): string {
  return hideTokens(valueAsText(value));
}

function valueAsText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** Epoch milliseconds as a person in `timeZone` says it: `Sun, 22 Nov 2026, 11:04 UTC`. */
function momentIn(locale: string, timeZone: string): (value: unknown) => string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  });
  return (value) => format.format(Number(value));
}

/** `2026-11-22` as a person says it: `Sun 22 Nov`. */
function dayFormatter(locale: string): (value: unknown) => string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return (value) => format.format(Date.parse(`${valueAsText(value)}T12:00:00Z`));
}

const DURATIONS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 days`, `5 hours`, `1 minute`: the largest unit that fits, rounded down, but never to nothing. */
function durationIn(locale: string): (value: unknown) => string {
  const scale = scaleOf(locale, DURATIONS, 'long');
  return (value) => scale(Math.max(60_000, Number(value)), Math.floor);
}

const SIZES = [
  ['megabyte', 1_000_000],
  ['kilobyte', 1_000],
  ['byte', 1],
] as const;

/** `980 bytes`, `12 kB`, `41 MB`. */
function sizeIn(locale: string): (value: unknown) => string {
  const scale = scaleOf(locale, SIZES, 'short');
  return (value) => scale(Math.max(0, Number(value)), Math.round);
}

/** Formatters are made once: each takes longer to make than a mail to render. */
function scaleOf(
  locale: string,
  units: readonly (readonly [unit: string, length: number])[],
  unitDisplay: 'long' | 'short',
): (value: number, round: (value: number) => number) => string {
  const scale = units.map(([unit, length]) => ({
    length,
    format: new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : unitDisplay }),
  }));
  return (value, round) => {
    const fitting = scale.find(({ length }) => value >= length) ?? scale.at(-1);
    return fitting === undefined ? '' : fitting.format.format(round(value / fitting.length));
  };
}

/** A history has many entries, and each may have many files: the first are named, the others counted. */
const MAX_FILES = 3;
const MAX_FILENAME = 80;

/** `[manual.pdf, 12 kB] [2 more files]`; nothing where there are none. */
function filesIn(words: Words, locale: string, between: string): (value: unknown) => string {
  const size = sizeIn(locale);
  return (value) => {
    const files: FileView[] = Array.isArray(value) ? value : [];
    const named = files.slice(0, MAX_FILES).map(({ filename, size: bytes }) => {
      return `[${shownLine(hideTokens(filename.slice(0, 200)), MAX_FILENAME)}, ${size(bytes)}]`;
    });
    const more = files.length - named.length;
    if (more > 0) named.push(spoken(words, locale, say('[{count} more files]', { count: more }, '[1 more file]')));
    return named.join(between);
  };
}

/** An address behind a link. Ours only ever open a page or a new mail, so anything else is a bug, not a link. */
function hrefOf(value: unknown): string {
  const href = valueAsText(value);
  if (!/^(?:https?:\/\/|mailto:)[\x21-\x7e]{1,2000}$/.test(href)) {
    throw new Fault('envelope-mismatch', 'a link of ours is neither a web page nor a mail address');
  }
  return href;
}
