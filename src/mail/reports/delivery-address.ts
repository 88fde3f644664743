/**
 * Addresses as mail servers write them into reports: in brackets, with a trailing dot, with a quoted local part, with
 * letters of any script (RFC 6531). Looser than domain/mail/email-address.ts, since it names somebody else's failed address.
 * Goes from each `@` outwards, so that long lines without an address cost nothing.
 */
const MAX_LINE = 2_000;
const MAX_LOCAL = 200;
const MAX_IN_LINE = 200;
const LOCAL_STOP = /[\s<>()[\]{},;:"`@\\|\u3000-\u3002\u3008-\u3011\uff08\uff09\uff0c\uff1a\uff1b\uff1c\uff1e]/;
const DOMAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,250}[\p{L}\p{N}])?/u;
/** What stands before an address and belongs to a key, as in `to=<jo@x.example>` without its brackets. */
const KEY = /^(?:to|from|rcpt|orcpt|recipient|addr|address|email|for|user)=/i;

/** All addresses of one line with where each begins; the line is cut to 2,000 characters. */
export function findAddresses(line: string): { address: string; at: number }[] {
  const found: { address: string; at: number }[] = [];
  const cut = line.slice(0, MAX_LINE);
  let from = 0;
  for (let sign = cut.indexOf('@'); sign >= 0 && found.length < MAX_IN_LINE; sign = cut.indexOf('@', sign + 1)) {
    const domain = DOMAIN.exec(cut.slice(sign + 1, sign + 254))?.[0];
    const start = localStart(cut, sign, from);
    if (domain === undefined || start === sign) continue;
    found.push({ address: `${cut.slice(start, sign)}@${domain}`, at: start });
    from = sign + 1 + domain.length;
  }
  return found;
}

/** The first address of a text, or null. */
export function readAddress(text: string): string | null {
  return findAddresses(text)[0]?.address ?? null;
}

/** Where the local part before `sign` begins; `sign` itself where there is none. */
function localStart(line: string, sign: number, from: number): number {
  if (line[sign - 1] === '"') {
    const quote = line.lastIndexOf('"', sign - 2);
    if (quote >= from && sign - quote <= MAX_LOCAL && !/[\s<>]/.test(line.slice(quote, sign))) return quote;
  }
  let start = sign;
  while (start > from && sign - start < MAX_LOCAL && !LOCAL_STOP.test(line[start - 1] ?? ' ')) start--;
  const local = line.slice(start, sign);
  const outer = /^[.*'=]{1,20}/.exec(local)?.[0].length ?? 0;
  return start + outer + (KEY.exec(local.slice(outer))?.[0].length ?? 0);
}
