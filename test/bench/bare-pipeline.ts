/**
 * What the desk is held against: the same mails fetched by imapflow from the same server, read by mailparser in a child
 * process, one statement a ticket, and the same two mails handed to the relay by nodemailer's pool. Nothing is kept,
 * nothing is promised: a kill loses mails. Started by throughput.ts, which ends it.
 */
import { fork } from 'node:child_process';
import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import pg from 'pg';

const env = (name: string) => process.env[name] ?? '';
const BLOCK = 50;
const LOOK_AGAIN_MS = 20;

type Parsed = {
  n: number;
  from: string;
  subject: string;
  text: string;
  files: { filename: string | undefined; contentType: string; content: Uint8Array }[];
};

const database = new pg.Pool({ connectionString: env('DATABASE_URL'), max: 8 });
await database.query(
  'create table bare_tickets (id bigint generated always as identity primary key, email text, subject text, query text, at bigint)',
);
const relay = nodemailer.createTransport({
  url: env('SMTP_URL'),
  pool: true,
  maxConnections: Number(env('SEND_CONNECTIONS')),
  maxMessages: 100,
});
const parser = fork(new URL('./bare-parser.ts', import.meta.url), { serialization: 'advanced' });
const waiting = new Map<number, (mail: Parsed) => void>();
parser.on('message', (mail: Parsed) => {
  waiting.get(mail.n)?.(mail);
  waiting.delete(mail.n);
});
let asked = 0;
const parse = (raw: Buffer): Promise<Parsed> =>
  new Promise((resolve) => {
    waiting.set(++asked, resolve);
    parser.send({ n: asked, raw });
  });

async function handle(raw: Buffer): Promise<void> {
  const mail = await parse(raw);
  const { rows } = await database.query<{ id: string }>({
    name: 'ticket',
    text: 'insert into bare_tickets (email, subject, query, at) values ($1, $2, $3, $4) returning id',
    values: [mail.from, mail.subject, mail.text.replaceAll('\0', ''), Date.now()],
  });
  const tag = `[#${rows[0]?.id}]`;
  await Promise.all([
    relay.sendMail({
      from: 'support@desk.example',
      to: mail.from,
      subject: `We have received your message ${tag}`,
      headers: { 'Auto-Submitted': 'auto-replied' },
      text: `Hello,\n\nwe have your message and will answer it. Your ticket is ${tag}.\n`,
      html: `<p>Hello,</p><p>we have your message and will answer it. Your ticket is ${tag}.</p>`,
    }),
    relay.sendMail({
      from: 'support@desk.example',
      to: 'alice@desk.example',
      subject: `${tag} ${mail.subject}`,
      headers: { 'Auto-Submitted': 'auto-replied' },
      text: `New ticket ${tag} of ${mail.from}\n\n${mail.text}\n`,
      html: `<p>New ticket ${tag} of ${mail.from}</p><pre>${mail.text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)}</pre>`,
      attachments: mail.files.map((file) => ({
        ...(file.filename === undefined ? {} : { filename: file.filename }),
        contentType: file.contentType,
        content: Buffer.from(file.content),
      })),
    }),
  ]);
}

const url = new URL(env('IMAP_URL'));
const client = new ImapFlow({
  host: url.hostname,
  port: Number(url.port),
  secure: false,
  auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  logger: false,
});
await client.connect();
await client.mailboxOpen('INBOX');
let last = 0;
while (client.usable) {
  const messages: { uid: number; raw: Buffer }[] = [];
  for await (const { uid, source } of client.fetch(`${last + 1}:${last + BLOCK}`, { source: true }, { uid: true }))
    if (source) messages.push({ uid, raw: source });
  if (messages.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    await client.noop();
    continue;
  }
  last = Math.max(...messages.map(({ uid }) => uid));
  await Promise.all(messages.map(({ raw }) => handle(raw)));
}
