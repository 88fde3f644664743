import { messageIdOf } from './account-outbox.ts';
import type { Finding, Ledger, MailRow, Peers } from './accounting.ts';

/** Each mail has its one effect, each effect its one cause, and each transition its line in the audit log. */
export function checkTurns(ledger: Ledger, peers: Peers): Finding[] {
  return [
    ...checkTickets(ledger, peers),
    ...checkResponses(ledger),
    ...checkStates(ledger),
    ...checkFed(ledger, peers),
    ...checkPresses(ledger, peers),
  ];
}

const unlessOne = (n: number, what: string): Finding[] =>
  n === 1 ? [] : [{ kind: n === 0 ? 'lost' : 'doubled', what: `${what}: ${n}, not one` }];

function checkTickets({ tickets, mails, audit, outbox }: Ledger, { agents }: Peers): Finding[] {
  return tickets.flatMap((ticket) => {
    const opened = mails.filter((mail) => mail.disposition === 'ticket' && mail.ticketId === ticket.id);
    const id = opened[0]?.id;
    const caused = outbox.filter((row) => row.inboundId === id && row.ticketId === ticket.id);
    const notifications = caused.filter((row) => row.kind === 'notification');
    return [
      ...unlessOne(opened.length, `mails that opened ticket ${ticket.id}`),
      ...unlessOne(entries(audit, 'opened', ticket.id).length, `lines of the audit log that open ticket ${ticket.id}`),
      ...unlessOne(caused.filter((row) => row.kind === 'receipt').length, `receipts of ticket ${ticket.id}`),
      ...agents.flatMap((agent) =>
        unlessOne(
          notifications.filter((row) => row.recipient === agent).length,
          `notifications of ticket ${ticket.id} to ${agent}`,
        ),
      ),
    ];
  });
}

function checkResponses({ responses, mails, audit, outbox }: Ledger): Finding[] {
  return responses.flatMap((response) => {
    const about = (action: string) =>
      audit.filter((entry) => entry.action === action && Number(entry.detail['response']) === response.id).length;
    const by = (disposition: string) =>
      mails.filter((mail) => mail.disposition === disposition && mail.responseId === response.id).length;
    const sent = outbox.filter((row) => row.kind === 'response' && row.responseId === response.id).length;
    const answered = response.received === null ? 0 : 1;
    return [
      ...unlessOne(by('response'), `mails that are response ${response.id}`),
      ...unlessOne(about('responded'), `lines of the audit log for response ${response.id}`),
      ...unlessOne(sent, `mails to the customer for response ${response.id}`),
      ...unlessOne(by('answer') + 1 - answered, `mails that answer response ${response.id}, if it is answered`),
      ...unlessOne(
        about('answered') + 1 - answered,
        `lines of the audit log for the answer to response ${response.id}`,
      ),
    ];
  });
}

/** Closed as often as the log says, with one mail that says so for each closing, and the feedback that was given last. */
function checkStates({ tickets, audit, outbox }: Ledger): Finding[] {
  return tickets.flatMap((ticket) => {
    const closings = entries(audit, 'closed', ticket.id);
    const open = closings.length - entries(audit, 'reopened', ticket.id).length;
    const told = outbox.filter((row) => row.closes && row.ticketId === ticket.id).length;
    const due = closings.filter((entry) => entry.detail['spam'] !== true).length;
    const findings: Finding[] = [];
    const wrong = (what: string) => findings.push({ kind: 'wrong', what: `ticket ${ticket.id}: ${what}` });
    if (open !== (ticket.status === 'closed' ? 1 : 0))
      wrong(`is ${ticket.status}, and the log closes it ${open} times`);
    if (told !== due) wrong(`${due} closings and ${told} closing mails`);
    const feedback = entries(audit, 'feedback', ticket.id).at(-1)?.detail['feedback'] ?? null;
    if (ticket.feedback !== null && feedback !== ticket.feedback)
      wrong(`feedback ${ticket.feedback} is not in the log`);
    return findings;
  });
}

/** What people wrote came to what it can come to, with their own words in the right row. */
function checkFed(ledger: Ledger, { fed, mailbox }: Peers): Finding[] {
  const idOf = new Map(mailbox.map(({ uid, raw }) => [uid, messageIdOf(raw)]));
  const byId = Map.groupBy(ledger.mails, (mail) => idOf.get(mail.uid));
  return fed.flatMap(({ raw, marker, expects }): Finding[] => {
    const row = (byId.get(messageIdOf(raw)) ?? []).find((mail) => mail.disposition !== 'duplicate');
    if (!row) return [{ kind: 'lost', what: `${marker} was delivered and acted on by nobody` }];
    if (!expects.includes(row.disposition ?? ''))
      return [{ kind: 'wrong', what: `${marker} (inbound ${row.id}) became ${row.disposition}: ${row.reason}` }];
    const words = wordsOf(ledger, row);
    if (words === undefined || words.includes(marker)) return [];
    return [
      {
        kind: 'lost',
        what: `${marker} (inbound ${row.id}, ${row.disposition}): its words are not in its row`,
      },
    ];
  });
}

/** Where the words of such a mail stand; undefined where they stand nowhere but in its bytes. */
function wordsOf({ tickets, responses }: Ledger, mail: MailRow): string | undefined {
  const response = responses.find((one) => one.id === mail.responseId);
  switch (mail.disposition) {
    case 'ticket':
      return tickets.find((ticket) => ticket.id === mail.ticketId)?.query ?? '';
    case 'response':
      return response?.sent ?? '';
    case 'answer':
      return response?.received ?? '';
    case 'held':
      return mail.words ?? '';
    default:
      return undefined;
  }
}

/** A button whose press was answered has had its effect, and nobody's ticket was closed by more presses than there were. */
function checkPresses({ audit, tickets }: Ledger, { presses }: Peers): Finding[] {
  const closing = presses.filter((press) => press.purpose === 'close');
  return tickets.flatMap((ticket) => {
    const mine = closing.filter((press) => press.ticket === ticket.id);
    const done = entries(audit, 'closed', ticket.id).filter(
      (entry) => entry.actor === 'customer' && entry.inboundId === null,
    ).length;
    const links = new Set(mine.map((press) => press.link)).size;
    const findings: Finding[] = [];
    const closed = entries(audit, 'closed', ticket.id).length;
    if (closed === 0 && mine.some((press) => press.answered))
      findings.push({
        kind: 'lost',
        what: `ticket ${ticket.id}: a button was pressed and answered, and closed nothing`,
      });
    if (done > links)
      findings.push({ kind: 'doubled', what: `ticket ${ticket.id}: ${links} links closed it ${done} times` });
    return findings;
  });
}

function entries(audit: Ledger['audit'], action: string, ticketId: number): Ledger['audit'] {
  return audit.filter((entry) => entry.action === action && entry.ticketId === ticketId);
}
