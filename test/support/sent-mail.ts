import type { ParsedMail } from '../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../src/mail/parse/parse-mail.ts';
import type { SinkMail } from './smtp-sink.ts';

/** A mail of ours as a person's mail client would see it. */
export type SeenMail = {
  raw: string;
  envelope: { from: string; to: string[] };
  parsed: ParsedMail;
  /** the first field of that name, unfolded; undefined where there is none */
  header(name: string): string | undefined;
};

/** Where an answer to the mail goes. */
export function replyAddressOf(mail: Pick<SeenMail, 'header'>): string {
  return /<?([^<>\s]+@[^<>\s]+)>?$/.exec(mail.header('reply-to') ?? '')?.[1] ?? '';
}

export async function seeMail(mail: SinkMail): Promise<SeenMail> {
  const outcome = await parseMail(mail.raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(`a mail of ours cannot be read: ${outcome.fault}`);
  const raw = mail.raw.toString('latin1');
  const head = (raw.split(/\r?\n\r?\n/)[0] ?? '').replace(/\r?\n[ \t]+/g, ' ');
  return {
    raw,
    envelope: mail.envelope,
    parsed: outcome.mail,
    header: (name) => new RegExp(`^${name}:[ \t]*(.*)$`, 'im').exec(head)?.[1]?.trim(),
  };
}

let made = 0;

export type Draft = {
  from: string;
  to: string;
  subject?: string;
  text?: string;
  messageId?: string;
  /** more header lines, each without its line end */
  headers?: string[];
};

/** A plain mail as a person's client writes it. */
export function writeMail(draft: Draft): Buffer {
  made++;
  const lines = [
    `From: ${draft.from}`,
    `To: ${draft.to}`,
    `Subject: ${draft.subject ?? 'Printer on fire'}`,
    `Message-ID: <${draft.messageId ?? `made-${process.pid}-${made}@client.example`}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    ...(draft.headers ?? []),
    '',
    draft.text ?? 'Hello,\n\nmy printer burns.',
  ];
  return Buffer.from(`${lines.join('\r\n').replace(/\r?\n/g, '\r\n')}\r\n`);
}

/** Which of the three ways to the ticket a reply keeps; a client may lose any of them. */
export type Keeps = { address?: boolean; references?: boolean; subject?: boolean };

/** A reply to a mail of ours, quoting it, as the person's client would write it. */
export function writeReply(
  to: SeenMail,
  from: string,
  text: string,
  keeps: Keeps = {},
  more: Partial<Draft> = {},
): Buffer {
  const keep = { address: true, references: true, subject: true, ...keeps };
  const id = to.header('Message-ID') ?? '';
  const address = (keep.address ? to.header('Reply-To') : undefined) ?? to.header('From') ?? '';
  const quoted = to.parsed.text.split('\n').map((line) => `> ${line}`);
  return writeMail({
    from,
    to: address,
    subject: keep.subject ? `Re: ${to.parsed.subject}` : 'Re: (no subject)',
    text: `${text}\n\nOn Sun, 22 Nov 2026 at 12:00, Acme Support <support@desk.example> wrote:\n${quoted.join('\n')}`,
    ...more,
    headers: [
      ...(keep.references
        ? [`In-Reply-To: ${id}`, `References: ${`${to.header('References') ?? ''} ${id}`.trim()}`]
        : []),
      ...(more.headers ?? []),
    ],
  });
}
