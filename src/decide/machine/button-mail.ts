/**
 * Mails that a button of a mail program wrote: a reaction, a wish to recall a mail, "was read on". They come from people and
 * carry no mark of a machine, but nobody typed them. A person's own words that hold such a phrase are theirs: beside the
 * phrase nothing may stand but a name, pictures and addresses.
 */
import { countLetters } from '../../domain/count-letters.ts';
import type { ButtonMail, Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { REACTED, READ, READ_SUBJECT, RECALL_SUBJECT, RECALLED, RECEIPT, TAPBACK } from './button-words.ts';

const GMAIL_REACTION = 'text/vnd.google.email-reaction+json';
const EMOJI =
  /\p{Extended_Pictographic}(?:[\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]|\p{Extended_Pictographic}(?<=\u200d.{1,2}))*/gu;

/** Letters beside the phrase: a name, and a word or two such as "on iPhone". */
const MAX_BESIDE = 80;
const MAX_REACTION = 600;
const MAX_RECALL = 700;
const MAX_READ = 1_500;

export function readButton(mail: ParsedMail): Classification | undefined {
  const found = (button: ButtonMail, reason: string): Classification => ({
    kind: button === 'read' ? 'read-receipt' : 'auto-generated',
    reason,
    button,
  });
  if (mail.partTypes.includes(GMAIL_REACTION)) return found('reaction', 'gmail-reaction');
  // RFC 9078: a part, here the whole mail, that is a reaction says so in Content-Disposition.
  if (mail.headers.some(({ name, value }) => name === 'content-disposition' && /^\s*reaction\b/i.test(value)))
    return found('reaction', 'reaction-part');
  if (isReaction(mail)) return found('reaction', 'reaction-words');
  if (isRecall(mail)) return found('recall', 'recall-words');
  return isReadNotice(mail) ? found('read', 'read-words') : undefined;
}

function isReaction(mail: ParsedMail): boolean {
  const words = comparableWords(mail.reply, MAX_REACTION);
  if (words === undefined || mail.attachments.some(({ inline, aside }) => !inline && !aside)) return false;
  if (TAPBACK.test(words)) return true;
  return REACTED.some((phrase) => phrase.test(words) && isAlone(words, phrase));
}

function isRecall(mail: ParsedMail): boolean {
  const words = comparableWords(mail.text, MAX_RECALL);
  const phrase = words === undefined ? undefined : RECALLED.find((one) => one.test(words));
  if (words === undefined || phrase === undefined) return false;
  const about = topicOf(mail.subject);
  const withoutSubject = about.length > 2 ? words.replaceAll(about, ' ') : words;
  const isBySubject = RECALL_SUBJECT.test(mail.subject.slice(0, 100));
  return (
    isAlone(withoutSubject.replace(/["“„«「].{0,500}["”“»」]/, ''), phrase) &&
    (isBySubject || words.length < MAX_BESIDE * 2)
  );
}

/** What a subject says behind what a program put before it. */
function topicOf(subject: string): string {
  const words = subject.slice(0, 300).toLowerCase().replace(/\s+/g, ' ');
  return words.replace(/^[^:：]{1,30}[:：]\s*/, '').trim();
}

/** Its lines name a mail (`To:`, `Subject:`, `Sent:`) and say that it was read; a question is a person's. */
function isReadNotice(mail: ParsedMail): boolean {
  const words = comparableWords(mail.text, MAX_READ);
  if (words === undefined || /[?？؟]/.test(words) || !READ.some((phrase) => phrase.test(words))) return false;
  const subject = mail.subject.slice(0, 300).toLowerCase().replace(/\s+/g, ' ');
  const isBySubject = READ_SUBJECT.test(subject);
  const about = topicOf(mail.subject);
  const lines = words === '' ? [] : mail.text.split('\n').filter((line) => line.trim() !== '');
  const fields = lines.filter((line) => FIELD.test(line));
  const namesMail = about.length > 2 && fields.some((line) => line.toLowerCase().replace(/\s+/g, ' ').includes(about));
  const isReceipt = isBySubject && RECEIPT.test(words.slice(0, 200));
  const said = lines.filter((line) => !fields.includes(line)).join(' ');
  return said.length <= 400 && lines.length <= 12 && (isReceipt || (fields.length >= 2 && namesMail));
}

const FIELD = /^\s*(?:[>*]\s*)?[\p{L}(][\p{L}() -]{0,30}\s?[:：]/u;

/** Nothing stands beside the phrase but a name and no sentence; "I reacted to your message" is a person who tells something. */
function isAlone(words: string, phrase: RegExp): boolean {
  const beside = words
    .replace(phrase, ' ')
    .replace(/<?https?:\/\/\S{1,500}/g, ' ')
    .replace(/\[image: [^\]\n]{0,200}\]|\[cid:[^\]]{0,200}\]/g, ' ')
    .replace(EMOJI, ' ')
    .trim();
  const isFirstPerson = /^(?:i|i've|we|ich|wir|je|j'|nous|yo|io|ik|wij|eu|jag|jeg|ja|я|ми|мы)(?:\s|$)/.test(beside);
  return !isFirstPerson && countLetters(beside) <= MAX_BESIDE && !/[?!;]|\.\s/.test(beside);
}

/** In the form that the lists of words are in; undefined where it is longer than what a button writes. */
function comparableWords(text: string, longest: number): string | undefined {
  if (text.length > longest * 2) return undefined;
  const words = text
    .toLowerCase()
    .normalize('NFC')
    .replace(/\u2019/g, "'")
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
  return words.length > longest ? undefined : words;
}

/** The pictures of a reaction, at most three. */
export function emojiOf(text: string): string {
  return (text.slice(0, 500).match(EMOJI) ?? []).slice(0, 3).join('');
}
