import { MAILTO_WORDS } from '../../../domain/mail/own-phrases.ts';
import type { Attachment, EncryptedBy, ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import { isShownPicture, isSignatureFile } from '../../agent/passed-on.ts';
import { isOnlySignature } from '../../agent/words/only-signature.ts';

/** The words a mail adds to its ticket: its new words, or its attachments by name where there are no words. */
export function newWordsOf(mail: ParsedMail, reply: string = mail.reply): string {
  const words = isBlank(reply) ? '' : reply.trim();
  const said = words === '' ? attachmentWords(mail) : words;
  return mail.encrypted === undefined ? said : `${encryptedNotice(mail.encrypted)}\n\n${said}`.trim();
}

/** What agents read of a mail that the desk cannot read. */
function encryptedNotice(by: EncryptedBy): string {
  return `[This mail is encrypted with ${by}, and the desk has no key for it. Open it with a program that has the key, or ask the sender to write without encryption.]`;
}

/** What somebody wrote into the mail of a link, beside the sentence that we had put there. */
export function wordsBesideLinkText(mail: ParsedMail): string {
  return MAILTO_WORDS.reduce((words, sentence) => words.replace(sentence, ''), mail.reply).trim();
}

/**
 * What a first mail asks: its words, else its attachments, with the words of mails that were forwarded as such, else its subject.
 * In doubt more rather than less.
 */
export function queryWords(mail: ParsedMail): string {
  const words = newWordsOf(mail);
  const forwarded = isBlank(mail.reply) ? (mail.attachedMails ?? []).map((one) => one.words.trim()) : [];
  return (
    [words, ...forwarded].filter((text) => text !== '').join('\n\n') || mail.text.trim() || cleanSubject(mail.subject)
  );
}

/**
 * True where somebody wrote or attached something; a bare signature or quote, also with pictures in it, is not enough to
 * use up a turn, and neither is the mail of a link that has expired, as it is.
 */
export function saysSomething(mail: ParsedMail, reply: string = mail.reply): boolean {
  const isSigned = isMarkedSignature(mail, reply);
  const isLeftOut = (file: Attachment) => file.aside || isSignatureFile(file) || (isSigned && isShownPicture(file));
  const wrote = !isBlank(reply) && !MAILTO_WORDS.includes(reply.trim()) && !isSigned;
  return wrote || mail.attachments.some((file) => !isLeftOut(file));
}

/** Nothing that anybody would see: blanks, and the letters that Unicode says show as nothing (UAX 44, and U+2800). */
function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u.test(withoutImages(text));
}

/** The line that parts a signature from the words, with nothing above it and the writer's name or nothing below it. */
function isMarkedSignature({ from }: ParsedMail, reply: string): boolean {
  const [mark = '', ...rest] = withoutImages(reply)
    .slice(0, 2_000)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (!/^[-–—_]{2,60}$/.test(mark)) return false;
  if (rest.length === 0) return true;
  return from.kind === 'one' && isOnlySignature(rest.join('\n'), { name: from.name, email: from.address });
}

/** A picture's place is no word: the logo of a signature has one too. */
export function withoutImages(text: string): string {
  return text.replace(/\[image: [^\]\n]{0,200}\]/g, '');
}

function attachmentWords(mail: ParsedMail): string {
  const shown = mail.attachments.filter((attachment) => !attachment.aside);
  return shown.map((attachment) => `[${attachment.filename}]`).join(' ');
}

const PREFIX =
  /^\s*(?:re|aw|sv|antw|odp|ynt|res|rif|fwd?|wg|tr|rv|enc|vs|vb|回复|答复|答覆|回覆|返信|답장|转发)\s*(?:(?:\[\d{1,3}\]|\(\d{1,3}\))\s*)?[:：]\s*/i;

/**
 * A subject fit to stand in our mails to the customer who wrote it: one line, no control, bidi or zero-width characters,
 * no reply prefixes, no tags of our tickets, at most 200 characters.
 * @param isOurs which numbers are of our tickets; another desk writes its own as `[#12]` too
 */
export function cleanSubject(subject: string, isOurs: (ticketId: number) => boolean = () => true): string {
  let rest = subject
    .slice(0, 1_000)
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .replace(/\[#(\d{1,15})\]/g, (tag, number: string) => (isOurs(Number(number)) ? ' ' : tag));
  for (let round = 0; round < 10 && PREFIX.test(rest); round++) rest = rest.replace(PREFIX, '');
  return [...rest.replace(/\s+/g, ' ').trim()].slice(0, 200).join('').trim();
}
