import { isAscii } from 'node:buffer';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { AccessTokens } from '../auth/access-tokens.ts';
import { serverWords } from '../domain/desk/mail-server.ts';
import type { SmtpUrl } from '../domain/desk/smtp-url.ts';
import { isFault, messageOf } from '../domain/fault.ts';
import type { KillPoint } from '../domain/kill-point.ts';
import { readBeforeTimeout, withDialogueDeadline } from './deadlines.ts';
import { REHEARSAL, rehearse, rehearseEnvelope } from './rehearse.ts';
import { isLoginRefused, outcomeOfError, type SendOutcome, type SmtpError } from './send-outcome.ts';
import { TOKEN_LOGINS, tokenMethod } from './token-login.ts';

export type OutgoingMail = { envelopeFrom: string; recipient: string; raw: Buffer };

/** One connection to the relay that is logged in and ready for MAIL. Mails go through it one after the other. */
export type SmtpSession = {
  /** `until` is a moment of performance.now() at which the dialogue is given up. */
  send(mail: OutgoingMail, until: number): Promise<SendOutcome>;
  /** MAIL and RCPT as for a mail, then RSET: nothing is sent. */
  rehearse(envelopeFrom: string, recipient: string): Promise<SendOutcome>;
  /** The server let us log in; false where it offers no AUTH, or none is asked for. */
  readonly loggedIn: boolean;
  /** After each mail: leaves the dialogue ready for the next one, or the connection closed. Never rejects. */
  settle(): Promise<void>;
  /** False once either side has closed, or after anything that leaves the dialogue in doubt. */
  usable(): boolean;
  /** The server announced SMTPUTF8 (RFC 6531), so addresses may hold any letter. */
  readonly speaksUtf8: boolean;
  readonly mailsSent: number;
  /** QUIT, without waiting for the answer. */
  quit(): void;
  /** Ends the connection at once. */
  destroy(): void;
};

export type SmtpKillPoint = Extract<KillPoint, 'connect' | 'envelope' | 'data' | 'after-dot' | 'after-250'>;

export type SessionOptions = {
  server: SmtpUrl;
  /** Longest silence of the server. */
  timeoutMs: number;
  name: string | undefined;
  requireTls: boolean;
  /** For a user without a password. */
  accessTokens: AccessTokens | undefined;
  /** A moment of performance.now() at which connecting is given up. */
  until: number;
  killPoint(point: SmtpKillPoint): void;
};

/**
 * Connects, upgrades to TLS where offered, and logs in. A failure is the outcome of the mail that wanted to go out. An
 * access token that is refused may have been taken back early: another is tried once, over a new connection.
 */
export async function openSession(options: SessionOptions): Promise<SmtpSession | SendOutcome> {
  const { accessTokens, server } = options;
  if (server.credentials?.password !== '' || accessTokens === undefined) return await openOnce(options, undefined);
  try {
    const first = await accessTokens.current();
    const session = await openOnce(options, first);
    if ('send' in session) accessTokens.accepted(first);
    if (!isLoginRefused(session)) return session;
    const second = await accessTokens.renewed(first);
    if (second === undefined) return session;
    const again = await openOnce(options, second);
    if ('send' in again) accessTokens.accepted(second);
    return again;
  } catch (error) {
    const refused = isFault(error, 'sign-in-refused') ? { loginRefused: true as const } : {};
    return { kind: 'not-sent', reason: `no sign-in to the mail server: ${messageOf(error)}`, ...refused };
  }
}

async function openOnce(options: SessionOptions, accessToken: string | undefined): Promise<SmtpSession | SendOutcome> {
  const { server, timeoutMs } = options;
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: options.requireTls,
    ...(options.name === undefined ? {} : { name: options.name }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 1000,
    maxResponseSize: 64 * 1024,
    allowInternalNetworkInterfaces: server.loopback,
    tls: { rejectUnauthorized: !server.loopback },
    customAuth: { ...TOKEN_LOGINS, [REHEARSAL]: rehearseEnvelope },
  });
  // Errors outside a command (a server that dies while we idle) must not reach the process; `usable` tells of them.
  connection.on('error', () => undefined);
  try {
    await withDialogueDeadline(options.until, connection, async () => {
      await connected(connection);
      const { credentials } = server;
      if (credentials === undefined || !connection.allowsAuth) return;
      const method = accessToken === undefined ? undefined : tokenMethod(connection);
      await loggedIn(connection, { user: credentials.user, pass: accessToken ?? credentials.password, method });
    });
  } catch (error) {
    connection.close();
    return outcomeOfError(error as SmtpError, 'open', false);
  }
  return sessionOf(connection, options);
}

function connected(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function loggedIn(
  connection: SMTPConnection,
  auth: { user: string; pass: string; method: string | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(connectionError('Connection closed during login')));
    const { user, pass, method } = auth;
    const credentials = method === undefined ? { user, pass } : { user, pass, method };
    connection.login(credentials, (error) => (error ? reject(error) : resolve()));
  });
}

function sessionOf(connection: SMTPConnection, { timeoutMs, killPoint }: SessionOptions): SmtpSession {
  const ehlo = connection.lastServerResponse;
  readBeforeTimeout(connection);
  const ended = new Promise<false>((resolve) => connection.once('end', () => resolve(false)));
  let doubtful = false;
  let owesReset = false;
  let mailsSent = 0;
  const destroy = () => {
    doubtful = true;
    connection.close();
  };
  return {
    speaksUtf8: typeof ehlo === 'string' && /^250[ -]SMTPUTF8\s*$/im.test(ehlo),
    get mailsSent() {
      return mailsSent;
    },
    usable: () => {
      const socket = connection._socket;
      return !doubtful && !connection.destroyed && !!socket && !socket.destroyed && socket.writable && socket.readable;
    },
    send: async (mail, until) => {
      mailsSent += 1;
      const outcome = await transact(connection, mail, until, killPoint);
      // A refused sender or recipient leaves a transaction open, which RSET ends (RFC 5321 section 4.1.1.5). After
      // anything else the connection is not worth a guess.
      if (outcome.kind === 'accepted') return outcome;
      const open = outcome.kind === 'rejected' && (outcome.stage === 'mail' || outcome.stage === 'rcpt');
      if (open && outcome.code !== 421) owesReset = true;
      else destroy();
      return outcome;
    },
    get loggedIn() {
      return connection.authenticated;
    },
    rehearse: async (envelopeFrom, recipient) => {
      mailsSent += 1;
      return await rehearse(connection, envelopeFrom, recipient);
    },
    settle: async () => {
      if (!owesReset) return;
      owesReset = false;
      if (!(await reset(connection, ended, timeoutMs))) destroy();
    },
    quit: () => {
      if (!connection.destroyed) connection.quit();
      doubtful = true;
    },
    destroy,
  };
}

/**
 * MAIL, RCPT, DATA and the message. nodemailer begins to read the message exactly when the server has answered DATA
 * with "go ahead", so the first read is our record of the 354: its errors alone would not tell a connection lost
 * before MAIL from one lost after the final dot.
 */
async function transact(
  connection: SMTPConnection,
  mail: OutgoingMail,
  until: number,
  killPoint: SessionOptions['killPoint'],
): Promise<SendOutcome> {
  let handedOver = false;
  const message = new Readable({
    read() {
      // A process that was frozen may wake up to the server's "go ahead". By then another may have sent the mail, so not a
      // byte of it leaves, in whatever order the loop looks at sockets and timers.
      if (performance.now() > until) {
        connection.close();
        this.destroy(Object.assign(new Error('too slow as a whole'), { code: 'ETIMEDOUT' }));
        return;
      }
      handedOver = true;
      killPoint('data');
      this.push(mail.raw);
      this.push(null);
    },
  });
  // nodemailer writes the final dot in the same turn of the event loop in which it has read the last byte.
  message.once('end', () => setImmediate(killPoint, 'after-dot'));
  const envelope = {
    from: mail.envelopeFrom,
    to: [mail.recipient],
    size: mail.raw.length,
    use8BitMime: !isAscii(mail.raw),
  };
  try {
    const info = await withDialogueDeadline(
      until,
      connection,
      () =>
        new Promise<{ accepted: string[]; response: string }>((resolve, reject) => {
          connection.send(envelope, message, (error, sent) => (error ? reject(error) : resolve(sent)));
          killPoint('envelope');
        }),
    );
    killPoint('after-250');
    if (info.accepted.length !== 1 || info.accepted[0] !== mail.recipient) {
      return { kind: 'unknown', reason: 'the server accepted the mail for another recipient than the one asked for' };
    }
    return { kind: 'accepted', response: serverWords(info.response) };
  } catch (error) {
    return outcomeOfError(error as SmtpError, 'send', handedOver);
  }
}

/** True when the server is ready for the next MAIL. */
async function reset(connection: SMTPConnection, ended: Promise<false>, timeoutMs: number): Promise<boolean> {
  if (connection.destroyed) return false;
  const answered = new Promise<boolean>((resolve) => connection.reset((error) => resolve(!error)));
  const until = performance.now() + timeoutMs;
  return withDialogueDeadline(until, connection, () => Promise.race([answered, ended])).catch(() => false);
}

function connectionError(message: string): SmtpError {
  return Object.assign(new Error(message), { code: 'ECONNECTION' });
}
