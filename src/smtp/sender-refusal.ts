import type { SendStage } from './send-outcome.ts';

/**
 * Whether a permanent refusal is about the sender: the account may not send as this address. It concerns every mail of the
 * desk alike, so it is the operator's business and says nothing about the mail or its recipient.
 *
 * At MAIL FROM there is nothing else to refuse but the size and letters of the address. Many servers say it later: Postfix
 * at RCPT by default (smtpd_delay_reject), Exchange Online after DATA, when it has read From.
 */
export function refusesSender(stage: SendStage, enhanced: string | null, response: string): boolean {
  if (stage === 'mail') return !OF_THIS_MAIL.has(enhanced ?? '') && !/\bsize\b|too (?:big|large)/i.test(response);
  if (stage !== 'rcpt' && stage !== 'data') return false;
  const said = response.slice(0, MAX_READ);
  return OF_SENDER.has(enhanced ?? '') || WORDS.some((words) => words.test(said));
}

/** Letters of a reply that are read; what it is about stands at its beginning. */
const MAX_READ = 1_000;

/** Size (RFC 1870), quota of the message kind, and addresses that need SMTPUTF8 (RFC 6531), which are refused before a server is asked. */
const OF_THIS_MAIL = new Set(['5.3.4', '5.2.3', '5.6.7', '5.1.7']);

/** Exchange: no right to send as, tenant or account blocked from sending. */
const OF_SENDER = new Set(['5.7.60', '5.1.8', '5.7.501', '5.7.502', '5.7.503', '5.7.705', '5.7.708']);

const WORDS = [
  // Exchange, all tongues of its administrators: the exception has a name.
  /send[ _-]?as[ _-]?denied/i,
  /permissions? to send (?:as|on behalf)/i,
  // Postfix reject_sender_login_mismatch, also as Yandex and others say it.
  /not owned by (?:the )?(?:auth\w* )?user/i,
  /sender(?: address)?(?: is)? (?:rejected|refused|denied|not (?:allowed|authori[sz]ed|permitted|verified|accepted))/i,
  /(?:reject|refus|den)\w{0,10} (?:the )?sender\b/i,
  /not (?:allowed|authori[sz]ed|permitted|entitled) to (?:send|use|relay)\b.{0,300}\b(?:from|as|sender|address|domain|identity|behalf)\b/i,
  // 163 and QQ, Amazon SES, SendGrid.
  /\b(?:mail ?from|sender|from address|from field)\b.{0,40}\b(?:must|does not|doesn't|should) (?:be |equal|match)/i,
  /(?:identities|identity|address|domain) (?:is not|are not|not|failed the) (?:verified|check)/i,
  /verified sender identity/i,
  /absender(?:adresse)?\b.{0,80}\b(?:nicht (?:erlaubt|zugelassen|berechtigt)|abgelehnt|verweigert)/i,
];
