/**
 * What programs leave encoded in words that people quote: the octets of an address in a link, quoted-printable, entities and
 * tags of HTML, escapes. Only so much of it is read as may stand within a token.
 */

const TAG = '</?(?:a|b|br|code|em|font|i|p|span|strong|u|wbr)(?: [^<>]{0,100})?/?>';
export const ENCODED_ANYWHERE = new RegExp(
  `%(?:[0-9a-f]{2}|u00)|=[0-9a-f]{2}|=\\r?\\n|&[#a-z]|-2d|\\\\[-2ux]|${TAG}`,
  'i',
);
const OCTETS = /(?:%(?:25){0,3}[0-9a-f]{2}){1,4}|(?:=[0-9a-f]{2}){1,4}/iy;
const SOFT_BREAK = /=[ \t]{0,20}\r?\n(?:[>|][>| ]{0,20})?/y;
const ENTITY = /&(?:amp;){0,3}(?:#(\d{1,7})(?:;|(?!\d))|#x([0-9a-f]{1,6});|([a-z]{2,20});)/iy;
/** A dash as gateways that rewrite links write it (`-2D`), and as programs write it into texts of theirs. */
const ESCAPED_DASH = /-2d|%u002d|\\(?:-|u002d|x2d|2d ?)/iy;
const TAG_HERE = new RegExp(TAG, 'iy');
/** Names of what may stand in a token, in lower case; 0x200b for what nobody sees. */
const NAMED: Record<string, number> = {
  ...Object.fromEntries(['hyphen', 'dash', 'ndash', 'mdash', 'minus', 'horbar'].map((name) => [name, 0x2d])),
  ...Object.fromEntries(
    ['shy', 'zwj', 'zwnj', 'lrm', 'rlm', 'nobreak', 'zerowidthspace', 'wbr'].map((name) => [name, 0x200b]),
  ),
};

type Decoded = { code: number; length: number };

/** What an encoding that was left in says: of an address in a link, of quoted-printable, of HTML. */
export function decodeAt(words: string, at: number): Decoded | undefined {
  const unseen = matchAt(SOFT_BREAK, words, at) || matchAt(TAG_HERE, words, at);
  if (unseen !== '') return { code: 0x200b, length: unseen.length };
  const dash = matchAt(ESCAPED_DASH, words, at);
  if (dash !== '') return { code: 0x2d, length: dash.length };
  const octets = matchAt(OCTETS, words, at);
  if (octets !== '') return decodeFirstCharacter(octets);
  ENTITY.lastIndex = at;
  const [entity, decimal, hex, name] = ENTITY.exec(words) ?? [];
  if (entity === undefined) return undefined;
  const number = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const code = name === undefined ? number : NAMED[name.toLowerCase()];
  return code === undefined || code === 0 || code > 0x10ffff ? undefined : { code, length: entity.length };
}

export function matchAt(pattern: RegExp, words: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(words)?.[0] ?? '';
}

/** The first character of up to four octets, in UTF-8; undefined where they are none that anybody sees. */
function decodeFirstCharacter(octets: string): Decoded | undefined {
  const pieces = octets.match(/%(?:25)*[0-9a-f]{2}|=[0-9a-f]{2}/gi) ?? [];
  const bytes = pieces.map((piece) => Number.parseInt(piece.slice(-2), 16));
  const [lead = 0] = bytes;
  const count = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const rest = bytes.slice(1, count);
  if (
    (lead >= 0x80 && lead < 0xc2) ||
    lead > 0xf4 ||
    rest.length < count - 1 ||
    rest.some((byte) => (byte & 0xc0) !== 0x80)
  )
    return undefined;
  const code = rest.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), count === 1 ? lead : lead & (0x7f >> count));
  const isCharacter = code >= (FIRST_OF_LENGTH[count - 1] ?? 0) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? { code, length: pieces.slice(0, count).join('').length } : undefined;
}

/** The first character that UTF-8 writes with so many octets (RFC 3629); what stands before a blank is seen by nobody. */
const FIRST_OF_LENGTH = [0x20, 0x80, 0x800, 0x10000];
