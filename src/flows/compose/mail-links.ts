import { type TokenKeys, tokenMac } from '../../decide/mail/match/reply-token.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { LinkView } from '../../domain/mail/mail-view.ts';
import { phrasesFor } from '../../domain/mail/own-phrases.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { formatSubjectTag, formatToken, type TokenRow } from '../../domain/ticket/reply-token.ts';
import { type Sentence, textOf, type Words } from '../../domain/words.ts';

/** The token of a row as it stands in addresses and links; made anew each time, stored nowhere. */
export function writeToken(keys: TokenKeys, row: TokenRow): string {
  return formatToken({ ticketId: row.ticketId, tokenId: row.id, mac: tokenMac(keys[0], row) });
}

export function replyAddress(identity: Identity, token: string): EmailAddress | undefined {
  const template = identity.replyAddress;
  return template && (`${template.before}${token}${template.after}` as EmailAddress);
}

/** A mailto: URL (RFC 6068) to a token address, or to the desk with the token in the subject. */
export function mailtoLink(identity: Identity, token: string, subject: string): string {
  const address = replyAddress(identity, token);
  const to = encodeURIComponent(address ?? identity.address).replaceAll('%40', '@');
  const line = address ? subject : `${subject} (${token})`;
  return `mailto:${to}?subject=${encodeURIComponent(line)}`;
}

/** Whose links they are, what their tokens are made with, and the language of their reader. */
export type LinkMaker = { identity: Identity; keys: TokenKeys; words: Words; locale: string };

/** The page behind a link, and the mailto: link that does the same by mail. */
export function viewLink(
  { identity, keys, words, locale }: LinkMaker,
  row: TokenRow | undefined,
  ticketId: TicketId,
  action: Sentence,
): LinkView {
  if (!row) return { url: undefined, mailto: undefined };
  const token = writeToken(keys, row);
  const subject = `${textOf(words, locale, action)} ${formatSubjectTag(ticketId)}`;
  const mailto = `${mailtoLink(identity, token, subject)}&body=${encodeURIComponent(phrasesFor(locale).asItIs)}`;
  return { url: identity.publicUrl && `${identity.publicUrl}/t/${token}`, mailto };
}
