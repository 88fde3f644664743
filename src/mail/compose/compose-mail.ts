import { setImmediate as yieldToOthers } from 'node:timers/promises';
import MailComposer from 'nodemailer/lib/mail-composer';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { MailAttachment, MailHeaders, MailView } from '../../domain/mail/mail-view.ts';
import { checkGivenHeaders, checkHeaderBlock } from '../headers/header-check.ts';
import { mimeBytes } from '../mime/mime-bytes.ts';
import { renderInParts, type Templates } from '../templates/render-template.ts';
import { shownLine } from '../text/shown-text.ts';
import { boundedReferences, isWritableId } from './bounded-references.ts';

/**
 * What keeps machines from answering. `All` would also keep Exchange from telling us that a mail could not be
 * delivered (NDR), which we want to know; so the list names everything but that (MS-OXCMAIL, AutoResponseSuppress).
 */
const SUPPRESS = 'DR, RN, NRN, OOF, AutoReply';

/** A name of a person or of the desk, and the desk's name beside it. */
const MAX_FROM_NAME = 140;

/** Beyond this, each step of composing is a turn of its own, so that none holds the process up for long. */
const LONG_MAIL = 20_000;

/**
 * The bytes of one mail: text and HTML as alternatives (text first), attachments after them, CRLF line ends. Nothing
 * is read from disk or network. Built once per outbox row; Message-ID and Date come in with the headers.
 *
 * @throws Fault `template-broken`; `envelope-mismatch` where the header is not exactly what was asked for
 */
export async function composeMail(
  templates: Templates,
  locale: string,
  view: MailView,
  headers: MailHeaders,
  attachments: MailAttachment[],
): Promise<Buffer> {
  checkGivenHeaders(headers);
  const parts = renderInParts(templates, locale, view);
  const { subject, text } = parts.text();
  const bytes = attachments.reduce((sum, { content }) => sum + content.length, text.length);
  const pause = async () => {
    if (bytes > LONG_MAIL) await yieldToOthers();
  };
  await pause();
  const html = parts.html();
  await pause();
  const composer = new MailComposer({
    from: { name: shownLine(hideTokens(headers.from.name), MAX_FROM_NAME), address: headers.from.address },
    to: { name: '', address: headers.recipient },
    ...(headers.replyTo === undefined ? {} : { replyTo: { name: '', address: headers.replyTo } }),
    subject,
    messageId: `<${headers.messageId}>`,
    ...threading(headers),
    date: new Date(headers.date),
    headers: machineHeaders(headers),
    text: text.replace(/\n/g, '\r\n'),
    html: html.replace(/\n/g, '\r\n'),
    attachments: attachments.map(namedAttachment),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const encoded = new Set(attachments.filter(({ isBase64 }) => isBase64).map(({ content }) => content));
  const raw = await mimeBytes(composer.compile(), encoded, pause);
  checkHeaderBlock(raw, headers);
  return raw;
}

/** Ids of other people's mails may be anything; one that cannot be written again is left out, never repaired. */
function threading(headers: MailHeaders): { inReplyTo?: string; references?: string } {
  const answers = headers.inReplyTo !== undefined && isWritableId(headers.inReplyTo) ? headers.inReplyTo : undefined;
  const references = boundedReferences(headers.references, answers);
  return {
    ...(answers === undefined ? {} : { inReplyTo: `<${answers}>` }),
    ...(references.length === 0 ? {} : { references: references.map((id) => `<${id}>`).join(' ') }),
  };
}

/**
 * RFC 3834 section 5 for what no person wrote just now. `Precedence: auto_reply` only where we answer a mail: other
 * ticket systems look for it; `bulk` would only cost delivery.
 */
function machineHeaders(headers: MailHeaders): Record<string, string> {
  const own = { 'X-Turnmail-Desk': headers.deskId };
  if (headers.autoSubmitted === undefined) return own;
  return {
    ...own,
    'Auto-Submitted': headers.autoSubmitted,
    'X-Auto-Response-Suppress': SUPPRESS,
    ...(headers.autoSubmitted === 'auto-replied' ? { Precedence: 'auto_reply' } : {}),
  };
}

const PLAIN_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}$/i;

/** What changes how a mail is read (TNEF and S/MIME too), and calendar parts, which some put into the calendar unasked. */
const ACTED_UPON =
  /^(?:message\/|multipart\/|text\/calendar$|application\/(?:ics|(?:vnd\.)?ms-tnef|(?:x-)?pkcs7-\w+|pgp-encrypted)$)/i;

/** Types that a mail program acts upon by itself travel as plain files. */
function namedAttachment(attachment: MailAttachment, index: number): object {
  const plain = PLAIN_TYPE.test(attachment.contentType) && !ACTED_UPON.test(attachment.contentType);
  return {
    filename: cleanFilename(attachment.filename, index),
    contentType: plain ? attachment.contentType.toLowerCase() : 'application/octet-stream',
    contentDisposition: attachment.cid === undefined ? 'attachment' : 'inline',
    ...(attachment.cid === undefined ? {} : { cid: attachment.cid }),
    contentTransferEncoding: 'base64',
    content: attachment.content,
  };
}

const MAX_FILENAME = 100;
/** What Windows takes for a device and not for a file, whatever ending it has. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\s*(?:\.|$))/i;

/** A name without path, unseen characters and what file systems refuse; its extension is kept when it is cut. */
export function cleanFilename(name: string, index: number): string {
  const base = shownLine(hideTokens(name.split(/[\\/]/).at(-1) ?? ''), 1_000)
    .replace(/[<>:"|?*;]/g, '_')
    .replace(/^[. ]+|(?<![. ])[. ]+$/g, '')
    .replace(DEVICE, '_$&');
  if (base === '') return `attachment-${index + 1}.bin`;
  const characters = [...base];
  if (characters.length <= MAX_FILENAME) return base;
  const extension = [...(/\.[\p{L}\p{N}]{1,10}$/u.exec(base)?.[0] ?? '')];
  return [...characters.slice(0, MAX_FILENAME - extension.length), ...extension].join('');
}
