/**
 * Status codes of delivery reports, read out of fields and out of words. Pure and linear; every text is cut first.
 * RFC 3463 (class.subject.detail), RFC 5321 section 4.2 (reply codes), RFC 3464 section 2.3.4.
 */
import { STATUS_WORDS, UNREACHED_WORDS } from './delivery-status-words.ts';
import type { DeliveryAction } from './parsed-mail.ts';

/** A diagnostic longer than this is cut before it is searched. */
const LONGEST = 4_000;

/** `550 5.1.1`, `550-5.1.1`, `#5.1.1`, `Status: 5.1.1`, `dsn=5.1.1`: a code that a server clearly meant as one. */
const MARKED_STATUS =
  /(?:\b[245]\d\d[ -]{1,3}\(?#?|#[ ]?|\b(?:status|dsn|code|error)[:= ]{1,3})([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/i;
const BARE_STATUS = /(?<![\d.\w/-])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d|[\w-])/;
const ALL_MARKED = new RegExp(MARKED_STATUS.source, 'gi');
const ALL_BARE = new RegExp(BARE_STATUS.source, 'g');
/** What stands before the version of a program, which looks like a status: `Postfix 2.5.1`, `(Build 5.0.2)`. */
const BEFORE_VERSION =
  /(?:\b(?:versi[oó]n|ver|release|rel|build|rev|v|software|server|exim|postfix|sendmail|qmail|exchange|mdaemon|imail|mailenable|hmailserver|kerio|zimbra|communigate|groupwise|domino|notes|spamassassin|amavis\S{0,10}|mailscanner|mimedefang|openssl|php|perl|python)[\s:(/=]{0,3}|[/-])$/i;

/** A reply code as servers print it: at the start of a line, after `said:`, a colon, a bracket, `<<<` or `smtp;`. */
const REPLY_CODE =
  /(?:^|<<<|[:;>(["'=]|\b(?:(?:response ?)?code|error|said|reply|response|smtp|status|returned|with|was|result|diagnostic)\b[:# ]{0,3})[ \t]{0,8}([45][0-7]\d)(?=[ \t-]|[;:.,)\]"'#]|$)(?![ \t-]{0,2}(?:bytes|kb|mb|seconds|messages|users|hours|days|gmt)\b)/im;

const REPLY_CODES = new RegExp(REPLY_CODE.source, 'gim');

/** The RFC 3463 code in a text, as written by the server, or null. */
export function findStatus(text: string): string | null {
  return statusesIn(text)[0] ?? null;
}

/** All codes of a text, those that a server clearly meant as one before the others. */
function statusesIn(text: string): string[] {
  const cut = text.slice(0, LONGEST);
  const isVersion = (at: number) => BEFORE_VERSION.test(cut.slice(Math.max(0, at - 20), at));
  const marked = [...cut.matchAll(ALL_MARKED)].map((match) => match[1] ?? '');
  const bare = [...cut.matchAll(ALL_BARE)].filter(({ index }) => !isVersion(index)).map((match) => match[1] ?? '');
  return [...marked, ...bare].map(normalStatus);
}

/**
 * The code that fits what happened: transcripts also hold the good answers to earlier commands (`250 2.1.0 Sender ok`),
 * and of a failure the final code counts, of a delay the temporary one.
 */
function fittingStatus(text: string, action: DeliveryAction | undefined): string | null {
  const found = statusesIn(text);
  const bad = found.filter((status) => !status.startsWith('2'));
  if (action === 'delivered' || action === 'relayed' || action === 'expanded') return found[0] ?? null;
  const wanted = action === 'delayed' ? '4' : action === 'failed' ? '5' : undefined;
  return bad.find((status) => wanted !== undefined && status.startsWith(wanted)) ?? bad[0] ?? null;
}

/** The RFC 5321 reply code (400 to 579) in a text, or null. */
export function findReplyCode(text: string): string | null {
  return REPLY_CODE.exec(text.slice(0, LONGEST))?.[1] ?? null;
}

/** `5.1.1 (bad address)`, `5.01.001`: the code of a Status field without comment and leading zeros, or null. */
export function readStatusField(value: string): string | null {
  const found = /^[\s"#(]{0,10}([245])\s?\.\s?(\d{1,3})\s?\.\s?(\d{1,3})(?!\d)/.exec(value.slice(0, 200));
  return found === null ? null : normalStatus(`${found[1]}.${found[2]}.${found[3]}`);
}

/**
 * The status of one recipient: the report's own code; a general one (`5.0.0`) gives way to a more exact code of the same
 * class in the diagnostic; without any code the reply code and then the words decide. Where nothing is said but that it
 * failed, that is `5.0.0` (RFC 3463 section 3.1, other or undefined status).
 */
export function statusOf(given: string | null, diagnostic: string, action: DeliveryAction | undefined): string | null {
  const inside = fittingStatus(diagnostic, action);
  // A failure with a code of success: the code is of something else.
  if (given?.[0] === '2' && (action === 'failed' || action === 'delayed')) return statusOf(null, diagnostic, action);
  if (given !== null && !isGeneral(given)) return given;
  if (given !== null && inside !== null && inside[0] === given[0] && !isGeneral(inside)) return inside;
  if (given !== null) return given;
  if (inside !== null) return inside;
  const code = preferredCode(diagnostic, action);
  const detail = subjectOfWords(diagnostic);
  const digit = code?.[0] ?? classOfAction(action, diagnostic);
  if (digit === undefined) return null;
  return `${digit}.${detail ?? '0.0'}`;
}

/** A server that gave up after days of trying says nothing against the address: RFC 3463 has 4.4.x for it. */
function classOfAction(action: DeliveryAction | undefined, diagnostic: string): string | undefined {
  if (action === 'delayed') return '4';
  if (action !== 'failed') return undefined;
  const cut = comparableDiagnostic(diagnostic);
  return UNREACHED_WORDS.some((word) => cut.includes(word)) ? '4' : '5';
}

/** Transcripts hold several codes: of a failure the final one counts, of a delay the temporary one. */
function preferredCode(diagnostic: string, action: DeliveryAction | undefined): string | null {
  const codes = [...diagnostic.slice(0, LONGEST).matchAll(REPLY_CODES)].map((match) => match[1] ?? '');
  const first = action === 'delayed' ? '4' : '5';
  return codes.find((code) => code.startsWith(first)) ?? codes[0] ?? null;
}

function comparableDiagnostic(text: string): string {
  return text.slice(0, LONGEST).toLowerCase().replace(/\s+/g, ' ');
}

/** `1.1` (bad mailbox), `2.2` (full), ... by what the words say, or null where they say nothing we know. */
export function subjectOfWords(text: string): string | null {
  const cut = comparableDiagnostic(text);
  for (const [detail, words] of STATUS_WORDS) if (words.some((word) => cut.includes(word))) return detail;
  return null;
}

/** Will the same address fail again? By the class of the status (RFC 3463 section 3.1), else a failure is final. */
export function isPermanentFailure(action: DeliveryAction, status: string | null): boolean {
  if (action !== 'failed') return false;
  return status === null || status[0] === '5';
}

/** The action where the report names none (RFC 3464 section 2.3.3 requires it, servers forget it). */
export function actionOfStatus(status: string | null): DeliveryAction {
  if (status?.[0] === '2') return 'delivered';
  return status?.[0] === '4' ? 'delayed' : 'failed';
}

function isGeneral(status: string): boolean {
  return status.endsWith('.0.0');
}

function normalStatus(written: string): string {
  return written.split('.').map(Number).join('.');
}
