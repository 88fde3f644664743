import { cutText } from '../cut-text.ts';
/** Whether a mail server's host is this machine: only there may mail travel without TLS by default. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** What Node and its TLS library say of a certificate whose signer they do not know. */
export function isUnknownSigner(words: string): boolean {
  return /self[- ]signed|unable to (?:verify|get)\b.*\b(?:certificate|signature|issuer)|unable to get issuer/i.test(
    words,
  );
}

/** Who signed it is said by `turnmail doctor`, which looks. */
export const CERTIFICATE_HINT = '; TLS_CA_FILE names an authority of your own';

/** One bounded line: what a server says ends up in rows, logs and mails to agents. */
export function serverWords(text: string): string {
  const bounded = cutText(text, 5_000).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return cutText(bounded.trim(), 500);
}
