import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { MailAttachment, WholeMail } from '../../domain/mail/mail-view.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { hideTokensInMail } from '../../mail/mime/hide-in-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../mail/parse/parse-bounds.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { findRawMail } from '../../store/inbound/inbound-mails.ts';
import type { Desk } from '../desk.ts';

/** All of a mail, as `/full` sends it. */
export type ReadMail = { state: WholeMail; text: string | undefined; files: MailAttachment[] };

/**
 * The whole text of a mail, and the mail as it came. Reply addresses and links of ours that stand in it were made for one person, so
 * the proof is taken out of each: an agent must not act as a colleague or a customer by them.
 */
export async function readWholeMail(
  desk: Desk & { parser: ParserPool; maxAttachedBytes: number },
  { inboundId }: OutboxItem,
): Promise<ReadMail> {
  const raw = inboundId === undefined ? undefined : await findRawMail(desk.database, inboundId);
  if (raw === undefined) return { state: 'removed', text: undefined, files: [] };
  const outcome = await desk.parser.parse(raw);
  const text = outcome.ok ? hideTokens(outcome.mail.text) : undefined;
  if (raw.length > desk.maxAttachedBytes) return { state: 'too-large', text, files: [] };
  const content = hideTokensInMail(raw, DEFAULT_PARSE_BOUNDS);
  return {
    state: 'attached',
    text,
    files: [{ filename: `mail-${inboundId}.eml`, contentType: 'message/rfc822', content }],
  };
}
