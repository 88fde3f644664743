import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { asOfItsCustomer } from '../../decide/machine/form-sender.ts';
import { ownSignals } from '../../decide/machine/own-signals.ts';
import { chooseLocale } from '../../decide/mail/choose-locale.ts';
import { homeOf } from '../../decide/mail/match/home-mailbox.ts';
import { lookupKeys } from '../../decide/mail/match/lookup-keys.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { cleanSubject } from '../../decide/mail/words/mail-words.ts';
import type { Classification, ParsedMail, ParseFault, ParseOutcome } from '../../domain/mail/parsed-mail.ts';
import type { ParkedReason } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import { guessLanguage } from '../../mail/words/guess-language.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import type { Desk } from '../desk.ts';
import { type CheckedSender, checkSender } from './check-sender.ts';

export type UnderstandingDesk = Desk & { parser: ParserPool; authenticate: Authenticate; maxMailBytes: number };

/** What a stored mail is, or why nobody can say it. */
export type Understanding =
  | { kind: 'understood'; mail: UnderstoodMail }
  | { kind: 'unreadable'; reason: ParkedReason; detail: string }
  | { kind: 'put-off'; pauseMs: number };

/** The parser gets this many tries at a mail that kills or hangs it. */
const PARSER_TRIES = 3;
const WORTH_ANOTHER_TRY: ParseFault[] = ['parser-timeout', 'parser-out-of-memory', 'parser-crashed'];

/** One value for one mail, made once and before any transaction: what it is, who wrote it, how far they are believed, what it names. */
export async function understandMail(desk: UnderstandingDesk, waiting: WaitingMail): Promise<Understanding> {
  const { raw, size } = waiting;
  if (raw === undefined) {
    const reason = size > desk.maxMailBytes ? 'too-large' : 'withheld-by-server';
    return { kind: 'unreadable', reason, detail: `${size} bytes` };
  }
  const outcome = await parse(desk, waiting, raw);
  if (!outcome.ok) return { kind: 'unreadable', reason: outcome.fault, detail: outcome.detail };
  const classification = classify(desk, outcome.mail);
  // Of a form's mail only the form could be verified.
  if (formCustomer(desk, outcome.mail, classification) !== undefined) {
    const mail = await understoodMail(desk, waiting, outcome.mail, NOT_VERIFIED, classification);
    return { kind: 'understood', mail };
  }
  const sender = await checkSender(desk, waiting, raw, outcome.mail, classification);
  if (sender.kind === 'ask-again') return { kind: 'put-off', pauseMs: sender.pauseMs };
  return { kind: 'understood', mail: await understoodMail(desk, waiting, outcome.mail, sender, classification) };
}

function classify(desk: Desk, mail: ParsedMail) {
  return classifyMail(mail, ownSignals(desk.identities));
}

const NOT_VERIFIED = { verification: 'unverified', signed: undefined, check: undefined } as const;

function formCustomer(desk: Desk, mail: ParsedMail, classification: Classification): ParsedMail | undefined {
  return asOfItsCustomer(mail, classification, desk.identities, desk.rules);
}

/** The value itself, of a mail that was parsed and whose sender was checked. */
export async function understoodMail(
  desk: Desk,
  waiting: Pick<WaitingMail, 'id' | 'mailboxId' | 'orderKey' | 'sha256' | 'receivedAt'>,
  mail: ParsedMail,
  sender: Omit<CheckedSender, 'kind'>,
  kind = classify(desk, mail),
): Promise<UnderstoodMail> {
  const ofCustomer = formCustomer(desk, mail, kind);
  const { verification, signed, check } = ofCustomer === undefined ? sender : NOT_VERIFIED;
  const cameTo = desk.identityOf(waiting.mailboxId);
  const { identity, also } = homeOf(mail, cameTo, desk.identities);
  return {
    id: waiting.id,
    mailboxId: identity === cameTo ? waiting.mailboxId : (desk.mailboxIdOf(identity) ?? waiting.mailboxId),
    orderKey: waiting.orderKey,
    sha256: waiting.sha256,
    mail: ofCustomer ?? mail,
    identity,
    alsoTo: also.map(({ address }) => address),
    classification: ofCustomer === undefined ? kind : { kind: 'normal', reason: 'form-sender' },
    verification,
    signed,
    receivedAt: waiting.receivedAt,
    check,
    keys: lookupKeys(mail, desk.keys),
    locale: identity.guessLocale ? await localeOf(desk, mail) : undefined,
    obeyed: undefined,
  };
}

async function localeOf({ words }: Desk, mail: ParsedMail): Promise<string | undefined> {
  const guessed = await guessLanguage(`${cleanSubject(mail.subject)}\n${mail.reply || mail.text}`);
  return chooseLocale(mail, guessed, words.languages);
}

async function parse(desk: UnderstandingDesk, waiting: WaitingMail, raw: Buffer): Promise<ParseOutcome> {
  for (let tries = 1; ; tries++) {
    const reading = desk.parser.parse(raw);
    killPoint('parse');
    const outcome = await reading;
    if (outcome.ok || !WORTH_ANOTHER_TRY.includes(outcome.fault) || tries >= PARSER_TRIES) return outcome;
    desk.log.warn({ inbound: waiting.id, fault: outcome.fault, tries }, 'a mail broke the parser');
  }
}
