import type { AccessTokens } from '../auth/access-tokens.ts';
import { queueOf } from '../domain/desk/mailboxes.ts';
import { parseSmtpUrl } from '../domain/desk/smtp-url.ts';
import { parseEmailAddress } from '../domain/mail/email-address.ts';
import type { ComposingDesk } from '../flows/compose/mail-content.ts';
import type { Desk } from '../flows/desk.ts';
import type { Relay } from '../flows/send/send-by-relay.ts';
import type { ParserPool } from '../mail/parse/parser-pool.ts';
import type { HintQueue } from '../queue/queue.ts';
import { killPoint } from '../runtime/kill-point.ts';
import { type Config, TEMPLATES_FOLDER } from '../runtime/settings/config.ts';
import type { MailboxConfig } from '../runtime/settings/mailbox-config.ts';
import { workOnQueue } from './work-on-queue.ts';

const MEGABYTE = 1024 * 1024;

/** Sends what the outbox holds. */
export async function startSend(
  config: Config,
  desk: Desk & Pick<ComposingDesk, 'fresh'>,
  tokensOf: (mailbox: MailboxConfig) => AccessTokens | undefined,
  queue: HintQueue,
  parser: ParserPool,
  closers: (() => Promise<void>)[],
) {
  const { createSmtpSender } = await import('../smtp/smtp-sender.ts');
  const { loadTemplates } = await import('../mail/templates/render-template.ts');
  const { sendByRelay } = await import('../flows/send/send-by-relay.ts');
  const { settings } = config;
  const composing = {
    ...desk,
    templates: loadTemplates(TEMPLATES_FOLDER, {
      timeZone: settings.TZ,
      words: config.words,
      own: settings.TEMPLATES_DIR,
    }),
    parser,
    timeZone: settings.TZ,
    maxAttachedBytes: settings.MAX_ATTACHED_MB * MEGABYTE,
  };
  const relays = byLogin(config).map((mailboxes): Relay => {
    const [first] = mailboxes;
    const url = first.smtpUrl ?? '';
    const smtp = createSmtpSender({
      url,
      accessTokens: tokensOf(first),
      connections: settings.SEND_CONNECTIONS,
      timeoutMs: settings.SEND_TIMEOUT_SECONDS * 1000,
      allowPlaintext: settings.ALLOW_PLAINTEXT,
      killPoint,
    });
    closers.push(() => smtp.close());
    const loginAddress = parseEmailAddress(parseSmtpUrl(url).credentials?.user ?? '');
    const identities = mailboxes.map(({ identity }) => identity);
    return { sending: { ...composing, smtp, loginAddress }, of: queueOf(desk, identities) };
  });
  // A slow recipient may keep one hint's handler as long as it keeps its connection; one more is always free.
  const pace = { hintsAtOnce: settings.SEND_CONNECTIONS + 1, lookEveryMs: settings.SWEEP_SECONDS * 1000 };
  await workOnQueue(desk, queue, 'send', pace, sendByRelay(desk, relays, closers), closers);
}

/** Mailboxes that log in to one relay as the same user share its connections. A token is that of one mailbox. */
function byLogin({ mailboxes }: Config): [MailboxConfig, ...MailboxConfig[]][] {
  const relays = new Map<string, [MailboxConfig, ...MailboxConfig[]]>();
  for (const mailbox of mailboxes) {
    const key = mailbox.oauth === undefined ? (mailbox.smtpUrl ?? '') : `token of ${mailbox.identity.address}`;
    const others = relays.get(key);
    if (others === undefined) relays.set(key, [mailbox]);
    else others.push(mailbox);
  }
  return [...relays.values()];
}
