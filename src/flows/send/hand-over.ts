import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import type { SendOutcome, SmtpSender } from '../../smtp/smtp-sender.ts';
import type { Desk } from '../desk.ts';

export type HandingDesk = Desk & {
  smtp: SmtpSender;
  /** the address that the relay's login is named after; undefined where it is no address */
  loginAddress?: EmailAddress | undefined;
};

export type ReadyMail = { envelopeFrom: string; raw: Buffer };

/** So long after a bounce address was refused the plain address goes first. */
const PLAIN_FIRST_MS = 60 * 60_000;

/** When a relay last refused a bounce address and took this plain one. */
const plainSince = new WeakMap<SmtpSender, Map<EmailAddress, number>>();

/**
 * Hands one mail to the relay. A relay that lets a login send only as itself refuses the bounce address; then the plain
 * address is the envelope sender, and a delivery report is known by the Message-ID in it. An alert goes out under the
 * name of the login in the end, or nobody would hear that nothing else goes out.
 */
export async function handOver(
  desk: HandingDesk,
  item: OutboxItem,
  mail: ReadyMail,
  notAfter: number,
): Promise<SendOutcome> {
  const plain = desk.identityOf(item.mailboxId).address;
  const refusedAt = plainSince.get(desk.smtp)?.get(plain);
  const plainFirst =
    refusedAt !== undefined && performance.now() - refusedAt < PLAIN_FIRST_MS && mail.envelopeFrom !== plain;
  let outcome: SendOutcome | undefined;
  for (const form of formsToTry(desk, item, mail, plain).slice(plainFirst ? 1 : 0)) {
    outcome = await desk.smtp.send({ ...form, recipient: item.recipient }, notAfter);
    if (outcome.kind === 'accepted' && form.envelopeFrom === plain && mail.envelopeFrom !== plain && !plainFirst) {
      plainSince.set(desk.smtp, (plainSince.get(desk.smtp) ?? new Map()).set(plain, performance.now()));
      desk.log.warn('the relay takes no bounce address as the sender; the plain address is used');
    }
    if (!isSenderRefused(outcome)) return outcome;
  }
  return outcome ?? { kind: 'not-sent', reason: 'no sender address' };
}

export function isSenderRefused(outcome: SendOutcome): boolean {
  return outcome.kind === 'rejected' && outcome.senderRefused === true;
}

/** What is refused was certainly not taken, so the same mail may be offered in another form. */
function formsToTry(desk: HandingDesk, item: OutboxItem, mail: ReadyMail, plain: EmailAddress): ReadyMail[] {
  const forms = [mail];
  if (mail.envelopeFrom !== plain) forms.push({ ...mail, envelopeFrom: plain });
  const { loginAddress } = desk;
  if (item.template === 'alert' && loginAddress !== undefined && loginAddress.toLowerCase() !== plain.toLowerCase())
    forms.push({ envelopeFrom: loginAddress, raw: fromLogin(mail.raw, loginAddress) });
  return forms;
}

/** The same alert with the login's address in From. Our own header stands unfolded or folded, in the head. */
function fromLogin(raw: Buffer, address: EmailAddress): Buffer {
  const text = raw.toString('latin1');
  return Buffer.from(text.replace(/^From:.*(?:\r\n[ \t].*)*/im, `From: Turnmail <${address}>`), 'latin1');
}
