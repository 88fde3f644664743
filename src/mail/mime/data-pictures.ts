/** Pictures that a mail program wrote into the HTML itself (`data:` URLs, RFC 2397), as files of the mail. */
export type DataPicture = { filename: string; contentType: string; contentId: string; content: Buffer };

/** Pictures taken out of one mail; a page that is made of them is no mail of a person. */
const MAX_PICTURES = 50;
/** Smaller ones are dots that hold rows of a layout apart, or count readers. */
const MIN_BYTES = 150;

const START = 'data:image/';
const HEAD = /data:image\/([a-z0-9.+-]{1,20})(?:;[a-z]{1,20}=[^;,"'\s>]{1,100}){0,5};base64,/iy;
const ENDINGS: Record<string, string> = { jpeg: 'jpg', 'svg+xml': 'svg', 'x-icon': 'ico', 'vnd.microsoft.icon': 'ico' };

/**
 * The HTML with its pictures taken out: each source names a file by its Content-ID instead. `count` is how many were taken out
 * of other parts of the same mail. Linear in the HTML.
 */
export function takeDataPictures(html: string, count = 0): { html: string; pictures: DataPicture[] } {
  const pictures: DataPicture[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (
    let at = html.indexOf(START);
    at >= 0 && count + pictures.length < MAX_PICTURES;
    at = html.indexOf(START, from)
  ) {
    HEAD.lastIndex = at;
    const head = HEAD.exec(html);
    const quote = html[at - 1] ?? '';
    if (head === null || !/["'=]/.test(quote)) {
      const next = at + START.length;
      pieces.push(html.slice(from, next));
      from = next;
      continue;
    }
    const start = at + head[0].length;
    const end = endOfValue(html, start, quote);
    const content = Buffer.from(html.slice(start, end).replace(/%2b/gi, '+').replace(/%2f/gi, '/'), 'base64');
    pieces.push(html.slice(from, at));
    from = end;
    if (content.length < MIN_BYTES) continue;
    const picture = describePicture((head[1] ?? '').toLowerCase(), count + pictures.length + 1, content);
    pictures.push(picture);
    pieces.push(`cid:${picture.contentId}`);
  }
  pieces.push(html.slice(from));
  return { html: pictures.length === 0 && pieces.length === 1 ? html : pieces.join(''), pictures };
}

function endOfValue(html: string, start: number, quote: string): number {
  if (quote !== '=') {
    const end = html.indexOf(quote, start);
    return end < 0 ? html.length : end;
  }
  let end = start;
  while (end < html.length && !/[\s>]/.test(html[end] ?? '')) end++;
  return end;
}

function describePicture(kind: string, number: number, content: Buffer): DataPicture {
  const ending = ENDINGS[kind] ?? kind.replace(/[^a-z0-9]/g, '').slice(0, 8);
  return {
    filename: `picture-${number}.${ending || 'bin'}`,
    contentType: `image/${kind}`,
    contentId: `data-picture-${number}`,
    content,
  };
}
