import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { App } from '../../src/app.ts';
import { ROLES } from '../../src/runtime/settings/config.ts';
import { type DeskWorld, startDeskWorld } from './desk-world.ts';
import { startDovecot } from './dovecot.ts';
import { startOauthProvider, type TestOauthProvider } from './oauth-provider.ts';
import { type SeenMail, seeMail } from './sent-mail.ts';
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

const NAMES = ['support', 'billing', 'sales'] as const;
export type MailboxName = (typeof NAMES)[number];

/**
 * A desk of three mailboxes, each with a relay of its own: support, billing behind doors that a test may shut, and sales, whose
 * server and relay let in access tokens only.
 */
export type MailboxesWorld = {
  world: DeskWorld;
  provider: TestOauthProvider;
  relays: Record<MailboxName, SmtpSink>;
  /** the doors to billing's servers */
  doors: { imap: TcpProxy; smtp: TcpProxy };
  file: string;
  env: Record<string, string>;
  /** runs the desk in this process, once each mailbox has been read */
  start(env?: Record<string, string>, clock?: { now(): number }): Promise<App>;
  /** into that mailbox, as its server would */
  deliver(mailbox: MailboxName, raw: Buffer): Promise<void>;
  /** the n-th mail (from 1) that the relay of this mailbox took for this recipient */
  mailFrom(mailbox: MailboxName, recipient: string, n?: number): Promise<SeenMail>;
};

export async function startMailboxesWorld(more = ''): Promise<MailboxesWorld> {
  const world = await startDeskWorld({ mailbox: 'dovecot', env: { AGENTS: '' } });
  const { dovecot, sink } = world;
  if (!dovecot) throw new Error('no Dovecot');
  const provider = await startOauthProvider();
  world.onStop(() => provider.stop());
  const tokens = await startDovecot({
    oauth: { mechanisms: 'xoauth2', introspectionUrl: provider.introspectionUrl },
  });
  world.onStop(() => tokens.stop());
  const billing = await startSmtpSink();
  const sales = await startSmtpSink({ knowsToken: provider.knows });
  for (const one of [billing, sales]) world.onStop(() => one.stop());
  const doors = {
    imap: await startTcpProxy({ port: dovecot.imapPort }),
    smtp: await startTcpProxy({ port: billing.port }),
  };
  for (const door of Object.values(doors)) world.onStop(() => door.stop());
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-mailboxes-'));
  world.onStop(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'mailboxes.yaml');
  await writeFile(
    file,
    `mailboxes:
  - address: Acme Support <support@desk.example>
    imap_url: imap://support:\${IMAP_PASSWORD}@127.0.0.1:${dovecot.imapPort}/INBOX
    smtp_url: ${sink.url}
    agents: [Alice Ames <alice@desk.example>]
  - address: billing@desk.example
    name: Acme Billing
    imap_url: imap://billing:\${IMAP_PASSWORD}@127.0.0.1:${doors.imap.port}/INBOX
    smtp_url: smtp://127.0.0.1:${doors.smtp.port}
    agents: [bob@desk.example]
  - address: Acme Sales <sales@shop.example>
    imap_url: imap://support@127.0.0.1:${tokens.imapPort}/INBOX
    smtp_url: ${sales.url.replace('//', '//support@')}
    oauth_provider: ${provider.issuer}
    oauth_client_id: turnmail
${more}`,
  );
  const alone = { SUPPORT_ADDRESS: '', IMAP_URL: '', SMTP_URL: '', AGENTS: '' };
  const env = { ...world.env, ...alone, MAILBOXES_FILE: file, IMAP_PASSWORD: dovecot.password };
  const relays = { support: sink, billing, sales };
  const to = (mailbox: MailboxName, recipient: string) =>
    relays[mailbox].mails.filter((mail) => mail.envelope.to.includes(recipient));
  return {
    world,
    provider,
    relays,
    doors,
    file,
    env,
    start: async (over = {}, clock = { now: Date.now }) => {
      const app = await world.start(ROLES, { ...env, ...over }, { clock });
      await world.until('select count(*) = 3 from mailboxes where last_good_poll_at is not null');
      return app;
    },
    deliver: (mailbox, raw) =>
      (mailbox === 'sales' ? tokens : dovecot).deliver(mailbox === 'sales' ? 'support' : mailbox, raw),
    mailFrom: async (mailbox, recipient, n = 1) => {
      await waitFor(
        () => to(mailbox, recipient).length >= n,
        PATIENCE_MS,
        () =>
          `mail ${n} from ${mailbox} to ${recipient}; ${NAMES.map((name) => `${name}: ${relays[name].mails.map(({ envelope }) => envelope.to.join()).join(' ')}`).join('; ')}`,
      );
      const mail = to(mailbox, recipient)[n - 1];
      if (!mail) throw new Error('a mail that was there is gone');
      return await seeMail(mail);
    },
  };
}
