/** What `turnmail up` says to a person once the mailbox has been read for the first time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { mailboxSource } from '../domain/desk/imap-url.ts';
import { redact } from '../runtime/logger.ts';
import type { Config } from '../runtime/settings/config.ts';
import type { MailboxConfig } from '../runtime/settings/mailbox-config.ts';
import { findFirstLook } from '../store/inbound/mailboxes.ts';
import { printable } from './terminal-text.ts';

const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 300;
/** Of many mailboxes only those are named that cannot be read. */
const MAX_LINES = 10;

/** One line on stderr, where the log is not. Never rejects. */
export async function greet(app: App, config: Config): Promise<void> {
  if (!app.roles.includes('poll')) return;
  const line = await greetingLines(app, config).catch(() => undefined);
  for (const one of line?.split('\n') ?? []) process.stderr.write(`${printable(one)}\n`);
}

async function greetingLines(app: App, { mailboxes }: Config): Promise<string> {
  const lines = await Promise.all(mailboxes.map((mailbox) => describeOne(app, mailbox)));
  const [first = ''] = lines;
  if (lines.length === 1) return first;
  const troubled = lines.filter((line) => line.includes('cannot read'));
  if (lines.length <= MAX_LINES) return lines.join('\n');
  const well = `Turnmail reads ${lines.length - troubled.length} of ${lines.length} mailboxes.`;
  return [well, ...troubled.slice(0, MAX_LINES)].join('\n');
}

async function describeOne({ database }: App, { identity, imapUrl }: MailboxConfig): Promise<string> {
  const source = mailboxSource(imapUrl ?? '');
  const { address } = identity;
  for (const began = performance.now(); ; await sleep(LOOK_AGAIN_MS)) {
    const look = await findFirstLook(database, source);
    if (look?.polled) return mailboxSentence(address, look);
    if (performance.now() - began < PATIENCE_MS) continue;
    const why = look?.lastError === undefined ? '' : `: ${redact(look.lastError)}`;
    return `Turnmail is up, and cannot read ${address} yet${why} It goes on trying; turnmail doctor says more.`;
  }
}

function mailboxSentence(
  address: string,
  { leftAlone, openTickets, allTickets }: { leftAlone: number; openTickets: number; allTickets: number },
): string {
  if (allTickets > 0) {
    const open = openTickets === 1 ? '1 ticket is open' : `${openTickets} tickets are open`;
    return `Turnmail reads ${address}. ${open}: turnmail ticket list shows what waits.`;
  }
  const old =
    leftAlone === 0
      ? 'No older mail is left alone.'
      : `${leftAlone === 1 ? '1 mail that was there before is' : `${leftAlone} mails that were there before are`} left alone (INITIAL_SYNC).`;
  return `Turnmail reads ${address}. ${old} Now write to it from an address that is not an agent's: a receipt comes back, and the agents hear of it.`;
}
