/** Content-IDs as HTML names them (RFC 2392 section 2). */

/** At most this many pictures of a mail keep their places in the text; those beyond are kept as files. */
const MAX_NAMED = 5_000;
const NAMED = /(?<![a-z])cid:([^\s"'<>]{1,500})/gi;

/** The HTML with each name of a picture replaced by `fill`, where that gives one. One pass: what it gives is not read again. */
export function replaceContentIds(html: string, fill: (contentId: string) => string | undefined): string {
  let left = MAX_NAMED;
  return html.replace(NAMED, (written, named: string) => {
    if (left <= 0) return written;
    const filled = contentIdForms(named)
      .map(fill)
      .find((found) => found !== undefined);
    if (filled !== undefined) left--;
    return filled === undefined ? written : `cid:${filled}`;
  });
}

/** The Content-IDs that HTML names, looked for once for all files of a mail. */
export function contentIdsIn(html: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, named = ''] of html.matchAll(NAMED)) {
    if (found.size >= MAX_NAMED) break;
    for (const form of contentIdForms(named)) found.add(form);
  }
  return found;
}

/** In a style sheet a bracket or a semicolon stands behind it. */
function contentIdForms(named: string): string[] {
  const bare = named.replace(/[),;\\].*$/, '');
  return [...new Set([contentIdOf(named), contentIdOf(bare)])].filter((form) => form !== undefined);
}

/** The URL form of a Content-ID has its special characters in percent signs. */
export function contentIdOf(url: string | undefined): string | undefined {
  const plain = url?.trim().replaceAll('&amp;', '&');
  if (plain === undefined || plain === '') return undefined;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
