import { execFileSync } from 'node:child_process';
import { chownSync, utimesSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { freePort, retryStart, spawnServer, stopChild, untilUp } from './child-process.ts';
import { dovecotConfig } from './dovecot-config.ts';
import { requireServer } from './servers.ts';

export type TestDovecot = {
  imapPort: number;
  lmtpPort: number;
  /** every user's password */
  password: string;
  /** puts a raw mail into the user's INBOX over LMTP; resolves when Dovecot has it */
  deliver(user: string, raw: Buffer | string, options?: { from?: string }): Promise<void>;
  /** the settings of this user's INBOX, as IMAP_URL wants them */
  imapUrl(user: string): string;
  log(): Promise<string>;
  /** the folder of this user's mail, a Maildir */
  maildir(user: string): string;
  /** writes mails into the user's INBOX as files, which is fast; they came at these times. Resolves with their names. */
  fill(user: string, mails: { raw: Buffer | string; at: number }[]): Promise<string[]>;
  /** ends the server as its host would; clients get their BYE */
  down(): Promise<void>;
  /** starts it again with its mail, on the same ports */
  up(): Promise<void>;
  stop(): Promise<void>;
};

/** `mechanisms` such as `xoauth2 oauthbearer`; `introspectionUrl` says what a token is worth */
export type DovecotOptions = { oauth?: { mechanisms: string; introspectionUrl: string } };

/** A Dovecot of this test's own on free loopback ports. Any user name exists: take a new one for each test. */
export async function startDovecot(options: DovecotOptions = {}): Promise<TestDovecot> {
  const binary = requireServer('dovecot');
  return retryStart(() => startOnce(binary, options));
}

async function startOnce(binary: string, options: DovecotOptions): Promise<TestDovecot> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-dovecot-'));
  const [imapPort, lmtpPort] = [await freePort(), await freePort()];
  const password = 'secret';
  const owner = mailAccount();
  await mkdir(path.join(folder, 'mail'));
  if (owner.account === undefined) {
    await chmod(folder, 0o755);
    await chown(path.join(folder, 'mail'), owner.uid, owner.gid);
  }
  const config = path.join(folder, 'dovecot.conf');
  const oauth = options.oauth && { ...options.oauth, file: path.join(folder, 'oauth2.conf') };
  if (oauth) await writeFile(oauth.file, oauthConfig(oauth.introspectionUrl), { mode: 0o644 });
  await writeFile(config, dovecotConfig({ folder, imapPort, lmtpPort, password, oauth, ...owner }));

  const ports = async () => (await greets(imapPort, '* OK')) && (await greets(lmtpPort, '220'));
  let server = spawnServer(binary, ['-F', '-c', config], { cwd: folder });
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: lmtpPort, lmtp: true, ignoreTLS: true });
  const log = () => readFile(path.join(folder, 'dovecot.log'), 'utf8').catch(() => '');
  const maildir = (user: string) => path.join(folder, 'mail', user);
  /** Sessions outlive their master by half a minute; a host that shuts down ends them as well. */
  const endAll = async (end: () => Promise<void>) => {
    const sessions = await childrenOf(server.child.pid);
    await end();
    for (const pid of sessions) endProcess(pid);
  };
  const stop = async () => {
    transport.close();
    // Asked to stop it takes a second, of which nothing is left to be seen here.
    await endAll(() => stopChild(server.child, 0));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  try {
    await untilUp(server, ports);
  } catch (error) {
    const lines = await log();
    await stop();
    throw new Error(`dovecot did not start: ${lines}`, { cause: error });
  }
  return {
    imapPort,
    lmtpPort,
    password,
    deliver: async (user, raw, options = {}) => {
      await transport.sendMail({ envelope: { from: options.from ?? 'sender@outside.example', to: [user] }, raw });
    },
    imapUrl: (user) => `imap://${encodeURIComponent(user)}:${password}@127.0.0.1:${imapPort}/INBOX`,
    log,
    maildir,
    fill: (user, mails) => fillMaildir(maildir(user), mails, owner),
    down: () => endAll(() => server.stop()),
    up: async () => {
      server = spawnServer(binary, ['-F', '-c', config], { cwd: folder });
      await untilUp(server, ports);
    },
    stop,
  };
}

function oauthConfig(introspectionUrl: string): string {
  const lines = [
    `introspection_url = ${introspectionUrl}`,
    'introspection_mode = post',
    'username_attribute = username',
  ];
  return [...lines, 'active_attribute = active', 'active_value = true', ''].join('\n');
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.split(' ').filter(Boolean).map(Number);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has gone with its master.
  }
}

let files = 0;

async function fillMaildir(
  maildir: string,
  mails: { raw: Buffer | string; at: number }[],
  owner: { uid: number; gid: number },
): Promise<string[]> {
  const names: string[] = [];
  for (const part of ['', 'new', 'cur', 'tmp']) {
    await mkdir(path.join(maildir, part), { recursive: true });
    await chown(path.join(maildir, part), owner.uid, owner.gid);
  }
  for (const { raw, at } of mails) {
    files += 1;
    const bytes = Buffer.byteLength(raw);
    // Files are taken in the order of their names; the sizes in them save the server from opening each.
    const name = `${1_000_000_000 + files}.M${files}P1.fill,S=${bytes},W=${bytes}`;
    const file = path.join(maildir, 'new', name);
    writeFileSync(file, raw);
    utimesSync(file, at / 1000, at / 1000);
    chownSync(file, owner.uid, owner.gid);
    names.push(name);
    // A hundred thousand of them take a while; servers of the same test must be heard meanwhile.
    if (names.length % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return names;
}

function mailAccount(): { uid: number; gid: number; account: { user: string; group: string } | undefined } {
  const id = (...args: string[]) => execFileSync('id', args, { encoding: 'utf8' }).trim();
  if (process.getuid?.() === 0)
    return { uid: Number(id('-u', 'nobody')), gid: Number(id('-g', 'nobody')), account: undefined };
  return { uid: Number(id('-u')), gid: Number(id('-g')), account: { user: id('-un'), group: id('-gn') } };
}

function greets(port: number, greeting: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (good: boolean) => {
      socket.destroy();
      resolve(good);
    };
    socket.once('data', (data) => answer(data.toString().startsWith(greeting)));
    socket.once('error', () => answer(false));
    socket.setTimeout(2000, () => answer(false));
  });
}
