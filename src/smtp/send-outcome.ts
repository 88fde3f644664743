import { CERTIFICATE_HINT, isUnknownSigner, serverWords } from '../domain/desk/mail-server.ts';
import { refusesSender } from './sender-refusal.ts';

/**
 * What became of one mail, seen from our side of the connection. The line between `not-sent` and `unknown` is the
 * server's 354 (RFC 5321 section 4.1.1.4): before it the server has no message, after it the server may have taken one
 * without our hearing of it.
 */
export type SendStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data';

export type SendOutcome =
  /** 250 after the final dot: the server has taken responsibility. */
  | { kind: 'accepted'; response: string }
  /** The server said no. `code` is its reply code, `enhanced` the RFC 3463 code where it gave one. */
  | {
      kind: 'rejected';
      permanent: boolean;
      code: number;
      enhanced: string | null;
      response: string;
      stage: SendStage;
      /** the account may not send as this sender: every mail is refused alike */
      senderRefused?: true;
    }
  /** Certainly nothing was taken; safe to try again. */
  | { kind: 'not-sent'; reason: string; loginRefused?: true }
  /** The connection was lost after the server asked for the message; never to be repeated blindly. */
  | { kind: 'unknown'; reason: string };

/** What nodemailer attaches to its errors, as far as we read it. */
export type SmtpError = Error & {
  code?: string | undefined;
  command?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
  permanent?: boolean | undefined;
};

/** Reply codes that mean "log in properly first" (RFC 4954 section 6): the operator's business, not this mail's. */
const LOGIN_CODES = new Set([530, 534, 535, 538]);

/** `handedOver`: the server had asked for the message, so bytes of it may have left. */
export function outcomeOfError(error: SmtpError, phase: 'open' | 'send', handedOver: boolean): SendOutcome {
  const response = serverWords(error.response ?? '');
  const code = error.responseCode;
  if (handedOver) {
    // EMESSAGE is nodemailer's word for "the final reply was not 2xx"; all else is a lost connection.
    if (error.code === 'EMESSAGE' && code !== undefined && code >= 400) return rejection(error, code, 'data', response);
    return { kind: 'unknown', reason: `${inWords(error)} after the server had asked for the message` };
  }
  if (error.code === 'EMESSAGE' && error.command === 'MAIL FROM') {
    // The server announced a SIZE (RFC 1870) below this mail's, so nodemailer did not even begin.
    const words = '552 5.3.4 the message is larger than the server said it accepts';
    return { kind: 'rejected', permanent: true, code: 552, enhanced: '5.3.4', response: words, stage: 'mail' };
  }
  if (code === undefined || code < 400) return { kind: 'not-sent', reason: inWords(error) };
  const stage = stageOf(error, phase);
  if (LOGIN_CODES.has(code) || (stage === 'auth' && code >= 500)) {
    return { kind: 'not-sent', reason: `the mail server refused our login: ${response}`, loginRefused: true };
  }
  if (error.code === 'ETLS') return { kind: 'not-sent', reason: `the mail server refused STARTTLS: ${response}` };
  return rejection(error, code, stage, response);
}

/**
 * A 5xx in the greeting or to EHLO is about us and our address, not about this mail; like Postfix we take it as
 * temporary, or one bad hour of the relay would fail every mail of the desk for good.
 */
function rejection(error: SmtpError, code: number, stage: SendStage, response: string): SendOutcome {
  const permanent = stage !== 'connect' && (error.permanent ?? code >= 500);
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null;
  const about = permanent && refusesSender(stage, enhanced, response) ? { senderRefused: true as const } : {};
  return { kind: 'rejected', permanent, code, enhanced, response, stage, ...about };
}

function stageOf(error: SmtpError, phase: 'open' | 'send'): SendStage {
  const command = error.command ?? '';
  if (command.startsWith('AUTH')) return 'auth';
  if (command === 'MAIL FROM') return 'mail';
  if (command === 'RCPT TO') return 'rcpt';
  if (command === 'DATA') return 'data';
  // With PIPELINING a 421 to RCPT is reported as the end of the connection; one to MAIL or DATA is reported as such.
  return phase === 'send' ? 'rcpt' : 'connect';
}

/** The server does not believe who we are. */
export function isLoginRefused(outcome: unknown): boolean {
  return typeof outcome === 'object' && outcome !== null && 'loginRefused' in outcome;
}

/** Says what happened to the connection, without bytes that came from the network. */
export function inWords(error: SmtpError): string {
  const cause = serverWords(error.message);
  const hint = isUnknownSigner(cause) ? CERTIFICATE_HINT : '';
  switch (error.code) {
    case 'EDNS':
      return `the mail server's name could not be resolved (${cause})`;
    case 'ETLS':
      return `no secure connection to the mail server (${cause}${hint})`;
    case 'EAUTH':
      return `the mail server refused our login (${cause})`;
    case 'ETIMEDOUT':
      return `the mail server did not answer in time (${cause})`;
    case 'ESOCKET':
    case 'ECONNECTION':
      return `the connection to the mail server failed (${cause}${hint})`;
    default:
      return `the mail server could not be used (${cause})`;
  }
}
