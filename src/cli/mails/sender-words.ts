/** What was found out about the sender of a mail, in words; no more of DNS than its errors. */
import type { SenderReason } from '../../decide/mail/verify-sender.ts';
import type { Authentication, ServerVerdict } from '../../domain/mail/sender-check.ts';

const REASON_WORDS: Record<SenderReason, string> = {
  'dmarc-pass': 'a good signature of its own domain, as that domain asks',
  'from-read-differently': 'two readers read different people out of its From',
  'changed-after-signing': 'it was changed after its domain had signed it',
  'refused-by-dmarc-policy': 'no good signature, and its domain tells others to refuse such mail',
  'dns-failure': 'DNS did not answer',
  'no-dmarc-record': 'signed, but its domain publishes no DMARC record',
  'unclear-header': 'two readers would divide its header and body differently',
  'weak-signature': 'its signature covers too little, or is too cheap',
  'no-usable-signature': 'none of its signatures can be used',
  'not-signed': 'it is not signed by its own domain',
};

export type SenderSeen = {
  verification: string | null;
  reason: string;
  tries: number;
  findings: Authentication | ServerVerdict;
};

/** The verdict on one line, what it rests on below. */
export function tellSender({ verification, reason, tries, findings }: SenderSeen): string[] {
  const verdict = `sender ${verification ?? 'not known yet'}`;
  if ('server' in findings) return [`${verdict}: ${tellServer(findings)} (${reason})`];
  const words = reason in REASON_WORDS ? REASON_WORDS[reason as SenderReason] : 'for a reason of another version';
  const { signatures, signaturesLeftOut, dmarc, dns } = findings;
  const failed = dns.filter(({ error }) => error !== undefined && error !== 'ENOTFOUND' && error !== 'ENODATA');
  return [
    `${verdict}: ${words} (${reason})${tries > 1 ? `, asked ${tries} times` : ''}`,
    ...signatures.map(
      ({ domain, selector, algorithm, state, detail }) =>
        `DKIM of ${domain}${selector === '' ? '' : `, selector ${selector}`}${algorithm === '' ? '' : ` (${algorithm})`}, aligned: ${state}${detail === '' ? '' : `, ${detail}`}`,
    ),
    ...(signatures.length === 0 ? ['DKIM: no signature of its own domain'] : []),
    ...(signaturesLeftOut > 0 ? [`DKIM: ${signaturesLeftOut} other signatures were not looked at`] : []),
    `DMARC ${dmarc.result}${dmarc.policyDomain === undefined ? '' : `, published by ${dmarc.policyDomain}, policy ${dmarc.policy ?? 'unreadable'}`}`,
    ...failed.map(({ name, type, error }) => `DNS: ${type} of ${name}: ${error}`),
  ];
}

function tellServer({ server, result, domain }: ServerVerdict): string {
  if (result === undefined) return `${server} says nothing usable about DMARC`;
  return `${server} says dmarc=${result}${domain === undefined ? '' : ` for ${domain}`}`;
}
