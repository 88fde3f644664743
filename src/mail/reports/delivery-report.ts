/**
 * Delivery reports: what a mail server says about a mail that we sent. First the machine-readable form (RFC 3464), then
 * the words of the many servers that write none. A report is a claim of a stranger: its user must tie it to a
 * mail that we sent (see decide/).
 */
import type { DeliveryRecipient, DeliveryReport, HeaderField, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { findAddresses } from './delivery-address.ts';
import { readDeliveryFields } from './delivery-fields.ts';
import { readBounceNotification } from './delivery-notification.ts';
import { type OriginalMail, readOriginal } from './delivery-original.ts';
import { isMachine, isReport, readSigns, saysDelayed } from './delivery-signals.ts';
import { hasListedAddress, readRecipients, splitExplanation } from './delivery-text.ts';

export type ReportInput = {
  headers: HeaderField[];
  contentType: ParsedMail['contentType'];
  from: string;
  subject: string;
  text: string;
  /**
   * Decoded leaf parts other than the body text, in order, including message/delivery-status, message/feedback-report,
   * message/disposition-notification, text/rfc822-headers and message/rfc822.
   */
  parts: { type: string; params: Record<string, string>; content: Buffer }[];
};

const MAX_TEXT = 200_000;
const NOTHING = { messageId: null };
const STATUS_TYPES = new Set(['message/delivery-status', 'message/global-delivery-status']);
const RETURNED_TYPES = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
  'text/rfc822',
  'message/partial',
]);

/** The report, or null where the mail is none. Linear in the capped input; never throws. */
export function readDeliveryReport(input: ReportInput): DeliveryReport | null {
  if (isOtherReport(input)) return null;
  const notified = readBounceNotification(input.text);
  if (notified !== null) return notified;
  const text = input.text.slice(0, MAX_TEXT);
  const { explanation, rest } = splitExplanation(text);
  const returned = rest !== '' || input.parts.some(({ type }) => RETURNED_TYPES.has(type));
  const signs = readSigns({
    ...input,
    explanation: explanation.join('\n'),
    returned,
    listed: hasListedAddress(explanation),
  });
  const isDeclared = input.contentType.type === 'multipart/report';
  if (!isDeclared && !isMachine(signs) && !isReport(signs)) return null;

  const original = findOriginal(input, text, rest);
  const listed = input.parts
    .filter(({ type }) => STATUS_TYPES.has(type))
    .flatMap(({ content }) => readDeliveryFields(decodeReportText(content), addressesOfDesk(input, original)));
  if (listed.length === 0 && !isReport(signs) && !(isDeclared && reportType(input) === 'delivery-status')) return null;
  const fields = listed.length > 0 ? listed : readHiddenFields(input, text);
  if (fields.some(({ recipient }) => recipient !== '')) {
    return {
      source: 'rfc3464',
      recipients: fields.filter(({ recipient }) => recipient !== ''),
      originalMessageId: original.messageId,
    };
  }
  const recipients = readRecipientsInText(input, explanation, original, signs.fromIsFailed).map((row) => ({
    ...row,
    ...withoutName(fields[0]),
  }));
  return { source: fields.length > 0 ? 'rfc3464' : 'text', recipients, originalMessageId: original.messageId };
}

/** Fields that stand in the text, or in a report that another server wrapped into its own. */
function readHiddenFields(input: ReportInput, text: string): DeliveryRecipient[] {
  const wrapped = input.parts
    .filter(({ type }) => type === 'message/rfc822')
    .map(({ content }) => decodeReportText(content));
  const found = [text, ...wrapped].find((content) => /^[>\s]{0,5}final-recipient[ \t]?:/im.test(content));
  return found === undefined ? [] : readDeliveryFields(found).filter(({ recipient }) => recipient !== '');
}

/** What a status part says about a recipient that it names in no readable way. */
function withoutName(row: DeliveryRecipient | undefined): Partial<DeliveryRecipient> {
  if (row === undefined) return {};
  const { action, status, permanent } = row;
  return { action, status, permanent };
}

/** Disposition notifications (RFC 8098) and feedback reports (RFC 5965) share multipart/report with us. */
function isOtherReport(input: ReportInput): boolean {
  const type = reportType(input);
  if (type === 'disposition-notification' || type === 'feedback-report') return true;
  return (
    !input.parts.some((part) => STATUS_TYPES.has(part.type)) &&
    input.parts.some(({ type }) => type === 'message/disposition-notification' || type === 'message/feedback-report')
  );
}

function reportType(input: ReportInput): string | undefined {
  return input.contentType.params['report-type']?.toLowerCase();
}

/** Who gets the report, and who wrote the mail that came back. */
function addressesOfDesk(input: ReportInput, original: OriginalMail): string[] {
  const to = input.headers.filter(({ name }) => name === 'to').flatMap(({ value }) => findAddresses(value));
  return [...to.map(({ address }) => address.toLowerCase()), ...original.senders];
}

function readRecipientsInText(
  input: ReportInput,
  explanation: string[],
  original: OriginalMail,
  fromIsFailed: boolean,
): DeliveryRecipient[] {
  const header = (name: string) => input.headers.filter((field) => field.name === name).map((field) => field.value);
  const addressesOf = (values: string[]) =>
    values.flatMap((value) => findAddresses(value).map(({ address }) => address));
  const delayed = saysDelayed(input.subject, explanation.join('\n'));
  const senders = fromIsFailed ? [] : [...header('from'), ...header('reply-to'), input.from];
  const people = [...header('to'), ...senders, ...original.senders];
  const ignore = new Set(addressesOf(people).map((address) => address.toLowerCase()));
  const failed = addressesOf(header('x-failed-recipients'));
  return readRecipients(explanation, { originals: original.recipients, ignore, failed, delayed });
}

function findOriginal(input: ReportInput, text: string, rest: string): OriginalMail {
  const part = input.parts.find(({ type }) => RETURNED_TYPES.has(type));
  const returned = part === undefined ? readOriginal(rest, true) : readOriginal(decodeReportText(part.content), false);
  const found =
    returned.messageId ?? readOriginal(text, true).messageId ?? attachedId(input) ?? idOfAnsweredMail(input);
  return { ...returned, messageId: found };
}

/** Some attach the returned header as a text file, or write it behind the status fields. */
function attachedId(input: ReportInput): string | null {
  for (const { type, content } of input.parts.slice(0, 20)) {
    if (!type.startsWith('text/') && !type.startsWith('message/')) continue;
    const attached = decodeReportText(content);
    const { messageId } = /^(?:received|return-path):/im.test(attached) ? readOriginal(attached, true) : NOTHING;
    if (messageId !== null) return messageId;
  }
  return null;
}

/** Several servers name the mail they could not deliver in In-Reply-To or References (RFC 3834 section 3.1.5). */
function idOfAnsweredMail(input: ReportInput): string | null {
  const value = input.headers.find(({ name }) => name === 'in-reply-to' || name === 'references')?.value ?? '';
  return /<([^<>\s]{1,998})>/.exec(value.slice(0, 4_000))?.[1] ?? null;
}

function decodeReportText(content: Buffer): string {
  return content.subarray(0, MAX_TEXT).toString('utf8');
}
