/** The checks of `turnmail doctor`: each tries one thing and says in words how it went and what to do. */
import { createServer } from 'node:net';
import { isLoopback } from '../../domain/desk/mail-server.ts';
import { messageOf } from '../../domain/fault.ts';
import { addressKey, domainOf, type EmailAddress, localPartOf } from '../../domain/mail/email-address.ts';
import { connectQueue } from '../../queue/connect-queue.ts';
import { reachDatabase } from '../../reach-database.ts';
import type { Config } from '../../runtime/settings/config.ts';
import type { MailboxConfig } from '../../runtime/settings/mailbox-config.ts';
import { type Database, findServerVersion, openDatabase } from '../../store/database.ts';
import { checkSchema, isEmptyDatabase } from '../../store/migrate.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { type Check, failed, ok, warn } from './doctor-check.ts';
import { checkSenderTrust } from './doctor-senders.ts';
import { placeOf } from './place-of.ts';

/** What the other checks need of the database, while it is reached. */
export type Stores = { database: Database; agents: EmailAddress[] };

/**
 * Database, queue and agents; the queue and the agents need the database.
 * @param goOn checks that need it too; `undefined` where it cannot be used
 */
export async function checkStores(
  config: Config,
  goOn: (stores: Stores | undefined) => Promise<Check[]>,
): Promise<Check[]> {
  const where = config.databaseUrl === undefined ? `embedded in ${config.dataDir}` : placeOf(config.databaseUrl);
  let reached: Awaited<ReturnType<typeof reachDatabase>>;
  try {
    reached = await reachDatabase(config);
  } catch (error) {
    return [
      failed('database', `${where}: ${messageOf(error)}`, 'look at its log, or set DATABASE_URL to your own Postgres'),
      ...(await goOn(undefined)),
    ];
  }
  try {
    const { check, empty } = await checkDatabase(reached.url, where);
    if (check.state === 'failed') return [check, ...(await goOn(undefined))];
    const pool = openDatabase(reached.url, { max: 2, onError: () => {}, name: 'turnmail doctor' });
    try {
      const agents = empty ? listedAgents(config) : await checkAgents(config, pool);
      const senders = await checkSenderTrust(config.rules.senderTrust, agents.addresses);
      const queue = await checkQueue(config, reached.url);
      const rest = await goOn(empty ? undefined : { database: pool, agents: agents.addresses });
      return [check, queue, agents.check, senders, ...rest];
    } finally {
      await pool.end();
    }
  } finally {
    await reached.release();
  }
}

async function checkDatabase(url: string, where: string): Promise<{ check: Check; empty: boolean }> {
  const pool = openDatabase(url, { max: 1, onError: () => {}, name: 'turnmail doctor' });
  let version: string;
  try {
    version = await findServerVersion(pool);
  } catch (error) {
    const todo = 'check DATABASE_URL, and that the server runs and lets us in';
    return { check: failed('database', `${where}: ${messageOf(error)}`, todo), empty: false };
  } finally {
    await pool.end();
  }
  const name = `PostgreSQL ${version}, ${where}`;
  try {
    if (await isEmptyDatabase(url)) {
      return {
        check: ok('database', `${name}; it is empty, and turnmail up fills it at its first start`),
        empty: true,
      };
    }
    await checkSchema(url);
    return { check: ok('database', `${name}; its schema is that of this version`), empty: false };
  } catch (error) {
    const todo = 'turnmail migrate brings an older database up to date';
    return { check: failed('database', `${name}, answers, but ${messageOf(error)}`, todo), empty: false };
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

type Agents = { check: Check; addresses: EmailAddress[] };

async function checkAgents(config: Config, pool: Database): Promise<Agents> {
  const { addresses } = listedAgents(config);
  try {
    addresses.push(...(await listAgents(pool)).map(({ email }) => email));
    return { check: describeAgents(new Set(addresses.map(addressKey)).size), addresses };
  } catch (error) {
    return { check: failed('agents', messageOf(error), 'check the database'), addresses };
  }
}

/** Those that the settings name; before the first start there are no others. */
function listedAgents(config: Config): Agents {
  const addresses = config.agents.map(({ address }) => address);
  return { check: describeAgents(new Set(addresses.map(addressKey)).size), addresses };
}

function describeAgents(count: number): Check {
  if (count > 0) return ok('agents', `${count} ${count === 1 ? 'agent hears' : 'agents hear'} of new tickets`);
  const todo = 'set AGENTS, or: turnmail agent add ADDRESS';
  return warn('agents', 'there are none, so nobody hears of new tickets', todo);
}

export async function checkPages({ settings, mailboxes: [{ identity }] }: Config): Promise<Check> {
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
  const links = `${where}; links in mails begin with ${identity.publicUrl}, which must lead there`;
  const { protocol, hostname } = new URL(identity.publicUrl);
  if (isLoopback(hostname.replace(/^\[|\]$/g, '')) || hostname.endsWith('.localhost')) {
    return warn(
      'pages',
      `${links}; only this machine can open such a link`,
      'set PUBLIC_URL to the address that customers reach',
    );
  }
  if (protocol === 'http:') {
    return warn(
      'pages',
      `${links}; without TLS others can read and press them`,
      'set PUBLIC_URL to an https:// address, by a reverse proxy',
    );
  }
  return ok('pages', links);
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

export function checkReplyAddress({ identity: { replyAddress, address } }: MailboxConfig): Check {
  if (replyAddress === undefined) {
    return ok('replies', 'REPLY_ADDRESS is none: answers are told apart by Message-ID and subject only');
  }
  const form = `${replyAddress.before}{token}${replyAddress.after}`;
  const derived = replyAddress.before === `${localPartOf(address)}+` && replyAddress.after === `@${domainOf(address)}`;
  const how = derived ? 'derived from SUPPORT_ADDRESS' : 'from REPLY_ADDRESS';
  return ok('replies', `${form}, ${how}; mail to such addresses must arrive in the mailbox of IMAP_URL`);
}
