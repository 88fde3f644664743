/**
 * What an agent typed below our marker, where nothing is sent from: between the lines that they quote of our notification, or
 * below all of it. It is told from what we sent, since a mail that holds it must come back, or say so: never half of it is sent
 * and nobody told.
 */

import { cutText } from '../../../domain/cut-text.ts';
import { hideTokens } from '../../../domain/mail/hide-tokens.ts';
import { OWN_PHRASES } from '../../../domain/mail/own-phrases.ts';
import type { ProposedCut } from '../../../domain/mail/parsed-mail.ts';
import { wordsDigest } from '../../../domain/ticket/dedupe-key.ts';
import { type Sentence, say } from '../../../domain/words.ts';
import type { MailQuestion } from '../../mail/mail-question.ts';
import { withoutImages } from '../../mail/words/mail-words.ts';
import { isWrappedEnd, type OurWords, ourWords, readOurs } from '../../mail/words/our-words.ts';

/** A longer mail is read without it. */
const MAX_CHARS = 200_000;
const MAX_SHOWN = 1_500;

export type BelowMark = {
  /** between lines that the mail program marked as quoted, so that somebody typed it there */
  among: string;
  /** below the last of them, or where the mail program marks no line: perhaps the footer of a company */
  perhaps: string;
};

const NOTHING: BelowMark = { among: '', perhaps: '' };

export function wordsBelowMark(question: MailQuestion): BelowMark {
  const { mail } = question;
  const end = mail.readings?.agent.end;
  if (mail.readings === undefined || end === undefined || mail.text.length > MAX_CHARS) return NOTHING;
  const rows = mail.text.split('\n');
  if (end >= mail.readings.customer.end) return NOTHING;
  const kinds = kindsOf(rows.length, mail.readings.customer.cuts);
  const below = rows.slice(end).map((text, at): Row => ({ text, kind: kinds[end + at] }));
  const sent = inNotification(question);
  const found =
    below[0] !== undefined && isQuoted(below[0].text)
      ? typedBetweenQuotes(below, sent)
      : typedBetweenOurLines(below, sent);
  const onLines = typedOnLines(below, question);
  return { ...found, among: [found.among, onLines].filter((text) => text !== '').join('\n') };
}

type Row = { text: string; kind: ProposedCut['kind'] | undefined };

function kindsOf(length: number, cuts: readonly ProposedCut[]): Row['kind'][] {
  const kinds: Row['kind'][] = new Array(length).fill(undefined);
  for (const { from, to, kind } of cuts) kinds.fill(kind, from, to);
  return kinds;
}

const isQuoted = (text: string) => /^\s?[>＞]/.test(text);
const isWithoutWords = (text: string) => !/[\p{L}\p{N}]/u.test(withoutImages(text));

/** A line of a quote that was wrapped on its way is at least so long, and had no room for the first word of the next. */
const MIN_WRAPPED = 58;
const WRAPPED_AT = 68;

/** The mail program marks what it quotes, so that a line without its mark was typed, or wrapped on its way. */
function typedBetweenQuotes(rows: readonly Row[], sent: OurWords): BelowMark {
  const last = rows.findLastIndex(({ text }) => isQuoted(text));
  const among: string[] = [];
  const perhaps: string[] = [];
  rows.forEach(({ text, kind }, at) => {
    const words = text.trim();
    if (kind !== undefined || isQuoted(text) || isWithoutWords(text) || isFrame(text) || words.endsWith('-##')) return;
    const above = rows[at - 1]?.text ?? '';
    if (isQuoted(above) && isWrappedEnd(above, text, rows[at + 1]?.text ?? '', sent)) return;
    if (at > last || (isQuoted(above) && looksWrapped(above, words))) perhaps.push(words);
    else among.push(words);
  });
  return { among: among.join('\n'), perhaps: perhaps.join('\n') };
}

/** The line above goes on in this one, or somebody answers in the middle of its sentence. */
function looksWrapped(above: string, words: string): boolean {
  const [first = ''] = words.split(' ', 1);
  const isFull = above.length >= MIN_WRAPPED && above.length + 1 + first.length >= WRAPPED_AT;
  return isFull && !/[.!?:;…]["'”»)]?\s*$/.test(above);
}

/** What was typed behind the words of the customer, or ours to them, on their own lines. */
function typedOnLines(rows: readonly Row[], { ticket, sentTexts }: MailQuestion): string {
  const conversation = ourWords([
    ticket?.query ?? '',
    ...(sentTexts?.answers ?? []),
    ...(ticket?.turns.toReversed() ?? []).map(({ responseSent }) => responseSent),
  ]);
  const read = readOurs(
    rows.map(({ text }) => text),
    conversation,
  );
  return rows
    .flatMap(({ text }, at) => {
      const { letters, covered, typed } = read[at] ?? { letters: 0, covered: 0, typed: undefined };
      const isBehind = typed !== undefined && text.trimEnd().endsWith(typed) && covered >= letters / 3;
      const isWords = typed !== undefined && typed.replace(/[^\p{L}\p{N}]/gu, '').length >= MIN_TYPED;
      return isBehind && isWords && !text.includes('##') && !isFrame(text) ? [typed] : [];
    })
    .join('\n');
}

/** Fewer letters are the end of a word that was cut. */
const MIN_TYPED = 4;

/** Lines with so many letters are said by somebody. */
const MIN_LETTERS = 6;

/** Nothing is marked: what stands between lines of ours and has not a piece of what we sent in it. */
function typedBetweenOurLines(rows: readonly Row[], sent: OurWords): BelowMark {
  const read = readOurs(
    rows.map(({ text }) => text),
    sent,
  );
  const last = read.findLastIndex(({ letters, covered }) => letters > 0 && covered >= letters / 2);
  const first = read.findIndex(({ letters, covered }) => letters > 0 && covered >= letters / 2);
  const typed = rows.filter(({ text, kind }, at) => {
    const { letters, covered } = read[at] ?? { letters: 0, covered: 0 };
    const isWords = letters >= MIN_LETTERS && covered === 0 && text.trim().includes(' ') && !isWithoutWords(text);
    return at > first && at < last && isWords && kind !== 'announcement' && !isFrame(text);
  });
  return { among: '', perhaps: typed.map(({ text }) => text.trim()).join('\n') };
}

/** "* steps.pdf (application/pdf, 310 kB)" and "[steps.pdf, 310 kB]" */
const FILE = /^[*•-] .{1,200}\([\w.+-]{1,80}\/[\w.+-]{1,80}, |^\[.{1,300}\d\s?\p{L}{1,8}\]$/u;

/** Lines of a notification that hold nothing but a date, a name or a file. */
function isFrame(text: string): boolean {
  const form = text.replace(/^[\s|]{1,20}/, '').trim();
  return /\bUTC\b|\d{4}[,.]? \d{1,2}:\d\d/.test(form) || FILE.test(form) || form.includes('@');
}

const FRAMES = Object.values(OWN_PHRASES).flatMap((phrases) => Object.values(phrases));

/** All that a notification about this ticket may hold. */
function inNotification({ ticket, sentTexts, facts, shown, rules, identity }: MailQuestion): OurWords {
  return ourWords([
    ...FRAMES,
    ...rules.wording.toAgents(identity.locale),
    ...facts.deskAgents.map(({ name }) => name),
    identity.name,
    identity.brand.name,
    ticket?.subject ?? '',
    ticket?.query ?? '',
    ...(sentTexts?.answers ?? []),
    ...(sentTexts?.inside ?? []),
    ...(ticket?.turns.toReversed() ?? []).map(({ responseSent }) => responseSent),
    ...shown.flatMap(({ answer, question }) => [answer, question]),
  ]);
}

const cutShownWords = (words: string) => cutText(hideTokens(words), MAX_SHOWN);

/** "See my answers below": what stands above says that the rest is elsewhere. */
const POINTS_BELOW =
  /\b(?:below|inline|in[ -]line|in (?:red|blue|green|bold)|between (?:your|the) lines|in your (?:mail|text|message))\b|(?<!\p{L})(?:unten|weiter unten|in (?:rot|blau|grün|fett)|ci-dessous|plus bas|en (?:rouge|bleu|vert|gras)|abajo|más abajo|en (?:rojo|azul|verde|negrita)|sotto|in (?:rosso|blu|verde|grassetto)|abaixo|em (?:vermelho|azul|verde|negrito)|hieronder|onderaan|in het (?:rood|blauw)|poniżej|na (?:czerwono|niebiesko|zielono))(?!\p{L})/iu;
/** Longer words are an answer of their own. */
const MAX_POINTER = 160;

export function refuseAmong({ among, perhaps }: BelowMark, above: string): Sentence | undefined {
  const isElsewhere = above.length <= MAX_POINTER && POINTS_BELOW.test(above);
  const unsent = isElsewhere ? [among, perhaps].filter((text) => text !== '').join('\n') : among;
  if (unsent === '') return undefined;
  return say(
    'Your mail holds words between the lines that it quotes of ours, where nothing is sent from: "{words}". So nothing was sent. Write all that the customer shall read above what your mail program quotes, or /send on the first line to send only what stands there.',
    { words: cutShownWords(unsent) },
  );
}

export function tellPerhaps({ perhaps }: BelowMark): Sentence[] {
  if (perhaps === '') return [];
  return [
    say(
      'Words below our line "Reply above this line" were not sent: "{words}". If the customer shall read them, answer again with them above that line.',
      { words: cutShownWords(perhaps) },
    ),
  ];
}

/** Told once of the same words: the footer of a company stands below every mail. */
export function digestOf({ perhaps }: BelowMark): string[] {
  return perhaps === '' ? [] : [wordsDigest(perhaps)];
}
