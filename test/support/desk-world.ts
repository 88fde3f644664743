import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type App, type AppOptions, startApp } from '../../src/app.ts';
import { type DevMailServer, startDevMailServer } from '../../src/dev/dev-mail-server.ts';
import { createLogger } from '../../src/runtime/logger.ts';
import { loadConfig, ROLES, type Role } from '../../src/runtime/settings/config.ts';
import { startDovecot, type TestDovecot } from './dovecot.ts';
import type { TestOauthProvider } from './oauth-provider.ts';
import { createDatabase, type TestDatabase } from './postgres.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { type SeenMail, seeMail } from './sent-mail.ts';
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

/** A desk with everything around it: a mailbox, a relay that keeps what it is given, a database, a queue. */
export type DeskWorld = {
  env: Record<string, string>;
  database: pg.Pool;
  sink: SmtpSink;
  /** puts a mail into the desk's mailbox, as the world's mail server would */
  deliver(raw: Buffer): Promise<void>;
  /** our development server, where the mailbox is on it */
  devServer: DevMailServer | undefined;
  /** the Dovecot, where the mailbox is on one, of the user `support` */
  dovecot: TestDovecot | undefined;
  redis: TestRedis | undefined;
  /** runs the desk in this process */
  start(
    roles?: readonly Role[],
    env?: Record<string, string>,
    options?: Pick<AppOptions, 'clock' | 'resolver'>,
  ): Promise<App>;
  /** runs `end` when the world stops, before what the world itself started */
  onStop(end: () => Promise<unknown>): void;
  /** the n-th mail (from 1) that the relay took for this recipient; waits for it */
  mailTo(recipient: string, n?: number, timeoutMs?: number): Promise<SeenMail>;
  /** how many mails the relay has taken for this recipient */
  countTo(recipient: string): number;
  /** waits until the query's first column of the first row is true */
  until(sql: string, timeoutMs?: number): Promise<void>;
  rows<T extends pg.QueryResultRow = Record<string, unknown>>(sql: string): Promise<T[]>;
  stop(): Promise<void>;
};

export type WorldOptions = {
  mailbox?: 'dev' | 'dovecot';
  queue?: 'postgres' | 'redis';
  env?: Record<string, string>;
  /** access tokens take the place of passwords, in Dovecot and the relay */
  oauth?: { provider: TestOauthProvider; mechanisms: string };
  /** outside of vitest; default: one of the run's own server */
  database?: TestDatabase;
};

export async function startDeskWorld(options: WorldOptions = {}): Promise<DeskWorld> {
  const closers: (() => Promise<unknown>)[] = [];
  const database = options.database ?? (await createDatabase());
  closers.push(() => database.drop());
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => {});
  closers.push(() => pool.end());
  const knowsToken = options.oauth?.provider.knows;
  const sink = await startSmtpSink(knowsToken ? { knowsToken } : {});
  closers.push(() => sink.stop());
  const mailbox = options.mailbox === 'dovecot' ? await startOnDovecot(options.oauth) : await startOnDevServer();
  closers.push(() => mailbox.stop());
  const redis = options.queue === 'redis' ? await startRedis() : undefined;
  if (redis) closers.push(() => redis.stop());
  const env: Record<string, string> = {
    SUPPORT_ADDRESS: 'Acme Support <support@desk.example>',
    AGENTS: 'Alice Ames <alice@desk.example>, bob@desk.example',
    IMAP_URL: mailbox.url,
    SMTP_URL: options.oauth ? sink.url.replace('//', '//support@') : sink.url,
    DATABASE_URL: database.url,
    SECRET: randomBytes(32).toString('hex'),
    PUBLIC_URL: 'https://help.desk.example',
    HTTP_PORT: '0',
    POLL_SECONDS: '2',
    SWEEP_SECONDS: '1',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    PARSERS: '1',
    // Nobody signs mail here; tests of signatures say otherwise.
    SENDER_TRUST: 'none',
    // Tests send in bursts, from few addresses of one domain.
    SEND_BRAKE: '0',
    NOTICES_PER_RECIPIENT: '0',
    NOTICES_PER_DOMAIN: '0',
    // Tests count what colleagues get; tests of team news say otherwise.
    TEAM_NEWS: 'no',
    // A busy machine must not decide which mails carry past answers.
    SUGGEST_WITHIN_MS: '60000',
    // What is unknown stays so, and is told at once.
    UNKNOWN_RESEND_MINUTES: '0',
    ...(options.oauth ? { OAUTH_PROVIDER: options.oauth.provider.issuer, OAUTH_CLIENT_ID: 'turnmail' } : {}),
    ...(redis ? { QUEUE_URL: redis.url } : {}),
    ...options.env,
  };
  const to = (recipient: string) => sink.mails.filter((mail) => mail.envelope.to.includes(recipient));
  return {
    env,
    database: pool,
    sink,
    deliver: mailbox.deliver,
    devServer: mailbox.devServer,
    dovecot: mailbox.dovecot,
    redis,
    onStop: (end) => {
      closers.push(end);
    },
    start: async (roles = ROLES, more = {}, options = {}) => {
      const merged = { ...env, ...more };
      const app = await startApp(loadConfig(roles, merged), roles, {
        log: createLogger({ level: merged['LOG_LEVEL'] ?? 'silent' }),
        ...options,
      });
      // Stopped twice is stopped once, so a test may stop it earlier.
      closers.push(() => app.stop());
      return app;
    },
    mailTo: async (recipient, n = 1, timeoutMs = PATIENCE_MS) => {
      await waitFor(
        () => to(recipient).length >= n,
        timeoutMs,
        () => `mail ${n} to ${recipient}; the relay took ${describe(sink)}`,
      );
      const mail = to(recipient)[n - 1];
      if (!mail) throw new Error('a mail that was there is gone');
      return await seeMail(mail);
    },
    countTo: (recipient) => to(recipient).length,
    until: async (sql, timeoutMs = PATIENCE_MS) => {
      const holds = async () => Object.values((await pool.query(sql)).rows[0] ?? {})[0] === true;
      await waitFor(holds, timeoutMs, () => sql);
    },
    rows: async <T extends pg.QueryResultRow>(sql: string) => (await pool.query<T>(sql)).rows,
    stop: async () => {
      for (const close of closers.toReversed()) await close();
    },
  };
}

type Mailbox = {
  url: string;
  devServer: DevMailServer | undefined;
  dovecot: TestDovecot | undefined;
  deliver(raw: Buffer): Promise<void>;
  stop(): Promise<unknown>;
};

async function startOnDevServer(): Promise<Mailbox> {
  const server = await startDevMailServer({ users: [{ address: 'support@desk.example', password: 'secret' }] });
  return {
    url: `imap://support%40desk.example:secret@127.0.0.1:${server.imapPort}/INBOX`,
    devServer: server,
    dovecot: undefined,
    deliver: async (raw) => {
      server.store.deliver('support@desk.example', raw);
    },
    stop: () => server.stop(),
  };
}

async function startOnDovecot(oauth: WorldOptions['oauth']): Promise<Mailbox> {
  const dovecot = await startDovecot(
    oauth ? { oauth: { mechanisms: oauth.mechanisms, introspectionUrl: oauth.provider.introspectionUrl } } : {},
  );
  return {
    url: oauth ? dovecot.imapUrl('support').replace(`:${dovecot.password}@`, '@') : dovecot.imapUrl('support'),
    devServer: undefined,
    dovecot,
    deliver: (raw) => dovecot.deliver('support', raw),
    stop: () => dovecot.stop(),
  };
}

function describe(sink: SmtpSink): string {
  return sink.mails.map((mail) => mail.envelope.to.join()).join(' ') || 'none';
}
