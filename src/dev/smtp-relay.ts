import { randomBytes } from 'node:crypto';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { MailStore } from './mail-store.ts';

/**
 * A small mail server for the demo and for tests: takes mail for every address that has an account in the store, adds
 * the trace fields a real MTA adds (RFC 5321 section 4.4), and files it. Strangers are refused at RCPT.
 */
export type DevRelay = { port: number; stop(): Promise<void> };

const SIZE_LIMIT = 64 * 1024 * 1024;
const HOST_NAME = 'mail.turnmail.test';

export async function startSmtpRelay(store: MailStore, host: string, port: number): Promise<DevRelay> {
  const server = new SMTPServer({
    name: HOST_NAME,
    banner: 'Turnmail development relay',
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: SIZE_LIMIT,
    rejectOversized: true,
    closeTimeout: 100,
    socketTimeout: 5 * 60_000,
    onAuth: (auth, _session, callback) => {
      const account = store.accountFor(auth.username ?? '');
      if (account !== undefined && account.password === auth.password) callback(null, { user: account.address });
      else callback(smtpError(535, '5.7.8 Authentication credentials invalid'));
    },
    onRcptTo: (recipient, _session, callback) => {
      if (store.accountFor(recipient.address) !== undefined) callback();
      else callback(smtpError(550, `5.1.1 <${recipient.address}>: Recipient address rejected: User unknown`));
    },
    onData: (stream, session, callback) => {
      const id = randomBytes(6).toString('hex');
      deliver(store, stream, session, id).then(
        () => callback(null, `2.0.0 Ok: queued as ${id}`),
        () => callback(smtpError(451, '4.3.0 Local error in processing')),
      );
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function deliver(store: MailStore, stream: SMTPServerDataStream, session: SMTPServerSession, id: string) {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) return;
  const body = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  const sender = mailFrom === false ? '' : mailFrom.address;
  for (const { address } of rcptTo) {
    const trace = traceFields(session, sender, address, id);
    store.deliver(address, Buffer.concat([Buffer.from(trace), body]));
  }
}

function traceFields(session: SMTPServerSession, sender: string, recipient: string, id: string): string {
  const date = new Date().toUTCString().replace('GMT', '+0000');
  return [
    `Return-Path: <${sender}>`,
    `Delivered-To: ${recipient}`,
    `Received: from ${session.hostNameAppearsAs || 'unknown'} ([${session.remoteAddress}])`,
    `\tby ${HOST_NAME} with ${session.transmissionType} id ${id}`,
    `\tfor <${recipient}>; ${date}`,
    '',
  ].join('\r\n');
}
