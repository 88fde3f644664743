/**
 * A mail that calls itself an automatic answer, and holds what a person typed: some help desks, CRMs and phones mark all that
 * goes out through them. It is taken for one where neither its subject nor its words are those of a vacation program or of a desk
 * that says that it got a mail; it is shown and never answered (docs/turns.md).
 */
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { isAbsenceNotice } from './absence-notice.ts';
import { speaksOfAbsence } from './absence-until.ts';
import { saysAbsent } from './absence-words.ts';
import { isAutomaticSubject } from './automatic-subjects.ts';

/** What programs say of the mail that they answer, in the languages people set them up in. Compared with lower case. */
const RECEIVED =
  /\b(?:have|has|was|been|your (?:message|e-?mail|request|enquiry|inquiry)) received\b|\bwe(?:'ve| have) (?:your|got|received|registered|logged)\b|\b(?:ticket|case|request) (?:has been|was|is) (?:created|opened|logged|registered)\b|\bautomat(?:ed|ic|ically)\b|\bdo not (?:reply|respond)\b|\bnot monitored\b|thank you for (?:contacting|reaching out|getting in touch|your (?:inquiry|enquiry|interest))|\b(?:will|shall) (?:get back to|respond to|answer|contact|reply to) you\b|\b(?:erhalten|eingegangen)\b|automatisch|nicht auf diese|melden uns|schnellstmöglich|\b(?:bien )?(?:reçu|été enregistrée?|pris en compte)\b|automatique|ne pas répondre|meilleurs délais|\b(?:hemos|ha sido|se ha) (?:recibido|registrad)|automátic|no responda|a la brevedad|\b(?:abbiamo|è stat[ao]) (?:ricevut|registrat)|automatic[oa]|non risponde|recebemos|foi recebid|não responda|automatisch|ontvangen|niet (?:te )?(?:beantwoorden|antwoorden)|automatyczn|otrzymali|nie odpowiad|автоматич|получил[аи]? ваш|получено|не отвечайте|automaticky|obdržel|automatikus|otomatik|自动|自動|자동|已收到|受け付け|受信しました|접수/u;

const MAX_READ = 4_000;

export function isTypedAutoReply(mail: ParsedMail, { kind, reason }: Classification): boolean {
  // Beside a second sign it was the subject that made it automatic.
  if (kind !== 'auto-reply' || reason.startsWith('subject-and-')) return false;
  const words = mail.reply
    .slice(0, MAX_READ)
    .toLowerCase()
    .replace(/\u2019/g, "'");
  if (words.replace(/[^\p{L}\p{N}]+/gu, '').length < 2 || isAutomaticSubject(mail.subject)) return false;
  const isAbsence = isAbsenceNotice(mail.reply) || saysAbsent(mail.reply) || speaksOfAbsence(mail.reply);
  return !isAbsence && !RECEIVED.test(words);
}
