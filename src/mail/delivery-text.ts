/**
 * Failed recipients out of the words of a mail server. The text is split into the explanation and the returned mail; an
 * address of the explanation counts by where it stands: at the start of a line, after a label, in an error line, or
 * anywhere. The best kind that was found is taken whole. One pass over a capped number of lines.
 */
import { findReplyCode, findStatus, isPermanentFailure, statusOf } from '../domain/delivery-status.ts';
import type { DeliveryAction, DeliveryRecipient } from '../domain/parsed-mail.ts';
import { findAddresses } from './delivery-address.ts';

const MOST_LINES = 2_000;
const MOST_RECIPIENTS = 200;
const LONGEST_DIAGNOSTIC = 2_000;

/** Where the returned mail begins. */
const RETURNED_MARK =
  /^[\s>*#|]{0,10}-{2,}.{0,60}\b(?:original|copy of|returned|undelivered|unsent|rejected message|message header|forwarded|body of message|your message|below this line|header)\b|^-{2,}\s?(?:original|returned|begin|start).{0,60}$|^(?:received|return-path|dkim-signature|message-id|x-mailer|mime-version|delivered-to|content-type):[ \t]?\S|^[-=_]{3,} ?(?:元|原|ursprüngliche)|^(?:original message follows|received message follows|the original message|message headers? follow|unsent message|undelivered message follows|headers of the (?:original )?message)\b/i;
const LABEL =
  /(?:recipients?|to|rcpt to|address(?:es)?|user(?:name)?|mailbox|account|alias|for|final-recipient|original-recipient|empfänger|an|destinataires?|à|destinatarios?|para|destinatario|a|ontvanger|mottagare|получател\p{L}{0,3}|кому|宛先|收件人|받는 ?사람|modtager|odbiorca)\s{0,3}[:=<(]?[<"'\s([]{0,4}$/iu;
const ERROR_WORDS =
  /\b[45]\d\d\b|[45]\.\d\.\d|unknown|fail|reject|error|undeliver|not (?:be )?(?:deliver|found|listed|known|exist)|full|quota|no such|doesn't|invalid|denied|disabled/i;

type Candidate = { address: string; line: number; tier: number };

export type TextFacts = { originalRecipients: string[]; ignore: Set<string>; delayed: boolean };

/** The lines before the returned mail, and the text from there on. */
export function splitExplanation(text: string): { explanation: string[]; rest: string } {
  const lines = text.split(/\r\n|\n|\r/, MOST_LINES);
  const end = lines.findIndex((line, index) => index > 0 && RETURNED_MARK.test(line.slice(0, 200)));
  if (end < 0) return { explanation: lines, rest: '' };
  return { explanation: lines.slice(0, end), rest: lines.slice(end).join('\n') };
}

export function readRecipients(explanation: string[], facts: TextFacts): DeliveryRecipient[] {
  const candidates = collect(explanation, facts);
  const best = Math.min(...candidates.map(({ tier }) => tier));
  const chosen = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = candidate.address.toLowerCase();
    if (candidate.tier === best && !chosen.has(key) && chosen.size < MOST_RECIPIENTS) chosen.set(key, candidate);
  }
  const named =
    chosen.size > 0 ? [...chosen.values()].map(({ address }) => address) : facts.originalRecipients.slice(0, 1);
  return named.map((address) => toRecipient(address, explanation, facts.delayed, named));
}

function collect(explanation: string[], facts: TextFacts): Candidate[] {
  const originals = new Set(facts.originalRecipients);
  const found: Candidate[] = [];
  for (const [line, text] of explanation.entries()) {
    for (const { address, at } of findAddresses(text)) {
      const key = address.toLowerCase();
      if (facts.ignore.has(key) && !originals.has(key)) continue;
      const tier = tierOf(text, address, at) - (originals.has(key) ? 3 : 0);
      found.push({ address, line, tier });
    }
  }
  return found;
}

function tierOf(line: string, address: string, at: number): number {
  const before = line.slice(Math.max(0, at - 60), at);
  const after = line.slice(at + address.length, at + address.length + 40);
  if (/^[\s<"'*([-]*$/.test(before) && /^[>"')\]]*\s*(?:[:;,(]|\.{2,}|$)/.test(after)) return 1;
  if (/^[\s<"'*([]*$/.test(before)) return 2;
  if (/\b(?:from|sender|postmaster|contact|von|de)\b[:\s<(]{0,6}$/i.test(before)) return 6;
  if (LABEL.test(before)) return 2;
  return ERROR_WORDS.test(line) ? 3 : 4;
}

function toRecipient(address: string, lines: string[], delayed: boolean, named: string[]): DeliveryRecipient {
  const diagnostic = named.length > 1 ? about(address, lines, named) : lines.join('\n');
  const action: DeliveryAction = delayed ? 'delayed' : 'failed';
  const status = statusOf(null, diagnostic, action);
  return {
    recipient: address,
    action,
    status,
    permanent: isPermanentFailure(action, status),
    diagnostic: quoteError(diagnostic),
  };
}

/** The lines that speak of one of several recipients: those that name it, and what follows until another is named. */
function about(address: string, lines: string[], named: string[]): string {
  const key = address.toLowerCase();
  const others = named.map((name) => name.toLowerCase()).filter((name) => name !== key);
  const kept: string[] = [];
  let open = 0;
  for (const line of lines) {
    const lower = line.toLowerCase();
    if (lower.includes(key)) open = 8;
    else if (others.length < 50 && others.some((other) => lower.includes(other))) open = 0;
    if (open > 0) kept.push(line);
    open -= 1;
  }
  return kept.join('\n');
}

function quoteError(text: string): string | null {
  const lines = text.split('\n');
  const at = lines.findIndex(
    (line) => findReplyCode(line) !== null || findStatus(line) !== null || ERROR_WORDS.test(line),
  );
  if (at < 0) return null;
  return (
    lines
      .slice(at, at + 4)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_DIAGNOSTIC) || null
  );
}
