import type { Identity } from '../../domain/desk/identity.ts';
import type { Rules } from '../../domain/desk/rules.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { SignedParts } from '../../domain/mail/sender-check.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { AgentView, MailFacts, SentTexts, TicketFacts, Verification } from '../../domain/ticket/facts.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import type { Disposition, ParkedReason, Reason } from '../../domain/ticket/reasons.ts';
import type { ShownAnswer } from '../../domain/ticket/ticket.ts';
import type { TicketMatch } from './match/match-ticket.ts';

/** Everything a verdict on one mail rests on. */
export type MailQuestion = {
  mail: ParsedMail;
  classification: Classification;
  verification: Verification;
  /** what the good signatures cover; undefined where there is none, or where we do not verify signatures ourselves */
  signed: SignedParts | undefined;
  /** when the mail reached our mail server, which may be long before anybody reads it here */
  receivedAt: EpochMs;
  facts: MailFacts;
  /** what matchedTicket() said, and that ticket locked; undefined where it said nothing or the ticket is gone */
  match: TicketMatch | undefined;
  ticket: TicketFacts | undefined;
  /** the past answers that the agents were shown with this ticket */
  shown: ShownAnswer[];
  /** the name in the customer's newest mail; looked up where answers were shown */
  customerName?: string | undefined;
  /** what the agent who writes knows of the ticket; undefined where nobody acts by an agent's token */
  view?: AgentView | undefined;
  /** looked up where the mail quotes something and names a ticket */
  sentTexts?: SentTexts | undefined;
  /** of the mailbox that the mail belongs to */
  identity: Identity;
  /** of all mailboxes of the desk */
  identities: readonly Identity[];
  identityAt(mailboxId: MailboxId | undefined): Identity;
  mailboxIdOf(identity: Identity): MailboxId | undefined;
  /** our other addresses that the mail names as well */
  alsoTo: EmailAddress[];
  rules: Rules;
  now: EpochMs;
};

/** A decision that changes nothing but the mail's own row. */
export function decision<Fate extends Disposition>(
  disposition: Fate,
  reason: Fate extends 'parked' ? ParkedReason : Reason,
): Decision {
  return {
    disposition,
    reason,
    actor: 'system',
    ticketId: undefined,
    responseId: undefined,
    agentId: undefined,
    duplicateOf: undefined,
    words: undefined,
    effects: [],
  };
}

/** The same decision, filed under the ticket that the mail names. */
export function onTicket(ticket: TicketFacts | undefined, decision: Decision): Decision {
  return ticket === undefined ? decision : { ...decision, ticketId: ticket.id };
}
