import { domainToUnicode } from 'node:url';
import { AUTOMATIC } from '../../src/domain/ticket/outbox-item.ts';
import type { Disposition } from '../../src/domain/ticket/reasons.ts';
import { findTokens } from '../../src/domain/ticket/reply-token.ts';
import { storedId } from '../../src/domain/ticket/stored-id.ts';
import { decodeWords } from '../../src/mail/charset/encoded-words.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import type { Deed, OutgoingRow } from './desk-state.ts';

/**
 * What must hold after every mail, whatever it tried: one sentence for each thing that does not. `expected` is the
 * disposition that the file promises; what it changes is allowed and nothing else.
 */
export function checkInvariants(deed: Deed, expected: Disposition, claimedSenders: string[]): string[] {
  return [
    ...(deed.inbound.disposition === null ? ['the mail never ended'] : []),
    ...checkTickets(deed, expected),
    ...checkBounces(deed),
    ...deed.outgoing.flatMap((row) => checkRecipient(deed, row)),
    ...checkRelayed(deed),
    ...checkSenders(deed, claimedSenders),
  ];
}

/** Dispositions that may change the ticket they are filed under. */
const CHANGES_ITS_TICKET: Disposition[] = ['answer', 'response', 'note', 'command', 'link'];

/** A ticket is its writer's; one that an agent began is a customer's, whom only an agent of the desk may choose. */
function checkOwner(id: number, owner: string, { agents }: Deed['after'], inbound: Deed['inbound']): string[] {
  const isAgent = (address: string | null) =>
    agents.some(({ email }) => email.toLowerCase() === address?.toLowerCase());
  const began = inbound.reason === 'agent-began' && isAgent(inbound.from) && !isAgent(owner);
  return began || owner.toLowerCase() === inbound.from?.toLowerCase()
    ? []
    : [`ticket ${id} belongs to ${owner}, and the mail is from ${inbound.from}`];
}

function checkTickets({ before, after, inbound }: Deed, expected: Disposition): string[] {
  const complaints: string[] = [];
  let answered = 0;
  for (const [id, ticket] of after.tickets) {
    const was = before.tickets.get(id);
    answered += was ? ticket.answered - was.answered : 0;
    if (was?.all === ticket.all) continue;
    if (!was) {
      const may = expected === 'ticket' && inbound.ticket === id;
      if (!may) complaints.push(`ticket ${id} was opened`);
      else complaints.push(...checkOwner(id, ticket.email, after, inbound));
    } else if (!CHANGES_ITS_TICKET.includes(expected) || inbound.ticket !== id)
      complaints.push(`ticket ${id} was changed`);
  }
  for (const id of before.tickets.keys()) if (!after.tickets.has(id)) complaints.push(`ticket ${id} is gone`);
  const turns = expected === 'answer' ? 1 : 0;
  if (answered !== turns) complaints.push(`${answered} turns were taken, not ${turns}`);
  return complaints;
}

function checkBounces({ before, after, inbound }: Deed): string[] {
  if (inbound.reason === 'delivery-failed') return [];
  return [
    ...(after.muted.length > before.muted.length ? ['somebody was muted'] : []),
    ...(after.undelivered.length > before.undelivered.length ? ['a mail of ours was marked undelivered'] : []),
  ];
}

/**
 * A recipient comes out of our tables: the ticket's customer, one whom an agent's /cc named, or the agent whom the row names. Only who
 * answers the notification of an agent, and is none, is told so at the address that they wrote from.
 */
function checkRecipient({ after, inbound }: Deed, row: OutgoingRow): string[] {
  const agent = after.agents.find(({ id }) => id === row.agent);
  const isStranger = row.agent === null && row.kind === 'returned' && inbound.reason === 'token-of-someone-else';
  const reader = after.readers.find(({ ticket, address }) => ticket === row.ticket && address === row.recipient);
  const isCopy = row.agent === null && row.kind === 'response' && reader !== undefined;
  const customer = isStranger ? inbound.from : after.tickets.get(row.ticket ?? 0)?.email;
  const ours = isCopy ? reader.address : row.agent === null ? customer : agent?.email;
  return [
    ...(ours === row.recipient ? [] : [`outbox row ${row.id} (${row.kind}) goes to ${row.recipient}, not ${ours}`]),
    ...(['sent', 'cancelled'].includes(row.state) ? [] : [`outbox row ${row.id} (${row.kind}) is ${row.state}`]),
  ];
}

function checkRelayed(deed: Deed): string[] {
  const sent = deed.outgoing.filter((row) => row.state === 'sent');
  const complaints =
    sent.length === deed.relayed.length ? [] : [`${sent.length} rows were sent and ${deed.relayed.length} mails left`];
  for (const mail of deed.relayed) {
    const head = headOf(mail);
    const row = sent.find(
      ({ messageId }) => messageId !== null && storedId(head).includes(`Message-ID: <${messageId}>`),
    );
    if (!row) complaints.push('a mail left that is in no row');
    else complaints.push(...checkEnvelope(mail, row), ...checkTokens(deed, mail, row), ...checkHead(head, row));
  }
  return complaints;
}

function checkEnvelope({ envelope }: SinkMail, row: OutgoingRow): string[] {
  // The server shows an international domain in its own letters, whichever form travelled.
  const same = envelope.to.join() === shownDomain(row.recipient) && storedId(envelope.from) === row.envelopeFrom;
  return same ? [] : [`the envelope of row ${row.id} says ${envelope.from} to ${envelope.to.join()}`];
}

function shownDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToUnicode(address.slice(at)) || address.slice(at));
}

/** Nobody is sent a token that is not made for them, for this ticket. */
function checkTokens({ tokens }: Deed, mail: SinkMail, row: OutgoingRow): string[] {
  const text = `${headOf(mail)}\n${readable(mail)}`;
  const found = [...text.matchAll(/\d{1,16}-[0-9a-z]{1,11}-[a-z2-7]{26}/gi)].flatMap(([one]) => findTokens(one));
  return found.flatMap(({ tokenId }) => {
    const token = tokens.find(({ id }) => id === tokenId);
    if (!token) return [];
    const theirs = row.agent === null ? token.agent === null : token.agent === row.agent;
    // The digest lists many tickets of one agent; every other mail is about one.
    const here = token.ticket === row.ticket || (row.kind === 'digest' && theirs);
    return theirs && here ? [] : [`row ${row.id} (${row.kind}) to ${row.recipient} carries a token of somebody else`];
  });
}

const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

function checkHead(head: string, row: OutgoingRow): string[] {
  const lines = head.split('\r\n');
  // Only the address of its recipient may be in other letters than ASCII, for which there is no other form (RFC 6532).
  const to = Buffer.from(`To: ${row.recipient}`).toString('latin1');
  const bad = lines.filter(
    (line) => FORBIDDEN.test(decodeWords(line)) || (/[\x00-\x1f\x7f-\xff]/.test(line) && line !== to),
  );
  const automatic = /^auto-submitted: auto-/im.test(head);
  return [
    ...bad.map(
      (line) => `row ${row.id} (${row.kind}) has a header with a forbidden character: ${JSON.stringify(line)}`,
    ),
    ...(automatic === AUTOMATIC[row.kind] ? [] : [`row ${row.id} (${row.kind}) is marked wrongly as automatic or not`]),
  ];
}

/** At most one automatic mail goes to whoever the mail claims to be from. */
function checkSenders({ outgoing }: Deed, claimedSenders: string[]): string[] {
  return [...new Set(claimedSenders.map((sender) => sender.toLowerCase()))].flatMap((sender) => {
    const rows = outgoing.filter((row) => AUTOMATIC[row.kind] && row.recipient.toLowerCase() === sender);
    return rows.length > 1 ? [`${sender} gets ${rows.length} automatic mails`] : [];
  });
}

/** The header of a mail, unfolded. */
export function headOf(mail: SinkMail): string {
  const text = mail.raw.toString('latin1');
  return text.slice(0, text.indexOf('\r\n\r\n')).replace(/\r\n([ \t])/g, '$1');
}

/** The body with its transfer encodings undone, near enough to look for words in it. */
export function readable(mail: SinkMail): string {
  const text = mail.raw.toString('latin1');
  const body = text.slice(text.indexOf('\r\n\r\n'));
  const plain = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const encoded = [...body.matchAll(/(?:^[A-Za-z0-9+/]{76}\r\n)+[A-Za-z0-9+/]*={0,2}/gm)].map(([lines]) =>
    Buffer.from(lines, 'base64').toString('latin1'),
  );
  return [plain, ...encoded].join('\n');
}
