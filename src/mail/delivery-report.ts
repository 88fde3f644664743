/**
 * Delivery reports: what a mail server says about a mail that we sent. First the machine-readable form (RFC 3464), then
 * the words of the many servers that write none. A report is a claim of a stranger: whoever uses it must tie it to a
 * mail that we sent (see decide/).
 */
import type { DeliveryRecipient, DeliveryReport, HeaderField, ParsedMail } from '../domain/parsed-mail.ts';
import { findAddresses } from './delivery-address.ts';
import { readDeliveryFields } from './delivery-fields.ts';
import { type OriginalMail, readOriginal } from './delivery-original.ts';
import { isReport, readSigns, saysDelayed } from './delivery-signals.ts';
import { readRecipients, splitExplanation } from './delivery-text.ts';

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

const LONGEST_TEXT = 200_000;
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
  const text = input.text.slice(0, LONGEST_TEXT);
  const { explanation, rest } = splitExplanation(text);
  const original = findOriginal(input, text, rest);
  const listed = input.parts
    .filter(({ type }) => STATUS_TYPES.has(type))
    .flatMap(({ content }) => readDeliveryFields(decode(content)));
  if (listed.length > 0) return { source: 'rfc3464', recipients: listed, originalMessageId: original.messageId };

  const isDeclared = input.contentType.type === 'multipart/report' && reportType(input) === 'delivery-status';
  const signs = readSigns({ ...input, text, returned: hasReturned(input, rest) });
  if (!isDeclared && !isReport(signs)) return null;
  const written = /^(?:final|original)-recipient[ \t]?:/im.test(text) ? readDeliveryFields(text) : [];
  if (written.length > 0) return { source: 'rfc3464', recipients: written, originalMessageId: original.messageId };
  return { source: 'text', recipients: readWords(input, explanation, original), originalMessageId: original.messageId };
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

function hasReturned(input: ReportInput, rest: string): boolean {
  return rest !== '' || input.parts.some(({ type }) => RETURNED_TYPES.has(type));
}

function readWords(input: ReportInput, explanation: string[], original: OriginalMail): DeliveryRecipient[] {
  const header = (name: string) => input.headers.filter((field) => field.name === name).map((field) => field.value);
  const delayed = saysDelayed(input.subject, explanation.join('\n'));
  const failed = header('x-failed-recipients').flatMap((value) => findAddresses(value).map(({ address }) => address));
  const ignore = new Set(
    [...header('to'), ...header('from'), ...header('reply-to'), ...original.senders, input.from].flatMap((value) =>
      findAddresses(value).map(({ address }) => address.toLowerCase()),
    ),
  );
  const originalRecipients = failed.length > 0 ? failed.map((address) => address.toLowerCase()) : original.recipients;
  return readRecipients(explanation, { originalRecipients, ignore, delayed });
}

function findOriginal(input: ReportInput, text: string, rest: string): OriginalMail {
  const part = input.parts.find(({ type }) => RETURNED_TYPES.has(type));
  const returned = part === undefined ? readOriginal(rest, true) : readOriginal(decode(part.content), false);
  const messageId = returned.messageId ?? readOriginal(text, true).messageId ?? answered(input);
  return { ...returned, messageId };
}

/** Several servers name the mail they could not deliver in In-Reply-To or References (RFC 3834 section 3.1.5). */
function answered(input: ReportInput): string | null {
  const value = input.headers.find(({ name }) => name === 'in-reply-to' || name === 'references')?.value ?? '';
  return /<([^<>\s]{1,998})>/.exec(value.slice(0, 4_000))?.[1] ?? null;
}

function decode(content: Buffer): string {
  return content.subarray(0, LONGEST_TEXT).toString('utf8');
}
