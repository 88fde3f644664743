import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { PATIENCE_MS } from './wait-for.ts';

/** A mail that came whole: `at` is the moment of its final dot, in epoch milliseconds. */
export type SinkMail = { envelope: { from: string; to: string[] }; raw: Buffer; at: number };
/** An SMTP answer that says no: 4xx for now, 5xx for good. */
export type Refusal = { code: number; message?: string };
/** What the sink does with a mail after its final dot: `hang` never answers, `drop` cuts the connection. */
export type DataAnswer = 'accept' | 'hang' | 'drop' | Refusal;
export type Awaitable<T> = T | Promise<T>;

/** Hooks of a test; they may be set and changed while the sink runs. Undefined means yes. */
export type SinkBehaviour = {
  onMail?(sender: string): Awaitable<Refusal | undefined>;
  onRecipient?(recipient: string): Awaitable<Refusal | undefined>;
  onData?(mail: SinkMail): Awaitable<DataAnswer | undefined>;
};

export type SmtpSink = {
  port: number;
  /** the sink as SMTP_URL names it */
  url: string;
  /** accepted mails, oldest first */
  mails: SinkMail[];
  /** every mail that came whole, with what it was answered */
  seen: (SinkMail & { answer: DataAnswer })[];
  behaviour: SinkBehaviour;
  /** resolves with the first accepted mail, past or coming, that fits; rejects after `timeoutMs` (default PATIENCE_MS) */
  waitFor(predicate: (mail: SinkMail) => boolean, timeoutMs?: number): Promise<SinkMail>;
  stop(): Promise<void>;
};

export type SmtpSinkOptions = {
  behaviour?: SinkBehaviour;
  auth?: { user: string; pass: string };
  /** lets in who has such an access token (XOAUTH2), and nobody else */
  knowsToken?: (accessToken: string) => boolean;
  port?: number;
};

/** An SMTP relay of this test's own that keeps what it is given and answers as the test says. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: SinkMail[] = [];
  const seen: SmtpSink['seen'] = [];
  const waiters = new Set<(mail: SinkMail) => void>();
  const behaviour: SinkBehaviour = { ...options.behaviour };
  const sockets = new Set<Socket>();

  const answerData = async (session: SMTPServerSession, raw: Buffer): Promise<DataAnswer> => {
    const mail: SinkMail = { envelope: envelopeOf(session), raw, at: Date.now() };
    const answer = (await behaviour.onData?.(mail)) ?? 'accept';
    seen.push({ ...mail, answer });
    if (answer === 'drop') for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
    if (answer === 'accept') {
      mails.push(mail);
      for (const tell of [...waiters]) tell(mail);
    }
    return answer;
  };

  const server = makeServer(options, behaviour, answerData);
  // A client that goes away in the middle is a thing the tests do on purpose.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0);
  const credentials = options.auth
    ? `${encodeURIComponent(options.auth.user)}:${encodeURIComponent(options.auth.pass)}@`
    : '';
  return {
    port,
    url: `smtp://${credentials}127.0.0.1:${port}`,
    mails,
    seen,
    behaviour,
    waitFor: (predicate, timeoutMs = PATIENCE_MS) => waitFor(mails, waiters, predicate, timeoutMs),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The server that asks the hooks; they are looked up when they are needed, since a test may change them. */
function makeServer(
  options: SmtpSinkOptions,
  behaviour: SinkBehaviour,
  answerData: (session: SMTPServerSession, raw: Buffer) => Promise<DataAnswer>,
): SMTPServer {
  return new SMTPServer({
    ...(options.knowsToken ? { authMethods: ['XOAUTH2'] } : {}),
    disabledCommands: options.auth || options.knowsToken ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true,
    authOptional: options.auth === undefined && options.knowsToken === undefined,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: ({ username, password, accessToken }, _session, done) => {
      if (options.knowsToken) {
        if (options.knowsToken(accessToken ?? '')) done(null, { user: username });
        else done(refuse({ code: 535, message: 'the token is no good' }));
        return;
      }
      if (username === options.auth?.user && password === options.auth?.pass) done(null, { user: username });
      else done(refuse({ code: 535, message: 'wrong user or password' }));
    },
    onMailFrom: ({ address }, _session, done) => answerWith(() => behaviour.onMail?.(address), done),
    onRcptTo: ({ address }, _session, done) => answerWith(() => behaviour.onRecipient?.(address), done),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        answerData(session, Buffer.concat(chunks)).then((answer) => {
          if (answer === 'accept') done(null, 'taken');
          else if (typeof answer === 'object') done(refuse(answer));
        }, done);
      });
    },
  });
}

function waitFor(
  mails: SinkMail[],
  waiters: Set<(mail: SinkMail) => void>,
  predicate: (mail: SinkMail) => boolean,
  timeoutMs: number,
): Promise<SinkMail> {
  const there = mails.find(predicate);
  if (there) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      waiters.delete(look);
    };
    const look = (mail: SinkMail) => {
      try {
        if (!predicate(mail)) return;
      } catch (error) {
        finish();
        reject(error);
        return;
      }
      finish();
      resolve(mail);
    };
    // Time bound: what does not come is told, with what came.
    const timer = setTimeout(() => {
      finish();
      const others = mails.map((mail) => `${mail.envelope.from} -> ${mail.envelope.to.join(', ')}`).join('; ');
      reject(new Error(`no such mail within ${timeoutMs} ms; the sink has ${mails.length}: ${others}`));
    }, timeoutMs);
    waiters.add(look);
  });
}

function envelopeOf(session: SMTPServerSession): { from: string; to: string[] } {
  const { mailFrom, rcptTo } = session.envelope;
  return { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
}

async function answerWith(
  ask: () => Awaitable<Refusal | undefined>,
  done: (error?: Error | null) => void,
): Promise<void> {
  let refusal: Refusal | undefined;
  try {
    refusal = await ask();
  } catch (error) {
    refusal = { code: 451, message: `the test's own hook failed: ${String(error)}` };
  }
  done(refusal === undefined ? null : refuse(refusal));
}

function refuse({ code, message }: Refusal): Error {
  return Object.assign(new Error(message ?? 'refused by the test'), { responseCode: code });
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listener = server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = listener.address();
      if (address === null || typeof address === 'string') reject(new Error('the sink has no port'));
      else resolve(address.port);
    });
  });
}
