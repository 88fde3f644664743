/**
 * The mail that was not delivered, as far as the report returns it: a message/rfc822 or text/rfc822-headers part
 * (RFC 3462 section 2), or its header fields somewhere in the words of the report. Reads the first 64 KiB only.
 */
import { findAddresses } from './delivery-address.ts';

const LONGEST = 65_536;

export type OriginalMail = { messageId: string | null; recipients: string[]; senders: string[] };

/** Reads header lines; with `anywhere` they may stand inside other words and may be indented or quoted with `>`. */
export function readOriginal(text: string, anywhere: boolean): OriginalMail {
  const lines = text.slice(0, LONGEST).split(/\r\n|\n|\r/);
  const original: OriginalMail = { messageId: null, recipients: [], senders: [] };
  let current = '';
  let started = false;
  for (const raw of lines) {
    const line = (anywhere ? raw.replace(/^(?:>[ ]?){1,5}|^[ \t]{1,20}(?=[A-Z][\w-]{1,40}:)/, '') : raw).slice(
      0,
      4_000,
    );
    const field = /^([A-Za-z][\w-]{1,60})[ \t]?:[ \t]*(.*)$/.exec(line);
    if (field !== null) {
      started = true;
      current = (field[1] ?? '').toLowerCase();
      takeField(original, current, field[2] ?? '');
    } else if (/^[ \t]/.test(line) && line.trim() !== '') {
      takeField(original, current, line);
    } else if (!anywhere && started && line.trim() !== '') {
      // A line of the header that lost its folding.
      takeField(original, current, line);
    } else {
      current = '';
      if (!anywhere && started) break;
    }
  }
  return original;
}

function takeField(original: OriginalMail, name: string, value: string): void {
  if (name === 'message-id' || name === 'original-message-id' || name === 'x-original-message-id') {
    original.messageId ??= /<([^<>\s]{1,998})>/.exec(value)?.[1] ?? null;
  }
  if (name === 'to' || name === 'cc' || name === 'bcc' || name === 'x-original-to' || name === 'envelope-to') {
    if (original.recipients.length < 200) original.recipients.push(...lowerCaseAddresses(value).slice(0, 200));
  }
  if (name === 'from' || name === 'return-path' || name === 'sender' || name === 'reply-to') {
    if (original.senders.length < 50) original.senders.push(...lowerCaseAddresses(value).slice(0, 50));
  }
}

function lowerCaseAddresses(value: string): string[] {
  return findAddresses(value).map(({ address }) => address.toLowerCase());
}
