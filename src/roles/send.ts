import type { AccessTokens } from '../auth/access-tokens.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { parseSmtpUrl } from '../domain/smtp-url.ts';
import type { Desk } from '../flows/desk.ts';
import type { ParserPool } from '../mail/parse/parser-pool.ts';
import type { HintQueue } from '../queue/queue.ts';
import { type Config, TEMPLATES_FOLDER } from '../runtime/config.ts';
import { killPoint } from '../runtime/kill-point.ts';
import { workOnQueue } from './work-on-queue.ts';

const MEGABYTE = 1024 * 1024;

/** Sends what the outbox holds. */
export async function startSend(
  config: Config,
  desk: Desk,
  accessTokens: AccessTokens | undefined,
  queue: HintQueue,
  parser: ParserPool,
  closers: (() => Promise<void>)[],
) {
  const { createSmtpSender } = await import('../smtp/smtp-sender.ts');
  const { loadTemplates } = await import('../mail/compose/render-template.ts');
  const { sendInLanes } = await import('../flows/send/send-waiting.ts');
  const { settings } = config;
  const smtp = createSmtpSender({
    url: settings.SMTP_URL ?? '',
    accessTokens,
    connections: settings.SEND_CONNECTIONS,
    timeoutMs: settings.SEND_TIMEOUT_SECONDS * 1000,
    allowPlaintext: settings.ALLOW_PLAINTEXT,
    killPoint,
  });
  closers.push(() => smtp.close());
  const sending = {
    ...desk,
    templates: loadTemplates(TEMPLATES_FOLDER, {
      timeZone: settings.TZ,
      words: config.words,
      own: settings.TEMPLATES_DIR,
    }),
    parser,
    maxAttachedBytes: settings.MAX_ATTACHED_MB * MEGABYTE,
    smtp,
    loginAddress: parseEmailAddress(parseSmtpUrl(settings.SMTP_URL ?? '').credentials?.user ?? ''),
  };
  // A slow recipient may keep one hint's handler as long as it keeps its connection; one more is always free.
  const pace = { hintsAtOnce: settings.SEND_CONNECTIONS + 1, lookEveryMs: settings.SWEEP_SECONDS * 1000 };
  await workOnQueue(desk, queue, 'send', pace, sendInLanes(sending), closers);
}
