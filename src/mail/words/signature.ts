import { remembered } from './line-memory.ts';
import { formOf, formWithoutLinks, isRule } from './quote/quote-line.ts';
import { APP_LINK, DEVICE, FOOTER_STARTS, LIST_WORDS, SENT_FROM_FRAMES, SENT_FROM_STARTS } from './signature-words.ts';

/** A signature below `-- ` longer than this is no signature (RFC 3676 section 4.3 and netiquette speak of four lines). */
const MAX_SIGNATURE_LINES = 30;

/**
 * The words of one run of typed lines without the signature below them: from `-- ` on, the line of a phone ("Sent from
 * my ..."), the footer of a mailing list. Names and greetings ("Best regards, Jo") stay: people sign in their own words.
 */
export function withoutSignature(lines: readonly string[], isAboveHistory = false): string[] {
  const flags = signatureFlags(lines, isAboveHistory);
  return lines.filter((_line, at) => flags[at] !== true);
}

/** One flag a line of a run: true where it belongs to the signature. With `small`, only what is surely no more than one. */
export function signatureFlags(lines: readonly string[], isAboveHistory: boolean, small = false): boolean[] {
  const forms = lines.map(formOf);
  const end = footerStart(lines, forms, small);
  const flags = lines.map((_line, at) => at >= end);
  markSentFrom(flags, forms, end);
  if (isAboveHistory && end === lines.length) markAppLine(flags, lines);
  return flags;
}

/** Without the lines of phones only: what is left where nothing but a signature was sent. */
export function withoutSentFrom(lines: readonly string[]): string[] {
  const flags = lines.map(() => false);
  markSentFrom(flags, lines.map(formOf), lines.length);
  return lines.filter((_line, at) => flags[at] !== true);
}

/** Words between the beginning of such a line and the name of the app. */
const APP_WORDS = new Set(
  'my the a an for on app application aplicación applicazione aplicativo aplikacji aplikace appen mobile mail email mi mon ma meinem meiner min mijn il mio de da do von der die das für pour para per für til för'.split(
    ' ',
  ),
);

/** "Sent from Anything" where it stands alone right above history: no list can know the name of every app. */
function markAppLine(flags: boolean[], lines: readonly string[]): void {
  const last = lines.findLastIndex((line, at) => flags[at] !== true && formOf(line) !== '');
  const form = formWithoutLinks(lines[last] ?? '').replace(/^[\s\-–—_*]{1,6}|[\s*_.]{1,4}$/g, '');
  const isAlone = last > 0 && formOf(lines[last - 1] ?? '') === '';
  if (!isAlone || form.length > 60) return;
  const start = SENT_FROM_STARTS.find((each) => form.toLowerCase().startsWith(each.endsWith("'") ? each : `${each} `));
  if (start === undefined) return;
  const name = form.slice(start.length).trim().split(' ');
  const isApp = name.every((word) => /^[\p{Lu}\d(]/u.test(word) || APP_WORDS.has(word.toLowerCase()));
  if (isApp && name.length <= 5 && name.some((word) => /^\p{Lu}/u.test(word))) flags[last] = true;
}

const MAX_CARD_LINES = 8;
/** Two to four words with capitals: a name, as it begins a card. */
const NAME = /^\p{Lu}[\p{L}.'’-]{0,30}(?: (?:\p{Lu}[\p{L}.'’-]{0,30}|von|van|de|der|di|da)){1,3}$/u;
const NO_SENTENCE = /(?:[^.!?:;,…]|\b(?:Inc|Ltd|Co|Corp|LLC|GmbH|S\.A|B\.V|e\.V)\.)$/;

/**
 * True for a business card that stands alone in a mail: a name, and below it a few lines that begin like titles, firms,
 * streets and numbers do. Stricter than what is cut below words, since here all of the mail would be gone.
 */
export function isCard(lines: readonly string[]): boolean {
  const [name = '', ...rest] = lines.map(formOf).filter((form) => form !== '');
  return (
    NAME.test(name) &&
    rest.length > 0 &&
    rest.length < MAX_CARD_LINES &&
    rest.every((form) => form.length <= 70 && /^[\p{Lu}\d+(]|@|www\.|https?:/u.test(form) && NO_SENTENCE.test(form))
  );
}

/** A number of eight digits or more in groups, as phones have. */
function isPhone(form: string): boolean {
  const found = /(?:^|[\s:(])[+(0-9][\d\s()./-]{7,22}\d(?:$|[\s,;)])/.exec(form);
  return found !== null && found[0].replace(/\D/g, '').length >= 8;
}

/** Where signature or footer begin, or the number of lines. Looks only at the end of the run. */
function footerStart(lines: readonly string[], forms: readonly string[], small: boolean): number {
  let filled = 0;
  let start = forms.length;
  for (let at = forms.length - 1; at >= 0 && filled <= MAX_SIGNATURE_LINES; at--) {
    const form = forms[at] ?? '';
    if (form === '') continue;
    filled++;
    if (small && isDashes(form) && !isSmall(forms, at + 1)) continue;
    if (isDelimiter(lines, forms, at) || isFooter(forms, at)) start = at;
  }
  // Rules above a footer belong to it.
  if (start < forms.length) {
    while (start > 0 && (forms[start - 1] === '' || isRule(forms[start - 1] ?? ''))) start--;
  }
  return start;
}

function isDashes(form: string): boolean {
  return form === '--' || form === '- --';
}

/** A few short lines that say nothing: nobody asks, ends a sentence or begins a list in a signature. */
function isSmall(forms: readonly string[], from: number): boolean {
  const filled = forms.slice(from).filter((form) => form !== '');
  const above = forms.slice(0, from).filter((form) => form !== '').length;
  if (filled.length > 8 || (filled.length > 3 && filled.length > above)) return false;
  return filled.every((form) => form.length <= 90 && !/[?;{}]$|^[-*•] |^\d{1,2}[.)] |^--$|:$/.test(form));
}

function isDelimiter(lines: readonly string[], forms: readonly string[], at: number): boolean {
  const form = forms[at] ?? '';
  if (form === '| |') return isTable(forms, at);
  if (isDashes(form)) return lines[at]?.endsWith('-- ') === true || isShort(forms, at + 1);
  // Directly below words a drawn line underlines a heading.
  const apart = at === 0 || forms[at - 1] === '';
  return apart && /^(?:[—–―─━]{1,40}|[-_]{2,60})$/.test(form) && isContact(forms.slice(at + 1));
}

/** The table that NetEase makes of a signature in plain text: bars on lines of their own around a few short lines. */
function isTable(forms: readonly string[], from: number): boolean {
  const filled = forms.slice(from).filter((form) => form !== '');
  const bars = filled.filter((form) => /^[|\s]{1,9}$/.test(form)).length;
  return filled.length <= 12 && bars >= 2 && filled.every((form) => form.length <= 80);
}

/** `--` without its blank also parts paragraphs: below it, up to the next one, only a few short lines are a signature. */
function isShort(forms: readonly string[], from: number): boolean {
  let filled = 0;
  for (let at = from; at < forms.length && forms[at] !== '--'; at++) {
    const form = forms[at] ?? '';
    if (form !== '' && (++filled > 12 || form.length > 120)) return false;
  }
  return true;
}

/** A few short lines with a phone number, an address or a link: a business card, not a text. */
function isContact(forms: readonly string[]): boolean {
  const filled = forms.filter((form) => form !== '');
  if (filled.length === 0 || filled.length > 8 || filled.some((form) => form.length > 80 || /[.:;!?]$/.test(form))) {
    return false;
  }
  return filled.some((form) => /@\S{2,60}|www\.|https?:\/\//.test(form) || isPhone(form));
}

function isFooter(forms: readonly string[], at: number): boolean {
  const lower = (forms[at] ?? '').toLowerCase();
  if (FOOTER_STARTS.some((start) => lower.startsWith(start))) return true;
  if (!/^(?:_{2,}|[=-]{20,})$/.test(lower)) return false;
  const below = forms.slice(at + 1, at + 6).map((form) => form.toLowerCase());
  const first = below.find((form) => form !== '') ?? '';
  if (LIST_WORDS.some((word) => first.endsWith(word))) return true;
  return below.some((form) => /\/listinfo\/|-request@|https?:\/\/\S{1,200}unsubscribe/.test(form));
}

/** "Sent from my ..." where it stands alone, as a paragraph or as the last line; what follows it stays. */
function markSentFrom(flags: boolean[], forms: readonly string[], end: number): void {
  const last = forms.findLastIndex((form, at) => at < end && form !== '');
  for (let at = 0; at < end; at++) {
    const form = forms[at] ?? '';
    if (form === TRACKER) flags[at] = true;
    if (form === '' || form.length > 200) continue;
    const above = forms[at - 1] ?? '';
    const hasLink = at + 1 < end && /^<?https?:\/\/\S{1,200}$/.test(forms[at + 1] ?? '');
    const to = hasLink ? at + 1 : at;
    const below = to + 1 < end ? (forms[to + 1] ?? '') : '';
    const isAlone = to === last || (above === '' && (below === '' || isRule(below)));
    if (isAlone && isSentFrom(form)) flags.fill(true, at, to + 1);
  }
}

/** The sign that a sales tool leaves below a mail to show where its invisible image is. */
const TRACKER = 'ᐧ';

/** True for the footer line of a phone or a mail program. */
const isSentFrom = remembered((form: string): boolean => {
  if (APP_LINK.test(form) && form.split(' ').length <= 8) return true;
  const lower = form
    .toLowerCase()
    .replace(/[\u064b-\u065f]/g, '')
    .replace(/[<([]\s?https?:\/\/[^\s>)\]]{1,180}[>)\]]?/g, '')
    .replace(/^[\s\-–—_*>|•.]{1,6}/, '')
    .replace(/[\s*_]{1,4}$/, '')
    .trim();
  const device = lower.length > 110 ? -1 : lower.search(DEVICE);
  // "Sent from my desk, which is ...": a sentence has its comma before any device.
  if (device < 0 || /[,;!?]\s/.test(lower.slice(0, device))) return false;
  if (lower.split(' ').length > 16) return false;
  if (SENT_FROM_STARTS.some((start) => lower.startsWith(start))) return true;
  return lower.length <= 60 && lower.split(' ').length <= 7 && FRAMES.some((frame) => isFramed(lower, frame));
});

const FRAMES = SENT_FROM_FRAMES.map(([starts, ends]) => ({ starts: starts.split('|'), ends: ends.split('|') }));

function isFramed(lower: string, frame: (typeof FRAMES)[number]): boolean {
  const bare = lower.replace(/[.。]$/, '');
  return frame.starts.some((start) => bare.startsWith(start)) && frame.ends.some((end) => bare.endsWith(end));
}
