import { isLoopback } from './mail-server.ts';

/** Where outgoing mail goes, read from SMTP_URL: `smtp://user:pass@host:587` or `smtps://user:pass@host:465`. */
export type SmtpUrl = {
  host: string;
  port: number;
  /** TLS from the first byte (RFC 8314 section 3.3); otherwise STARTTLS when the server offers it. */
  secure: boolean;
  /** an empty password: an access token takes its place */
  credentials: { user: string; password: string } | undefined;
  /** The peer is this machine: self-signed certificates and plain logins are fine. */
  loopback: boolean;
};

const EXAMPLE = 'smtp://user:password@mail.example:587';

/** Reads the URL; credentials are URL-encoded. @throws Error of one sentence that never repeats the password */
export function parseSmtpUrl(text: string): SmtpUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`SMTP_URL is not a URL; write it like ${EXAMPLE}, with @ and / in a password as %40 and %2F.`);
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
    throw new Error(`SMTP_URL starts with "${url.protocol}//", but only smtp:// and smtps:// are known.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw new Error(`SMTP_URL names no host; write it like ${EXAMPLE}.`);
  if (url.pathname !== '' && url.pathname !== '/')
    throw new Error('SMTP_URL has a path, which means nothing for SMTP.');
  const secure = url.protocol === 'smtps:';
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  if (port === 0) throw new Error('SMTP_URL names port 0, on which no server can be reached.');
  return { host, port, secure, credentials: readCredentials(url), loopback: isLoopback(host) };
}

function readCredentials(url: URL): SmtpUrl['credentials'] {
  if (url.username === '' && url.password === '') return undefined;
  try {
    const credentials = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
    if (credentials.user === '') throw new Error('SMTP_URL has a password but no user name.');
    return credentials;
  } catch (error) {
    if (error instanceof URIError) {
      throw new Error('SMTP_URL has a user name or password that is not URL-encoded (a % must be written %25).');
    }
    throw error;
  }
}
