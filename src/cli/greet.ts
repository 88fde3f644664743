/** What `turnmail up` says to a person once the mailbox has been read for the first time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { mailboxSource } from '../domain/imap-url.ts';
import type { Config } from '../runtime/config.ts';
import { redact } from '../runtime/logger.ts';
import { findFirstLook } from '../store/inbound/mailboxes.ts';
import { printable } from './terminal-text.ts';

const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 300;

/** One line on stderr, where the log is not. Never rejects. */
export async function greet(app: App, config: Config): Promise<void> {
  if (!app.roles.includes('poll')) return;
  const line = await describe(app, config).catch(() => undefined);
  if (line !== undefined) process.stderr.write(`${printable(line)}\n`);
}

async function describe({ database }: App, { settings, identity }: Config): Promise<string> {
  const source = mailboxSource(settings.IMAP_URL ?? '');
  const { address } = identity;
  for (const began = performance.now(); ; await sleep(LOOK_AGAIN_MS)) {
    const look = await findFirstLook(database, source);
    if (look?.polled) return inWords(address, look);
    if (performance.now() - began < PATIENCE_MS) continue;
    const why = look?.lastError === undefined ? '' : `: ${redact(look.lastError)}`;
    return `Turnmail is up, and cannot read ${address} yet${why} It goes on trying; turnmail doctor says more.`;
  }
}

function inWords(
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
