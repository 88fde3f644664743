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
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import { type FoundSenderCheck, findSenderCheck, saveSenderChecks } from '../../store/inbound/sender-checks.ts';
import type { Desk } from '../desk.ts';

/** How far the From address of a mail is believed, what its good signatures cover, and what that rests on, to be kept with the mail. */
export type CheckedSender = { kind: 'checked' } & Pick<UnderstoodMail, 'verification' | 'signed' | 'check'>;

/**
 * Finds out who sent a mail, before the transaction that decides about it: nothing is asked of the network while a ticket is
 * locked. Nobody is asked where everybody is believed, where no verdict would matter, and where an earlier attempt has the
 * answer.
 * @returns the verdict; or when to look at the mail again because DNS failed
 */
export async function checkSender(
  desk: Desk & { authenticate: Authenticate },
  waiting: WaitingMail,
  raw: Buffer,
  mail: ParsedMail,
  classification: Classification,
): Promise<CheckedSender | { kind: 'ask-again'; pauseMs: number }> {
  const trust = desk.rules.senderTrust;
  if (trust.kind !== 'dkim') return checkedByOthers(mail, classification, trust);
  const known = waiting.attempts > 1 ? await findSenderCheck(desk.database, waiting.id) : undefined;
  if (known?.verification !== undefined) return recalled(known);
  if (mail.from.kind !== 'one' || !needsSenderCheck(mail, classification, desk.rules))
    return { kind: 'checked', verification: 'unverified', signed: undefined, check: undefined };
  const findings = await desk.authenticate(raw, mail.from.address, waiting.receivedAt);
  const { verification, reason, again } = judgeAuthentication(findings);
  const tries = (known?.tries ?? 0) + 1;
  const pauseMs = again ? nextSenderCheck(tries) : undefined;
  desk.log.info({ inbound: waiting.id, verification, reason, tries, pauseMs }, 'sender checked');
  if (pauseMs === undefined)
    return {
      kind: 'checked',
      verification,
      signed: signedPartsOf(findings),
      check: { check: { verification, reason, tries }, findings },
    };
  // The tries are counted in the row.
  const check = { verification: undefined, reason, tries };
  await saveSenderChecks(desk.database, [{ inboundId: waiting.id, check, findings }], desk.clock.now());
  return { kind: 'ask-again', pauseMs };
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
export async function recallSender(desk: Desk, id: WaitingMail['id'], mail: ParsedMail): Promise<CheckedSender> {
  const trust = desk.rules.senderTrust;
  if (trust.kind === 'dkim') return recalled(await findSenderCheck(desk.database, id));
  return { kind: 'checked', verification: verifyByOthers(mail, trust), signed: undefined, check: undefined };
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
