import { domainToASCII, domainToUnicode } from 'node:url';
import { Fault } from '../../domain/fault.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { MailHeaders } from '../../domain/mail/mail-view.ts';
import { isWritableId } from '../compose/bounded-references.ts';
import { shownLine } from '../text/shown-text.ts';

/**
 * The last look at a mail before it becomes a row's bytes: nothing that came from outside made, changed or doubled a
 * field. A fault here is a bug of ours, never the fault of who wrote to us.
 */
const FIELDS = new Set(
  (
    'from to reply-to subject message-id in-reply-to references date mime-version content-type ' +
    'content-transfer-encoding auto-submitted x-auto-response-suppress precedence x-turnmail-desk'
  ).split(' '),
);

const REQUIRED = ['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type', 'x-turnmail-desk'];

/** @throws Fault `envelope-mismatch` where a value that we made ourselves holds what no header may hold */
export function checkGivenHeaders(headers: MailHeaders): void {
  const addresses = [headers.from.address, headers.recipient, headers.replyTo].filter(
    (address) => address !== undefined,
  );
  if (
    !addresses.every(
      (address) => isShownUnchanged(address) && /^[^\s<>,;:"()[\]\\]+@[^\s<>,;:"()[\]\\@]+$/.test(address),
    )
  ) {
    throw mismatch('an address is not a plain mailbox');
  }
  if (!isWritableId(headers.messageId)) throw mismatch('the message id cannot be written');
  if (!/^[\x21-\x7e]{1,200}$/.test(headers.deskId)) throw mismatch('the desk id cannot be written');
  if (!Number.isFinite(headers.date)) throw mismatch('the date is no time');
}

/** @throws Fault `envelope-mismatch` where the built header is not one From, one To (the recipient) and our fields */
export function checkHeaderBlock(raw: Buffer, headers: MailHeaders): void {
  const fields = readStrictFields(raw);
  for (const name of fields.keys())
    if (!FIELDS.has(name)) throw mismatch(`a field ${shownLine(name, 40)} that we do not write`);
  for (const name of REQUIRED) if (!fields.has(name)) throw mismatch(`no ${name}`);
  if (fields.get('to') !== wireAddress(headers.recipient)) throw mismatch('To is not the recipient of the row');
  if (onlyAddress(fields.get('from') ?? '') !== wireAddress(headers.from.address))
    throw mismatch('From is not the desk');
  if (headers.replyTo !== undefined && fields.get('reply-to') !== wireAddress(headers.replyTo))
    throw mismatch('Reply-To is not ours');
  if ((headers.replyTo === undefined) === fields.has('reply-to')) throw mismatch('Reply-To is not ours');
  if (fields.get('message-id') !== `<${headers.messageId}>`) throw mismatch('Message-ID is not that of the row');
}

/** The address of a field that holds one mailbox (RFC 5322 section 3.4), whose name is a quoted string or plain words. */
function onlyAddress(field: string): string | undefined {
  const named = /^(?:"(?:[^"\\]|\\.)*"|[^"<>,;:@\\()[\]]+) <([^<>\s]+)>$/.exec(field)?.[1];
  return named ?? (/[\s<>]/.test(field) ? undefined : field);
}

/** Names in lower case with their unfolded values; each field once, no control character, no line that is no field. */
function readStrictFields(raw: Buffer): Map<string, string> {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 0) throw mismatch('the header has no end');
  const block = raw.toString('utf8', 0, end);
  if (
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/.test(
      block,
    )
  ) {
    throw mismatch('a control character in the header');
  }
  if (/(?<!\r)\n|\r(?!\n)/.test(block)) throw mismatch('a bare line break in the header');
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || !/^[a-z0-9-]+$/.test(name)) throw mismatch('a header line that is no field');
    if (fields.has(name)) throw mismatch(`two fields ${name}`);
    fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/**
 * As nodemailer writes it: the domain in its ASCII form (RFC 5890), beside a local part that is not ASCII (RFC 6531) in
 * its Unicode form.
 */
function wireAddress(address: EmailAddress): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (/^[\x21-\x7e]*$/.test(domain)) return address;
  return `${local}@${/^[\x21-\x7e]*$/.test(local) ? domainToASCII(domain) : domainToUnicode(domainToASCII(domain))}`;
}

function isShownUnchanged(text: string): boolean {
  return shownLine(text, 400) === text;
}

function mismatch(what: string): Fault {
  return new Fault('envelope-mismatch', `a mail was not built as asked: ${what}`);
}
