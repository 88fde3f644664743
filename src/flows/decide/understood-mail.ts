import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { asOfItsCustomer } from '../../decide/machine/form-sender.ts';
import { ownSignals } from '../../decide/machine/own-signals.ts';
import { chooseLocale } from '../../decide/mail/choose-locale.ts';
import { homeOf } from '../../decide/mail/match/home-mailbox.ts';
import { lookupKeys } from '../../decide/mail/match/lookup-keys.ts';
import type { UnderstoodMail, UnderstoodOrders } from '../../decide/mail/understood-mail.ts';
import { cleanSubject } from '../../decide/mail/words/mail-words.ts';
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { guessLanguage } from '../../mail/words/guess-language.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import type { Desk } from '../desk.ts';
import type { CheckedSender } from './check-sender.ts';

/** What a mail is and whose, before anybody has found out who sent it. */
export type ReadMail = {
  /** as it was parsed */
  parsed: ParsedMail;
  /** the same, of a form's mail as that of the customer it names */
  mail: ParsedMail;
  classification: Classification;
  /** only the form could be verified, and so nobody is */
  byForm: boolean;
};

export function readMail({ identities, rules }: Desk, parsed: ParsedMail): ReadMail {
  const classification = classifyMail(parsed, ownSignals(identities));
  const mail = asOfItsCustomer(parsed, classification, identities, rules);
  return mail === undefined
    ? { parsed, mail: parsed, classification, byForm: false }
    : { parsed, mail, classification: { kind: 'normal', reason: 'form-sender' }, byForm: true };
}

/** The value that a decision rests on, of a mail that was read and whose sender was checked. */
export async function understoodMail(
  desk: Desk,
  waiting: Pick<WaitingMail, 'id' | 'mailboxId' | 'orderKey' | 'sha256' | 'receivedAt'>,
  { parsed, mail, classification }: ReadMail,
  { verification, signed, check }: Omit<CheckedSender, 'kind'>,
  orders?: UnderstoodOrders,
): Promise<UnderstoodMail> {
  const cameTo = desk.identityOf(waiting.mailboxId);
  const { identity, also } = homeOf(parsed, cameTo, desk.identities);
  return {
    id: waiting.id,
    mailboxId: identity === cameTo ? waiting.mailboxId : (desk.mailboxIdOf(identity) ?? waiting.mailboxId),
    orderKey: waiting.orderKey,
    sha256: waiting.sha256,
    mail,
    identity,
    alsoTo: also.map(({ address }) => address),
    classification,
    verification,
    signed,
    receivedAt: waiting.receivedAt,
    check,
    keys: lookupKeys(parsed, desk.keys),
    locale: identity.guessLocale ? await localeOf(desk, parsed) : undefined,
    orders,
  };
}

async function localeOf({ words }: Desk, mail: ParsedMail): Promise<string | undefined> {
  const guessed = await guessLanguage(`${cleanSubject(mail.subject)}\n${mail.reply || mail.text}`);
  return chooseLocale(mail, guessed, words.languages);
}
