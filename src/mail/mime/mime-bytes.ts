import type MailComposer from 'nodemailer/lib/mail-composer';
import { encode, wrap } from 'nodemailer/lib/qp';
import { Fault } from '../../domain/fault.ts';

/** A compiled message of nodemailer: a tree of parts. */
export type MimeNode = ReturnType<MailComposer['compile']>;

/**
 * The bytes of a compiled message, as its own `build()` makes them, without the eight streams per part that cost most of
 * the CPU time of a mail (0.7 ms against 0.1 ms). Headers, boundaries and the choice of encodings stay nodemailer's; a
 * test holds the two to the same bytes.
 * @param encoded contents that are base64 in lines already, and are passed on as they are
 * @param pause called between parts, and between pieces of a long one: others may use the process meanwhile
 */
export async function mimeBytes(
  root: MimeNode,
  encoded: ReadonlySet<Buffer>,
  pause: () => Promise<void>,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await writePart(root, encoded, pieces, pause);
  const bytes = Buffer.concat(pieces);
  return bytes.subarray(-2).equals(LINE_END) ? bytes : Buffer.concat([bytes, LINE_END]);
}

const LINE_END = Buffer.from('\r\n');
/** 76 characters of base64 a line (RFC 2045 section 6.8), which stand for 57 bytes. */
const LINE_BYTES = 57;
const LINE_CHARS = 76;
/** Lines that are encoded at a time: a string above 128 KiB costs ten times as much a byte. */
const PIECE_BYTES = 512 * LINE_BYTES;

async function writePart(
  node: MimeNode,
  encoded: ReadonlySet<Buffer>,
  pieces: Buffer[],
  pause: () => Promise<void>,
): Promise<void> {
  const encoding = node.getTransferEncoding();
  // Found out by counting the letters of a text, so once and not again for the header.
  if (typeof encoding === 'string') node.setHeader('Content-Transfer-Encoding', encoding);
  pieces.push(Buffer.from(`${node.buildHeaders()}\r\n\r\n`));
  const { content, childNodes, boundary } = node;
  if (content !== undefined) {
    if (typeof content !== 'string' && !Buffer.isBuffer(content))
      throw new Fault('impossible-state', 'a part that is no text and no bytes');
    if (Buffer.isBuffer(content) && encoded.has(content)) {
      if (encoding !== 'base64') throw new Fault('impossible-state', 'base64 in a part of another encoding');
      pieces.push(content);
    } else if (encoding === 'base64')
      await pushBase64(Buffer.isBuffer(content) ? content : Buffer.from(content), pieces, pause);
    else pieces.push(encoding === 'quoted-printable' ? Buffer.from(wrap(encode(content))) : Buffer.from(content));
    await pause();
  }
  if (!node.multipart) return;
  for (const [index, child] of childNodes.entries()) {
    pieces.push(Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n`));
    await writePart(child, encoded, pieces, pause);
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
}

/** Pieces, of 29 KB each, between two pauses: less than ten milliseconds. */
const PIECES_AT_ONCE = 40;

async function pushBase64(bytes: Buffer, pieces: Buffer[], pause: () => Promise<void>): Promise<void> {
  for (let from = 0, count = 1; from < bytes.length; from += PIECE_BYTES, count++) {
    if (from > 0) pieces.push(LINE_END);
    pieces.push(inLines(Buffer.from(bytes.toString('base64', from, from + PIECE_BYTES), 'latin1')));
    if (count % PIECES_AT_ONCE === 0) await pause();
  }
}

/** Copied and not replaced by a pattern, which took most of the time of a mail with files. */
function inLines(base64: Buffer): Buffer {
  const ends = Math.max(0, Math.ceil(base64.length / LINE_CHARS) - 1);
  const out = Buffer.allocUnsafe(base64.length + ends * LINE_END.length);
  for (let from = 0, to = 0; from < base64.length; from += LINE_CHARS) {
    to += base64.copy(out, to, from, from + LINE_CHARS);
    if (from + LINE_CHARS < base64.length) to += LINE_END.copy(out, to);
  }
  return out;
}
