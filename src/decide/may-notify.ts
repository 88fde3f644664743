import type { MailTemplate } from '../domain/outbox-item.ts';

/** Automatic mails to people outside the desk, counted over the last day. */
export type NotifyQuestion = {
  template: MailTemplate;
  muted: boolean;
  /** to this recipient, of any ticket */
  toRecipient: number;
  /** about this ticket, to this recipient */
  aboutTicket: number;
};

/** Most automatic mails to one recipient in a day: no loop goes faster, whatever its headers say. */
export const MOST_A_DAY = 200;
export const MOST_A_DAY_FOR_A_TICKET = 6;

/**
 * Why an automatic mail must not be sent, or undefined when it may. The bounds need no header's help. A closing mail is
 * the act of a person or of long silence and happens once per closing, so only muting stops it.
 */
export function mayNotify({ template, muted, toRecipient, aboutTicket }: NotifyQuestion): string | undefined {
  if (muted) return 'the address is muted: a mail to it could not be delivered';
  if (template === 'closing') return undefined;
  if (toRecipient >= MOST_A_DAY) return `the recipient had ${MOST_A_DAY} automatic mails in a day`;
  if (aboutTicket >= MOST_A_DAY_FOR_A_TICKET)
    return `the ticket caused ${MOST_A_DAY_FOR_A_TICKET} automatic mails in a day`;
  return undefined;
}
