import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { ownSignals } from '../../decide/machine/own-signals.ts';
import type { MailQuestion } from '../../decide/mail/mail-question.ts';
import {
  judgeAuthentication,
  needsSenderCheck,
  nextSenderCheck,
  readServerVerdict,
  SERVER_SAID,
  signedPartsOf,
  verifyByOthers,
} from '../../decide/mail/verify-sender.ts';
import type { EpochMs, InboundId } from '../../domain/ids.ts';
import type { ParsedMail } from '../../domain/parsed-mail.ts';
import type { Rules } from '../../domain/rules.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import type { Tx } from '../../store/database.ts';
import type { WaitingMail } from '../../store/inbound/inbound-mails.ts';
import { findSenderCheck, saveSenderCheck } from '../../store/inbound/sender-checks.ts';
import type { Desk } from '../desk.ts';

/**
 * Finds out who sent a mail and keeps the answer with it, before the transaction that decides about it: nothing is
 * asked of the network while a ticket is locked. Does nothing where everybody is believed, where no verdict would matter,
 * and where an earlier attempt has the answer.
 * @returns when to look at the mail again because DNS failed; undefined where it can be decided now
 */
export async function checkSender(
  desk: Desk & { authenticate: Authenticate },
  waiting: WaitingMail,
  raw: Buffer,
  mail: ParsedMail,
): Promise<EpochMs | undefined> {
  const trust = desk.rules.senderTrust;
  if (trust.kind === 'none' || mail.from.kind !== 'one') return undefined;
  const classification = classifyMail(mail, ownSignals(desk.identityOf(waiting.mailboxId)));
  if (trust.kind === 'authentication-results') {
    if (classification.kind !== 'normal') return undefined;
    const check = { verification: verifyByOthers(mail, trust), reason: SERVER_SAID, tries: 1 };
    // Deciding reads the field again; this is for whoever asks later why.
    await saveSenderCheck(
      desk.database,
      waiting.id,
      check,
      readServerVerdict(mail, trust.authservId),
      desk.clock.now(),
    );
    return undefined;
  }
  if (!needsSenderCheck(mail, classification, desk.rules)) return undefined;
  const known = waiting.attempts > 1 ? await findSenderCheck(desk.database, waiting.id) : undefined;
  if (known?.verification !== undefined) return undefined;
  const findings = await desk.authenticate(raw, mail.from.address, waiting.receivedAt);
  const judged = judgeAuthentication(findings);
  const tries = (known?.tries ?? 0) + 1;
  const now = desk.clock.now();
  const again = judged.again ? nextSenderCheck(tries, now) : undefined;
  const verification = again === undefined ? judged.verification : undefined;
  await saveSenderCheck(desk.database, waiting.id, { verification, reason: judged.reason, tries }, findings, now);
  desk.log.info({ inbound: waiting.id, verification, reason: judged.reason, tries }, 'sender checked');
  return again;
}

/** How far the From address of a mail is believed, and what its good signatures cover, from what is known by now. */
export async function verifySender(
  tx: Tx,
  mail: ParsedMail,
  id: InboundId,
  rules: Rules,
): Promise<Pick<MailQuestion, 'verification' | 'signed'>> {
  const trust = rules.senderTrust;
  if (trust.kind !== 'dkim') return { verification: verifyByOthers(mail, trust), signed: undefined };
  const check = await findSenderCheck(tx, id);
  const findings = check && 'signatures' in check.findings ? check.findings : undefined;
  return { verification: check?.verification ?? 'unverified', signed: findings && signedPartsOf(findings) };
}
