import { createHash } from 'node:crypto';
import type pg from 'pg';
import { bounceToken } from '../../src/decide/mail/match/reply-token.ts';
import type { EmailAddress } from '../../src/domain/mail/email-address.ts';
import type { MailboxId, OutboxId, TokenId } from '../../src/domain/ticket/ids.ts';
import { replyAddress, writeToken } from '../../src/flows/compose/mail-links.ts';
import { type ProcessingDesk, processWaiting } from '../../src/flows/decide/process-waiting.ts';
import type { Desk } from '../../src/flows/desk.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../src/mail/parse/parser-pool.ts';
import { senderKey } from '../../src/mail/sender/sender-key.ts';
import { createLogger } from '../../src/runtime/logger.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { loadConfig } from '../../src/runtime/settings/config.ts';
import { inTransaction, openDatabase } from '../../src/store/database.ts';
import { insertInboundMails } from '../../src/store/inbound/inbound-mails.ts';
import { ensureMailbox } from '../../src/store/inbound/mailboxes.ts';
import { ensureAgent } from '../../src/store/tickets/agents.ts';
import { listTokens } from '../../src/store/tickets/reply-tokens.ts';
import { mutateMail, seededRandom } from './mutate-mail.ts';
import { writeMail } from './sent-mail.ts';
import { withoutRows } from './without-rows.ts';

/** Broken mails through parse, decide and apply on a real Postgres, and what must be true after each batch of them. */
export type FuzzedDesk = {
  /** mails `from` to `from + count - 1`; what each of them is follows from its number and the tokens there are by then */
  run(from: number, count: number): Promise<{ violations: string[] }>;
  outcomes(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

const DESK = 'support@desk.example';
const AGENTS = ['alice@desk.example', 'bob@desk.example'];
/** What an agent may write on the first lines; most of it does something to the ticket. */
const ORDERS = [
  'Pour water on it.',
  '/close',
  '/note Kept inside.',
  '/take',
  '/reopen\nOnce more.',
  '/assign bob',
  '/spam',
  '/queue',
  '/send\nAnd this.',
  '/use 1',
];

export async function startFuzzedDesk(
  databaseUrl: string,
  seeds: readonly Buffer[],
  logLevel = 'silent',
): Promise<FuzzedDesk> {
  const config = loadConfig([], {
    SUPPORT_ADDRESS: `Acme Support <${DESK}>`,
    AGENTS: AGENTS.join(', '),
    DATABASE_URL: databaseUrl,
    SECRET: '5ec2e7'.repeat(11),
    // Everybody is believed: more of the code is reached, and nothing may go wrong even so.
    SENDER_TRUST: 'none',
    RATE_PER_HOUR: '0',
  });
  const database = openDatabase(databaseUrl, { max: 12, onError: () => {} });
  const parser = startParserPool({ workers: 2, timeoutMs: 20_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
  const desk: ProcessingDesk = {
    database,
    queue: { hint: async () => {} },
    rules: config.rules,
    ...withoutRows(config.mailboxes[0].identity),
    words: config.words,
    keys: config.keys,
    clock: { now: () => Date.now() },
    log: createLogger({ level: logLevel }),
    metrics: createMetrics(),
    parser,
    authenticate: () => Promise.reject(new Error('nobody is asked who wrote it')),
    concurrency: 8,
    maxMailBytes: DEFAULT_PARSE_BOUNDS.maxBytes,
  };
  for (const agent of AGENTS) await ensureAgent(database, agent as EmailAddress, '', Date.now());
  const mailboxId = await ensureMailbox(database, 'fuzz@desk.example/INBOX', Date.now());
  return {
    run: async (from, count) => {
      const replies = await writeReplies(desk, seededRandom(from));
      const mails = Array.from({ length: count }, (_, index) => mailOf(from + index, seeds, replies));
      await store(desk, mailboxId, from, mails);
      await decideAll(desk);
      return { violations: await findViolations(database) };
    },
    outcomes: async () => {
      const { rows } = await database.query<{ name: string; count: number }>(
        `select disposition || ': ' || reason as name, count(*)::int as count from inbound_mails group by 1 order by 2 desc, 1`,
      );
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },
    stop: async () => {
      await parser.close();
      await database.end();
    },
  };
}

function mailOf(number: number, seeds: readonly Buffer[], replies: readonly Buffer[]): Buffer {
  const random = seededRandom(number);
  const pick = (list: readonly Buffer[]) => list[Math.floor(random() * list.length)] ?? Buffer.alloc(0);
  const isReply = replies.length > 0 && random() < 0.4;
  const mail = pick(isReply ? replies : seeds);
  // Some replies stay whole, so that tickets go on living.
  return isReply && random() < 0.4
    ? mail
    : mutateMail(mail, pick(random() < 0.3 && replies.length > 0 ? replies : seeds), random);
}

/** What is put off, since two transactions were in each other's way, comes again at once instead of after its pause. */
async function decideAll(desk: ProcessingDesk): Promise<void> {
  for (let round = 1; round <= 3; round++) {
    await processWaiting(desk, new AbortController().signal);
    const { rowCount } = await desk.database.query(
      'update inbound_mails set next_attempt_at = 0, lease_until = 0 where disposition is null',
    );
    if (rowCount === 0) return;
  }
}

/** Mails with genuine tokens, from whom they belong to and from others; and delivery reports about mails of ours. */
async function writeReplies(desk: Desk, random: () => number): Promise<Buffer[]> {
  const { rows } = await desk.database.query<{ id: TokenId; customer: string; agent: string | null }>(
    `select k.id, t.email as customer, a.email as agent from (
       (select * from reply_tokens where purpose = 'turn' order by md5(id::text || $1) limit 20) union all
       (select * from reply_tokens where purpose <> 'turn' order by md5(id::text || $1) limit 40)) k
     join tickets t on t.id = k.ticket_id left join agents a on a.id = k.agent_id`,
    [String(random())],
  );
  const tokens = await listTokens(
    desk.database,
    rows.map(({ id }) => id),
  );
  const replies = tokens.map((token) => {
    const row = rows.find(({ id }) => id === token.id);
    const owner = row?.agent ?? row?.customer ?? 'nobody@x.example';
    const stranger = [row?.customer ?? DESK, 'eve@v.example', AGENTS[0] ?? DESK][Math.floor(random() * 3)] ?? DESK;
    const text =
      token.agentId === undefined ? 'It worked, thanks.' : (ORDERS[Math.floor(random() * ORDERS.length)] ?? '');
    const subject = `Re: Printer [#${token.ticketId}]`;
    return writeMail({
      from: random() < 0.8 ? owner : stranger,
      to: replyAddress(desk.identityOf(undefined), writeToken(desk.keys, token)) ?? DESK,
      subject,
      text,
    });
  });
  const sent = await desk.database.query<{ id: OutboxId; recipient: string }>(
    'select id, recipient from outbox order by id desc limit 5',
  );
  return [...replies, ...sent.rows.map(({ id, recipient }) => reportOf(desk, id, recipient))];
}

function reportOf(desk: Desk, id: OutboxId, recipient: string): Buffer {
  const status = `Reporting-MTA: dns; x.example\r\n\r\nFinal-Recipient: rfc822; ${recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n`;
  return writeMail({
    from: 'MAILER-DAEMON@x.example',
    to: replyAddress(desk.identityOf(undefined), bounceToken(desk.keys[0], id)) ?? DESK,
    subject: 'Undelivered',
    headers: ['Content-Type: multipart/report; report-type=delivery-status; boundary=r'],
    text: `--r\r\n\r\nNobody there.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n${status}\r\n--r--`,
  });
}

async function store(desk: Desk, mailboxId: MailboxId, firstUid: number, mails: Buffer[]): Promise<void> {
  const now = desk.clock.now();
  const rows = mails.map((raw, index) => ({
    uid: firstUid + index,
    receivedAt: now,
    size: raw.length,
    raw,
    sha256: createHash('sha256').update(raw).digest(),
    orderKey: senderKey(raw),
  }));
  await inTransaction(desk.database, (tx) => insertInboundMails(tx, mailboxId, 1, rows, now));
}

/** Each is a query for what must not be; the first column of its rows says which. */
/** Only who answers the notification of an agent, and is none, is told that nothing was done. */
const IS_NO_STRANGER_TOLD = `not (o.kind = 'returned' and exists (select from inbound_mails s where s.id = o.inbound_id
  and s.reason = 'token-of-someone-else' and lower(s.from_address) = lower(o.recipient)))`;

const NEVER: Record<string, string> = {
  'a mail that has no end': 'select id from inbound_mails where disposition is null',
  'a mail that could not be applied': `select id from inbound_mails where reason = 'cannot-apply'`,
  'a ticket that not exactly one mail opened': `select t.id from tickets t
    left join inbound_mails m on m.ticket_id = t.id and m.disposition = 'ticket' group by t.id having count(m.id) <> 1`,
  'a response that not exactly one agent’s mail is': `select r.id from responses r
    left join inbound_mails m on m.response_id = r.id and m.disposition = 'response' group by r.id having count(m.id) <> 1`,
  'an answer that not exactly one mail is, or a mail whose answer is nowhere': `select r.id from responses r
    left join inbound_mails m on m.response_id = r.id and m.disposition = 'answer'
    group by r.id having count(m.id) <> (r.response_received is not null)::int`,
  'an answer that somebody other than the customer wrote': `select m.id from inbound_mails m
    join tickets t on t.id = m.ticket_id where m.disposition = 'answer' and lower(m.from_address) is distinct from lower(t.email)`,
  'a response of nobody who is an agent': `select m.id from inbound_mails m
    where m.disposition = 'response' and not exists (select from agents a where a.id = m.agent_id and lower(a.email) = lower(m.from_address))`,
  'a mail to somebody unexpected': `select o.id from outbox o left join tickets t on t.id = o.ticket_id
    where not exists (select from agents a where a.id = o.agent_id and lower(a.email) = lower(o.recipient))
      and lower(o.recipient) is distinct from lower(t.email) and ${IS_NO_STRANGER_TOLD}`,
  'words of an agent to somebody other than the customer': `select o.id from outbox o join tickets t on t.id = o.ticket_id
    where o.kind in ('response', 'closing') and lower(o.recipient) <> lower(t.email)`,
  'a parked, duplicate or automatic mail that was answered': `select o.id from outbox o join inbound_mails m on m.id = o.inbound_id
    where m.disposition in ('duplicate', 'automatic', 'loop')
      or m.disposition = 'parked' and o.agent_id is null and ${IS_NO_STRANGER_TOLD}`,
  'a ticket whose opening is not in the audit log': `select t.id from tickets t
    where not exists (select from audit_log l where l.ticket_id = t.id and l.action = 'opened')`,
};

async function findViolations(database: pg.Pool): Promise<string[]> {
  const violations: string[] = [];
  for (const [what, sql] of Object.entries(NEVER)) {
    const { rows } = await database.query<Record<string, unknown>>(`${sql} limit 3`);
    if (rows.length > 0) violations.push(`${what}: ${rows.map((row) => Object.values(row)[0]).join(', ')}`);
  }
  return violations;
}
