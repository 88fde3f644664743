import { isLoopback } from './mail-server.ts';

/** A mailbox to read, from IMAP_URL: `imaps://user:pass@host:993/INBOX`. */
export type ImapUrl = {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  user: string;
  /** empty: an access token takes its place */
  password: string;
  /** Folder name in Unicode, `INBOX` where none is given. */
  folder: string;
  /** The peer is this machine: self-signed certificates and plain logins are fine. */
  loopback: boolean;
};

const EXAMPLE = 'imaps://user:password@mail.example:993/INBOX';

/** Reads the URL; credentials and folder are URL-encoded. @throws Error of one sentence without the password */
export function parseImapUrl(text: string): ImapUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`IMAP_URL is not a URL; write it like ${EXAMPLE}, with @ and / in a password as %40 and %2F.`);
  }
  if (url.protocol !== 'imap:' && url.protocol !== 'imaps:') {
    throw new Error(`IMAP_URL starts with "${url.protocol}//", but only imap:// and imaps:// are known.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw new Error(`IMAP_URL names no host; write it like ${EXAMPLE}.`);
  if (url.search !== '' || url.hash !== '') {
    throw new Error('IMAP_URL has a "?" or "#"; inside a password they must be written %3F and %23.');
  }
  const secure = url.protocol === 'imaps:';
  const port = url.port === '' ? (secure ? 993 : 143) : Number(url.port);
  if (port === 0) throw new Error('IMAP_URL names port 0, on which no server can be reached.');
  const [user, password] = [decodeUrlPart(url.username, 'user name'), decodeUrlPart(url.password, 'password')];
  if (user === '') throw new Error(`IMAP_URL has no user name; write it like ${EXAMPLE}.`);
  const folder = decodeUrlPart(url.pathname.replace(/^\/+|(?<!\/)\/+$/g, ''), 'folder');
  return { host, port, secure, user, password, folder: folder === '' ? 'INBOX' : folder, loopback: isLoopback(host) };
}

function decodeUrlPart(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new Error(`IMAP_URL has a ${what} that is not URL-encoded (a % must be written %25).`);
  }
  if (/[\u0000-\u001f\u007f]/.test(decoded)) throw new Error(`IMAP_URL has a ${what} with a control character.`);
  return decoded;
}

/** What tells one mailbox from another in the database: account, server and folder, without the password. */
export function mailboxSource(text: string): string {
  const { user, host, port, folder } = parseImapUrl(text);
  return `${user}@${host.toLowerCase()}:${port}/${folder}`;
}
