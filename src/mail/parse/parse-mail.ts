/**
 * Bytes to a `ParsedMail`. Runs inside a parser worker (parser-worker.ts): whatever a mail does to it, the process that
 * decides about mails goes on.
 */
import { createHash } from 'node:crypto';
import type {
  AttachedMail,
  Attachment,
  DeliveryReport,
  EncryptedBy,
  FromReading,
  MailsInText,
  NamedAddress,
  ParsedMail,
  ParseOutcome,
} from '../../domain/mail/parsed-mail.ts';
import { isPicture } from '../../domain/mail/rich-words.ts';
import { cleanAll, cleanText } from '../charset/clean-text.ts';
import { readAddressList } from '../headers/addresses.ts';
import { readDate } from '../headers/date-field.ts';
import { guessSender, readFrom } from '../headers/from-address.ts';
import { readDeliveredTo, readHeaders, readSubject } from '../headers/headers.ts';
import { readMessageIds } from '../headers/references.ts';
import { cleanAttachmentName, describeAttachment, type FoundFile } from '../mime/attachments.ts';
import { contentIdOf, replaceContentIds } from '../mime/content-ids.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { fieldOf, type RawField } from '../mime/raw-message.ts';
import { readDeliveryReport } from '../reports/delivery-report.ts';
import { type BodyText, readBody } from '../text/body-text.ts';
import { commentOfAnswer, wordsOfInvitation } from '../text/calendar-text.ts';
import { sanitiseHtml } from '../text/rich-words.ts';
import { forgetLines } from '../words/line-memory.ts';
import { withoutListFooter } from '../words/list-footer.ts';
import { readAttachedMails } from './attached-mails.ts';
import { findOldPictures } from './old-pictures.ts';
import { holdsPgpMessage } from './open-wrappers.ts';
import type { ParseBounds } from './parse-bounds.ts';
import type { PlacedPictures } from './placed-pictures.ts';
import { readContents } from './read-contents.ts';

const MAX_PART_TYPES = 1_000;
const MAX_MAILBOXES = 1_000;
/** Of a field that should come once. */
const MAX_REPEATS = 50;

/**
 * The mail as we understand it, or why not; never rejects for anything a mail may hold. `by` forces the repair reading,
 * to hold the two readings against each other.
 */
export async function parseMail(raw: Buffer, bounds: ParseBounds, by?: 'repair'): Promise<ParseOutcome> {
  const reading = await readContents(raw, bounds, by);
  if (!reading.ok) return reading;
  const { parts, hint, body, placed, files, encrypted } = reading.found;
  const fields = parts[0]?.fields ?? [];
  const subject = readSubject(fields, hint);
  forgetLines();
  const read = readBody({ ...body, html: withImageNames(body.html, files), subject });
  const comment = commentOfAnswer(files);
  const unsaid = comment === undefined || read.text.includes(comment) ? undefined : `${comment}\n\n${read.text}`.trim();
  const invitation = read.text.trim() === '' ? (wordsOfInvitation(files) ?? unsaid) : unsaid;
  const words =
    invitation === undefined
      ? read
      : readBody({ plain: { text: invitation, flowed: false, delSp: false }, html: undefined, subject });
  markOldPictures(files, findOldPictures(body, subject, files));
  const shown = placed?.html ?? body.html;
  const rich = shown === undefined ? undefined : sanitiseHtml(shown, pictureFinder(files, placed), read);
  // A delivery report holds the mail that it is about; nobody forwarded that.
  const attached = parts[0]?.type === 'multipart/report' ? [] : await readAttachedMails(files, bounds);
  const mail = buildMail({ raw, parts, hint, fields, subject, words, rich, files, attached, encrypted });
  return { ok: true, mail: cleanAll(comment === undefined ? mail : { ...mail, calendarComment: comment }) };
}

/** Pictures that a mail program shows within the words: of the kinds that all of them show, and none of the signature's. */
function pictureFinder(
  files: readonly FoundFile[],
  placed: PlacedPictures | undefined,
): (contentId: string) => number | undefined {
  const places = new Map<string, number>();
  files.forEach(({ contentId, contentType, aside }, place) => {
    const isShown = contentId !== undefined && aside !== true && isPicture(contentType);
    if (isShown && !places.has(contentId)) places.set(contentId, place);
  });
  for (const [name, file] of placed?.named ?? []) places.set(name, files.indexOf(file));
  return (contentId) => places.get(contentIdOf(contentId) ?? '');
}

function markOldPictures(files: FoundFile[], old: Set<string>): void {
  for (const file of files) {
    const isOld = file.contentId !== undefined && old.has(file.contentId);
    if (isOld && file.contentType.startsWith('image/')) file.aside = true;
  }
}

/** The HTML with its inline pictures by the names of their files, as the text shows them. */
function withImageNames(html: string | undefined, files: FoundFile[]): string | undefined {
  if (html === undefined || !/cid:/i.test(html)) return html;
  const names = new Map<string, string>();
  for (const { contentId, filename } of files) {
    const name = cleanAttachmentName(filename)?.replace(/["'<>&@?#]/g, ' ');
    if (contentId !== undefined && name !== undefined && !names.has(contentId)) names.set(contentId, name);
  }
  return replaceContentIds(html, (contentId) => names.get(contentId));
}

/**
 * The decoded contents of chosen attachments, with the order and the numbering (from 0) of `ParsedMail.attachments`.
 * Empty where the mail cannot be parsed.
 */
export async function readAttachments(
  raw: Buffer,
  wanted: number[] | 'all',
  bounds: ParseBounds,
): Promise<{ index: number; attachment: Attachment; content: Buffer }[]> {
  // Both readings find the same files in a regular mail (regular-mail.ts), and this one costs a tenth.
  const reading = await readContents(raw, bounds, 'repair');
  if (!reading.ok) return [];
  return reading.found.files.flatMap((file, index) =>
    wanted === 'all' || wanted.includes(index)
      ? [{ index, attachment: describeAttachment(file, index + 1), content: file.content }]
      : [],
  );
}

type Gathered = {
  raw: Buffer;
  parts: MimePart[];
  hint: string | undefined;
  fields: RawField[];
  subject: string;
  words: BodyText;
  rich: string | undefined;
  files: FoundFile[];
  attached: AttachedMail[];
  encrypted: EncryptedBy | undefined;
};

function buildMail({
  raw,
  parts,
  hint,
  fields,
  subject,
  words,
  rich,
  files,
  attached,
  encrypted,
}: Gathered): ParsedMail {
  const value = (name: string) => fieldOf(fields, name) ?? '';
  const mailboxes = (name: string): NamedAddress[] =>
    fields
      .filter((field) => field.name === name)
      .slice(0, MAX_REPEATS)
      .flatMap((field) => readAddressList(field.value, hint))
      .slice(0, MAX_MAILBOXES);
  const headers = readHeaders(fields, hint);
  const from = readFrom(fields, hint);
  const writer = from.kind === 'one' ? from.address : undefined;
  const attachments = files.map((file, index) => describeAttachment(file, index + 1, writer));
  const text = cleanText(words.text);
  const contentType = { type: parts[0]?.type ?? 'text/plain', params: cleanParams(parts[0]?.params ?? {}) };
  const sender = guessSender(fields, hint);
  const to = mailboxes('to');
  const cc = mailboxes('cc');
  const bare = withoutListFooter(text, isFromList(headers), addressesIn(to, cc));
  const locked = encrypted ?? (holdsPgpMessage(words.reply) ? 'OpenPGP' : undefined);
  return {
    messageId: readMessageIds(value('message-id'))[0],
    inReplyTo: readMessageIds(value('in-reply-to')),
    references: readMessageIds(value('references')),
    from,
    sender: mailboxes('sender')[0],
    replyTo: mailboxes('reply-to'),
    to,
    cc,
    deliveredTo: readDeliveredTo(fields),
    subject,
    date: readDate(value('date')),
    text,
    reply: cleanText(words.reply),
    agentReply: cleanText(words.agentReply),
    readings: words.readings,
    commandInHtml: words.commandInHtml === undefined ? undefined : cleanText(words.commandInHtml),
    rich,
    attachments,
    ...(words.mailsInText === undefined ? {} : { mailsInText: cleanMails(words.mailsInText) }),
    ...(attached.length > 0 ? { attachedMails: attached } : {}),
    headers,
    contentType,
    partTypes: parts.slice(0, MAX_PART_TYPES).map((part) => cleanText(part.type)),
    delivery: cleanReport(
      readDeliveryReport({
        headers,
        contentType,
        from: sender.address,
        subject,
        text,
        parts: files.map((file) => ({ type: file.contentType, params: file.params, content: file.content })),
      }),
    ),
    ...(locked === undefined ? {} : { encrypted: locked }),
    hidden: words.hidden,
    contentHash: hashContent(from, subject, text, attachments),
    hashWithoutFooter: bare === undefined ? undefined : hashContent(from, subject, bare, attachments),
    size: raw.length,
  };
}

function cleanMails({ forwarded, above, mails }: MailsInText): MailsInText {
  const clean = (author: NamedAddress) => ({
    address: author.address,
    name: cleanText(author.name),
    written: cleanText(author.written),
  });
  return {
    forwarded,
    above: cleanText(above),
    mails: mails.map((one) => ({ ...one, from: one.from && clean(one.from), subject: cleanText(one.subject) })),
  };
}

/** The report was read out of raw bytes of parts, so its texts are cleaned like all others. */
function cleanReport(report: DeliveryReport | null): DeliveryReport | null {
  if (report === null) return null;
  const clean = (text: string | null) => (text === null ? null : cleanText(text));
  const recipients = report.recipients.map((one) => ({
    ...one,
    recipient: cleanText(one.recipient),
    status: clean(one.status),
    diagnostic: clean(one.diagnostic),
  }));
  return { ...report, recipients, originalMessageId: clean(report.originalMessageId) };
}

function cleanParams(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [cleanText(name), cleanText(value)]));
}

const LIST_FIELDS =
  /^(?:list-(?:id|post|help|unsubscribe|subscribe|archive|owner)|mailing-list|x-(?:mailing-list|beenthere|mailman-version|google-group-id))$/;

function isFromList(headers: ParsedMail['headers']): boolean {
  return headers.some(
    ({ name, value }) => LIST_FIELDS.test(name) || (name === 'precedence' && /^\s*list\b/i.test(value)),
  );
}

/** Addresses that a footer may name. */
const MAX_NAMED_ADDRESSES = 50;

function addressesIn(...lists: NamedAddress[][]): string[] {
  return lists
    .flat()
    .slice(0, MAX_NAMED_ADDRESSES)
    .flatMap(({ address }) => address?.toLowerCase() ?? []);
}

/**
 * Lengths go in with the texts, so that no two mails run together to the same bytes. What a list puts into the subject
 * (`[support]`) and blanks at the end of the text are nobody's content.
 */
function hashContent(from: FromReading, subject: string, text: string, attachments: Attachment[]): string {
  const hash = createHash('sha256');
  const who = from.kind === 'one' ? from.address : from.written;
  const topic = subject
    .replace(/\[[^[\]]{1,60}\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  for (const piece of [who, topic, text.trimEnd(), ...attachments.map(({ sha256 }) => sha256)]) {
    hash.update(`${Buffer.byteLength(piece)}:`).update(piece);
  }
  return hash.digest('hex');
}
