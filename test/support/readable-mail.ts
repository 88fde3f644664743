const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&#34;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};

function bodyOf(html: string): string {
  return html.slice(html.indexOf('<body'));
}

/** The desk's name on top, which the text has below. */
const LETTERHEAD = /<div class="edge"[^>]*><span class="tint"[^>]*>[^<]*<\/span><\/div>/;

/** What a reader of the HTML sees, roughly: tags gone, entities read, pictures by their names, lists with their numbers. */
export function readable(html: string): string {
  return numbered(bodyOf(html))
    .replace(LETTERHEAD, '')
    .replace(/<img src="cid:plot-[^"]*"[^>]* alt="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<img[^>]* alt="([^"]*)"[^>]*>/g, ' [image: $1] ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|#34|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? '');
}

/** The words without the addresses of links, which stand beside the words in text and behind them in HTML. */
export function wordsOf(text: string): string[] {
  return text.replace(/(?:https?:\/\/|mailto:)[^\s"'<>]+/gi, ' ').match(/[\p{L}\p{M}\p{N}#]+/gu) ?? [];
}

/** The items of numbered lists with the numbers that a browser puts before them. */
function numbered(html: string): string {
  const open: (number | undefined)[] = [];
  return html.replace(/<(\/?)(ol|ul|li)\b(?:[^>]* start="(\d+)")?[^>]*>/g, (tag, slash, name, start = '1') => {
    if (name !== 'li') {
      if (slash === '/') open.pop();
      else open.push(name === 'ol' ? Number(start) : undefined);
      return tag;
    }
    const number = open.at(-1);
    if (slash === '/' || number === undefined) return tag;
    open[open.length - 1] = number + 1;
    return `${tag}${number}. `;
  });
}
