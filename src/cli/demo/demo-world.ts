/** Everything the demo needs, on this machine only: mail servers, a desk with all roles, and people with mail clients. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../../app.ts';
import { type DevMailServer, startDevMailServer } from '../../dev/dev-mail-server.ts';
import { type MailClient, openMailClient, type Person } from '../../dev/mail-client.ts';
import { closeAll } from '../../runtime/close-all.ts';
import { createLogger } from '../../runtime/logger.ts';
import { loadConfig, ROLES } from '../../runtime/settings/config.ts';
import { listMailboxes } from '../../store/inbound/mailboxes.ts';

export const PASSWORD = 'demo';
const person = (name: string, address: string): Person => ({ name, address, password: PASSWORD });
export const DESK = person('Acme Support', 'support@acme.example');
export const JO = person('Jo Miller', 'jo@miller.example');
export const ALICE = person('Alice', 'alice@acme.example');
export const BOB = person('Bob', 'bob@acme.example');
/** An account for the person who watches the demo. */
export const YOU = person('You', 'you@home.example');

const HOST = '127.0.0.1';

export type DemoWorld = {
  app: App;
  mail: DevMailServer;
  dataDir: string;
  publicUrl: string;
  jo: MailClient;
  alice: MailClient;
  bob: MailClient;
  /** how long it took until the desk could work, in milliseconds */
  readyMs: number;
  /** Stops everything and removes the data folder. Twice is once. */
  stop(): Promise<void>;
};

/**
 * Starts it all. The mailboxes live in memory, so the database begins anew as well: in a folder of this run, which is
 * removed at the end.
 * @param wellKnownPorts take the ports that are easy to type, where they are free
 */
export async function startDemoWorld(wellKnownPorts: boolean): Promise<DemoWorld> {
  const startedAt = performance.now();
  const closers: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= closeAll(closers, () => {});
    return stopping;
  };
  try {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'turnmail-demo-'));
    closers.push(() => removeData(dataDir));
    const mail = await startDevMailServer({
      users: [DESK, JO, ALICE, BOB, YOU],
      host: HOST,
      imapPort: wellKnownPorts ? await choosePort(1143) : 0,
      smtpPort: wellKnownPorts ? await choosePort(1025) : 0,
    });
    closers.push(() => mail.stop());
    const httpPort = await choosePort(wellKnownPorts ? 8080 : 0);
    const publicUrl = `http://${HOST}:${httpPort}`;
    const app = await startDesk(mail, dataDir, httpPort, publicUrl);
    closers.push(() => app.stop());
    await untilReady(app);
    const readyMs = performance.now() - startedAt;
    const clients: MailClient[] = [];
    closers.push(async () => {
      await Promise.all(clients.map((client) => client.close()));
    });
    const ports = { host: HOST, imapPort: mail.imapPort, smtpPort: mail.smtpPort };
    const enter = async (who: Person) => {
      const client = await openMailClient(who, ports);
      clients.push(client);
      return client;
    };
    const [jo, alice, bob] = [await enter(JO), await enter(ALICE), await enter(BOB)];
    return { app, mail, dataDir, publicUrl, jo, alice, bob, readyMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDesk(mail: DevMailServer, dataDir: string, httpPort: number, publicUrl: string): Promise<App> {
  const config = loadConfig(ROLES, {
    SUPPORT_ADDRESS: `${DESK.name} <${DESK.address}>`,
    AGENTS: [ALICE, BOB].map(({ name, address }) => `${name} <${address}>`).join(', '),
    IMAP_URL: `imap://${encodeURIComponent(DESK.address)}:${PASSWORD}@${HOST}:${mail.imapPort}/INBOX`,
    SMTP_URL: `smtp://${HOST}:${mail.smtpPort}`,
    DATA_DIR: dataDir,
    HTTP_HOST: HOST,
    HTTP_PORT: String(httpPort),
    PUBLIC_URL: publicUrl,
    // Nobody signs mail on this machine.
    SENDER_TRUST: 'none',
  });
  // The story has the terminal to itself; what goes wrong is still said.
  return await startApp(config, ROLES, { log: createLogger({ level: process.env['LOG_LEVEL'] ?? 'error' }) });
}

/** Mail that comes before the mailbox was first read would count as mail that was there before the start. */
async function untilReady(app: App): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    if ((await listMailboxes(app.database)).some(({ lastGoodPollAt }) => lastGoodPollAt !== undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the desk did not read its mailbox within 30 s');
}

/** As root the cluster may live elsewhere; then a file in the folder says where (see embedded-postgres-files.ts). */
async function removeData(dataDir: string): Promise<void> {
  const elsewhere = (await readFile(path.join(dataDir, 'postgres.location'), 'utf8').catch(() => '')).trim();
  if (path.isAbsolute(elsewhere)) await rm(elsewhere, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/** The port if it is free, else any that is. */
async function choosePort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.once('error', () => resolve(0));
    server.listen(wanted, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  return port === 0 && wanted !== 0 ? await choosePort(0) : port;
}
