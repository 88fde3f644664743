/** The checks of `turnmail doctor`: each tries one thing and says in words how it went and what to do. */
import { createServer } from 'node:net';
import { addressKey, type EmailAddress } from '../../domain/email-address.ts';
import { messageOf } from '../../domain/fault.ts';
import { connectMailbox, ImapFault, type ImapFaultKind } from '../../imap/mailbox-connection.ts';
import { connectQueue } from '../../queue/connect-queue.ts';
import { reachDatabase } from '../../reach-database.ts';
import type { Config } from '../../runtime/config.ts';
import { createSmtpSender } from '../../smtp/smtp-sender.ts';
import { findServerVersion, openDatabase } from '../../store/database.ts';
import { checkSchema } from '../../store/migrate.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { type Check, failed, ok, warn } from './doctor-check.ts';
import { checkSenders } from './doctor-senders.ts';

const PATIENCE_MS = 15_000;

/** Database, queue and agents; the queue and the agents need the database. */
export async function checkStores(config: Config): Promise<Check[]> {
  const where = config.databaseUrl === undefined ? `embedded in ${config.dataDir}` : placeOf(config.databaseUrl);
  let reached: Awaited<ReturnType<typeof reachDatabase>>;
  try {
    reached = await reachDatabase(config);
  } catch (error) {
    return [
      failed('database', `${where}: ${messageOf(error)}`, 'look at its log, or set DATABASE_URL to your own Postgres'),
    ];
  }
  try {
    const database = await checkDatabase(reached.url, where);
    if (database.state === 'failed') return [database];
    const agents = await checkAgents(config, reached.url);
    const senders = await checkSenders(config.rules.senderTrust, agents.addresses);
    return [database, await checkQueue(config, reached.url), agents.check, senders];
  } finally {
    await reached.release();
  }
}

async function checkDatabase(url: string, where: string): Promise<Check> {
  const pool = openDatabase(url, { max: 1, onError: () => {}, name: 'turnmail doctor' });
  let version: string;
  try {
    version = await findServerVersion(pool);
  } catch (error) {
    return failed(
      'database',
      `${where}: ${messageOf(error)}`,
      'check DATABASE_URL, and that the server runs and lets us in',
    );
  } finally {
    await pool.end();
  }
  try {
    await checkSchema(url);
    return ok('database', `PostgreSQL ${version}, ${where}; its schema is that of this version`);
  } catch (error) {
    const name = `PostgreSQL ${version}, ${where}, answers, but ${messageOf(error)}`;
    return failed('database', name, 'turnmail migrate brings an older or empty database up to date');
  }
}

async function checkQueue(config: Config, databaseUrl: string): Promise<Check> {
  const onRedis = config.queueUrl !== undefined;
  const where =
    config.queueUrl === undefined ? 'BullMQ on the same Postgres' : `BullMQ on Redis, ${placeOf(config.queueUrl)}`;
  const troubles: string[] = [];
  try {
    const queue = await connectQueue({
      queueUrl: config.queueUrl,
      databaseUrl,
      prefix: config.settings.QUEUE_PREFIX,
      onError: (error) => troubles.push(messageOf(error)),
    });
    try {
      await queue.ping();
    } finally {
      await queue.close();
    }
  } catch (error) {
    const why = [...new Set([messageOf(error), ...troubles])].join('; ');
    return failed('queue', `${where}: ${why}`, onRedis ? 'check QUEUE_URL, and that Redis runs' : 'check the database');
  }
  const evicting = troubles.find((trouble) => trouble.includes('maxmemory-policy'));
  if (evicting !== undefined)
    return warn('queue', `${where}: ${evicting}`, 'redis-cli config set maxmemory-policy noeviction');
  return ok('queue', `${where}, answers${onRedis ? ', and evicts nothing (maxmemory-policy noeviction)' : ''}`);
}

async function checkAgents(config: Config, url: string): Promise<{ check: Check; addresses: EmailAddress[] }> {
  const addresses = config.agents.map(({ address }) => address);
  const pool = openDatabase(url, { max: 1, onError: () => {}, name: 'turnmail doctor' });
  try {
    addresses.push(...(await listAgents(pool)).map(({ email }) => email));
    return { check: describeAgents(new Set(addresses.map(addressKey)).size), addresses };
  } catch (error) {
    return { check: failed('agents', messageOf(error), 'check the database'), addresses };
  } finally {
    await pool.end();
  }
}

function describeAgents(count: number): Check {
  if (count > 0) return ok('agents', `${count} ${count === 1 ? 'agent hears' : 'agents hear'} of new tickets`);
  const todo = 'set AGENTS, or: turnmail agent add ADDRESS';
  return warn('agents', 'there are none, so nobody hears of new tickets', todo);
}

const IMAP_TODO: Record<ImapFaultKind, string> = {
  auth: 'check user and password of IMAP_URL (URL-encoded); many providers want an app password',
  network: 'check host and port of IMAP_URL; imaps: is TLS on 993, imap: is plain or STARTTLS on 143',
  protocol: 'look at what the server said',
  'missing-folder': 'check the folder at the end of IMAP_URL, and IMAP_MOVE_TO',
};

export async function checkImap({ settings }: Config): Promise<Check> {
  const url = settings.IMAP_URL;
  if (url === undefined) return failed('imap', 'IMAP_URL is not set', 'set it to the mailbox that customers write to');
  try {
    const mailbox = await connectMailbox({ url, timeoutMs: PATIENCE_MS, allowPlaintext: settings.ALLOW_PLAINTEXT });
    const { exists, idle } = mailbox.status();
    await mailbox.close();
    const found = `${placeOf(url)}: logged in, the folder is open and holds ${exists} mails`;
    if (idle) return ok('imap', `${found}; new mail is heard of at once (IDLE)`);
    const wait = `the server has no IDLE, so new mail is seen when it is asked, every ${settings.POLL_SECONDS} seconds`;
    return warn('imap', `${found}; ${wait}`, 'set POLL_SECONDS lower where that is too slow');
  } catch (error) {
    const todo = error instanceof ImapFault ? IMAP_TODO[error.kind] : 'check IMAP_URL';
    return failed('imap', messageOf(error), todo);
  }
}

export async function checkSmtp({ settings }: Config): Promise<Check> {
  const url = settings.SMTP_URL;
  if (url === undefined) return failed('smtp', 'SMTP_URL is not set', 'set it to the relay for outgoing mail');
  try {
    const smtp = createSmtpSender({
      url,
      connections: 1,
      timeoutMs: PATIENCE_MS,
      allowPlaintext: settings.ALLOW_PLAINTEXT,
    });
    await smtp.verify().finally(() => smtp.close());
    const login = new URL(url).username === '' ? 'no login asked for' : 'logged in';
    return ok('smtp', `${placeOf(url)}: answers, ${login}`);
  } catch (error) {
    return failed(
      'smtp',
      messageOf(error),
      'check SMTP_URL; smtps: is TLS on 465, smtp: is STARTTLS on 587 or 25; without TLS only on this machine or with ALLOW_PLAINTEXT=yes',
    );
  }
}

export async function checkPages({ settings, identity }: Config): Promise<Check> {
  const host = settings.HTTP_HOST;
  const port = settings.HTTP_PORT;
  const use = await portUse(host, port);
  if (use === 'taken') {
    return failed('pages', `port ${port} of ${host} is taken by another program`, 'set HTTP_PORT to a free one');
  }
  if (use === 'refused')
    return failed('pages', `nothing may listen on ${host} port ${port}`, 'set HTTP_HOST and HTTP_PORT');
  const where = `${host}:${port} is ${use === 'ours' ? 'served by a Turnmail that is up' : 'free'}`;
  if (identity.publicUrl === undefined) {
    return ok('pages', `${where}; PUBLIC_URL is not set, so the links in mails are answered by mail only`);
  }
  return ok('pages', `${where}; links in mails begin with ${identity.publicUrl}, which must lead there`);
}

async function portUse(host: string, port: number): Promise<'free' | 'ours' | 'taken' | 'refused'> {
  if (port === 0) return 'free';
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => resolve(undefined));
  });
  if (code === undefined) {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return 'free';
  }
  if (code !== 'EADDRINUSE') return 'refused';
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const metrics = await fetch(`http://${address}:${port}/metrics`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.text(),
    () => '',
  );
  return metrics.includes('turnmail_') ? 'ours' : 'taken';
}

export function checkReplyAddress({ settings, identity }: Config): Check {
  const { replyAddress } = identity;
  if (replyAddress === undefined) {
    return ok('replies', 'REPLY_ADDRESS is none: answers are told apart by Message-ID and subject only');
  }
  const form = `${replyAddress.before}{token}${replyAddress.after}`;
  const how = settings.REPLY_ADDRESS === undefined ? 'derived from SUPPORT_ADDRESS' : 'from REPLY_ADDRESS';
  return ok('replies', `${form}, ${how}; mail to such addresses must arrive in the mailbox of IMAP_URL`);
}

/** Who and where a URL names, without its password. */
function placeOf(text: string): string {
  if (!URL.canParse(text)) return 'an unreadable URL';
  const url = new URL(text);
  const user = url.username === '' ? '' : `${safeDecode(url.username)} at `;
  return `${user}${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
