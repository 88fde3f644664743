import { cleanText } from '../charset/clean-text.ts';

/** RFC 5322 section 2.1.1: no line is longer, so no identifier is. */
const MAX_ID = 998;
/** A thread keeps its first mail and its newest ones (RFC 5322 section 3.6.4). */
const NEWEST_KEPT = 100;
const MAX_FIELD = 200_000;

/**
 * Message identifiers of a Message-ID, In-Reply-To or References field, without angle brackets, in order, each once.
 * Broken ones (no brackets, blanks inside) are kept as the tokens they look like; comments and phrases are dropped
 * where a bracketed identifier is present. Linear time.
 */
export function readMessageIds(raw: string): string[] {
  const text = raw.slice(-MAX_FIELD);
  const ids: string[] = [];
  let bare = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    bare += ` ${text.slice(at, open < 0 ? text.length : open)}`;
    if (open < 0) break;
    const close = text.indexOf('>', open);
    const end = close < 0 ? text.length : close;
    ids.push(text.slice(open + 1, end));
    at = end + 1;
  }
  const found = ids.length > 0 ? ids : bare.split(/[\s,]+/);
  const clean = found.map(cleanId).filter((id) => id !== '');
  const unique = [...new Set(clean)];
  return unique.length <= NEWEST_KEPT + 1 ? unique : [...unique.slice(0, 1), ...unique.slice(-NEWEST_KEPT)];
}

function cleanId(id: string): string {
  const text = /[\x80-\xff]/.test(id) ? Buffer.from(id, 'latin1').toString('utf8') : id;
  return cleanText(text.slice(0, MAX_ID * 2).replace(/[\x00-\x20\x7f<>]+/g, ''))
    .slice(0, MAX_ID)
    .toWellFormed();
}
