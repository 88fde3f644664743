/** `turnmail ticket open ADDRESS`: what agents do by mail with /for and /new. */
import { readAddresses } from '../../domain/mail/address-list.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { formatSubjectTag } from '../../domain/ticket/reply-token.ts';
import { openTicket } from '../../flows/act/open-ticket.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { withDesk } from '../reach-desk.ts';
import { complain, print, printJson } from '../terminal-text.ts';

export type OpenOptions = {
  json: boolean;
  text?: string;
  subject: string;
  respond?: string;
  agent?: string;
  receipt: boolean;
  cc?: string;
  mailbox?: string;
};

export async function openByCommand(customer: EmailAddress, query: string, options: OpenOptions): Promise<number> {
  const readers = options.cc === undefined ? [] : readAddresses(options.cc);
  if (readers === undefined) {
    complain(`--cc takes mail addresses with commas between them: ${options.cc}`);
    return EXIT.usage;
  }
  const { subject, respond = '', agent, receipt, mailbox } = options;
  const outcome = await withDesk((desk) =>
    openTicket(desk, { customer, query, subject, response: respond, agent, receipt, readers, mailbox }),
  );
  if (outcome.kind === 'refused') {
    complain(outcome.why);
    return EXIT.refused;
  }
  if (options.json) printJson(outcome);
  else print(`Ticket ${formatSubjectTag(outcome.ticketId)} of ${customer} is open. ${outcome.done}`);
  return 0;
}
