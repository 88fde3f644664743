import type { ImapFlowError } from 'imapflow';
import { CERTIFICATE_HINT, isUnknownSigner, serverWords } from '../domain/desk/mail-server.ts';
import { Fault, isFault } from '../domain/fault.ts';

/**
 * What is wrong with a mailbox, by what helps:
 * - `network`: time, then a new connection.
 * - `protocol`: the server refused or said something unusable; a new connection, and a look at the log.
 * - `auth`, `missing-folder`: the operator.
 */
export type ImapFaultKind = 'auth' | 'network' | 'protocol' | 'missing-folder';

export class ImapFault extends Fault {
  readonly kind: ImapFaultKind;
  /** The mails whose bodies were being fetched when it went wrong, if one of them may be the reason. */
  readonly fetching: readonly number[];

  constructor(kind: ImapFaultKind, message: string, cause?: unknown, fetching: readonly number[] = []) {
    const operator = kind === 'auth' || kind === 'missing-folder';
    super(operator ? 'imap-refused' : 'imap-unavailable', message, { cause });
    this.name = 'ImapFault';
    this.kind = kind;
    this.fetching = fetching;
  }
}

/** Response codes by which a server says "not now" (RFC 5530), also in answer to a login. */
const NOT_NOW = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'OVERQUOTA', 'SERVERBUG', 'THROTTLED']);

export function isNotNow(error: unknown): boolean {
  const responseCode = responseCodeOf(error);
  return (responseCode !== undefined && NOT_NOW.has(responseCode)) || asImapError(error).code === 'ETHROTTLE';
}

/** imapflow names the response code for most commands; for FETCH it stands in the parsed answer only. */
function responseCodeOf(error: unknown): string | undefined {
  const { serverResponseCode, response } = asImapError(error);
  if (serverResponseCode !== undefined) return serverResponseCode;
  if (typeof response !== 'object') return undefined;
  const first = response.attributes?.[0];
  const section = first !== null && typeof first === 'object' && 'section' in first ? first.section : undefined;
  const value = Array.isArray(section) ? section[0] : undefined;
  const named = value !== null && typeof value === 'object' && 'value' in value ? value.value : undefined;
  return typeof named === 'string' ? named.toUpperCase().trim() : undefined;
}

/** The server answered the command with NO or BAD; the connection is still good. */
export function isRefusal(error: unknown): boolean {
  const { responseStatus } = asImapError(error);
  return responseStatus === 'NO' || responseStatus === 'BAD';
}

/** The server refused who we are, and not for the moment. */
export function isImapLoginRefused(error: unknown): boolean {
  return asImapError(error).authenticationFailed === true && !isNotNow(error);
}

/** imapflow's error as ours; `where` names the mailbox without its password. */
export function toImapFault(error: unknown, where: string): ImapFault {
  if (error instanceof ImapFault) return error;
  if (isFault(error, 'sign-in-refused')) return new ImapFault('auth', `${where}: ${error.message}`, error);
  if (isFault(error, 'sign-in-unavailable')) return new ImapFault('network', `${where}: ${error.message}`, error);
  const found = asImapError(error);
  const words = serverWords(found.responseText ?? found.reason ?? found.message ?? String(error));
  if (isImapLoginRefused(error)) {
    return new ImapFault('auth', `${where} refused the login: ${words}`, error);
  }
  if (found.mailboxMissing === true) {
    return new ImapFault('missing-folder', `${where} has no such folder: ${words}`, error);
  }
  if (isRefusal(error) && !isNotNow(error)) {
    return new ImapFault('protocol', `${where} refused a command: ${words}`, error);
  }
  if (/^(?:Parser|LineTooLarge|LiteralTooLarge|ResponseTooLarge|TooMany|Invalid)/.test(found.code ?? '')) {
    return new ImapFault('protocol', `${where} sent something that cannot be understood: ${words}`, error);
  }
  const code = found.code === undefined || words.includes(found.code) ? '' : ` (${found.code})`;
  const hint = isUnknownSigner(words) ? CERTIFICATE_HINT : '';
  return new ImapFault('network', `No connection to ${where}: ${words}${code}${hint}`, error);
}

function asImapError(error: unknown): Partial<ImapFlowError> {
  return error instanceof Error ? (error as ImapFlowError) : {};
}
