/** The parts of a raw message, as far as an IMAP server must know them (RFC 3501 section 6.4.5, RFC 2046). */
export type MimePart = {
  /** Header fields with the empty line that ends them. */
  header: Buffer;
  body: Buffer;
  type: string;
  subtype: string;
  params: [string, string][];
  encoding: string;
  id: string | undefined;
  description: string | undefined;
  disposition: { type: string; params: [string, string][] } | undefined;
  /** Parts of a multipart, or the single message inside a message/rfc822. */
  children: MimePart[];
};

/** What a part is that does not say (RFC 2045 section 5.2). */
const PLAIN_TEXT = 'text/plain; charset=us-ascii';
const MAX_DEPTH = 20;
const MAX_PARTS = 500;

export function parseStructure(raw: Buffer): MimePart {
  return readPart(raw, 0, { left: MAX_PARTS }, PLAIN_TEXT);
}

function readPart(raw: Buffer, depth: number, budget: { left: number }, defaultType: string): MimePart {
  budget.left -= 1;
  const split = headerLength(raw);
  const header = raw.subarray(0, split);
  const body = raw.subarray(split);
  const fields = headerFields(header);
  const value = (name: string) => fields.find((field) => field.name === name)?.value;
  const written = parseParameters(value('content-type') ?? defaultType);
  const content = /^[^\s/]+\/[^\s/]+$/.test(written.main) ? written : parseParameters(PLAIN_TEXT);
  const [type = 'text', subtype = 'plain'] = content.main.toLowerCase().split('/');
  const disposition = value('content-disposition');
  const shown = disposition === undefined ? undefined : parseParameters(disposition);
  const part: MimePart = {
    header,
    body,
    type,
    subtype,
    params: content.params,
    encoding: (value('content-transfer-encoding') ?? '7bit').toLowerCase(),
    id: value('content-id'),
    description: value('content-description'),
    disposition: shown === undefined ? undefined : { type: shown.main, params: shown.params },
    children: [],
  };
  if (depth < MAX_DEPTH && budget.left > 0) part.children = readChildren(part, depth, budget);
  return part;
}

function readChildren(part: MimePart, depth: number, budget: { left: number }): MimePart[] {
  if (part.type === 'message' && part.subtype === 'rfc822') {
    return [readPart(part.body, depth + 1, budget, PLAIN_TEXT)];
  }
  const boundary = part.params.find(([name]) => name === 'boundary')?.[1];
  if (part.type !== 'multipart' || boundary === undefined || boundary === '') return [];
  const inner = part.subtype === 'digest' ? 'message/rfc822' : PLAIN_TEXT;
  const pieces = splitAtBoundary(part.body, boundary, budget.left);
  return pieces.map((piece) => readPart(piece, depth + 1, budget, inner));
}

/** The line break before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1). */
function splitAtBoundary(body: Buffer, boundary: string, most: number): Buffer[] {
  const pieces: Buffer[] = [];
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let start = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue;
    const lineEnd = body.indexOf(0x0a, at);
    const rest = body.subarray(at + delimiter.length, lineEnd < 0 ? body.length : lineEnd).toString('latin1');
    if (!/^(?:--)?[ \t\r]*$/.test(rest)) continue;
    if (start >= 0 && pieces.length < most) {
      const breakLength = at >= 2 && body[at - 2] === 0x0d ? 2 : 1;
      pieces.push(body.subarray(start, Math.max(start, at - breakLength)));
    }
    start = lineEnd < 0 ? body.length : lineEnd + 1;
    if (rest.startsWith('--')) return pieces;
  }
  if (start >= 0 && pieces.length < most) pieces.push(body.subarray(start));
  return pieces;
}

/** Length of the header with its empty line; everything is header where there is none. */
export function headerLength(raw: Buffer): number {
  if (raw[0] === 0x0a) return 1;
  if (raw[0] === 0x0d && raw[1] === 0x0a) return 2;
  const crlf = raw.indexOf('\r\n\r\n');
  const lf = raw.indexOf('\n\n');
  if (crlf < 0 && lf < 0) return raw.length;
  return crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf + 2;
}

export type RawField = { name: string; value: string; written: string };

/** Fields in order: name in lower case, value unfolded, and the bytes as written (latin1) with their line ends. */
export function headerFields(header: Buffer): RawField[] {
  const lines = header.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const written: string[] = [];
  for (const line of lines) {
    if (/^\r?\n?$/.test(line)) break;
    if (/^[ \t]/.test(line) && written.length > 0) written.push(`${written.pop() ?? ''}${line}`);
    else written.push(line);
  }
  return written.map((field) => {
    const colon = field.indexOf(':');
    const value = colon < 0 ? '' : field.slice(colon + 1);
    const name = colon < 0 ? '' : field.slice(0, colon).trim().toLowerCase();
    return { name, value: value.replace(/\r?\n/g, '').trim(), written: field };
  });
}

/** `text/plain; charset="utf-8"` (RFC 2045 section 5.1); parameters keep RFC 2231 names as they are. */
function parseParameters(text: string): { main: string; params: [string, string][] } {
  const [main = ''] = text.split(';', 1);
  const params: [string, string][] = [];
  for (const match of text.matchAll(/;\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g)) {
    params.push([(match[1] ?? '').toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '']);
  }
  return { main: main.trim(), params };
}
