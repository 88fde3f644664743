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
const LETTERHEAD = /<div class="tint edge"[^>]*>[^<]*<\/div>/;

/** What a reader of the HTML sees, roughly: tags gone, entities read. */
export function readable(html: string): string {
  return bodyOf(html)
    .replace(LETTERHEAD, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|#34|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? '');
}

/** The words without the addresses of links, which stand beside the words in text and behind them in HTML. */
export function wordsOf(text: string): string[] {
  return text.replace(/(?:https?:\/\/|mailto:)[^\s"'<>]+/gi, ' ').match(/[\p{L}\p{M}\p{N}#]+/gu) ?? [];
}
