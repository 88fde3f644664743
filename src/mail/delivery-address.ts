/**
 * Addresses as mail servers write them into reports: in brackets, with a trailing dot, with a quoted local part, with
 * letters of any script (RFC 6531). Looser than domain/email-address.ts, since it names somebody else's failed address.
 */
const LOCAL =
  '(?:"[^"\\s<>]{1,64}"|[^\\s<>()\\[\\]{},;:"\'`@\\\\|=]{1,128}(?:=[^\\s<>()\\[\\]{},;:"\'`@\\\\|=]{1,64}){0,4})';
const DOMAIN = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}._-]{0,250}[\\p{L}\\p{N}])?';
const ADDRESS = new RegExp(`${LOCAL}@${DOMAIN}`, 'u');

/** All addresses of one line, with where each begins; the line is cut to 2,000 characters. */
export function findAddresses(line: string): { address: string; at: number }[] {
  const found: { address: string; at: number }[] = [];
  const cut = line.slice(0, 2_000);
  if (!cut.includes('@')) return found;
  for (const match of cut.matchAll(new RegExp(ADDRESS, 'gu'))) {
    const address = match[0].replace(/^[.*'`]+/, '');
    if (isPlausible(address)) found.push({ address, at: match.index });
  }
  return found;
}

/** The first address of a text, or null. */
export function readAddress(text: string): string | null {
  return findAddresses(text)[0]?.address ?? null;
}

function isPlausible(address: string): boolean {
  const at = address.lastIndexOf('@');
  return at > 0 && at < address.length - 1 && address.length <= 320;
}
