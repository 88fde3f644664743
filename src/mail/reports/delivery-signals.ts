/**
 * Is a mail a delivery report that a mail server wrote in words? No single sign is enough, since people forward reports
 * to a help desk, quote them and ask about them: the sender or the envelope must be a machine's, or the mail must say so
 * in several independent ways. Pure and linear.
 */
import { findReplyCode, findStatus } from '../../domain/delivery-status.ts';
import type { HeaderField } from '../../domain/parsed-mail.ts';
import { DELAY_PHRASES, FINAL_PHRASES, REFUSED_POSTS, REPORT_OPENINGS } from './delivery-phrases.ts';
import { REPORT_SUBJECTS } from './delivery-subjects.ts';

/** Local parts that no person has. */
const DAEMON_LOCAL =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mailerdaemon[\w.-]{0,30}|microsoftexchange[0-9a-f]{10,40}|fml-admin)(?:[+@]|$)/i;
/** Local parts that machines and their keepers share. */
const KEEPER_LOCAL =
  /^(?:post[-_.]?master|mail[-_.]?master|sys[-_.]?admin|mta|mail[-_.]?(?:system|delivery|admin|robot|server|gateway)[\w.-]{0,30}|bounced?[\w.-]{0,20}|exchange|imailsrv|delivery[\w.-]{0,20}|uucp|smtp|listserv|daemon|root|administrator|complaints?|[\w.-]{0,30}-(?:bounces?|admin|owner))(?:[+@]|$)/i;
const NO_REPLY_LOCAL = /^(?:do[-_.]?not|no|never)[-_.]?reply/i;
/** Mail clients of people: a postmaster who writes with one is a person. */
const CLIENT =
  /thunderbird|apple mail|iphone|ipad|microsoft (?:office )?outlook[ ,\d]|outlook express|k-9|roundcube|horde|evolution|mutt|kmail|airmail|spark/i;
const KEEPER_NAME =
  /mail(?:er)?[ -]?(?:delivery|daemon|administrator|system|router|server)|system[ -]?administrator|post[ -]?master|delivery (?:subsystem|system|service|notification)|internet mail (?:service|connect)|x\.400|groupwise|mail transfer|mail robot|microsoft (?:exchange|outlook)|administrateur système|administrador del sistema|amministratore di sistema|systemadministratör|systeembeheerder|mailadministrator|システム管理者|系统管理员|系統管理員/i;
/** Fields of list managers, which refuse a post with a mail of their own. */
const LIST_MANAGERS = [
  'x-mlserver',
  'x-list-administrivia',
  'x-listserver',
  'x-mailman-version',
  'x-sympa-to',
  'x-majordomo',
];
/** The subject of a person's answer or forward, in the languages of mail clients. */
const ANSWER =
  /^\s*(?:re|aw|fw|fwd|wg|tr|rv|sv|vs|antw|doorst|odp|pd|enc|res|rif|i|r|vl|ynt|ilt|σχετ|πρθ|отв|пересл|回复|转发|回覆|轉寄|答复|返信|転送)\s?(?:\[\d+\])?[:：]/i;

export type ReportSigns = {
  /** From names a mail server's own mailbox, or nobody at all (`<>`). */
  daemon: boolean;
  /** From names a postmaster or another keeper of mail servers, who may be a person. */
  keeper: boolean;
  /** From is a no-reply address: servers use it, and so do contact forms that bring a customer's words. */
  noReply: boolean;
  /** `Return-Path: <>` (RFC 5321 section 4.5.5). */
  emptyEnvelope: boolean;
  /** Auto-Submitted says that a machine wrote it (RFC 3834 section 5). */
  automatic: boolean;
  /** X-Failed-Recipients or the report mark of Exchange. */
  declared: boolean;
  /** The subject is one of a report. */
  subject: boolean;
  /** The first lines speak of failed delivery. */
  opening: boolean;
  /** The mail brings another one back, as a part or in its text. */
  returned: boolean;
  /** The explanation has a reply or status code. */
  code: boolean;
  /** An address stands where reports put failed recipients: alone on its line or after a label. */
  listed: boolean;
  /** The subject is a person's: `Re:`, `Fwd:`. */
  answer: boolean;
};

export function readSigns(input: {
  headers: HeaderField[];
  from: string;
  subject: string;
  explanation: string;
  returned: boolean;
  listed: boolean;
}): ReportSigns {
  const header = (name: string) => input.headers.find((field) => field.name === name)?.value.trim();
  const written = (header('from') ?? '').slice(0, 300);
  const at = input.from.lastIndexOf('@');
  const bare = at > 0 ? input.from.slice(0, at) : (/^[\s"]*([\w.-]{1,60})/.exec(written)?.[1] ?? '');
  const local = bare.slice(0, 100);
  const start = input.explanation.slice(0, 8_000);
  const subject = normal(input.subject.slice(0, 400));
  const words = normal(start);
  return {
    daemon: DAEMON_LOCAL.test(`${local}@`) || /<>\s*$|^mailer[-_ ]?daemon\b/i.test(written),
    keeper:
      (KEEPER_LOCAL.test(`${local}@`) || KEEPER_NAME.test(written)) &&
      !CLIENT.test(header('x-mailer') ?? header('user-agent') ?? ''),
    noReply: NO_REPLY_LOCAL.test(local),
    emptyEnvelope: /^<?\s*>?$|^<?mailer-daemon/i.test(header('return-path') ?? 'none'),
    automatic: /^auto-(?:replied|generated|notified)/i.test(header('auto-submitted') ?? ''),
    declared:
      (LIST_MANAGERS.some((name) => header(name) !== undefined) &&
        REFUSED_POSTS.some((phrase) => words.includes(phrase))) ||
      header('x-failed-recipients') !== undefined ||
      header('x-ms-exchange-message-is-ndr') !== undefined ||
      header('x-ms-embedded-report') !== undefined,
    subject: REPORT_SUBJECTS.some((phrase) => subject.includes(phrase)),
    opening: REPORT_OPENINGS.some((phrase) => words.includes(phrase)),
    returned: input.returned,
    listed: input.listed,
    code: findReplyCode(start) !== null || findStatus(start) !== null,
    answer: ANSWER.test(input.subject.slice(0, 40)),
  };
}

/**
 * Whether the signs make a report. Without a sign of a machine a mail never is one: people forward reports, attach them
 * and ask about them, and shops write of parcels that could not be delivered.
 */
export function isReport(signs: ReportSigns): boolean {
  const { subject, opening, returned, code, listed } = signs;
  const detail = returned || code || listed;
  const silent = signs.emptyEnvelope || signs.automatic;
  if (signs.daemon) return subject || opening || returned || code;
  if (signs.declared) return signs.keeper || silent || (subject && opening);
  if (signs.answer) return (silent || signs.keeper) && opening && code && listed;
  if (silent && signs.keeper) return subject || opening;
  if (silent) return (subject && opening && detail) || ((subject || opening) && returned && code);
  if (signs.keeper) return subject && (opening || returned) && detail;
  return signs.noReply && subject && opening && returned;
}

/** Whether anything says that a machine wrote it: enough to believe a machine-readable part. */
export function isMachine(signs: ReportSigns): boolean {
  if (signs.daemon || signs.declared || signs.emptyEnvelope || signs.automatic) return true;
  return (signs.keeper || signs.subject) && !signs.answer;
}

/** Does the report say that the server goes on trying (RFC 3464 `delayed`)? */
export function saysDelayed(subject: string, explanation: string): boolean {
  const words = normal(`${subject.slice(0, 400)}\n${explanation.slice(0, 8_000)}`);
  return (
    DELAY_PHRASES.some((phrase) => words.includes(phrase)) && !FINAL_PHRASES.some((phrase) => words.includes(phrase))
  );
}

/** Lower case, typographic apostrophes plain, one blank between words: how the phrase tables are written. */
export function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}
