import { formOf, isRule } from './quote-line.ts';
import { DEVICE, FOOTER_STARTS, LIST_WORDS, SENT_FROM_ENDS, SENT_FROM_STARTS } from './signature-words.ts';

/** A signature below `-- ` longer than this is no signature (RFC 3676 section 4.3 and netiquette speak of four lines). */
const MAX_SIGNATURE_LINES = 30;

/**
 * The words of one run of typed lines without the signature below them: from `-- ` on, the line of a phone ("Sent from
 * my ..."), the footer of a mailing list. Names and greetings ("Best regards, Jo") stay: people sign in their own words.
 */
export function withoutSignature(lines: readonly string[]): string[] {
  const forms = lines.map(formOf);
  const end = footerStart(forms);
  const kept = lines.slice(0, end);
  return dropSentFrom(kept, forms.slice(0, end));
}

/** Where signature or footer begin, or the number of lines. Looks only at the end of the run. */
function footerStart(forms: readonly string[]): number {
  let filled = 0;
  let start = forms.length;
  for (let at = forms.length - 1; at >= 0 && filled <= MAX_SIGNATURE_LINES; at--) {
    const form = forms[at] ?? '';
    if (form === '') continue;
    filled++;
    if (isDelimiter(form) || isFooter(forms, at)) start = at;
  }
  // Rules above a footer belong to it.
  if (start < forms.length) {
    while (start > 0 && (forms[start - 1] === '' || isRule(forms[start - 1] ?? ''))) start--;
  }
  return start;
}

function isDelimiter(form: string): boolean {
  return form === '--' || form === '- --';
}

function isFooter(forms: readonly string[], at: number): boolean {
  const lower = (forms[at] ?? '').toLowerCase();
  if (FOOTER_STARTS.some((start) => lower.startsWith(start))) return true;
  if (!/^[_=-]{20,}$/.test(lower)) return false;
  const below = forms
    .slice(at + 1, at + 6)
    .join(' ')
    .toLowerCase();
  return LIST_WORDS.some((word) => below.includes(word));
}

/** "Sent from my ..." alone on its line; what follows it stays, except rules that only drew a line below it. */
function dropSentFrom(lines: readonly string[], forms: readonly string[]): string[] {
  const kept: string[] = [];
  forms.forEach((form, at) => {
    if (form.length > 0 && form.length <= 200 && isSentFrom(form)) return;
    kept.push(lines[at] ?? '');
  });
  return kept;
}

/** True for the footer line of a phone or a mail program. */
export function isSentFrom(form: string): boolean {
  const lower = form
    .toLowerCase()
    .replace(/[<([]\s?https?:\/\/[^\s>)\]]{1,180}[>)\]]?/g, '')
    .replace(/^[\s\-–—_*>|•.]{1,6}/, '')
    .replace(/[\s*_]{1,4}$/, '')
    .trim();
  if (lower.length > 110 || !DEVICE.test(lower)) return false;
  if (lower.split(' ').length > 16) return false;
  if (SENT_FROM_STARTS.some((start) => lower.startsWith(start))) return true;
  return lower.length <= 60 && SENT_FROM_ENDS.some((end) => lower.endsWith(end));
}
