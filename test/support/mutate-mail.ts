/** Broken mails made from whole ones, the same ones for the same seed. */

/** A small generator of pseudo-random numbers (mulberry32): 0 <= n < 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Pieces that parsers stumble over. */
const BAIT = [
  '\0',
  '\r',
  '\n',
  '\r\n\r\n',
  '--',
  '=?',
  '?=',
  '=?utf-8?q?',
  '=?gb18030?b?',
  '<',
  '>',
  '"',
  '(',
  ')',
  ';',
  '\\',
  '\x1b$B',
  '\xff\xfe',
  '\xed\xa0\x80',
  '%00',
  'From: a@b.example\r\n',
  'Content-Type: multipart/mixed; boundary=""\r\n',
  '+ADw-',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  "filename*0*=x''%ff",
  'begin 644 x\n',
  '\nend\n',
  '> '.repeat(500),
  '<div>'.repeat(500),
  '('.repeat(500),
  '--\r\n'.repeat(200),
  '=\r\n',
  'charset=utf-7',
  'On x wrote:\n',
];

/** One to six changes: bytes flipped, cut, doubled, moved, bait put in, or the tail of another mail put on. */
export function mutateMail(mail: Buffer, other: Buffer, random: () => number): Buffer {
  let bytes = mail;
  const below = (limit: number) => Math.floor(random() * limit);
  for (let change = 1 + below(6); change > 0; change--) {
    const at = below(bytes.length + 1);
    const length = below(Math.min(bytes.length - at, 2 ** below(12)) + 1);
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at);
    const kind = below(7);
    if (kind === 0) bytes = flipped(bytes, below);
    else if (kind === 1) bytes = Buffer.concat([before, after.subarray(length)]);
    else if (kind === 2) bytes = Buffer.concat([before, after.subarray(0, length), after]);
    else if (kind === 3) bytes = Buffer.concat([after.subarray(length), before, after.subarray(0, length)]);
    else if (kind === 4) bytes = Buffer.concat([before, other.subarray(below(other.length + 1))]);
    else if (kind === 5) bytes = before;
    else bytes = Buffer.concat([before, Buffer.from(BAIT[below(BAIT.length)] ?? '', 'latin1'), after]);
  }
  return bytes;
}

function flipped(bytes: Buffer, below: (limit: number) => number): Buffer {
  const out = Buffer.from(bytes);
  for (let i = 0; i < 8 && out.length > 0; i++) out[below(out.length)] = below(256);
  return out;
}

/** Paths of strings in a value that a database column would refuse: lone surrogates or NUL. */
export function uncleanStrings(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? [] : [path];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...uncleanStrings(key, `${path}.(key)`),
    ...uncleanStrings(inner, `${path}.${key}`),
  ]);
}
