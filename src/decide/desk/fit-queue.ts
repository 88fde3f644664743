/** Gmail cuts a mail off at 102 kB of HTML, and a link that is cut off opens no reply. */
const MAX_BYTES = 92_000;
/** The tags of a row, and a mailto: link with a token and a long address. */
const ROW_BYTES = 450;
export const FIRST_WORDS = 140;
const SUBJECT = 120;

type Row = { customer: string; subject: string; query: string };

/** As many of the waiting tickets, from the first, as a client shows in one mail. */
export function fitQueue<R extends Row>(rows: readonly R[]): R[] {
  let bytes = 0;
  const end = rows.findIndex((row) => {
    bytes += ROW_BYTES + shownBytes(row.customer, SUBJECT) + shownBytes(row.subject, SUBJECT);
    bytes += shownBytes(row.query, FIRST_WORDS);
    return bytes > MAX_BYTES;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** Bytes in UTF-8 of the first characters, with what stands for them in HTML. */
function shownBytes(text: string, characters: number): number {
  const shown = text.slice(0, characters);
  return Buffer.byteLength(shown) + 4 * (shown.match(/[&<>"']/g)?.length ?? 0);
}
