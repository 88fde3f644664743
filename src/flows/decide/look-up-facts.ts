import { beginningsWanted, nameBeginning } from '../../decide/begin/name-beginning.ts';
import type { MailPast } from '../../decide/mail/decide-inbound.ts';
import type { MailQuestion } from '../../decide/mail/mail-question.ts';
import {
  duplicateOf,
  factsWanted,
  type NamedMail,
  nameTicket,
  oneForEachTicket,
  otherOwner,
} from '../../decide/mail/match/name-ticket.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { quotesSomething } from '../../decide/mail/words/read-words.ts';
import { agentsOf } from '../../domain/desk/mailboxes.ts';
import type { SentTexts } from '../../domain/ticket/facts.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import { listShownAnswers } from '../../store/answers/shown-answers.ts';
import type { Tx } from '../../store/database.ts';
import { findBeginningFacts } from '../../store/inbound/beginning-facts.ts';
import { findMailFacts } from '../../store/inbound/mail-facts.ts';
import { findSeen, takeSeen } from '../../store/inbound/seen-digests.ts';
import { type AskedView, listAgentViews } from '../../store/inbound/seen-mails.ts';
import { listSentTexts } from '../../store/tickets/sent-texts.ts';
import { listTicketFacts, lockTickets } from '../../store/tickets/tickets.ts';
import type { Desk } from '../desk.ts';

/** A mail with everything that its decision rests on. */
export type AskedMail = { mail: UnderstoodMail; question: MailQuestion; past: MailPast };

export type LookedUp = {
  asked: AskedMail[];
  /** about a ticket, or of a content, that an earlier mail of the batch is about too: they wait for the next round */
  later: UnderstoodMail[];
};

/** Mails of agents that begin conversations: which of them belong to an open ticket already. */
async function nameBeginnings(tx: Tx, desk: Desk, batch: NamedMail[], now: EpochMs): Promise<NamedMail[]> {
  const wanted = beginningsWanted(batch, desk, now);
  if (wanted === undefined) return batch;
  const found = await findBeginningFacts(tx, wanted);
  return batch.map((one) => nameBeginning(one, found, desk));
}

/**
 * The facts for all mails of a batch, in a fixed number of statements however many they are, inside the transaction that decides about
 * them: what they name; what was seen before; their tickets, locked in the order of ids and read.
 */
export async function lookUpFacts(tx: Tx, desk: Desk, batch: UnderstoodMail[], now: EpochMs): Promise<LookedUp> {
  const found = await findMailFacts(tx, factsWanted(batch, desk.rules, now));
  const byKeys = batch.map((mail) => nameTicket(mail, found, desk.keys, desk, now));
  const { named, later } = oneForEachTicket(await nameBeginnings(tx, desk, byKeys, now));
  const owners = await takeSeen(tx, named.flatMap(takenDigests));
  const duplicates = new Map(named.map((one) => [one.mail.id, duplicateOf(one, owners)]));
  const ticketIds = named.flatMap((one) => one.ticketId ?? []);
  await lockTickets(tx, ticketIds);
  const tickets = ticketIds.length === 0 ? new Map() : await listTicketFacts(tx, ticketIds);
  const ofAgents = named.flatMap((one) => (one.facts.agent && one.ticketId !== undefined ? one.ticketId : []));
  const shown = await listShownAnswers(tx, ofAgents);
  const views = await listAgentViews(tx, named.flatMap(askedView));
  const quoting = named.flatMap((one) =>
    one.ticketId !== undefined && quotesSomething(one.mail.mail) ? one.ticketId : [],
  );
  const sentTexts = quoting.length === 0 ? new Map<TicketId, SentTexts>() : await listSentTexts(tx, quoting);
  const seen = await findSeen(
    tx,
    named.flatMap(({ digests }) => digests.ignored ?? []),
    [...duplicates.values()].flatMap((duplicate) => duplicate?.of ?? []),
  );
  const asked = named.map(({ mail, facts, match, ticketId, digests, muted }): AskedMail => {
    const ticket = ticketId === undefined ? undefined : tickets.get(ticketId);
    return {
      mail,
      question: {
        mail: mail.mail,
        classification: mail.classification,
        verification: mail.verification,
        signed: mail.signed,
        receivedAt: mail.receivedAt,
        facts: {
          ...facts,
          duplicate: duplicates.get(mail.id),
          // Who works on a ticket is said by the mailbox that it is in now.
          agents: ticket === undefined ? facts.agents : agentsOf(desk.identityOf(ticket.mailboxId), found.agents),
        },
        match,
        ticket,
        view: match?.by === 'token' ? views.get(match.token.id) : undefined,
        shown: (ticketId === undefined ? undefined : shown.get(ticketId)?.answers) ?? [],
        customerName: ticketId === undefined ? undefined : shown.get(ticketId)?.customerName,
        sentTexts: ticketId === undefined ? undefined : sentTexts.get(ticketId),
        identity: mail.identity,
        identities: desk.identities,
        identityAt: desk.identityOf,
        mailboxIdOf: desk.mailboxIdOf,
        alsoTo: mail.alsoTo,
        rules: desk.rules,
        now,
      },
      past: {
        meaning: digests.meaning,
        beforeList: digests.beforeList,
        ignored: digests.ignored,
        ignoredBefore: otherOwner(mail.id, digests.ignored, seen.owners),
        emptied: seen.emptied,
        senderIsMuted: muted,
      },
    };
  });
  return { asked, later };
}

/** By what a mail is known again, each digest with the mail that takes it. */
function takenDigests({ mail, digests }: NamedMail) {
  return [digests.bytes, digests.meaning, ...digests.beforeList].flatMap((digest) =>
    digest ? { inboundId: mail.id, digest } : [],
  );
}

/** Whose view of a ticket a mail acts by. */
function askedView({ match }: NamedMail): AskedView[] {
  if (match?.by !== 'token' || match.token.purpose !== 'agent' || match.token.agentId === undefined) return [];
  return [{ ticketId: match.ticketId, tokenId: match.token.id, agentId: match.token.agentId }];
}
