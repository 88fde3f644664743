import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { mailboxSource } from './domain/imap-url.ts';
import { coalesceHints } from './flows/coalesce-hints.ts';
import type { ProcessingDesk } from './flows/decide/process-waiting.ts';
import type { Desk } from './flows/desk.ts';
import { type Health, reportHealth } from './flows/operate/report-health.ts';
import { DEFAULT_PARSE_BOUNDS } from './mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from './mail/parse/parser-pool.ts';
import type { DnsResolver } from './mail/sender/verify-dns.ts';
import { connectQueue } from './queue/connect-queue.ts';
import type { HintQueue, QueueName } from './queue/queue.ts';
import { reachDatabase } from './reach-database.ts';
import { type Clock, wallClock } from './runtime/clock.ts';
import type { Config, Role } from './runtime/config.ts';
import { reach } from './runtime/kill-point.ts';
import { createLogger, type Logger } from './runtime/logger.ts';
import { createMetrics } from './runtime/metrics.ts';
import { repeat } from './runtime/repeat.ts';
import { type Database, openDatabase } from './store/database.ts';
import { ensureMailbox } from './store/inbound/mailboxes.ts';
import { checkSchema, migrate } from './store/migrate.ts';
import { ensureListedAgents } from './store/tickets/agents.ts';

const TEMPLATES = fileURLToPath(new URL('../templates/', import.meta.url));
const MEGABYTE = 1024 * 1024;
const EVERY_MINUTE_MS = 60_000;

/** A desk that is running in this process. */
export type App = {
  roles: readonly Role[];
  database: Database;
  databaseUrl: string;
  queue: HintQueue;
  log: Logger;
  /** where the pages are served, if this process has the role `web` */
  httpPort: number | undefined;
  health(): Promise<Health>;
  /** Ends taking new work, finishes what is under way, and closes everything, the database last. Twice is once. */
  stop(): Promise<void>;
};

export type AppOptions = { clock?: Clock; log?: Logger; resolver?: DnsResolver };

/**
 * Starts the roles in this process. What only one role needs is loaded with it, which saves the others 30 MB; what was
 * started before a failure is stopped again.
 * @throws Fault settings-invalid, schema-ahead, schema-changed, database-unavailable, template-broken
 */
export async function startApp(config: Config, roles: readonly Role[], options: AppOptions = {}): Promise<App> {
  const log = options.log ?? createLogger({ level: config.settings.LOG_LEVEL, pretty: process.stdout.isTTY });
  const closers: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= closeAll(closers, log);
    return stopping;
  };
  try {
    const running = await startParts(config, roles, { ...options, log, clock: options.clock ?? wallClock, closers });
    return { ...running, roles, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In reverse order of starting; one that fails does not keep the others open. */
async function closeAll(closers: (() => Promise<void>)[], log: Logger): Promise<void> {
  for (const close of closers.toReversed()) {
    await close().catch((err: unknown) => log.warn({ err }, 'something did not close cleanly'));
  }
}

type Parts = { log: Logger; clock: Clock; resolver?: DnsResolver; closers: (() => Promise<void>)[] };

async function startParts(config: Config, roles: readonly Role[], parts: Parts) {
  const { log, clock, closers } = parts;
  const { settings } = config;
  const reached = await reachDatabase(config, log);
  closers.push(reached.release);
  await migrate(reached.url);
  await checkSchema(reached.url);
  const database = openDatabase(reached.url, {
    max: settings.PROCESS_CONCURRENCY + settings.SEND_CONNECTIONS + 6,
    onError: (err) => log.warn({ err }, 'a database connection was lost'),
    timeoutMs: settings.DATABASE_TIMEOUT_SECONDS * 1000,
  });
  closers.push(() => database.end());
  await ensureListedAgents(
    database,
    config.agents.map(({ address, name }) => ({ email: address, name })),
    clock.now(),
  );
  const connected = await connectQueue({
    queueUrl: config.queueUrl,
    databaseUrl: reached.url,
    databaseTimeoutMs: settings.DATABASE_TIMEOUT_SECONDS * 1000,
    prefix: settings.QUEUE_PREFIX,
    onError: (err) => log.warn({ err }, 'the queue reported trouble'),
  });
  const queue = coalesceHints(connected);
  closers.push(() => queue.close());
  const metrics = createMetrics();
  const desk: Desk = { database, queue, policy: config.policy, keys: config.keys, locale: 'en', clock, log, metrics };
  const startedAt = clock.now();
  const health = () => reportHealth({ ...desk, queue, pollMs: settings.POLL_SECONDS * 1000, startedAt });
  const parser = needsParser(roles) ? startParser(config, closers) : undefined;
  if (roles.includes('process') && parser) {
    const { authenticateMail } = await import('./mail/sender/verify-dkim.ts');
    const { createSenderDns, systemResolver } = await import('./mail/sender/verify-dns.ts');
    const dns = createSenderDns(parts.resolver ?? systemResolver());
    const authenticate: ProcessingDesk['authenticate'] = (...asked) => authenticateMail(...asked, dns);
    await startProcess(config, { ...desk, parser, authenticate }, queue, closers);
  }
  if (roles.includes('send') && parser) await startSend(config, desk, queue, parser, closers);
  const httpPort = roles.includes('web') ? await startPages(config, desk, health, closers) : undefined;
  if (roles.includes('sweep')) await startSweep(config, desk, health, closers);
  if (roles.includes('poll')) await startPoll(config, desk, closers);
  return { database, databaseUrl: reached.url, queue, httpPort, health };
}

function needsParser(roles: readonly Role[]): boolean {
  return roles.includes('process') || roles.includes('send');
}

function startParser({ settings }: Config, closers: (() => Promise<void>)[]): ParserPool {
  const parser = startParserPool({
    workers: settings.PARSERS,
    timeoutMs: settings.PARSE_SECONDS * 1000,
    maxHeapMb: settings.PARSE_HEAP_MB,
    bounds: { ...DEFAULT_PARSE_BOUNDS, maxBytes: settings.MAX_MAIL_MB * MEGABYTE },
  });
  closers.push(() => parser.close());
  return parser;
}

/**
 * A worker of the queue whose handler drains what is due; and one first look, for what waited while nobody ran. Closing
 * tells the handler to end with what it has in hand: a backlog may be longer than a supervisor's patience.
 */
async function workOn(
  desk: Desk,
  queue: HintQueue,
  name: QueueName,
  { hintsAtOnce, lookEveryMs }: { hintsAtOnce: number; lookEveryMs: number },
  drain: (stop: AbortSignal) => Promise<unknown>,
  closers: (() => Promise<void>)[],
) {
  const stop = new AbortController();
  const worker = await queue.work(name, hintsAtOnce, async () => {
    await drain(stop.signal);
  });
  // While the queue is away nobody hears of rows, so they are looked for.
  const withoutQueue = async () => {
    await queue.ping().catch(() => drain(stop.signal));
  };
  repeat(desk.log, `look for ${name}`, lookEveryMs, withoutQueue, closers);
  closers.push(() => {
    stop.abort();
    return worker.close();
  });
  await desk.queue.hint(name, []);
}

async function startProcess(
  { settings }: Config,
  desk: Desk & Pick<ProcessingDesk, 'parser' | 'authenticate'>,
  queue: HintQueue,
  closers: (() => Promise<void>)[],
) {
  const { processWaiting } = await import('./flows/decide/process-waiting.ts');
  const processing = {
    ...desk,
    concurrency: settings.PROCESS_CONCURRENCY,
    maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
  };
  const pace = { hintsAtOnce: 2, lookEveryMs: settings.SWEEP_SECONDS * 1000 };
  await workOn(desk, queue, 'process', pace, (stop) => processWaiting(processing, stop), closers);
}

async function startSend(
  config: Config,
  desk: Desk,
  queue: HintQueue,
  parser: ParserPool,
  closers: (() => Promise<void>)[],
) {
  const { createSmtpSender } = await import('./smtp/smtp-sender.ts');
  const { loadTemplates } = await import('./mail/compose/render-template.ts');
  const { sendInLanes } = await import('./flows/send/send-waiting.ts');
  const { settings } = config;
  const smtp = createSmtpSender({
    url: settings.SMTP_URL ?? '',
    connections: settings.SEND_CONNECTIONS,
    timeoutMs: settings.SEND_TIMEOUT_SECONDS * 1000,
    allowPlaintext: settings.ALLOW_PLAINTEXT,
    reach,
  });
  closers.push(() => smtp.close());
  const sending = {
    ...desk,
    templates: loadTemplates(TEMPLATES, { timeZone: settings.TZ }),
    parser,
    maxAttachedBytes: settings.MAX_ATTACHED_MB * MEGABYTE,
    smtp,
    connections: settings.SEND_CONNECTIONS,
  };
  // A slow recipient may keep one hint's handler as long as it keeps its connection; one more is always free.
  const pace = { hintsAtOnce: settings.SEND_CONNECTIONS + 1, lookEveryMs: settings.SWEEP_SECONDS * 1000 };
  await workOn(desk, queue, 'send', pace, sendInLanes(sending), closers);
}

async function startPages(
  config: Config,
  desk: Desk,
  ready: () => Promise<Health>,
  closers: (() => Promise<void>)[],
): Promise<number> {
  const { startWeb } = await import('./http/start-web.ts');
  const { lookAtLink, pressTheLink } = await import('./flows/decide/press-link.ts');
  const { settings } = config;
  const web = await startWeb({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    templatesFolder: TEMPLATES,
    trustProxy: settings.TRUST_PROXY,
    onError: (err) => desk.log.error({ err }, 'a page failed'),
    actions: {
      look: (token) => lookAtLink(desk, token),
      act: (token) => pressTheLink(desk, token),
      ready,
      metrics: async () => ({
        contentType: desk.metrics.registry.contentType,
        text: await desk.metrics.registry.metrics(),
      }),
    },
  });
  closers.push(() => web.close());
  desk.log.info({ port: web.port }, 'pages are served');
  return web.port;
}

async function startSweep(
  { settings }: Config,
  desk: Desk,
  health: () => Promise<Health>,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const { sweep } = await import('./flows/time/sweep.ts');
  const { learnWaiting } = await import('./flows/answers/learn-answer.ts');
  const { calibrateWhenGrown } = await import('./flows/answers/calibrate-answers.ts');
  const { remindAgents } = await import('./flows/time/remind-agents.ts');
  const { dropOldBytes } = await import('./flows/time/drop-old-bytes.ts');
  const { watchDesk } = await import('./flows/operate/watch-desk.ts');
  const reminding = {
    ...desk,
    digestAt: settings.DIGEST_AT,
    timeZone: settings.TZ,
    remindHours: settings.REMIND_HOURS,
  };
  repeat(desk.log, 'sweep', settings.SWEEP_SECONDS * 1000, () => sweep(desk), closers);
  repeat(desk.log, 'learn answers', settings.SWEEP_SECONDS * 1000, () => learnWaiting(desk), closers);
  repeat(desk.log, 'calibrate answers', EVERY_MINUTE_MS, () => calibrateWhenGrown(desk), closers);
  repeat(desk.log, 'remind agents', EVERY_MINUTE_MS, () => remindAgents(reminding), closers);
  repeat(desk.log, 'drop old bytes', EVERY_MINUTE_MS, () => dropOldBytes(desk, settings.RAW_RETENTION_DAYS), closers);
  repeat(desk.log, 'watch the desk', EVERY_MINUTE_MS, () => watchDesk({ ...desk, health }), closers);
}

async function startPoll({ settings }: Config, desk: Desk, closers: (() => Promise<void>)[]): Promise<void> {
  const { connectMailbox } = await import('./imap/mailbox-connection.ts');
  const { pollMailbox } = await import('./flows/receive/poll-mailbox.ts');
  const url = settings.IMAP_URL ?? '';
  const mailboxId = await ensureMailbox(desk.database, mailboxSource(url), desk.clock.now());
  const polling = {
    ...desk,
    connect: () =>
      connectMailbox({
        url,
        timeoutMs: settings.IMAP_TIMEOUT_SECONDS * 1000,
        allowPlaintext: settings.ALLOW_PLAINTEXT,
        ...(settings.IMAP_MOVE_TO === undefined ? {} : { moveTo: settings.IMAP_MOVE_TO }),
        onLog: (line: string) => desk.log.debug(line),
      }),
    holder: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    pollMs: settings.POLL_SECONDS * 1000,
    initialSync: settings.INITIAL_SYNC,
    maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
  };
  const abort = new AbortController();
  const polled = pollMailbox(polling, mailboxId, abort.signal);
  closers.push(async () => {
    abort.abort();
    await polled;
  });
}
