import { coalesceHints } from './flows/coalesce-hints.ts';
import type { ProcessingDesk } from './flows/decide/process-waiting.ts';
import type { Desk } from './flows/desk.ts';
import { ensureMailboxes, knowMailboxes, sourcesOf } from './flows/know-mailboxes.ts';
import { type Health, reportHealth } from './flows/operate/report-health.ts';
import { createFreshBytes } from './flows/receive/fresh-bytes.ts';
import { DEFAULT_PARSE_BOUNDS } from './mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from './mail/parse/parser-pool.ts';
import type { DnsResolver } from './mail/sender/verify-dns.ts';
import { connectQueue } from './queue/connect-queue.ts';
import type { HintQueue } from './queue/queue.ts';
import { reachDatabase } from './reach-database.ts';
import { checkOwnTemplates } from './roles/own-templates.ts';
import { startPoll } from './roles/poll.ts';
import { startProcess } from './roles/process.ts';
import { startSend } from './roles/send.ts';
import { signInAccounts, startSignIn } from './roles/sign-in.ts';
import { startSweep } from './roles/sweep.ts';
import { startPages } from './roles/web.ts';
import { type Clock, wallClock } from './runtime/clock.ts';
import { closeAll } from './runtime/close-all.ts';
import { createLogger, type Logger } from './runtime/logger.ts';
import { createMetrics } from './runtime/metrics.ts';
import type { Config, Role } from './runtime/settings/config.ts';
import { type Database, openDatabase } from './store/database.ts';
import { checkRights, checkSchema, migrate } from './store/migrate.ts';
import { ensureListedAgents } from './store/tickets/agents.ts';

const MEGABYTE = 1024 * 1024;

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
    stopping ??= closeAll(closers, (err) => log.warn({ err }, 'something did not close cleanly'));
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

type Parts = { log: Logger; clock: Clock; resolver?: DnsResolver; closers: (() => Promise<void>)[] };

async function startParts(config: Config, roles: readonly Role[], parts: Parts) {
  const { log, clock, closers } = parts;
  const { settings } = config;
  await checkOwnTemplates(config);
  const reached = await reachDatabase(config, log);
  closers.push(reached.release);
  await checkRights(reached.url);
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
  await ensureMailboxes(database, config, clock.now());
  const mailboxes = await knowMailboxes(database, config);
  const desk: Desk = {
    database,
    queue,
    rules: config.rules,
    ...mailboxes,
    words: config.words,
    keys: config.keys,
    clock,
    log,
    metrics,
  };
  const startedAt = clock.now();
  const accounts = await signInAccounts(config, clock.now);
  const pollMs = settings.POLL_SECONDS * 1000;
  const ofPolls = { pollMs, startedAt, sources: sourcesOf(config), accounts: [...accounts.values()] };
  const health = () => reportHealth({ ...desk, queue, ...ofPolls });
  // Where one process polls and decides, what was stored need not be read back.
  const shared = roles.includes('poll') && roles.includes('process') ? { fresh: createFreshBytes() } : {};
  const parser = needsParser(roles) ? startParser(config, closers) : undefined;
  if (roles.includes('process') && parser) {
    const { authenticateMail } = await import('./mail/sender/verify-dkim.ts');
    const { createSenderDns, systemResolver } = await import('./mail/sender/verify-dns.ts');
    const dns = createSenderDns(parts.resolver ?? systemResolver());
    const authenticate: ProcessingDesk['authenticate'] = (...asked) => authenticateMail(...asked, dns);
    await startProcess(config, { ...desk, parser, authenticate, ...shared }, queue, closers);
  }
  const signsIn = roles.includes('poll') || roles.includes('send');
  const tokensOf = signsIn ? await startSignIn(desk, accounts, closers) : () => undefined;
  if (roles.includes('send') && parser)
    await startSend(config, { ...desk, ...shared }, tokensOf, queue, parser, closers);
  const httpPort = roles.includes('web') ? await startPages(config, desk, health, closers) : undefined;
  if (roles.includes('sweep')) await startSweep(config, desk, health, closers);
  if (roles.includes('poll')) await startPoll(config, { ...desk, ...shared }, tokensOf, closers);
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
