import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/domain/fault.ts';
import { checkHeaderBlock } from '../../../src/mail/headers/header-check.ts';
import { mailHeaders } from '../../support/mail-views.ts';

const headers = mailHeaders('response');
const LINES = [
  'X-Turnmail-Desk: desk-7f3a',
  'From: Acme Support <support@acme.example>',
  'To: jo.doe@customer.example',
  `Reply-To: ${headers.replyTo}`,
  'Subject: Re: Printer [#12]',
  `Message-ID: <${headers.messageId}>`,
  'Date: Sun, 22 Nov 2026 11:04:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];

function check(lines: string[]): void {
  checkHeaderBlock(Buffer.from(`${lines.join('\r\n')}\r\n\r\nHello\r\n`, 'latin1'), headers);
}

function replace(name: string, line: string): string[] {
  return LINES.map((old) => (old.startsWith(`${name}:`) ? line : old));
}

describe('the last look at a header', () => {
  it('passes what was asked for, folded or not', () => {
    expect(() => check(LINES)).not.toThrow();
    expect(() => check(replace('Subject', 'Subject: Re:\r\n Printer\r\n\t[#12]'))).not.toThrow();
  });

  it.each([
    ['a field we do not write', [...LINES, 'Bcc: all@acme.example']],
    ['a second To', [...LINES, 'To: all@acme.example']],
    ['a second From in other letters', [...LINES, 'FROM: boss@acme.example']],
    ['no From', LINES.filter((line) => !line.startsWith('From'))],
    ['no desk', LINES.filter((line) => !line.startsWith('X-Turnmail'))],
    ['two recipients in one To', replace('To', 'To: jo.doe@customer.example, all@acme.example')],
    ['another recipient', replace('To', 'To: jo.doe@customer.example.evil.example')],
    ['a recipient with a name', replace('To', 'To: Jo <jo.doe@customer.example>')],
    ['another sender', replace('From', 'From: "Acme <support@acme.example>" <boss@evil.example>')],
    ['a sender beside ours', replace('From', 'From: boss@evil.example, Acme <support@acme.example>')],
    ['another reply address', replace('Reply-To', 'Reply-To: boss@evil.example')],
    ['no reply address', LINES.filter((line) => !line.startsWith('Reply-To'))],
    ['another Message-ID', replace('Message-ID', 'Message-ID: <other@acme.example>')],
    ['a bare line feed', replace('Subject', 'Subject: a\nBcc: all@acme.example')],
    ['a bare carriage return', replace('Subject', 'Subject: a\rBcc: all@acme.example')],
    ['a control character', replace('Subject', 'Subject: a\u0000b')],
    ['a line that is no field', [...LINES, 'nonsense']],
    ['a mark that turns the direction', replace('Subject', Buffer.from('Subject: a\u202eb').toString('latin1'))],
  ])('refuses %s', (_what, lines) => {
    expect(() => check(lines)).toThrow(expect.toSatisfy((error: unknown) => isFault(error, 'envelope-mismatch')));
  });

  it('refuses a header without an end', () => {
    expect(() => checkHeaderBlock(Buffer.from(LINES.join('\r\n')), headers)).toThrow();
  });
});
