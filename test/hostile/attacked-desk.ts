import { fileURLToPath } from 'node:url';
import type { TokenKeys } from '../../src/decide/mail/match/reply-token.ts';
import type { SenderTrust } from '../../src/domain/desk/rules.ts';
import { type ProcessingDesk, processWaiting } from '../../src/flows/decide/process-waiting.ts';
import { storeRawMail } from '../../src/flows/receive/store-raw-mail.ts';
import type { SendingDesk } from '../../src/flows/send/prepare-mail.ts';
import { sendInLanes } from '../../src/flows/send/send-waiting.ts';
import { sweep } from '../../src/flows/time/sweep.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../src/mail/parse/parser-pool.ts';
import { authenticateMail } from '../../src/mail/sender/verify-dkim.ts';
import { createSenderDns } from '../../src/mail/sender/verify-dns.ts';
import { loadTemplates } from '../../src/mail/templates/render-template.ts';
import { createSmtpSender } from '../../src/smtp/smtp-sender.ts';
import { claimMailbox, ensureMailbox } from '../../src/store/inbound/mailboxes.ts';
import { ensureListedAgents } from '../../src/store/tickets/agents.ts';
import { holdDatabaseClock } from '../support/database-clock.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { fakeDns, type Zone } from '../support/signed-mail.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import { testDesk } from '../support/test-desk.ts';

/** A row of inbound_mails, as far as an attack has to do with it. */
export type InboundRow = {
  id: number;
  disposition: string | null;
  reason: string | null;
  from: string | null;
  ticket: number | null;
  response: number | null;
  words: string | null;
};

export type Receiving = { trust?: SenderTrust; zone?: Zone; keys?: TokenKeys };

/**
 * A desk that is played step by step: each mail goes through storing, understanding, deciding, applying and sending as it
 * would, with a clock that only the rig moves and a DNS of its own. Nothing runs beside it.
 */
export type AttackedDesk = {
  world: DeskWorld;
  clock: { now: number };
  keys: TokenKeys;
  /** what the relay took, oldest first */
  relayed: SinkMail[];
  /** stores, decides and sends whatever follows; resolves with the mail's row */
  receive(raw: Buffer, how?: Receiving): Promise<InboundRow>;
  /** what time alone does, and sends whatever follows */
  sweep(): Promise<void>;
  stop(): Promise<void>;
};

export const FIRST_MOMENT = Date.UTC(2026, 10, 22, 12);
const DNS_WAITS_MS = 200;
/** Longer than any pause before DNS is asked again. */
const PAUSE_MS = 301_000;
const FOREVER = 9_000_000_000_000;
const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

export async function startAttackedDesk(env: Record<string, string> = {}): Promise<AttackedDesk> {
  const world = await startDeskWorld({ env: { RATE_PER_HOUR: '60', NOTICES_PER_RECIPIENT: '3', ...env } });
  const clock = { now: FIRST_MOMENT };
  const setClock = await holdDatabaseClock((statement) => world.rows(statement), clock.now);
  const desk = { ...testDesk(world, FIRST_MOMENT), clock: { now: () => clock.now } };
  const agents = [
    { email: 'alice@desk.example', name: 'Alice Ames' },
    { email: 'bob@desk.example', name: '' },
  ];
  await ensureListedAgents(desk.database, agents as Parameters<typeof ensureListedAgents>[1], clock.now);
  const mailboxId = await ensureMailbox(desk.database, 'imap://desk.example/INBOX', 0);
  const lease = await claimMailbox(desk.database, mailboxId, 'rig', FOREVER);
  if (!lease) throw new Error('nobody else is there to hold the mailbox');
  const parser = startParserPool({ workers: 1, timeoutMs: 20_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
  world.onStop(() => parser.close());
  const smtp = createSmtpSender({ url: world.sink.url, connections: 1, timeoutMs: 20_000, allowPlaintext: true });
  world.onStop(() => smtp.close());
  const templates = loadTemplates(TEMPLATES, { timeZone: 'UTC' });
  const never = new AbortController().signal;
  let uid = 0;
  const receive = async (raw: Buffer, { trust, zone = {}, keys = desk.keys }: Receiving = {}) => {
    const acting = { ...desk, keys, rules: { ...desk.rules, senderTrust: trust ?? { kind: 'none' as const } } };
    const dns = createSenderDns(fakeDns(zone).resolve, DNS_WAITS_MS);
    const authenticate: ProcessingDesk['authenticate'] = (...asked) => authenticateMail(...asked, dns);
    const processing: ProcessingDesk = { ...acting, parser, authenticate, concurrency: 1, maxMailBytes: 25_000_000 };
    const sending: SendingDesk = { ...acting, templates, parser, timeZone: 'UTC', maxAttachedBytes: 10_000_000, smtp };
    uid++;
    await setClock(clock.now);
    const mail = { uid, size: raw.length, raw, internalDate: clock.now, withheld: undefined };
    const [id] = await storeRawMail(acting, lease, 1, [mail], uid);
    for (let tries = 1; ; tries++) {
      await processWaiting(processing, never);
      const [row] = await world.rows<InboundRow>(
        `select id::int, disposition, reason, from_address as "from", ticket_id::int as ticket,
           response_id::int as response, words from inbound_mails where id = ${id}`,
      );
      if (!row) throw new Error('a stored mail is gone');
      if (row.disposition === null && tries < 6) {
        clock.now += PAUSE_MS;
        await setClock(clock.now);
        continue;
      }
      await sendInLanes(sending)(never);
      return row;
    }
  };
  const sweepAndSend = async () => {
    await setClock(clock.now);
    await sweep(desk);
    await sendInLanes({ ...desk, templates, parser, timeZone: 'UTC', maxAttachedBytes: 10_000_000, smtp })(never);
  };
  const relayed = world.sink.mails;
  return { world, clock, keys: desk.keys, relayed, receive, sweep: sweepAndSend, stop: () => world.stop() };
}
