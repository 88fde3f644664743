import { parseEmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { ParsedMail } from '../../../src/domain/mail/parsed-mail.ts';

export type MailWords = {
  from?: string;
  subject?: string;
  text?: string;
  headers?: Record<string, string>;
  type?: string;
  params?: Record<string, string>;
  parts?: string[];
  answers?: string;
  replyTo?: string;
  delivery?: ParsedMail['delivery'];
};

/** A mail to the desk as classifyMail sees it; what a test does not name is as a person's plain mail has it. */
export function classifiedMail(words: MailWords): ParsedMail {
  const address = parseEmailAddress(words.from ?? 'jo@customer.example');
  if (address === undefined) throw new Error(`no address: ${words.from}`);
  const type = words.type ?? 'text/plain';
  const text = words.text ?? 'Hello, my order has not arrived. Regards, Jo';
  return {
    messageId: 'one@customer.example',
    inReplyTo: words.answers === undefined ? [] : [words.answers],
    references: words.answers === undefined ? [] : [words.answers],
    from: { kind: 'one', address, name: 'Jo' },
    sender: undefined,
    replyTo:
      words.replyTo === undefined
        ? []
        : [{ address: parseEmailAddress(words.replyTo), name: '', written: words.replyTo }],
    to: [],
    cc: [],
    deliveredTo: [],
    subject: words.subject ?? 'My order',
    date: undefined,
    text,
    reply: text,
    agentReply: text,
    attachments: [],
    headers: Object.entries(words.headers ?? {}).map(([name, value]) => ({ name, value })),
    contentType: { type, params: words.params ?? {} },
    partTypes: [type, ...(words.parts ?? [])],
    delivery: words.delivery ?? null,
    hidden: { elements: 0, images: 0 },
    contentHash: '',
    size: 1_000,
  };
}
