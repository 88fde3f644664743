import type { ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import type { TicketFacts } from '../../../domain/ticket/facts.ts';
import { FRAME_OF_NOTIFICATION } from '../../agent/returned/words-of-notification.ts';
import type { MailQuestion } from '../mail-question.ts';
import { cleanSubject, withoutImages } from './mail-words.ts';
import { type OurWords, ourWords, readOurs } from './our-words.ts';
import { wordsOfAgent, wordsOfAnswer, wordsOfFirstMail } from './words-with-desk.ts';

/** Letters before our subject that may be a prefix for "Re:". */
const MAX_PREFIX = 8;
/** Texts of a ticket that are compared, the newest ones. */
const MAX_TEXTS = 60;

/**
 * The mail with its new words as this desk reads them: it knows what it sent to the sender. Without a ticket nothing
 * of the mail can be ours.
 */
export function readWords(question: MailQuestion): ParsedMail {
  const read = readBodyWords(question);
  const mail = { ...read, agentReply: withoutLogo(read) };
  if (mail.reply.trim() !== '' || !hasNewSubject(question)) return mail;
  // People write what they mean into the subject, and nothing below it.
  return { ...mail, reply: cleanSubject(mail.subject) };
}

/** Without the places of pictures below the words that do not go along: the logo of a signature stands there. */
function withoutLogo({ agentReply: words, attachments }: ParsedMail): string {
  if (!words.endsWith(']')) return words;
  const goingAlong = attachments.filter(({ aside }) => aside !== true).map(({ filename }) => `[image: ${filename}]`);
  const isLogo = (line: string) =>
    withoutImages(line).trim() === '' && !goingAlong.some((picture) => line.includes(picture));
  const lines = words.split('\n');
  while (lines.length > 0 && isLogo(lines.at(-1)?.slice(0, 1_000) ?? '')) lines.pop();
  return lines.join('\n');
}

/** True where the mail names a ticket and its subject is none that we write about it under. */
export function hasNewSubject({ mail, ticket, rules }: MailQuestion): boolean {
  if (ticket === undefined) return false;
  const subject = cleanSubject(cleanSubject(mail.subject).replace(/^(?:\[[^\]]{1,30}\]\s{0,5}){1,5}/, ''));
  const ours = cleanSubject(ticket.subject);
  // Clients cut long subjects, and put words before them that no list holds.
  if (subject === '' || ours.toLowerCase().includes(subject.toLowerCase())) return false;
  const [read] = readOurs([subject], ourWords([ours, ...rules.wording.in(ticket.locale)]));
  return read !== undefined && read.letters > 0 && (read.covered === 0 || read.letters - read.covered > MAX_PREFIX);
}

/** The filled lines of the mail's text that are not among its words. */
export function countLeftOut(mail: ParsedMail): number {
  const count = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;
  return mail.readings === undefined ? 0 : Math.max(0, count(mail.text) - count(mail.reply));
}

function readBodyWords(question: MailQuestion): ParsedMail {
  const { mail, facts, ticket } = question;
  if (mail.readings === undefined) return mail;
  if (ticket === undefined) return facts.agent ? mail : { ...mail, reply: wordsOfFirstMail(mail) };
  const reply = wordsOfAnswer(mail, sentToCustomer(question), () => conversationOf(question));
  if (!facts.agent) return { ...mail, reply };
  return { ...mail, reply, agentReply: wordsOfAgent(mail, conversationOf(question), insideWords(question)) };
}

/** True where the words of a mail may depend on what we sent: only then it is looked up. */
export function quotesSomething({ readings }: ParsedMail): boolean {
  return readings !== undefined && readings.customer.cuts.length + readings.agent.cuts.length > 0;
}

/** What a customer has of us, and what they wrote themselves: both stand below an answer of theirs. */
function sentToCustomer({ ticket, sentTexts, identity, rules, facts }: MailQuestion): OurWords {
  const filled = (sentence: string) =>
    sentence
      .replaceAll('{desk}', identity.name)
      .replaceAll('{count}', String(rules.reopenDays))
      .replaceAll('{subject}', ticket?.subject ?? '');
  return ourWords([
    ...responsesOf(ticket),
    ticket?.subject ?? '',
    ...rules.wording.in(ticket?.locale ?? identity.locale).map(filled),
    // They stand under responses and on top of mails.
    ...facts.agents.map(({ name }) => name),
    identity.name,
    identity.brand.name,
    identity.brand.footer,
    ticket?.query ?? '',
    ...(sentTexts?.answers ?? []),
  ]);
}

/** What was said on the ticket, without the sentences of our mails around it: what an agent may quote to the customer. */
function conversationOf({ ticket, sentTexts }: MailQuestion): OurWords {
  return ourWords([...responsesOf(ticket), ticket?.query ?? '', ...(sentTexts?.answers ?? [])]);
}

/** What only the desk may read: notes, words of third parties, the frame of the notification. */
function insideWords({ sentTexts }: MailQuestion): OurWords {
  return ourWords([...(sentTexts?.inside ?? []), ...FRAME_OF_NOTIFICATION]);
}

function responsesOf(ticket: TicketFacts | undefined): string[] {
  return (ticket?.turns.slice(-MAX_TEXTS).toReversed() ?? []).map(({ responseSent }) => responseSent);
}
