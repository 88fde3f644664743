/**
 * The References field (RFC 5322 section 3.6.4) in a length that every relay takes: the first id, which makes the
 * thread, and as many of the newest as fit; the mail that is answered stands last.
 */
const LONGEST = 880;

/**
 * An id as we write it again: between angle brackets nothing that could end them, fold, or hold a control, and nothing
 * that a reader who decodes too much would take for an encoded word with a line break in it.
 */
const WRITABLE = /^[\x21-\x3b\x3d\x3f-\x7e]{3,250}$/;

export function isWritableId(id: string): boolean {
  return WRITABLE.test(id) && !id.includes('=?');
}

/** Ids without angle brackets, oldest first, each once; ids that cannot be written are left out. */
export function boundedReferences(references: readonly string[], inReplyTo: string | undefined): string[] {
  const [first, ...rest] = [...references, ...(inReplyTo === undefined ? [] : [inReplyTo])].filter(isWritableId);
  if (first === undefined) return [];
  const chain: string[] = [];
  let length = sizeInHeader(first);
  for (const id of rest.reverse()) {
    if (id === first || chain.includes(id)) continue;
    if (length + sizeInHeader(id) > LONGEST) break;
    length += sizeInHeader(id);
    chain.unshift(id);
  }
  return [first, ...chain];
}

/** With its angle brackets and the blank or fold before it. */
function sizeInHeader(id: string): number {
  return id.length + 5;
}
