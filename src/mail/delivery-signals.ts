/**
 * Is a mail a delivery report that a mail server wrote in words? No single sign is enough, since people forward reports
 * to a help desk and quote them: the sender or the envelope must be a machine's, or the mail must say so in several
 * independent ways. Pure and linear.
 */
import type { HeaderField } from '../domain/parsed-mail.ts';
import { DELAY_PHRASES, REPORT_OPENINGS, REPORT_SUBJECTS } from './delivery-phrases.ts';

const MACHINE_LOCAL =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mdaemon|mail[-_.]?delivery[\w.-]{0,30}|mailerdaemon[\w.-]{0,30}|mailmaster|mta|mail[-_.]?system|bounces?|bounced?[-_.]mail|exchange|microsoftexchange[0-9a-f]{10,40}|imailsrv|delivery[\w.-]{0,20}|complaints?|uucp|smtp|mailsystem|mailrobot|listserv|fml-admin|daemon|root)(?:[+@]|$)/i;
const MACHINE_NAME =
  /mail(?:er)?[ -]?(?:delivery|daemon|administrator|system|router|server)|system administrator|postmaster|delivery (?:subsystem|system|service|notification)|internet mail (?:service|connect)|mailer-daemon|x\.400|groupwise|mail transfer|mail robot|microsoft exchange|systemadministrator|administrateur système|administrador del sistema|amministratore di sistema/i;

export type ReportSigns = {
  machineSender: boolean;
  emptyEnvelope: boolean;
  automatic: boolean;
  failedHeader: boolean;
  subject: boolean;
  opening: boolean;
  returned: boolean;
  answerSubject: boolean;
};

export function readSigns(input: {
  headers: HeaderField[];
  from: string;
  subject: string;
  text: string;
  returned: boolean;
}): ReportSigns {
  const header = (name: string) => input.headers.find((field) => field.name === name)?.value.trim();
  const written = header('from') ?? '';
  const local = input.from.slice(0, Math.max(0, input.from.lastIndexOf('@'))) || input.from;
  const returnPath = header('return-path');
  const start = normal(input.text.slice(0, 6_000));
  return {
    machineSender: MACHINE_LOCAL.test(`${local}@`) || MACHINE_NAME.test(written.slice(0, 300)) || /^<>$/.test(written),
    emptyEnvelope: returnPath !== undefined && /^<?\s*>?$|^<?mailer-daemon/i.test(returnPath),
    automatic: /^auto-(?:replied|generated|notified)/i.test(header('auto-submitted') ?? ''),
    failedHeader: header('x-failed-recipients') !== undefined,
    subject: REPORT_SUBJECTS.some((phrase) => normal(input.subject.slice(0, 400)).includes(phrase)),
    opening: REPORT_OPENINGS.some((phrase) => start.includes(phrase)),
    returned: input.returned,
    answerSubject: /^\s*(?:re|aw|fw|fwd|wg|tr|rv|sv|antw|r|i|vs|odp|回复|转发|回覆|轉寄)\s?(?:\[\d+\])?[:：]/i.test(
      input.subject,
    ),
  };
}

/** Whether the signs make a report. People who forward one have a sender of their own and a subject with `Fwd:`. */
export function isReport(signs: ReportSigns): boolean {
  const byMachine = signs.machineSender || signs.emptyEnvelope;
  const words = Number(signs.subject) + Number(signs.opening);
  if (signs.failedHeader) return byMachine || signs.automatic || words > 0;
  if (signs.answerSubject && !signs.machineSender) return false;
  if (signs.machineSender) return words > 0;
  if (signs.emptyEnvelope || signs.automatic) return signs.opening && (signs.subject || signs.returned);
  return signs.subject && signs.opening && signs.returned;
}

/** Does the report say that the server goes on trying (RFC 3464 `delayed`)? */
export function saysDelayed(subject: string, explanation: string): boolean {
  const words = normal(`${subject.slice(0, 400)}\n${explanation.slice(0, 6_000)}`);
  return DELAY_PHRASES.some((phrase) => words.includes(phrase));
}

/** Lower case, typographic apostrophes plain, one blank between words: how the phrase tables are written. */
export function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}
