/** `turnmail doctor --send`: one mail to a plus address of the desk, waited for in its mailbox. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessTokens } from '../../auth/access-tokens.ts';
import { messageOf } from '../../domain/fault.ts';
import { domainOf } from '../../domain/mail/email-address.ts';
import { connectMailbox, type MailboxConnection } from '../../imap/mailbox-connection.ts';
import type { DeskSettings } from '../../runtime/settings/config.ts';
import type { MailboxConfig } from '../../runtime/settings/mailbox-config.ts';
import { createSmtpSender } from '../../smtp/smtp-sender.ts';
import { type Check, failed, ok } from './doctor-check.ts';

const PATIENCE_MS = 15_000;
const ARRIVES_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 2_000;
const MAX_LOOKED_AT_BYTES = 100_000;

export async function checkDelivery(
  { imapUrl, smtpUrl, identity }: MailboxConfig,
  { ALLOW_PLAINTEXT: allowPlaintext }: DeskSettings,
  accessTokens: AccessTokens | undefined,
): Promise<Check> {
  if (imapUrl === undefined || smtpUrl === undefined)
    return failed('delivery', 'IMAP_URL and SMTP_URL are both needed', 'set them');
  const { address, replyAddress } = identity;
  const mark = `doctor${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const to = replyAddress === undefined ? address : `${replyAddress.before}${mark}${replyAddress.after}`;
  const common = { accessTokens, timeoutMs: PATIENCE_MS, allowPlaintext };
  const smtp = createSmtpSender({ url: smtpUrl, connections: 1, ...common });
  let mailbox: MailboxConnection | undefined;
  try {
    mailbox = await connectMailbox({ url: imapUrl, ...common });
    const from = mailbox.status().uidNext - 1;
    const raw = Buffer.from(testMail(address, to, mark, identity.deskId));
    const sent = await smtp.send({ envelopeFrom: address, recipient: to, raw });
    if (sent.kind !== 'accepted') {
      const why = 'response' in sent ? sent.response : sent.reason;
      return failed('delivery', `the relay did not take a mail to ${to}: ${why}`, 'see the checks above');
    }
    const began = performance.now();
    while (performance.now() - began < ARRIVES_WITHIN_MS) {
      if (await hasArrived(mailbox, from, mark)) {
        const seconds = Math.round((performance.now() - began) / 100) / 10;
        return ok('delivery', `a mail to ${to} was in the mailbox after ${seconds} s; it is left there`);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return neverCame(to, replyAddress !== undefined);
  } catch (error) {
    return failed('delivery', messageOf(error), 'see the checks above');
  } finally {
    await mailbox?.close();
    await smtp.close();
  }
}

function neverCame(to: string, plus: boolean): Check {
  const detail = `a mail to ${to} was taken by the relay and is not in the mailbox after a minute`;
  const todo = plus
    ? 'if your provider has no plus addresses set REPLY_ADDRESS=none; else let such mail arrive in the mailbox of IMAP_URL, and look into its spam folder'
    : 'let mail to SUPPORT_ADDRESS arrive in the mailbox of IMAP_URL, and look into its spam folder';
  return failed('delivery', detail, todo);
}

/** A desk that is up takes it for its own mail and does nothing with it. */
function testMail(from: string, to: string, mark: string, deskId: string): string {
  return [
    `From: Turnmail doctor <${from}>`,
    `To: <${to}>`,
    'Subject: A test of turnmail doctor --send',
    `Message-ID: <${mark}@${domainOf(from as Parameters<typeof domainOf>[0])}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    `X-Turnmail-Desk: ${deskId}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This mail shows that mail to the reply addresses of the desk arrives. It can be deleted.',
    '',
  ].join('\r\n');
}

async function hasArrived(mailbox: MailboxConnection, after: number, mark: string): Promise<boolean> {
  await mailbox.refresh(0);
  const limits = { limit: 20, maxBatchBytes: 1_000_000, maxMailBytes: MAX_LOOKED_AT_BYTES };
  for await (const batch of mailbox.fetchAfter(after, limits))
    if (batch.some((mail) => 'raw' in mail && mail.raw?.includes(mark))) return true;
  return false;
}
