/**
 * Is a mail a delivery report that a mail server wrote in words? No single sign is enough, since people forward reports
 * to a help desk, quote them and ask about them: the sender or the envelope must be a machine's, or the mail must say so
 * in several independent ways. Pure and linear.
 */
import { findReplyCode, findStatus, subjectOfWords } from '../../domain/mail/delivery-status.ts';
import type { HeaderField } from '../../domain/mail/parsed-mail.ts';
import { findBounceTokens } from '../../domain/ticket/reply-token.ts';
import { DELAY_PHRASES, FINAL_PHRASES, REFUSED_POSTS } from './delivery-fate-phrases.ts';
import { REPORT_OPENINGS } from './delivery-phrases.ts';
import { REPORT_SUBJECTS } from './delivery-subjects.ts';

/** Local parts that no person has. */
const DAEMON_LOCAL =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mailerdaemon[\w.-]{0,30}|microsoftexchange[0-9a-f]{10,40}|fml-admin)(?:[+@]|$)/i;
/** Local parts that machines and their keepers share. */
const KEEPER_LOCAL =
  /^(?:post[-_.]?master|mail[-_.]?master|sys[-_.]?admin|mta|mail[-_.]?(?:system|delivery|admin|robot|server|gateway)[\w.-]{0,30}|bounced?[\w.-]{0,20}|exchange|imailsrv|delivery[\w.-]{0,20}|uucp|smtp|listserv|daemon|root|administrator|complaints?|[\w.-]{0,30}-(?:bounces?|admin|owner))(?:[+@]|$)/i;
/** Gateways and filters that write in their own name; a few of these are people's mailboxes too. */
const ROLE_LOCAL =
  /^(?:gateway|(?:mail|smtp|e?mx)?-?gw\d{0,3}|mail-?gate(?:way)?|mail-?system|mailer|anti-?spam|spam(?:-?filter|-?admin)?|mail-?filter|content-?filter|mail-?sweeper|mime-?sweeper|mail-?marshal|mail-?scanner|mail-?guard|mimecast|proofpoint|barracuda|fortimail|ironport|sophos|messagelabs|symantec|trend-?micro|cisco|firewall|relay|mx\d{0,3}|notifications?|notify|alerts?|system|ndr|undeliver(?:ed|able)|returned?|hostmaster|noc|mail-?security|quarantine|zimbra|kerio|mail-?enable|hmailserver|domino|groupwise|notes)(?:[-_.][\w.-]{0,40})?(?:[+@]|$)/i;
const NO_REPLY_LOCAL = /^(?:do[-_.]?not|no|never)[-_.]?reply/i;
/** Mail clients of people: a postmaster who writes with one is a person. */
const CLIENT =
  /thunderbird|apple mail|iphone|ipad|microsoft (?:office )?outlook[ ,\d]|outlook express|k-9|roundcube|horde|evolution|mutt|kmail|airmail|spark/i;
const KEEPER_NAME =
  /mail(?:er)?[ -]?(?:delivery|daemon|administrator|system|router|server)|system[ -]?administrator|post[ -]?master|delivery (?:subsystem|system|service|notification)|internet mail (?:service|connect)|x\.400|groupwise|mail transfer|mail robot|mail[ -]?(?:gateway|security|sweeper|marshal|filter|relay)|message security|content filter|spam ?filter|system attendant|smtp (?:gateway|relay|server)|returned mail|undelivered|microsoft (?:exchange|outlook)|administrateur système|administrador del sistema|amministratore di sistema|systemadministratör|systeembeheerder|mailadministrator|システム管理者|系统管理员|系統管理員/i;
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
  /** From names a gateway, a filter or another machine. */
  role: boolean;
  /** From is the very address that the first sentence says could not be reached. */
  fromIsFailed: boolean;
  /** It was sent to the envelope sender of one of our mails, which nobody writes to but mail servers. */
  toBounceAddress: boolean;
  /** The mail begins with failed delivery, names a cause, and holds nothing of a person: no greeting, no question. */
  plain: boolean;
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

const RECIPIENT_FIELDS = new Set(['to', 'delivered-to', 'x-original-to', 'envelope-to']);
/** How much of a report says what it is. */
const LEAD = 500;
const GREETING =
  /^(?:hi|hello|hey|good (?:morning|day|afternoon)|dear(?! (?:sender|user|customer|sir|madam|e?-?mail))|hallo|guten|sehr geehrte|liebe|moin|servus|bonjour|salut|cher|chère|hola|buenos|buenas|estimad|ciao|buongiorno|salve|gentile|olá|bom dia|boa tarde|prezad|hej|hei|god|goedendag|beste|geachte|cześć|dzień dobry|szanown|dobrý den|ahoj|tisztelt|szia|merhaba|привет|здравствуй|добрый|вітаю|добрий|您好|你好|お世話|こんにちは|안녕)(?![\p{L}])/u;
const PERSONAL =
  /[?？؟]|(?<![\p{L}])(?:my|mein|meine[rnm]?|mon|mes|mis|mío|mio|mia|meu|minha|mijn|mitt|mój|moja|мой|моя|моё|мои|can you|could you|please help|thanks|regards|danke|merci|gracias|grazie|obrigad|grüße)(?![\p{L}@.])/u;
/** Shops report that parcels could not be delivered, and name addresses and numbers too. */
const PARCEL =
  /(?<![\p{L}])(?:parcel|package|order|shipment|courier|tracking|paket|sendung|bestellung|lieferung|colis|commande|paquete|pedido|pacco|ordine|pakket|bestelling|zásilka|przesyłka|заказ|посылка|订单|快递|注文|荷物)(?![\p{L}])/u;

/** @param words in lower case, the returned mail taken off */
function isPlainReport(words: string): boolean {
  if (words.length > 4_000 || [GREETING, PERSONAL, PARCEL].some((sign) => sign.test(words))) return false;
  return REPORT_OPENINGS.some((phrase) => words.slice(0, LEAD).includes(phrase)) && subjectOfWords(words) !== null;
}

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
  const signs = {
    daemon: DAEMON_LOCAL.test(`${local}@`) || /<>\s*$|^mailer[-_ ]?daemon\b/i.test(written),
    keeper:
      (KEEPER_LOCAL.test(`${local}@`) || KEEPER_NAME.test(written)) &&
      !CLIENT.test(header('x-mailer') ?? header('user-agent') ?? ''),
    noReply: NO_REPLY_LOCAL.test(local),
    role: ROLE_LOCAL.test(`${local}@`),
    fromIsFailed: at > 0 && words.slice(0, LEAD).includes(input.from.toLowerCase()),
    toBounceAddress: input.headers.some(
      ({ name, value }) => RECIPIENT_FIELDS.has(name) && findBounceTokens(value).length > 0,
    ),
    emptyEnvelope: /^<?\s*>?$|^<?mailer-daemon/i.test(header('return-path') ?? 'none'),
    automatic: /^auto-(?:replied|generated|notified)/i.test(header('auto-submitted') ?? ''),
    declared:
      (LIST_MANAGERS.some((name) => header(name) !== undefined) &&
        REFUSED_POSTS.some((phrase) => words.includes(phrase))) ||
      header('x-failed-recipients') !== undefined ||
      header('x-ms-exchange-message-is-ndr') !== undefined ||
      header('x-ms-embedded-report') !== undefined,
    subject: REPORT_SUBJECTS.some((phrase) => subject.includes(phrase)),
    returned: input.returned,
    listed: input.listed,
    answer: ANSWER.test(input.subject.slice(0, 40)),
  };
  // The phrases are dear to look for, and no report without a sign of a machine.
  const mayBeReport = hasSender(signs);
  return {
    ...signs,
    plain: mayBeReport && isPlainReport(words),
    opening: mayBeReport && REPORT_OPENINGS.some((phrase) => words.includes(phrase)),
    code: mayBeReport && (findReplyCode(start) !== null || findStatus(start) !== null),
  };
}

/** Whether sender, envelope or declaration are such as isReport() asks for. */
function hasSender(signs: Omit<ReportSigns, 'plain' | 'opening' | 'code'>): boolean {
  const { daemon, keeper, role, noReply, fromIsFailed, toBounceAddress, emptyEnvelope, automatic, declared } = signs;
  return (
    daemon || keeper || role || noReply || fromIsFailed || toBounceAddress || emptyEnvelope || automatic || declared
  );
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
  if (signs.keeper) return subject && (((opening || returned) && detail) || signs.plain);
  if (signs.toBounceAddress && (subject || opening)) return true;
  if (signs.fromIsFailed && subject && signs.plain) return true;
  if ((signs.role || signs.noReply) && subject && signs.plain && detail) return true;
  return signs.noReply && subject && opening && returned;
}

/** Whether anything says that a machine wrote it: enough to believe a machine-readable part. */
export function isMachine(signs: ReportSigns): boolean {
  if (signs.daemon || signs.declared || signs.emptyEnvelope || signs.automatic || signs.toBounceAddress) return true;
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
    .replace(/[^\S ]\s*| \s+/g, ' ')
    .trim();
}
