/** Reads the parts of regular mails (regular-mail.ts) with mailparser. */
import { Readable } from 'node:stream';
import { type MailParserOptions, type ParsedMail, simpleParser } from 'mailparser';
import { leavesOf, type PartContents, textKind } from '../mime/body-parts.ts';
import { takeDataPictures } from '../mime/data-pictures.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { isTextOfMailparser, looksMisread } from './regular-mail.ts';

/** Without the conversions, which take seconds for hostile HTML, and with reports and enclosed mails left as files. */
const OPTIONS: MailParserOptions = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
  checksumAlgo: false,
};

/** Bytes given to it at a time: it copies each piece, and a large mail must not be in memory twice. */
const PIECE = 64 * 1024;

/** The words and files that mailparser finds, or undefined where they show that it was the wrong reader. */
export async function readByMailparser(raw: Buffer, parts: MimePart[]): Promise<PartContents | undefined> {
  const mail = await parseWithMailparser(raw, parts);
  if (mail === undefined) return undefined;
  const read: PartContents = { texts: new Map(), contents: new Map(), uuencoded: [], pictures: [] };
  const files = mail.attachments.values();
  for (const part of leavesOf(parts)) {
    if (isTextOfMailparser(part)) {
      const text = (textKind(part) === 'html' ? mail.html : mail.text) || '';
      if (looksMisread(text, part)) return undefined;
      read.texts.set(part, textKind(part) === 'html' ? takePicturesFromHtml(text, read) : text);
    } else {
      const file = files.next();
      if (file.done === true) return undefined;
      read.contents.set(part, file.value.content);
    }
  }
  return files.next().done === true ? read : undefined;
}

function takePicturesFromHtml(html: string, read: PartContents): string {
  const taken = takeDataPictures(html, read.pictures.length);
  read.pictures.push(...taken.pictures);
  return taken.html;
}

/** What mailparser refuses, for reasons of its own, is left to the repair reading. */
async function parseWithMailparser(raw: Buffer, parts: MimePart[]): Promise<ParsedMail | undefined> {
  const pieces = piecesOf(raw, parts);
  try {
    return await simpleParser(pieces.length === 1 ? raw : Readable.from(pieces, { objectMode: false }), OPTIONS);
  } catch {
    return undefined;
  }
}

/**
 * The mail with `format=flowed` written as `format=fixed`: mailparser joins flowed lines without regard to their quote
 * marks (RFC 3676 section 4.5), so format-flowed.ts does it. Other bytes are not copied.
 */
function piecesOf(raw: Buffer, parts: MimePart[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  const takeTo = (end: number) => {
    for (; from < end; from = Math.min(from + PIECE, end)) pieces.push(raw.subarray(from, Math.min(from + PIECE, end)));
  };
  for (const part of parts) {
    if (part.params['format'] === undefined) continue;
    const head = raw.toString('latin1', part.start, part.body.byteOffset - raw.byteOffset);
    for (const { index, 0: found } of head.matchAll(/format="?flowed/gi)) {
      const end = part.start + index + found.length;
      takeTo(end - FLOWED.length);
      pieces.push(FIXED);
      from = end;
    }
  }
  takeTo(raw.length);
  return pieces;
}

const FLOWED = 'flowed';
const FIXED = Buffer.from('fixed');
