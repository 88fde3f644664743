import path from 'node:path';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/domain/fault.ts';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { MailHeaders, MailView } from '../../../src/domain/mail/mail-view.ts';
import { MAIL_TEMPLATES } from '../../../src/domain/ticket/outbox-item.ts';
import { cleanFilename, composeMail } from '../../../src/mail/compose/compose-mail.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { BRAND, everyMail, mailHeaders, mailView } from '../../support/mail-views.ts';
import { address } from '../../support/view-parts.ts';

const templates = loadTemplates(path.join(import.meta.dirname, '../../../templates'));
const image = {
  filename: 'display.png',
  contentType: 'image/png',
  content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 13, 10, 26, 10]),
};

function compose(
  headers: Partial<MailHeaders> = {},
  view: MailView = mailView('response'),
  attachments = [image],
): Promise<Buffer> {
  return composeMail(templates, 'en', view, { ...mailHeaders('response'), ...headers }, attachments);
}

function headerOf(raw: Buffer): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  const block = raw.toString('latin1', 0, raw.indexOf('\r\n\r\n')).replace(/\r\n(?=[ \t])/g, '');
  for (const line of block.split('\r\n')) {
    const name = line.slice(0, line.indexOf(':'));
    fields.set(name, [...(fields.get(name) ?? []), line.slice(line.indexOf(':') + 2)]);
  }
  return fields;
}

const mismatch = expect.toSatisfy((error: unknown) => isFault(error, 'envelope-mismatch'));

describe('a mail in bytes', () => {
  it.each(everyMail('hostile').map((mail) => ({ ...mail })))(
    '$name holds our fields only, each once, whatever strangers wrote',
    async ({ view, headers }) => {
      const raw = await composeMail(templates, 'en', view, headers, [image]);
      const fields = headerOf(raw);
      expect([...fields.values()].every((values) => values.length === 1)).toBe(true);
      expect([...fields.keys()].filter((name) => /^(?:bcc|cc|sender|return-path|x-mailer)$/i.test(name))).toEqual([]);
      expect(fields.get('To')).toEqual([headers.recipient]);
      expect(fields.get('From')).toEqual(['Acme Support <support@acme.example>']);
      expect(raw.toString('latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
      expect(
        raw
          .toString('latin1')
          .split('\r\n')
          .every((line) => line.length <= 998),
      ).toBe(true);
    },
  );

  it('is read back as it was written: text first, HTML, attachments', async () => {
    const raw = await compose();
    const mail = await simpleParser(raw, { skipImageLinks: true });
    const { subject, text, html } = renderMail(templates, 'en', mailView('response'));
    expect(mail.subject).toBe(subject);
    expect(mail.text).toBe(text);
    expect(mail.html).toBe(html);
    expect(mail.messageId).toBe(`<${mailHeaders('response').messageId}>`);
    expect(mail.date?.getTime()).toBe(mailHeaders('response').date);
    expect(
      mail.attachments.map((file) => [file.filename, file.contentType, file.content.equals(image.content)]),
    ).toEqual([['display.png', 'image/png', true]]);
    expect(raw.indexOf('text/plain')).toBeLessThan(raw.indexOf('text/html'));
    expect(raw.indexOf('multipart/alternative')).toBeLessThan(raw.indexOf('text/plain'));
  });

  it('keeps a subject with line breaks and marks in one clean line', async () => {
    const mail = await simpleParser(await compose({}, mailView('response', 'hostile')));
    expect(mail.subject).toMatch(/^Re: .*Bcc: all@acme\.example.* \[#12\]$/);
    expect(mail.subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('can be written to people with accents in their names and domains', async () => {
    const raw = await compose({
      from: { name: 'Kundendienst Müller, "KG"', address: address('hilfe@müller.example') },
      recipient: address('jo@exämple.example'),
    });
    const mail = await simpleParser(raw);
    expect(mail.from?.value).toEqual([
      { name: 'Kundendienst Müller, "KG"', address: expect.stringMatching(/^hilfe@/) },
    ]);
    expect(headerOf(raw).get('To')).toEqual(['jo@xn--exmple-cua.example']);
  });
});

describe('a desk without a name', () => {
  it('signs and sends with its address', async () => {
    const desk = { name: '', address: 'support@acme.example', brand: { ...BRAND, name: '' } };
    const raw = await compose(
      { from: { name: '', address: address(desk.address) } },
      { ...mailView('response'), desk },
    );
    expect(headerOf(raw).get('From')).toEqual(['support@acme.example']);
    expect((await simpleParser(raw)).text).toContain('\nsupport@acme.example, request #12\n');
  });
});

describe('the recipient', () => {
  it.each([
    ["o'brien+tag@x.example", "o'brien+tag@x.example"],
    ['a{b}|c`d^e%f!g#h$i*j/k?@x.example', 'a{b}|c`d^e%f!g#h$i*j/k?@x.example'],
    ['jo@_under.x.example', 'jo@_under.x.example'],
    ['jo@日本.example', 'jo@xn--wgv71a.example'],
    ['用户@例え.example', '用户@例え.example'],
    [`jo@${'a'.repeat(60)}.${'b'.repeat(60)}.example`, `jo@${'a'.repeat(60)}.${'b'.repeat(60)}.example`],
  ])('%s stands alone in To', async (recipient, written) => {
    const raw = await compose({ recipient: address(recipient) });
    expect(
      Buffer.from(headerOf(raw).get('To')?.[0] ?? '', 'latin1')
        .toString('utf8')
        .trim(),
    ).toBe(written);
  });

  it('is never rewritten: a domain that the mail library reads as a number is refused', async () => {
    await expect(compose({ recipient: 'jo@1.2' as EmailAddress })).rejects.toThrow(mismatch);
  });
});

describe('threading', () => {
  it('names the mail that is answered and a bounded chain', async () => {
    const references = Array.from({ length: 300 }, (_, index) => `mail-${index}-of-a-long-thread@customer.example`);
    const fields = headerOf(await compose({ references, inReplyTo: 'newest@customer.example' }));
    const chain = fields.get('References')?.[0] ?? '';
    expect(fields.get('In-Reply-To')).toEqual(['<newest@customer.example>']);
    expect(chain.startsWith('<mail-0-of')).toBe(true);
    expect(chain.endsWith('<newest@customer.example>')).toBe(true);
    expect(chain.length).toBeLessThan(900);
  });

  it('leaves out an id of a stranger that cannot be written', async () => {
    const fields = headerOf(await compose({ references: ['ok@x'], inReplyTo: 'a>\r\nBcc: all@acme.example' }));
    expect(fields.has('In-Reply-To')).toBe(false);
    expect(fields.get('References')).toEqual(['<ok@x>']);
  });
});

describe('what machines should know', () => {
  it('is said in automatic mail and not in a response', async () => {
    const response = headerOf(await compose());
    expect([...response.keys()].filter((name) => /auto|precedence/i.test(name))).toEqual([]);
    const receipt = headerOf(await compose({ autoSubmitted: 'auto-replied' }, mailView('receipt')));
    expect(receipt.get('Auto-Submitted')).toEqual(['auto-replied']);
    expect(receipt.get('Precedence')).toEqual(['auto_reply']);
    const notification = headerOf(await compose({ autoSubmitted: 'auto-generated' }, mailView('notification')));
    expect(notification.get('Auto-Submitted')).toEqual(['auto-generated']);
    expect(notification.has('Precedence')).toBe(false);
  });

  it('asks for silence, but not for silence about a failed delivery', async () => {
    const suppress =
      headerOf(await compose({ autoSubmitted: 'auto-replied' })).get('X-Auto-Response-Suppress')?.[0] ?? '';
    expect(suppress.split(', ')).toEqual(expect.arrayContaining(['OOF', 'AutoReply', 'DR', 'RN', 'NRN']));
    expect(suppress).not.toMatch(/\bNDR\b|\bAll\b/);
  });

  it('names the desk in every mail', async () => {
    for (const template of MAIL_TEMPLATES) {
      const raw = await composeMail(templates, 'en', mailView(template), mailHeaders(template), []);
      expect(headerOf(raw).get('X-Turnmail-Desk')).toEqual(['desk-7f3a']);
    }
  });
});

describe('a header that is not as asked is a fault', () => {
  const bad = (text: string): EmailAddress => text as EmailAddress;

  it.each([
    ['a second recipient', { recipient: bad('a@x.example, b@y.example') }],
    ['a line break in the recipient', { recipient: bad('a@x.example\r\nBcc: b@y.example') }],
    ['a name with the recipient', { recipient: bad('"b@y.example" <a@x.example>') }],
    ['a group', { recipient: bad('all:a@x.example;') }],
    ['a control character in the reply address', { replyTo: bad('a\u0000@x.example') }],
    ['a mark in the sender', { from: { name: 'Desk', address: bad('a\u202e@x.example') } }],
    ['a line break in the message id', { messageId: 'a@x>\r\nBcc: <b@y' }],
    ['a line break in the desk id', { deskId: 'desk\r\nBcc: b@y.example' }],
    ['a date that is none', { date: Number.NaN }],
  ])('%s', async (_what, headers) => {
    await expect(compose(headers)).rejects.toThrow(mismatch);
  });
});

describe('attachments', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\jo\\a.pdf', 'a.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\r\nContent-Type: text/html\r\n.txt', 'html .txt'],
    ['.htaccess', 'htaccess'],
    ['..', 'attachment-1.bin'],
    ['', 'attachment-1.bin'],
    ['a<b>"c".txt', 'a_b__c_.txt'],
    ['日本語.pdf', '日本語.pdf'],
  ])('%j is called %j', (given, cleaned) => {
    expect(cleanFilename(given, 0)).toBe(cleaned);
  });

  it('keep their extension when a long name is cut', () => {
    const cut = cleanFilename(`${'ü'.repeat(500)}.pdf`, 0);
    expect(cut.endsWith('ü.pdf')).toBe(true);
    expect([...cut]).toHaveLength(100);
  });

  it('cannot change how the mail is read by their type', async () => {
    const files = ['message/rfc822', 'multipart/mixed; boundary=x', 'text/html\r\nX: y', 'nonsense'].map(
      (contentType) => ({
        filename: 'a.bin',
        contentType,
        content: Buffer.from('--x\r\nBcc: y\r\n\r\n'),
      }),
    );
    const mail = await simpleParser(await compose({}, mailView('response'), files));
    expect(mail.attachments.map((file) => file.contentType)).toEqual(Array(4).fill('application/octet-stream'));
    expect(mail.attachments.every((file) => file.contentDisposition === 'attachment')).toBe(true);
  });

  it('are 8-bit safe', async () => {
    const content = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));
    const mail = await simpleParser(await compose({}, mailView('response'), [{ ...image, content }]));
    expect(mail.attachments[0]?.content.equals(content)).toBe(true);
  });
});
