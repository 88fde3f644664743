/**
 * Bounces that a sending service reports as JSON in a mail's text (Amazon SES through SNS: notificationType or eventType
 * `Bounce`, alone or as the string `Message` of a notification).
 */
import { cutText } from '../../domain/cut-text.ts';
import { isPermanentFailure, readStatusField } from '../../domain/mail/delivery-status.ts';
import type { DeliveryRecipient, DeliveryReport } from '../../domain/mail/parsed-mail.ts';

const LONGEST = 100_000;

type Json = { [name: string]: unknown };

export function readBounceNotification(text: string): DeliveryReport | null {
  const notice = readJson(text);
  const inner = typeof notice?.['Message'] === 'string' ? readJson(notice['Message']) : notice;
  const bounce = inner?.['bounce'];
  if (inner === undefined || !isObject(bounce)) return null;
  const isFinal = bounce['bounceType'] === 'Permanent';
  const listed = Array.isArray(bounce['bouncedRecipients']) ? bounce['bouncedRecipients'].slice(0, 200) : [];
  const recipients = listed.filter(isObject).flatMap((row) => recipientOfRow(row, isFinal));
  const mail = isObject(inner['mail']) ? inner['mail'] : {};
  const headers = isObject(mail['commonHeaders']) ? mail['commonHeaders'] : {};
  const messageId = headers['messageId'] ?? mail['messageId'];
  const originalMessageId = typeof messageId === 'string' ? cutText(messageId.replace(/[<>]/g, ''), 998) : null;
  return { source: 'text', recipients, originalMessageId };
}

function recipientOfRow(row: Json, isFinal: boolean): DeliveryRecipient[] {
  const address = row['emailAddress'];
  if (typeof address !== 'string') return [];
  const given = typeof row['status'] === 'string' ? readStatusField(row['status']) : null;
  const status = given ?? (isFinal ? '5.0.0' : '4.0.0');
  const diagnostic = typeof row['diagnosticCode'] === 'string' ? cutText(row['diagnosticCode'], 2_000) : null;
  return [
    {
      recipient: cutText(address, 320),
      action: 'failed',
      status,
      permanent: isPermanentFailure('failed', status),
      diagnostic,
    },
  ];
}

/** The JSON object that the text begins with; transport may have broken its lines, and a footer may follow it. */
function readJson(text: string): Json | undefined {
  const start = text.slice(0, LONGEST).trimStart();
  if (!start.startsWith('{') || !/"(?:bounceType|Message)"/.test(start)) return undefined;
  const footer = start.search(/\n\s{0,10}--[ \t]{0,10}\r?\n/);
  const body = (footer < 0 ? start : start.slice(0, footer)).replace(/[\r\n]/g, '');
  try {
    const value: unknown = JSON.parse(body.slice(0, body.lastIndexOf('}') + 1));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
