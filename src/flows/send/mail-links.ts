import { tokenMac } from '../../decide/mail/reply-token.ts';
import type { EmailAddress } from '../../domain/email-address.ts';
import type { TicketId } from '../../domain/ids.ts';
import { TWIN_WORDS } from '../../domain/link.ts';
import type { LinkView } from '../../domain/mail-view.ts';
import { formatSubjectTag, formatToken, type TokenRow } from '../../domain/reply-token.ts';
import type { Desk } from '../desk.ts';

/** The token of a row as it stands in addresses and links; made anew each time, stored nowhere. */
export function writeToken(desk: Desk, row: TokenRow): string {
  return formatToken({ ticketId: row.ticketId, tokenId: row.id, mac: tokenMac(desk.keys[0], row) });
}

export function replyAddress(desk: Desk, token: string): EmailAddress | undefined {
  const template = desk.policy.replyAddress;
  return template && (`${template.before}${token}${template.after}` as EmailAddress);
}

/** A mailto: URL (RFC 6068) to a token address, or to the desk with the token in the subject. */
export function mailtoLink(desk: Desk, token: string, subject: string): string {
  const address = replyAddress(desk, token);
  const to = encodeURIComponent(address ?? desk.policy.desk.address).replaceAll('%40', '@');
  const line = address ? subject : `${subject} (${token})`;
  return `mailto:${to}?subject=${encodeURIComponent(line)}`;
}

/** The page behind a link, and its twin that does the same by mail. */
export function viewLink(desk: Desk, row: TokenRow | undefined, ticketId: TicketId, words: string): LinkView {
  if (!row) return { url: undefined, mailto: undefined };
  const token = writeToken(desk, row);
  const subject = `${words} ${formatSubjectTag(ticketId)}`;
  const mailto = `${mailtoLink(desk, token, subject)}&body=${encodeURIComponent(TWIN_WORDS)}`;
  return { url: desk.policy.publicUrl && `${desk.policy.publicUrl}/t/${token}`, mailto };
}
