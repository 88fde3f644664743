import { ImapFlow } from 'imapflow';
import { freePort } from '../support/child-process.ts';
import { type DeskWorld, startDeskWorld, type WorldOptions } from '../support/desk-world.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import type { Peers } from './accounting.ts';

export type Peer = 'imap' | 'smtp' | 'postgres' | 'redis';

/** A desk's world whose every connection goes through a proxy of ours. Roles are child processes (crew.ts). */
export type FaultWorld = DeskWorld & {
  proxies: Partial<Record<Peer, TcpProxy>>;
  webPort: number;
  /** the desk's mailbox as its server has it */
  readMailbox(): Promise<Peers['mailbox']>;
};

export const AGENT = 'alice@desk.example';

/** Nothing but what is tested stands in the way of a mail: no bounds on automatic mail, no trust in signatures. */
const OPEN_DOORS = {
  AGENTS: AGENT,
  SENDER_TRUST: 'none',
  SEND_BRAKE: '0',
  NOTICES_PER_TICKET: '0',
  NOTICES_PER_RECIPIENT: '0',
  NOTICES_PER_DOMAIN: '0',
  NOTICES_PER_AGENT: '0',
  RATE_PER_HOUR: '0',
  INITIAL_SYNC: 'all',
  SEND_TIMEOUT_SECONDS: '5',
  UNKNOWN_RESEND_MINUTES: '1',
  REMIND_HOURS: '0',
};

export async function startFaultWorld(options: WorldOptions): Promise<FaultWorld> {
  const webPort = await freePort();
  const world = await startDeskWorld({
    ...options,
    env: {
      ...OPEN_DOORS,
      NODE_ENV: 'test',
      HTTP_PORT: String(webPort),
      PUBLIC_URL: `http://127.0.0.1:${webPort}`,
      ...options.env,
    },
  });
  const direct = { ...world.env };
  const proxies: FaultWorld['proxies'] = {};
  const through = async (peer: Peer, name: string, target: { port: number } | { path: string }) => {
    const proxy = await startTcpProxy(target);
    world.onStop(() => proxy.stop());
    proxies[peer] = proxy;
    const url = new URL(direct[name] ?? '');
    url.port = String(proxy.port);
    url.hostname = '127.0.0.1';
    url.searchParams.delete('host');
    world.env[name] = url.href;
  };
  const postgres = new URL(direct['DATABASE_URL'] ?? '');
  const socket = `${postgres.searchParams.get('host')}/.s.PGSQL.${postgres.port}`;
  await through('postgres', 'DATABASE_URL', { path: socket });
  await through('imap', 'IMAP_URL', { port: portOf(direct['IMAP_URL']) });
  await through('smtp', 'SMTP_URL', { port: portOf(direct['SMTP_URL']) });
  if (direct['QUEUE_URL']) await through('redis', 'QUEUE_URL', { port: portOf(direct['QUEUE_URL']) });
  return { ...world, proxies, webPort, readMailbox: () => readMailbox(direct['IMAP_URL'] ?? '') };
}

function portOf(url = ''): number {
  return Number(new URL(url).port);
}

async function readMailbox(imapUrl: string): Promise<Peers['mailbox']> {
  const { hostname, port, username, password } = new URL(imapUrl);
  const client = new ImapFlow({
    host: hostname,
    port: Number(port),
    secure: false,
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false,
  });
  await client.connect();
  try {
    const box = await client.mailboxOpen('INBOX', { readOnly: true });
    if (box.exists === 0) return [];
    const mails: Peers['mailbox'] = [];
    for await (const { uid, source } of client.fetch('1:*', { uid: true, source: true })) {
      if (source === undefined) throw new Error(`the mailbox does not hand out mail ${uid}`);
      mails.push({ uid, raw: source });
    }
    return mails;
  } finally {
    await client.logout();
  }
}
