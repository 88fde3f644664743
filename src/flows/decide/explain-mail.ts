import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { tokensOf } from '../../decide/mail/match/lookup-keys.ts';
import {
  judgeAuthentication,
  readServerVerdict,
  SERVER_SAID,
  verifyByOthers,
} from '../../decide/mail/verify-sender.ts';
import type { SenderTrust } from '../../domain/desk/rules.ts';
import type { Classification, DeliveryReport, ParsedMail, ParseFault } from '../../domain/mail/parsed-mail.ts';
import type { Authentication, ServerVerdict } from '../../domain/mail/sender-check.ts';
import type { Verification } from '../../domain/ticket/facts.ts';
import { formatToken } from '../../domain/ticket/reply-token.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from '../../mail/parse/parser-pool.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import type { Foreseen } from './foresee-decision.ts';

/** What `turnmail explain` prints of one mail; programs read it, so no name is dropped or changed. */
export type Explanation = {
  messageId: string | null;
  /** Best effort, for reading: `fromFault` says when nobody may be identified by it. */
  from: string | null;
  fromName: string | null;
  fromFault: string | null;
  to: string[];
  cc: string[];
  subject: string | null;
  date: string | null;
  kind: Classification['kind'] | null;
  reason: string | null;
  reply: string | null;
  text: string | null;
  attachments: { filename: string; contentType: string; size: number; inline: boolean }[];
  delivery: Pick<DeliveryReport, 'recipients' | 'originalMessageId'> | null;
  tokens: string[];
  unparseable: string | null;
  detail?: string;
  /** only where it was asked for: who its sender is by our own checks, or by the server that is believed */
  sender?: ExplainedSender | null;
  /** only where it was asked for: what the desk of the settings would do with it now */
  desk?: Foreseen;
};

export type ExplainedSender = {
  verification: Verification;
  reason: string;
  findings: Authentication | ServerVerdict;
};

export type Explainer = {
  /** One answer for any bytes whatever. */
  explain(raw: Buffer): Promise<Explanation>;
  close(): Promise<void>;
};

const TIMEOUT_MS = 15_000;
const MAX_HEAP_MB = 256;

/** The largest file that is worth reading at all. */
export const EXPLAIN_MAX_BYTES = DEFAULT_PARSE_BOUNDS.maxBytes;

/** Explains mails with a number of parser processes of its own and the default bounds; only `foresee` needs a desk. */
export function startExplainer(
  workers: number,
  asking?: { trust: SenderTrust; authenticate: Authenticate; now: number },
  foresee?: (raw: Buffer, mail: ParsedMail, parser: ParserPool) => Promise<Foreseen>,
): Explainer {
  const bounds = DEFAULT_PARSE_BOUNDS;
  const pool = startParserPool({ workers, timeoutMs: TIMEOUT_MS, maxHeapMb: MAX_HEAP_MB, bounds });
  return {
    async explain(raw) {
      const outcome = await pool.parse(raw);
      if (!outcome.ok) return unparseable(outcome.fault, outcome.detail);
      return {
        ...explanationOf(outcome.mail),
        ...(asking === undefined ? {} : { sender: await explainSender(raw, outcome.mail, asking) }),
        ...(foresee === undefined ? {} : { desk: await foresee(raw, outcome.mail, pool) }),
      };
    },
    close: () => pool.close(),
  };
}

/** Signatures are held against the time of the Date field, since a file does not say when it came. */
async function explainSender(
  raw: Buffer,
  mail: ParsedMail,
  { trust, authenticate, now }: { trust: SenderTrust; authenticate: Authenticate; now: number },
): Promise<ExplainedSender | null> {
  if (mail.from.kind !== 'one' || trust.kind === 'none') return null;
  if (trust.kind === 'authentication-results') {
    const findings = readServerVerdict(mail, trust.authservId);
    return { verification: verifyByOthers(mail, trust), reason: SERVER_SAID, findings };
  }
  const findings = await authenticate(raw, mail.from.address, mail.date ?? now);
  const { verification, reason } = judgeAuthentication(findings);
  return { verification, reason, findings };
}

/** The explanation of bytes that were not read as a mail: every field empty, and why. */
export function unparseable(reason: ParseFault | 'unreadable-file', detail: string): Explanation {
  return {
    messageId: null,
    from: null,
    fromName: null,
    fromFault: null,
    to: [],
    cc: [],
    subject: null,
    date: null,
    kind: null,
    reason: null,
    reply: null,
    text: null,
    attachments: [],
    delivery: null,
    tokens: [],
    unparseable: reason,
    detail,
  };
}

function explanationOf(mail: ParsedMail): Explanation {
  const { kind, reason } = classifyMail(mail, { addresses: [], headerValues: [] });
  const known = mail.from.kind === 'one' ? mail.from : mail.from.bestEffort;
  return {
    messageId: mail.messageId ?? null,
    from: known.address,
    fromName: known.name,
    fromFault: mail.from.kind === 'one' ? null : mail.from.reason,
    to: mail.to.map(({ written }) => written),
    cc: mail.cc.map(({ written }) => written),
    subject: mail.subject,
    date: mail.date === undefined ? null : isoDate(mail.date),
    kind,
    reason,
    reply: mail.reply,
    text: mail.text,
    attachments: mail.attachments.map(({ filename, contentType, size, inline }) => ({
      filename,
      contentType,
      size,
      inline,
    })),
    delivery: mail.delivery && {
      recipients: mail.delivery.recipients,
      originalMessageId: mail.delivery.originalMessageId,
    },
    tokens: [...new Set(tokensOf(mail).map(({ text }) => formatToken(text)))],
    unparseable: null,
  };
}

/** A Date field may name a year that ISO 8601 cannot. */
function isoDate(time: number): string | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
