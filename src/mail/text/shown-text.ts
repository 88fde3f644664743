import { cutText } from '../../domain/cut-text.ts';

/**
 * Text of strangers made fit to be shown: for one line among our own words, for a block of words of their own, and for a
 * block in HTML. Everything is linear in its input.
 */

/** What ends or steers a line: controls (C0, DEL, C1), line and paragraph separators, lone surrogates. */
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Cs}]+/gu;

/**
 * What is not seen and still changes what is seen: marks that turn the direction of the text around them (UAX #9),
 * zero-width and filler characters, tags, non-characters. The zero-width joiner stays: emoji and Indic scripts need it.
 */
const UNSEEN =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]+/gu;

/** Controls that no line of words needs: a terminal would obey them. Tab and line feed stay, and so does all else. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Cs}]+/gu;
/** The same and halves of characters beyond 16 bits, which may be whole: reading by whole characters takes ten times as long. */
const MAY_BE_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/;

function withoutControls(text: string): string {
  return MAY_BE_CONTROL.test(text) ? text.replace(CONTROLS, '') : text;
}

const LINE_BREAK = /\r\n|[\r\n\u0085\u2028\u2029]/g;

/** A line of ASCII that is shown as it stands, as most names, subjects and addresses are. */
const PLAIN_LINE = /^[\u0021-\u007e]+(?: [\u0021-\u007e]+)*$/;

/** One line without unseen characters, blanks joined, at most `max` characters (then it ends in an ellipsis). */
export function shownLine(text: string, max = 200): string {
  if (text.length <= max && PLAIN_LINE.test(text)) return text;
  const line = text
    .slice(0, max * 4)
    .replace(BREAKS, ' ')
    .replace(UNSEEN, '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= max
    ? line
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** Words as written, line breaks as `\n`, without controls and without blank lines at the end and the start. */
export function shownWords(text: string): string {
  return withoutControls(text.replace(LINE_BREAK, '\n'))
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}

/** The first `max` characters of words, and how many were left out. */
export function cutWords(text: string, max: number): { words: string; left: number } {
  // Cut before it is cleaned, so that a long text costs no more than the part that is shown.
  const words = shownWords(cutText(text, max * 4));
  if (words.length <= max && text.length <= max * 4) return { words, left: 0 };
  const cut = cutText(words, max).trimEnd();
  return { words: cut, left: text.length - cut.length };
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** Words as inert HTML: escaped, line breaks as `<br>`, indentation kept with no-break spaces. */
export function wordsAsHtml(text: string): string {
  return keepSpacesInHtml(escapeHtml(shownWords(text)));
}

/** A web address as people type it; it ends before punctuation that belongs to the sentence. */
const URL_IN_WORDS = /\bhttps?:\/\/[^\s<>"'`\u0000-\u0020\u007f-\u00a0]{1,2000}/gi;

/** The same with web addresses (http and https, nothing else) turned into links. For the words of agents only. */
export function linkedWordsAsHtml(text: string): string {
  return keepSpacesInHtml(linkUrls(shownWords(text)));
}

/** A piece of words within a line as HTML, with its blanks; `links` where it is in no link. */
export function pieceAsHtml(text: string, { links }: { links: boolean }): string {
  const piece = withoutControls(text).replace(/\n/g, ' ');
  return links ? linkUrls(piece) : escapeHtml(piece);
}

function linkUrls(words: string): string {
  let html = '';
  let from = 0;
  for (const match of words.matchAll(URL_IN_WORDS)) {
    const url = withoutTrailingPunctuation(match[0]);
    if (!URL.canParse(url)) continue;
    html += escapeHtml(words.slice(from, match.index));
    html += `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(url)}</a>`;
    from = match.index + url.length;
  }
  return html + escapeHtml(words.slice(from));
}

/** `see https://x.example/a_(b).` links `https://x.example/a_(b)`. */
function withoutTrailingPunctuation(url: string): string {
  let end = url.length;
  let open = (url.match(/\(/g)?.length ?? 0) - (url.match(/\)/g)?.length ?? 0);
  for (; end > 0; end -= 1) {
    const last = url[end - 1] ?? '';
    if (last === ')' && open < 0) open += 1;
    else if (!'.,;:!?*_]}'.includes(last)) break;
  }
  return url.slice(0, end);
}

function keepSpacesInHtml(html: string): string {
  return html
    .replace(/\t/g, '    ')
    .replace(/^ +/gm, (blanks) => '&nbsp;'.repeat(Math.min(blanks.length, 40)))
    .replace(/ {2,40}/g, (blanks) => `${'&nbsp;'.repeat(blanks.length - 1)} `)
    .replace(/\n/g, '<br>\n');
}
