/** A person with a mail client, for the demo and for tests: reads by IMAP, writes by SMTP, and quotes what it answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FetchMessageObject, ImapFlow, type MessageStructureObject } from 'imapflow';
import { createTransport } from 'nodemailer';

export type Person = { name: string; address: string; password: string };

export type ReadMail = {
  messageId: string;
  from: string;
  /** where an answer goes: Reply-To, else From */
  replyTo: string;
  subject: string;
  /** Message-IDs of the mails before it, oldest first */
  references: string[];
  /** the text part, decoded */
  text: string;
  /** one header field of the mail, unfolded, or undefined */
  header(name: string): string | undefined;
};

export type Draft = { to: string; subject: string; text: string };

export type MailClient = {
  person: Person;
  /** Writes a new mail; rejects when the server refuses it. */
  write(draft: Draft): Promise<void>;
  /** Answers as mail clients do: to Reply-To, threaded, with the old text quoted below the new words. */
  answer(mail: ReadMail, words: string): Promise<void>;
  /** The first mail not yet taken that fits; rejects with NoSuchMail when none comes in time. */
  take(fits: (mail: ReadMail) => boolean, timeoutMs: number): Promise<ReadMail>;
  /** How many mails the INBOX holds that nobody has taken. */
  untaken(): Promise<number>;
  close(): Promise<void>;
};

export class NoSuchMail extends Error {
  override name = 'NoSuchMail';
}

const LOOK_EVERY_MS = 40;

export type MailPorts = { host: string; imapPort: number; smtpPort: number };

export async function openMailClient(person: Person, ports: MailPorts): Promise<MailClient> {
  const auth = { user: person.address, pass: person.password };
  const imap = new ImapFlow({
    host: ports.host,
    port: ports.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth,
    logger: false,
    disableAutoIdle: true,
  });
  // The error that ends a connection also rejects what was under way; without a listener it would end the process.
  imap.on('error', () => undefined);
  await imap.connect();
  await imap.mailboxOpen('INBOX');
  const smtp = createTransport({ host: ports.host, port: ports.smtpPort, secure: false, ignoreTLS: true, auth });
  const inbox: ReadMail[] = [];
  let lastUid = 0;

  const look = async () => {
    await imap.noop();
    const found = await imap.fetchAll(
      `${lastUid + 1}:*`,
      { uid: true, envelope: true, headers: true, bodyStructure: true },
      { uid: true },
    );
    for (const message of found.filter(({ uid }) => uid > lastUid)) {
      inbox.push(await readFetchedMail(imap, message));
      lastUid = Math.max(lastUid, message.uid);
    }
  };
  const from = { name: person.name, address: person.address };
  return {
    person,
    write: async (draft) => {
      await smtp.sendMail({ from, ...draft });
    },
    answer: async (mail, words) => {
      await smtp.sendMail({
        from,
        to: mail.replyTo,
        subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
        inReplyTo: mail.messageId,
        references: [...mail.references, mail.messageId],
        text: `${words}\n\nOn ${new Date().toUTCString()}, ${mail.from} wrote:\n${quote(mail.text)}\n`,
      });
    },
    take: async (fits, timeoutMs) => {
      for (const deadline = Date.now() + timeoutMs; ; ) {
        await look();
        const at = inbox.findIndex(fits);
        const mail = inbox[at];
        if (mail !== undefined) {
          inbox.splice(at, 1);
          return mail;
        }
        if (Date.now() > deadline)
          throw new NoSuchMail(`${person.name} waited ${timeoutMs / 1000} s for a mail that did not come`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    untaken: async () => {
      await look();
      return inbox.length;
    },
    close: async () => {
      smtp.close();
      await imap.logout().catch(() => imap.close());
    },
  };
}

async function readFetchedMail(imap: ImapFlow, message: FetchMessageObject): Promise<ReadMail> {
  const fields = readHeaderFields(message.headers?.toString() ?? '');
  const header = (name: string) => fields.get(name.toLowerCase());
  const { envelope } = message;
  const sender = envelope?.from?.[0];
  return {
    messageId: envelope?.messageId ?? '',
    from: sender === undefined ? '' : `${sender.name ?? ''} <${sender.address ?? ''}>`.trim(),
    replyTo: envelope?.replyTo?.[0]?.address ?? sender?.address ?? '',
    subject: envelope?.subject ?? '',
    references: header('references')?.split(/\s+/) ?? [],
    text: await downloadText(imap, message),
    header,
  };
}

/** The first text/plain part; the library undoes its transfer encoding and its charset. */
async function downloadText(imap: ImapFlow, { uid, bodyStructure }: FetchMessageObject): Promise<string> {
  const part = bodyStructure && findTextPart(bodyStructure);
  if (part === undefined) return '';
  const { content } = await imap.download(String(uid), part.part ?? '1', { uid: true });
  if (!content) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n').trim();
}

function findTextPart(node: MessageStructureObject): MessageStructureObject | undefined {
  if (node.type === 'text/plain') return node;
  for (const child of node.childNodes ?? []) {
    const found = findTextPart(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Header fields by lower-case name, unfolded (RFC 5322 section 2.2.3); the first of a name counts. */
function readHeaderFields(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of header.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}
