import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import {
  judgeAuthentication,
  needsSenderCheck,
  nextSenderCheck,
  readServerVerdict,
  SERVER_SAID,
  signedPartsOf,
  verifyByOthers,
} from '../../decide/mail/verify-sender.ts';
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Authentication } from '../../domain/mail/sender-check.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import { type FoundSenderCheck, findSenderCheck, saveSenderChecks } from '../../store/inbound/sender-checks.ts';
import type { Desk } from '../desk.ts';
import type { ReadMail } from './understood-mail.ts';

/** How far the From address of a mail is believed, what its good signatures cover, and what that rests on, to be kept with the mail. */
export type CheckedSender = { kind: 'checked' } & Pick<UnderstoodMail, 'verification' | 'signed' | 'check'>;

/** What was found out about a sender, with the reason; `again`: DNS failed, and another try may say more. */
export type FoundSender = CheckedSender & { reason: string | undefined; again: boolean; findings?: Authentication };

const NOBODY_ASKED: FoundSender = {
  kind: 'checked',
  verification: 'unverified',
  signed: undefined,
  check: undefined,
  reason: undefined,
  again: false,
};

/**
 * Finds out who sent a mail, before the transaction that decides about it: nothing is asked of the network while a ticket is
 * locked. Nobody is asked where everybody is believed, and where no verdict would matter.
 * @returns the verdict; or when to look at the mail again because DNS failed
 */
export async function checkSender(
  desk: Desk & { authenticate: Authenticate },
  waiting: WaitingMail,
  raw: Buffer,
  read: ReadMail,
): Promise<CheckedSender | { kind: 'ask-again'; pauseMs: number }> {
  const asks = desk.rules.senderTrust.kind === 'dkim' && !read.byForm;
  const known = asks && waiting.attempts > 1 ? await findSenderCheck(desk.database, waiting.id) : undefined;
  const tries = (known?.tries ?? 0) + 1;
  const { findings, reason = '', again, ...found } = await askWhoSent(desk, raw, read, waiting.receivedAt, tries);
  if (findings === undefined) return found;
  const pauseMs = again ? nextSenderCheck(tries) : undefined;
  desk.log.info({ inbound: waiting.id, verification: found.verification, reason, tries, pauseMs }, 'sender checked');
  if (pauseMs === undefined) return found;
  // The tries are counted in the row.
  const check = { verification: undefined, reason, tries };
  await saveSenderChecks(desk.database, [{ inboundId: waiting.id, check, findings }], desk.clock.now());
  return { kind: 'ask-again', pauseMs };
}

/** The same of a mail that need not be stored; only the network is asked, and nothing is written. */
export async function askWhoSent(
  desk: Pick<Desk, 'rules'> & { authenticate: Authenticate },
  raw: Buffer,
  { mail, classification, byForm }: ReadMail,
  receivedAt: EpochMs,
  tries = 1,
): Promise<FoundSender> {
  const trust = desk.rules.senderTrust;
  if (byForm) return NOBODY_ASKED;
  if (trust.kind !== 'dkim') return { ...NOBODY_ASKED, ...checkedByOthers(mail, classification, trust) };
  if (mail.from.kind !== 'one' || !needsSenderCheck(mail, classification, desk.rules)) return NOBODY_ASKED;
  const findings = await desk.authenticate(raw, mail.from.address, receivedAt);
  const { verification, reason, again } = judgeAuthentication(findings);
  const check = { check: { verification, reason, tries }, findings };
  return { kind: 'checked', verification, signed: signedPartsOf(findings), check, reason, again, findings };
}

function checkedByOthers(
  mail: ParsedMail,
  classification: Classification,
  trust: Exclude<Desk['rules']['senderTrust'], { kind: 'dkim' }>,
): CheckedSender {
  const verification = verifyByOthers(mail, trust);
  const isKept =
    trust.kind === 'authentication-results' && mail.from.kind === 'one' && classification.kind === 'normal';
  if (trust.kind !== 'authentication-results' || !isKept)
    return { kind: 'checked', verification, signed: undefined, check: undefined };
  const check = { verification, reason: SERVER_SAID, tries: 1 };
  const findings = readServerVerdict(mail, trust.authservId);
  return { kind: 'checked', verification, signed: undefined, check: { check, findings } };
}

/** The verdict on a mail that was stored long ago, as it was found then. */
export async function recallSender(desk: Desk, id: WaitingMail['id'], read: ReadMail): Promise<CheckedSender> {
  const trust = desk.rules.senderTrust;
  if (read.byForm) return recalled(undefined);
  if (trust.kind === 'dkim') return recalled(await findSenderCheck(desk.database, id));
  return { kind: 'checked', verification: verifyByOthers(read.mail, trust), signed: undefined, check: undefined };
}

function recalled(known: FoundSenderCheck | undefined): CheckedSender {
  const findings = known && 'signatures' in known.findings ? known.findings : undefined;
  return {
    kind: 'checked',
    verification: known?.verification ?? 'unverified',
    signed: findings && signedPartsOf(findings),
    check: undefined,
  };
}
