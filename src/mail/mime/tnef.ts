/**
 * `winmail.dat`: what Outlook and Exchange send instead of MIME parts (TNEF, MS-OXTNEF). Only what a desk needs is read:
 * the files, their names, and the words where the mail holds no others. Our own reader, since the one package for it
 * brings 48 others, one of them with an install script. Every length is checked; one pass.
 */
import { decodeBytes } from '../charset/charsets.ts';
import { unpackRtf } from './compressed-rtf.ts';

export type TnefFile = { filename: string | undefined; contentType: string | undefined; content: Buffer };
export type Tnef = {
  files: TnefFile[];
  plain: string | undefined;
  html: string | undefined;
  rtf: string | undefined;
  whole: boolean;
};

const SIGNATURE = 0x223e9f78;
/** Attribute ids (MS-OXTNEF section 2.1.3.2), type in the upper half. */
const ATTRIBUTE = {
  body: 0x0002800c,
  messageProperties: 0x00069003,
  codepage: 0x00069007,
  attachStart: 0x00069002,
  attachTitle: 0x00018010,
  attachData: 0x0006800f,
  attachProperties: 0x00069005,
};
/** Property ids (MS-OXPROPS). */
const PROPERTY = {
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  data: 0x3701,
  shortName: 0x3704,
  longName: 0x3707,
  mimeTag: 0x370e,
};

const MAX_ATTRIBUTES = 10_000;
const MAX_PROPERTIES = 5_000;
const MAX_FILES = 500;

export function isTnef(type: string, filename: string | undefined): boolean {
  return /^application\/(?:vnd\.)?ms-tnef$/.test(type) || /^(?:winmail|win)\.dat$/i.test(filename ?? '');
}

/** The contents, or undefined where the bytes are no TNEF. `whole` is false where they end too soon. */
export function readTnef(bytes: Buffer): Tnef | undefined {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return undefined;
  const out: Tnef = { files: [], plain: undefined, html: undefined, rtf: undefined, whole: true };
  let charset = 'windows-1252';
  let at = 6;
  for (let count = 0; at + 9 <= bytes.length && count < MAX_ATTRIBUTES; count++) {
    const length = bytes.readUInt32LE(at + 5);
    if (at + 9 + length > bytes.length) return { ...out, whole: false };
    const id = bytes.readUInt32LE(at + 1);
    const data = bytes.subarray(at + 9, at + 9 + length);
    if (id === ATTRIBUTE.codepage && length >= 4) charset = charsetOfCodepage(data.readUInt32LE(0));
    takeAttribute(out, id, data, charset);
    at += 9 + length + 2;
  }
  return out;
}

function charsetOfCodepage(codepage: number): string {
  const names: Record<number, string> = {
    65001: 'utf-8',
    932: 'shift_jis',
    936: 'gb18030',
    949: 'euc-kr',
    950: 'big5',
  };
  return names[codepage] ?? `windows-${codepage}`;
}

function takeAttribute(out: Tnef, id: number, data: Buffer, charset: string): void {
  const file = out.files.at(-1);
  if (id === ATTRIBUTE.attachStart && out.files.length < MAX_FILES) {
    out.files.push({ filename: undefined, contentType: undefined, content: Buffer.alloc(0) });
  } else if (id === ATTRIBUTE.body) {
    out.plain ??= decodeUntilNul(data, charset);
  } else if (id === ATTRIBUTE.messageProperties) {
    const properties = readProperties(data, charset);
    out.plain ??= properties.text.get(PROPERTY.body);
    const html = properties.binary.get(PROPERTY.html);
    const packed = properties.binary.get(PROPERTY.rtf);
    out.rtf ??= packed === undefined ? undefined : unpackRtf(packed);
    out.html ??=
      properties.text.get(PROPERTY.html) ?? (html === undefined ? undefined : decodeBytes(html, undefined, charset));
  } else if (file !== undefined && id === ATTRIBUTE.attachTitle) {
    file.filename ??= decodeUntilNul(data, charset);
  } else if (file !== undefined && id === ATTRIBUTE.attachData) {
    file.content = data;
  } else if (file !== undefined && id === ATTRIBUTE.attachProperties) {
    const properties = readProperties(data, charset);
    file.filename = properties.text.get(PROPERTY.longName) ?? file.filename ?? properties.text.get(PROPERTY.shortName);
    file.contentType = properties.text.get(PROPERTY.mimeTag);
    if (file.content.length === 0) file.content = properties.binary.get(PROPERTY.data) ?? file.content;
  }
}

/** Text up to its NUL. */
function decodeUntilNul(data: Buffer, charset: string): string {
  const end = data.indexOf(0);
  return decodeBytes(end < 0 ? data : data.subarray(0, end), charset);
}

type Properties = { text: Map<number, string>; binary: Map<number, Buffer> };

/** Sizes of property types with a fixed size (MS-OXCDATA section 2.11.1), padded to four bytes. */
const FIXED: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };
const TYPE = { object: 0x0d, text8: 0x1e, text16: 0x1f, binary: 0x102, many: 0x1000 };

/** A property list (MS-OXTNEF section 2.1.3.4); reading stops at the first thing that makes no sense. */
function readProperties(data: Buffer, charset: string): Properties {
  const out: Properties = { text: new Map(), binary: new Map() };
  const reader = { data, at: 0 };
  const count = Math.min(uint32(reader) ?? 0, MAX_PROPERTIES);
  for (let i = 0; i < count; i++) {
    const head = uint32(reader);
    if (head === undefined) break;
    const type = head & 0xffff;
    const id = head >>> 16;
    if (id >= 0x8000 && !skipName(reader)) break;
    const values = readValues(reader, type);
    if (values === undefined) break;
    const [first] = values;
    if (first === undefined) continue;
    if (type === TYPE.text8) out.text.set(id, decodeUntilNul(first, charset));
    else if (type === TYPE.text16) out.text.set(id, first.toString('utf16le').replace(/\0.*$/s, ''));
    else if (type === TYPE.binary) out.binary.set(id, first);
    // An object starts with the GUID of its interface.
    else if (type === TYPE.object) out.binary.set(id, first.subarray(16));
  }
  return out;
}

type Reader = { data: Buffer; at: number };

function uint32(reader: Reader): number | undefined {
  if (reader.at + 4 > reader.data.length) return undefined;
  reader.at += 4;
  return reader.data.readUInt32LE(reader.at - 4);
}

function bytesOf(reader: Reader, length: number): Buffer | undefined {
  if (reader.at + length > reader.data.length) return undefined;
  const start = reader.at;
  reader.at += (length + 3) & ~3;
  return reader.data.subarray(start, start + length);
}

/** A named property carries a GUID and a number or a name before its value. */
function skipName(reader: Reader): boolean {
  reader.at += 16;
  const kind = uint32(reader);
  const number = uint32(reader);
  if (kind === undefined || number === undefined) return false;
  return kind === 0 || bytesOf(reader, number) !== undefined;
}

function readValues(reader: Reader, type: number): Buffer[] | undefined {
  const fixed = FIXED[type & ~TYPE.many];
  const isList = (type & TYPE.many) !== 0 || fixed === undefined;
  const count = isList ? uint32(reader) : 1;
  if (count === undefined || count > MAX_PROPERTIES) return undefined;
  const values: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const length = fixed ?? uint32(reader);
    const value = length === undefined ? undefined : bytesOf(reader, length);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
