/**
 * Text that OpenPGP signed within itself (RFC 9580 section 7): the words without the armour around them and the dashes that it
 * puts before lines that begin with one. Whether the signature is good is not asked, as with S/MIME.
 */
const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END = '-----END PGP SIGNATURE-----';
const MAX_SIGNED = 5;
const MAX_ARMOUR_LINES = 10;

/** Linear; a text without a whole signature stays as it is. */
export function withoutArmour(text: string): string {
  if (!text.includes(BEGIN)) return text;
  const lines = text.split('\n');
  for (let count = 0; count < MAX_SIGNED; count++) {
    const from = lines.findIndex((line) => line.trimEnd() === BEGIN);
    const signature = lines.findIndex((line, at) => at > from && line.trimEnd() === SIGNATURE);
    const to = lines.findIndex((line, at) => at > signature && line.trimEnd() === END);
    if (from < 0 || signature < 0 || to < 0) break;
    const blank = lines.findIndex((line, at) => at > from && line.trim() === '');
    if (blank < 0 || blank > signature || blank - from > MAX_ARMOUR_LINES) break;
    const words = lines.slice(blank + 1, signature).map((line) => line.replace(/^- /, ''));
    lines.splice(from, to - from + 1, ...words);
  }
  return lines.join('\n');
}
