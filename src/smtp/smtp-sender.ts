import { domainToASCII } from 'node:url';
import type { AccessTokens } from '../auth/access-tokens.ts';
import { parseSmtpUrl } from '../domain/desk/smtp-url.ts';
import type { SendOutcome } from './send-outcome.ts';
import { createIdleSessions, createSeats } from './smtp-pool.ts';
import { type OutgoingMail, openSession, type SmtpKillPoint, type SmtpSession } from './smtp-session.ts';

export type { SendOutcome } from './send-outcome.ts';

/**
 * Hands mails to the relay, one recipient each, over at most `connections` connections that are kept between mails.
 *
 * A connection is idle, busy or gone. Idle ones are used newest first, closed after a while and after a number of
 * mails (relays count too). One that the server closed while it lay idle shows itself only when we write to it: the
 * mail then certainly was not taken, and goes out once more over a new connection without anybody noticing.
 */
export type SmtpSender = {
  /** How many connections there may be now: as many as were asked for, or fewer where the relay takes fewer. */
  connections(): number;
  /**
   * Never rejects for anything the network or the server does; see SendOutcome.
   * @param notAfter the moment of performance.now() from which on not a byte of the mail may leave any more
   */
  send(mail: OutgoingMail, notAfter?: number): Promise<SendOutcome>;
  /** The longest that sending so many bytes can take, in milliseconds; a lease on the work must be longer. */
  longestSendMs(bytes: number): number;
  /** Connects and logs in once; rejects with one sentence that says what is wrong, also where no login is offered. */
  verify(): Promise<void>;
  /** Asks whether the server would take a mail from this sender for this recipient, and sends none. */
  rehearse(envelopeFrom: string, recipient: string): Promise<SendOutcome>;
  /** Lets the mails under way finish, refuses new ones, and leaves. */
  close(): Promise<void>;
};

export type SmtpSenderOptions = {
  /** `smtp://` or `smtps://`, see parseSmtpUrl; throws at once where it cannot be read. */
  url: string;
  /** The most connections at one time. */
  connections: number;
  /** Longest silence of the server that is taken for life, in milliseconds. */
  timeoutMs: number;
  /** How long an unused connection is kept, in milliseconds; 20 s by default, since relays hang up after a minute. */
  idleMs?: number;
  /** Our name in EHLO. */
  name?: string;
  /** For a URL with a user and no password. */
  accessTokens?: AccessTokens | undefined;
  /** Let mail and credentials travel without TLS to a host that is not this machine. */
  allowPlaintext?: boolean;
  /** Told how far a mail has come; for tests that end the process there. */
  killPoint?: (point: SmtpKillPoint) => void;
};

const IDLE_MS = 20_000;

/** Connects to nobody yet. @throws Error where `options.url` cannot be read */
export function createSmtpSender(options: SmtpSenderOptions): SmtpSender {
  const server = parseSmtpUrl(options.url);
  // Without a password too: our mails hold what people wrote, and the tokens to answer it.
  const requireTls = !server.secure && !server.loopback && options.allowPlaintext !== true;
  const { timeoutMs, killPoint = () => {} } = options;
  const { accessTokens, name } = options;
  const open = (until: number) => openSession({ server, timeoutMs, name, requireTls, accessTokens, until, killPoint });
  const seats = createSeats(Math.max(1, options.connections));
  const idleSessions = createIdleSessions(options.idleMs ?? IDLE_MS);

  const { deliver, countOthers } = deliverOver(open, idleSessions, killPoint);
  /** The caller has its outcome already; whoever sends next waits until the connection is ready again. */
  const giveBack = async (session: SmtpSession | undefined): Promise<void> => {
    if (session !== undefined) {
      await session.settle();
      idleSessions.putBack(session);
    }
    seats.leave();
  };

  return {
    connections: () => seats.limit(),
    longestSendMs: (bytes) => timeoutMs + longestDeliveryMs(timeoutMs, bytes),
    send: async (mail, notAfter = Number.POSITIVE_INFINITY) => {
      const refusal = refuseAddress(mail.envelopeFrom, 'mail') ?? refuseAddress(mail.recipient, 'rcpt');
      if (refusal !== undefined) return refusal;
      while (true) {
        const seat = await seats.enter(timeoutMs);
        if (seat === 'closed') return { kind: 'not-sent', reason: 'the sender is being closed' };
        if (seat === 'busy') return { kind: 'not-sent', reason: 'all connections to the mail server are busy' };
        let delivery: Delivery | undefined;
        try {
          const until = Math.min(notAfter, performance.now() + longestDeliveryMs(timeoutMs, mail.raw.length));
          delivery = await deliver(mail, until, true);
          const others = hadNoConnection(delivery) ? countOthers(delivery) : 0;
          if (others === 0) return delivery.outcome;
          // One connection more than the relay takes says nothing about the mail, which waits for one of the others.
          seats.fewer(others);
        } finally {
          void giveBack(delivery?.session);
        }
        if (performance.now() > notAfter) return delivery.outcome;
      }
    },
    verify: async () => {
      const session = await open(performance.now() + longestDeliveryMs(timeoutMs, 0));
      if ('send' in session) {
        session.quit();
        if (server.credentials === undefined || session.loggedIn) return;
        throw new Error(`The mail server ${server.host}:${server.port} offers no login (AUTH), and SMTP_URL has one.`);
      }
      const words = session.kind === 'rejected' ? `the server said ${session.response}` : describe(session);
      throw new Error(`Cannot use the mail server ${server.host}:${server.port}: ${words}.`);
    },
    rehearse: async (envelopeFrom, recipient) => {
      const session = await open(performance.now() + longestDeliveryMs(timeoutMs, 0));
      if (!('send' in session)) return session;
      const outcome = await session.rehearse(envelopeFrom, recipient);
      session.quit();
      return outcome;
    },
    close: async () => {
      const left = seats.close();
      idleSessions.close();
      await left;
    },
  };
}

/** One mail over a connection that lies idle or a new one; and how many connections there are. */
function deliverOver(
  open: (until: number) => Promise<SmtpSession | SendOutcome>,
  idleSessions: ReturnType<typeof createIdleSessions>,
  killPoint: (point: SmtpKillPoint) => void,
) {
  const standing = new Set<SmtpSession>();
  let opening = 0;
  /** Connections that the relay has taken beside one that it refused, or may still take. */
  const countOthers = ({ outcome }: Delivery): number => {
    for (const session of standing) if (!session.usable()) standing.delete(session);
    return standing.size + (outcome.kind === 'rejected' ? opening : 0);
  };

  const deliver = async (mail: OutgoingMail, until: number, mayReuse: boolean): Promise<Delivery> => {
    const idle = mayReuse ? idleSessions.take() : undefined;
    if (idle === undefined) opening += 1;
    const session =
      idle ??
      (await open(until).finally(() => {
        opening -= 1;
      }));
    if (!('send' in session)) return { outcome: session, session: undefined };
    standing.add(session);
    killPoint('connect');
    const outcome = await sendOver(session, mail, until);
    if (idle === undefined || !diedIdle(outcome)) return { outcome, session };
    idle.destroy();
    return deliver(mail, until, false);
  };
  return { deliver, countOthers };
}

/** The relay had said no, or nothing, before a word about the mail: too many connections, most often (RFC 5321 section 3.8). */
function hadNoConnection({ outcome, session }: Delivery): boolean {
  if (session !== undefined) return false;
  if (outcome.kind === 'not-sent') return outcome.loginRefused !== true;
  return outcome.kind === 'rejected' && outcome.stage === 'connect';
}

type Delivery = { outcome: SendOutcome; session: SmtpSession | undefined };

/** A slow but honest line is allowed this many bytes per millisecond below the time-out. */
const SLOWEST_BYTES_PER_MS = 16;

/** A kept connection that turns out dead, a new one, and the dialogue, whose every answer may take its time. */
function longestDeliveryMs(timeoutMs: number, bytes: number): number {
  return 4 * timeoutMs + bytes / SLOWEST_BYTES_PER_MS;
}

function describe(outcome: SendOutcome): string {
  return 'reason' in outcome ? outcome.reason : outcome.kind;
}

/** A reused connection failed before anything was taken, so it says nothing about the server as it is now. */
function diedIdle(outcome: SendOutcome): boolean {
  if (outcome.kind === 'not-sent') return true;
  return outcome.kind === 'rejected' && outcome.code === 421 && outcome.stage === 'mail';
}

function sendOver(session: SmtpSession, mail: OutgoingMail, until: number): Promise<SendOutcome> {
  if (session.speaksUtf8) return session.send(mail, until);
  const envelopeFrom = withAsciiDomain(mail.envelopeFrom);
  const recipient = withAsciiDomain(mail.recipient);
  if (envelopeFrom === undefined)
    return Promise.resolve(refuseUnsent('5.6.7', 'mail', 'the server takes no such sender'));
  if (recipient === undefined)
    return Promise.resolve(refuseUnsent('5.6.7', 'rcpt', 'the server takes no such recipient'));
  return session.send({ ...mail, envelopeFrom, recipient }, until);
}

/** RFC 6531 section 3.2: without SMTPUTF8 a domain goes as A-labels, and a non-ASCII local part cannot go at all. */
function withAsciiDomain(address: string): string | undefined {
  if (!/[^\u0000-\u007f]/.test(address)) return address;
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  const local = address.slice(0, at);
  return domain === '' || /[^\u0000-\u007f]/.test(local) ? undefined : `${local}@${domain}`;
}

/**
 * Nothing that could end a command line or an address may reach the wire: a CR or LF would change the envelope. The
 * null sender `<>` (RFC 5321 section 4.5.5) is the empty string.
 */
function refuseAddress(address: string, stage: 'mail' | 'rcpt'): SendOutcome | undefined {
  if (stage === 'mail' && address === '') return undefined;
  const plain = !/[\u0000-\u0020\u007f-\u009f\u2028\u2029<>,;"\\]/.test(address) && address.isWellFormed();
  if (plain && /^[^@]+@[^@]+$/.test(address) && Buffer.byteLength(address) <= 320) return undefined;
  const what = stage === 'mail' ? 'sender' : 'recipient';
  return refuseUnsent(stage === 'mail' ? '5.1.7' : '5.1.3', stage, `the ${what} is no plain address`);
}

/** Our own no, in the server's words, because it is just as final for this mail. */
function refuseUnsent(enhanced: string, stage: 'mail' | 'rcpt', words: string): SendOutcome {
  const response = `553 ${enhanced} not sent: ${words}`;
  return { kind: 'rejected', permanent: true, code: 553, enhanced, response, stage };
}
