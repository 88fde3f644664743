import type MailComposer from 'nodemailer/lib/mail-composer';
import { encode, wrap } from 'nodemailer/lib/qp';
import { Fault } from '../../domain/fault.ts';

/** A compiled message of nodemailer: a tree of parts. */
export type MimeNode = ReturnType<MailComposer['compile']>;

/**
 * The bytes of a compiled message, as its own `build()` makes them, without the eight streams per part that cost most of
 * the CPU time of a mail (0.7 ms against 0.1 ms). Headers, boundaries and the choice of encodings stay nodemailer's; a
 * test holds the two to the same bytes.
 */
export function mimeBytes(root: MimeNode): Buffer {
  const pieces: Buffer[] = [];
  writePart(root, pieces);
  const bytes = Buffer.concat(pieces);
  return bytes.subarray(-2).equals(LINE_END) ? bytes : Buffer.concat([bytes, LINE_END]);
}

const LINE_END = Buffer.from('\r\n');
/** 76 characters of base64 a line (RFC 2045 section 6.8). */
const BASE64_LINE = /.{76}(?=.)/g;

function writePart(node: MimeNode, pieces: Buffer[]): void {
  const encoding = node.getTransferEncoding();
  pieces.push(Buffer.from(`${node.buildHeaders()}\r\n\r\n`));
  const { content, childNodes, boundary } = node;
  if (content !== undefined) {
    if (typeof content !== 'string' && !Buffer.isBuffer(content))
      throw new Fault('impossible-state', 'a part that is no text and no bytes');
    pieces.push(encodeContent(content, encoding));
  }
  if (!node.multipart) return;
  for (const [index, child] of childNodes.entries()) {
    pieces.push(Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n`));
    writePart(child, pieces);
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
}

function encodeContent(content: string | Buffer, encoding: string | false): Buffer {
  if (encoding === 'quoted-printable') return Buffer.from(wrap(encode(content)));
  if (encoding === 'base64') return Buffer.from(Buffer.from(content).toString('base64').replace(BASE64_LINE, '$&\r\n'));
  return Buffer.from(content);
}
