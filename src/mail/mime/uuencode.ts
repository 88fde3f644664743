/** Files that old mail programs put into the words of a mail (`begin 644 name` ... `end`), POSIX uuencode. */
export type UuencodedFile = { filename: string; content: Buffer };

const BEGIN = /^begin(?:-base64)? [0-7]{3,4} (\S[^\r\n]{0,254})\r?$/;
const MARK = 'begin';
/** Lines that look like a beginning and are none, after which no more are tried. */
const MAX_FALSE_STARTS = 1_000;

/** The bytes of a body whose transfer encoding is uuencode; the body itself where no `begin` line is found. */
export function decodeUuencoded(body: Buffer): Buffer {
  return takeUuencoded(body.toString('latin1')).files[0]?.content ?? body;
}

/**
 * Takes whole uuencoded files out of a text (one character per byte or decoded; the files are ASCII either way).
 * `rest` is the text without them. Linear time.
 */
export function takeUuencoded(text: string): { rest: string; files: UuencodedFile[] } {
  if (!text.includes(`${MARK} `) && !text.includes(`${MARK}-base64 `)) return { rest: text, files: [] };
  const kept: string[] = [];
  const files: UuencodedFile[] = [];
  const lines = text.split('\n');
  const lastEnd = lines.findLastIndex((line) => /^end\s*$/.test(line));
  let falseStarts = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const mayBegin = at < lastEnd && falseStarts < MAX_FALSE_STARTS && line.startsWith(MARK);
    const filename = mayBegin ? BEGIN.exec(line)?.[1] : undefined;
    const file = filename === undefined ? undefined : readUuencodedFile(lines, at + 1);
    if (filename === undefined || file === undefined) {
      if (mayBegin) falseStarts++;
      kept.push(line);
      continue;
    }
    files.push({ filename: filename.trim(), content: file.content });
    at = file.last;
  }
  return { rest: kept.join('\n'), files };
}

/** The lines up to `end`, or undefined at the first line that is no uuencoded data: then it was prose. */
function readUuencodedFile(lines: string[], start: number): { content: Buffer; last: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    if (/^end\s*$/.test(line)) return { content: Buffer.concat(chunks), last: at };
    const chunk = readUuencodedLine(line);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
  }
  return undefined;
}

function readUuencodedLine(line: string): Buffer | undefined {
  if (line === '' || line === '`' || line === ' ') return Buffer.alloc(0);
  const size = (line.charCodeAt(0) - 32) & 63;
  const needed = Math.ceil(size / 3) * 4;
  if (!/^[\x20-\x60]{1,90}$/.test(line) || line.length - 1 > needed + 4) return undefined;
  const codes = line.slice(1).padEnd(needed, ' ');
  const out = Buffer.alloc((needed / 4) * 3);
  for (let from = 0, to = 0; from < needed; from += 4, to += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((i) => (codes.charCodeAt(from + i) - 32) & 63);
    out[to] = (a << 2) | (b >> 4);
    out[to + 1] = ((b << 4) | (c >> 2)) & 255;
    out[to + 2] = ((c << 6) | d) & 255;
  }
  return out.subarray(0, size);
}
