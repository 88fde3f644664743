/** A header field as it came: the name in lower case, the body unfolded, one character per byte (latin1). */
export type RawField = { name: string; value: string /** Set where only a bare CR starts its line. */; afterCr?: true };

/** The raw body of the first field of that name. */
export function fieldOf(fields: RawField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

export type HeadReading = {
  fields: RawField[];
  /** Offset of the first byte of the body. */
  bodyStart: number;
  /** Every line was a field or its continuation, no line was repaired, and an empty line ended them. */
  clean: boolean;
};

const LF = 0x0a;
const CR = 0x0d;
/** RFC 5322 section 3.6.8: a field name is printable ASCII without colon; blanks before the colon are section 4.5. */
const FIELD = /^([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:/;
/** A field or a continuation with words, without a bare CR or NUL in it, and no line of an mbox file. */
const PLAIN_LINE = /^(?:[\x21-\x39\x3b-\x7e]{1,200}:|[ \t]+[^ \t])[^\0\r]*$/;
const USUAL_FIELD =
  /^(?:from|to|cc|bcc|subject|date|received(?:-spf)?|return-path|reply-to|message-id|mime-version|content-[a-z-]+|x-[a-z0-9-]+|dkim-signature|authentication-results|arc-[a-z-]+|delivered-to|sender|references|in-reply-to|resent-[a-z-]+|list-[a-z-]+|mailing-list|thread-(?:topic|index)|precedence|auto-submitted|importance|priority|user-agent|organization|errors-to|newsgroups|status)[ \t]*:/i;

/**
 * The bytes to parse: old Macintosh mails end lines with CR alone, broken relays with CR CR LF, and some programs write
 * UTF-16; the rest of the parser sees LF or CR LF and ASCII-compatible bytes only.
 */
export function repairBytes(raw: Buffer): Buffer {
  const marked = raw[0] === 0xff && raw[1] === 0xfe ? 'utf-16le' : raw[0] === 0xfe && raw[1] === 0xff ? 'utf-16be' : '';
  const bytes = marked === '' ? raw : Buffer.from(new TextDecoder(marked).decode(raw), 'utf8');
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (!start.includes(LF)) return start.includes(CR) ? withLf(start) : start;
  const firstLine = start.indexOf(LF);
  const doubled = firstLine > 1 && start[firstLine - 1] === CR && start[firstLine - 2] === CR;
  return doubled ? withSingleCr(start) : start;
}

function withLf(bytes: Buffer): Buffer {
  return Buffer.from(bytes).map((byte) => (byte === CR ? LF : byte)) as Buffer;
}

/** Runs of CR before LF become one; each byte is written and taken back at most once. */
function withSingleCr(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length + 1);
  let written = 0;
  for (const byte of bytes) {
    if (byte === LF) {
      let end = written;
      while (end > 0 && out[end - 1] === CR) end--;
      if (end < written) written = end + 1;
    }
    out[written++] = byte;
  }
  return out.subarray(0, written);
}

/** Whether a line is one that ends the fields although no empty line came: a boundary of a part around this one. */
export type StopAt = (line: string) => boolean;

type OpenField = { name: string; lines: string[]; afterCr: boolean };

/**
 * Header fields from `start` up to the empty line (RFC 5322 section 2.1). Lines that are no field end the header as if
 * the empty line had been forgotten, unless usual fields follow them. Linear in the header.
 */
export function readHead(raw: Buffer, start: number, stopAt: StopAt, atTop: boolean): HeadReading {
  const fields: OpenField[] = [];
  let at = start;
  let bodyStart = raw.length;
  let clean = true;
  let ended = false;
  while (at < raw.length) {
    const end = lineEnd(raw, at);
    const line = lineWithoutEnd(raw, at, end);
    if (line === '' && (fields.length > 0 || !atTop)) {
      bodyStart = end;
      ended = end - at <= 2;
      break;
    }
    // Everybody drops the separator line that an export left in front of a mail.
    // A fold of nothing, at the very top, is a field of its own for some readers.
    const foldsNothing = fields.length === 0 && /^[ \t]/.test(line);
    const isPlain =
      (PLAIN_LINE.test(line) && !foldsNothing) || (at === 0 && line.startsWith('From ') && isMboxLine(line));
    clean &&= isPlain && end - at - line.length <= 2;
    const ends = line !== '' && (stopAt(line) || !takeLine(fields, line));
    if (ends && (stopAt(line) || !fieldsFollow(raw, end, atTop && fields.length === 0))) {
      bodyStart = at;
      break;
    }
    at = end;
  }
  return { fields: fields.map(closeField), bodyStart, clean: clean && ended };
}

function closeField({ name, lines, afterCr }: OpenField): RawField {
  return afterCr ? { name, value: lines.join(''), afterCr } : { name, value: lines.join('') };
}

/** Adds a line to the fields; false where it is none of a header. A bare CR starts a line for some readers. */
function takeLine(fields: OpenField[], line: string): boolean {
  if (isMboxLine(line)) return true;
  const [first = '', ...rest] = line.includes('\r') ? line.split('\r') : [line];
  const name = FIELD.exec(first);
  const last = fields.at(-1);
  if (name?.[1] !== undefined) {
    fields.push({ name: name[1].toLowerCase(), lines: [first.slice(name[0].length)], afterCr: false });
  } else if (last !== undefined && (first.startsWith(' ') || first.startsWith('\t'))) last.lines.push(first);
  else return false;
  for (const piece of rest) {
    const hidden = USUAL_FIELD.test(piece) ? FIELD.exec(piece) : null;
    if (hidden?.[1] === undefined) fields.at(-1)?.lines.push(`\r${piece}`);
    else fields.push({ name: hidden[1].toLowerCase(), lines: [piece.slice(hidden[0].length)], afterCr: true });
  }
  return true;
}

/** The separator line of an mbox file, left on by exports. */
function isMboxLine(line: string): boolean {
  return /^>?From [^\s:]+ /.test(line) && !/^>?From [^\s:]* *:/.test(line);
}

/** Offset behind the line that starts at `at`. */
export function lineEnd(raw: Buffer, at: number): number {
  const found = raw.indexOf(LF, at);
  return found < 0 ? raw.length : found + 1;
}

/** A line without its line end, one character per byte. */
function lineWithoutEnd(raw: Buffer, at: number, end: number): string {
  let to = end;
  if (to > at && raw[to - 1] === LF) to--;
  while (to > at && raw[to - 1] === CR) to--;
  return raw.toString('latin1', at, to);
}

/** After a line of rubbish: is one of the next two lines a field again? At the very top, of three. */
function fieldsFollow(raw: Buffer, from: number, atTop: boolean): boolean {
  let at = from;
  for (let line = 0; line < (atTop ? 3 : 2) && at < raw.length; line++) {
    const end = lineEnd(raw, at);
    if (USUAL_FIELD.test(raw.toString('latin1', at, Math.min(end, at + 60)))) return true;
    at = end;
  }
  return false;
}
