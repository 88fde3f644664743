/** The mail servers, as `turnmail doctor` tries them: logging in, reading, and what the relay says to our sender. */

import type { AccessTokens } from '../../auth/access-tokens.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { parseImapUrl } from '../../domain/desk/imap-url.ts';
import { parseSmtpUrl } from '../../domain/desk/smtp-url.ts';
import { isFault, messageOf } from '../../domain/fault.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import { connectMailbox, ImapFault, type ImapFaultKind } from '../../imap/mailbox-connection.ts';
import type { DeskSettings } from '../../runtime/settings/config.ts';
import type { MailboxConfig } from '../../runtime/settings/mailbox-config.ts';
import type { SendOutcome } from '../../smtp/send-outcome.ts';
import { createSmtpSender } from '../../smtp/smtp-sender.ts';
import { explainCertificate } from './doctor-certificate.ts';
import { type Check, failed, ok, warn } from './doctor-check.ts';
import { placeOf } from './place-of.ts';

const PATIENCE_MS = 15_000;

const IMAP_TODO: Record<ImapFaultKind, string> = {
  auth: 'check user and password of IMAP_URL (URL-encoded); many providers want an app password, or OAUTH_PROVIDER',
  network: 'check host and port of IMAP_URL; imaps: is TLS on 993, imap: is plain or STARTTLS on 143',
  protocol: 'look at what the server said',
  'missing-folder': 'check the folder at the end of IMAP_URL, and IMAP_MOVE_TO',
};

export async function checkImap(
  { imapUrl: url, moveTo }: MailboxConfig,
  settings: DeskSettings,
  accessTokens: AccessTokens | undefined,
): Promise<Check[]> {
  if (url === undefined)
    return [failed('imap', 'IMAP_URL is not set', 'set it to the mailbox that customers write to')];
  try {
    const mailbox = await connectMailbox({
      url,
      accessTokens,
      timeoutMs: PATIENCE_MS,
      allowPlaintext: settings.ALLOW_PLAINTEXT,
    });
    const { exists, idle, moves } = mailbox.status();
    await mailbox.close();
    const found = `${placeOf(url)}: logged in, the folder is open and holds ${exists} mails`;
    const wait = `the server has no IDLE, so new mail is seen when it is asked, every ${settings.POLL_SECONDS} seconds`;
    const checks = idle
      ? [ok('imap', `${found}; new mail is heard of at once (IDLE)`)]
      : [warn('imap', `${found}; ${wait}`, 'set POLL_SECONDS lower where that is too slow')];
    if (moveTo !== undefined && !moves) checks.push(cannotMove(moveTo));
    return checks;
  } catch (error) {
    const { host, port, secure } = parseImapUrl(url);
    const certificate = await explainCertificate(error, { host, port, secure, protocol: 'imap' });
    if (certificate !== undefined) return [certificate];
    const todo = isFault(error) && /turnmail login/.test(error.message) ? 'run it once' : undefined;
    return [
      failed('imap', messageOf(error), todo ?? (error instanceof ImapFault ? IMAP_TODO[error.kind] : 'check IMAP_URL')),
    ];
  }
}

function cannotMove(moveTo: string): Check {
  return warn(
    'imap',
    `the server can neither move mails (MOVE) nor remove single ones (UIDPLUS), so they are copied to ${moveTo}, marked with the keyword $TurnmailStored, and stay where they are`,
    'unset IMAP_MOVE_TO where a second copy is of no use',
  );
}

const SMTP_TODO =
  'check SMTP_URL; smtps: is TLS on 465, smtp: is STARTTLS on 587 or 25; without TLS only on this machine or with ALLOW_PLAINTEXT=yes';

export async function checkSmtp(
  { smtpUrl: url, identity }: MailboxConfig,
  settings: DeskSettings,
  accessTokens: AccessTokens | undefined,
  agents: EmailAddress[],
): Promise<Check[]> {
  if (url === undefined) return [failed('smtp', 'SMTP_URL is not set', 'set it to the relay for outgoing mail')];
  const { host, port, secure, credentials } = parseSmtpUrl(url);
  const smtp = createSmtpSender({
    url,
    accessTokens,
    connections: 1,
    timeoutMs: PATIENCE_MS,
    allowPlaintext: settings.ALLOW_PLAINTEXT,
  });
  try {
    await smtp.verify();
    const login = credentials === undefined ? 'no login asked for' : 'logged in';
    const reached = ok('smtp', `${placeOf(url)}: answers, ${login}`);
    return [reached, ...(await checkEnvelope(identity, agents, (from, to) => smtp.rehearse(from, to)))];
  } catch (error) {
    const certificate = await explainCertificate(error, { host, port, secure, protocol: 'smtp' });
    return [certificate ?? failed('smtp', messageOf(error), SMTP_TODO)];
  } finally {
    await smtp.close();
  }
}

/** MAIL FROM with a bounce address, and RCPT to an agent; then RSET, so nothing is sent. */
async function checkEnvelope(
  identity: Identity,
  agents: EmailAddress[],
  rehearse: (from: string, to: string) => Promise<SendOutcome>,
): Promise<Check[]> {
  const { address, replyAddress } = identity;
  const recipient = agents.find((agent) => addressKey(agent) !== addressKey(address)) ?? address;
  const bounce = replyAddress && `${replyAddress.before}bdoctor${replyAddress.after}`;
  const first = await rehearse(bounce ?? address, recipient);
  if (first.kind === 'accepted')
    return [ok('sender', `the relay takes ${bounce ?? address} as the sender, and ${recipient} as a recipient`)];
  const plain = bounce === undefined || !refusedAtMail(first) ? first : await rehearse(address, recipient);
  if (plain.kind === 'accepted') {
    return [
      warn(
        'sender',
        `the relay refuses the bounce address ${bounce} (${answerOfServer(first)}) and takes ${address}: it lets this login send only as itself`,
        'nothing need be done: mails go out with the plain address, and delivery reports are known by what they quote',
      ),
    ];
  }
  if (refusedAtMail(plain)) {
    return [
      failed(
        'sender',
        `the relay does not let this login send as ${address}: ${answerOfServer(plain)}`,
        'give the login of SMTP_URL the right to send as SUPPORT_ADDRESS (send as, alias or identity), or make both the same',
      ),
    ];
  }
  return [
    warn(
      'sender',
      `the relay does not take ${recipient} as a recipient now: ${answerOfServer(plain)}`,
      'look at what it said',
    ),
  ];
}

function refusedAtMail(outcome: SendOutcome): boolean {
  return outcome.kind === 'rejected' && (outcome.stage === 'mail' || outcome.senderRefused === true);
}

function answerOfServer(outcome: SendOutcome): string {
  return 'response' in outcome ? outcome.response : outcome.reason;
}
