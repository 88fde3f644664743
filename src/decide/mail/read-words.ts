import type { TicketFacts } from '../../domain/facts.ts';
import type { ParsedMail } from '../../domain/parsed-mail.ts';
import type { MailQuestion } from './mail-question.ts';
import { type OurWords, ourWords } from './our-words.ts';
import { wordsOfAgent, wordsOfAnswer, wordsOfFirstMail } from './words-with-desk.ts';

/** Texts of a ticket that are compared, the newest ones. */
const MAX_TEXTS = 60;

/**
 * The mail with its new words as this desk reads them: it knows what it sent to whoever writes. Without a ticket nothing
 * of the mail can be ours.
 */
export function readWords(question: MailQuestion): ParsedMail {
  const { mail, facts, ticket } = question;
  if (mail.readings === undefined) return mail;
  if (ticket === undefined) return facts.agent ? mail : { ...mail, reply: wordsOfFirstMail(mail) };
  const reply = wordsOfAnswer(mail, sentToCustomer(question));
  if (!facts.agent) return { ...mail, reply };
  return { ...mail, reply, agentReply: wordsOfAgent(mail, wordsOfCustomer(question), insideWords(question)) };
}

/** True where the words of a mail may depend on what we sent: only then it is looked up. */
export function quotesSomething({ readings }: ParsedMail): boolean {
  return readings !== undefined && readings.customer.cuts.length + readings.agent.cuts.length > 0;
}

/** What a customer has of us, and what they wrote themselves: both stand below an answer of theirs. */
function sentToCustomer({ ticket, sentTexts, identity, rules }: MailQuestion): OurWords {
  return ourWords([
    ...responsesOf(ticket),
    ticket?.mail.subject ?? '',
    ...rules.wording.toCustomers.map((sentence) => sentence.replaceAll('{desk}', identity.name)),
    ticket?.ticket.query ?? '',
    ...(sentTexts?.answers ?? []),
  ]);
}

/** What an agent may quote to the customer: their own words and our responses. */
function wordsOfCustomer({ ticket, sentTexts }: MailQuestion): OurWords {
  return ourWords([ticket?.ticket.query ?? '', ...(sentTexts?.answers ?? []), ...responsesOf(ticket)]);
}

/** What only the desk may read: notes, words of third parties, the frame of the notification. */
function insideWords({ sentTexts, rules }: MailQuestion): OurWords {
  return ourWords([...(sentTexts?.inside ?? []), ...rules.wording.toAgents]);
}

function responsesOf(ticket: TicketFacts | undefined): string[] {
  return (ticket?.turns.slice(-MAX_TEXTS).toReversed() ?? []).map(({ responseSent }) => responseSent);
}
