import type { ElementAttributes } from '../../text/html-hidden.ts';

/**
 * What an element of a mail client says about the words inside it.
 *
 * - `quote`: the words of somebody else, set apart as a quote; what the person types between two quotes is outside.
 * - `history`: a container around attribution and quote; words in it that follow a quote may be typed.
 * - `rest`: from here to the end of the mail all is history.
 * - `attribution`: the line that says who wrote the quote that follows.
 * - `signature`: the person's signature.
 * - `indent`: a blockquote that may be a quote or only an indented paragraph.
 */
export type HtmlMark = 'quote' | 'history' | 'rest' | 'attribution' | 'signature' | 'indent';

const BY_ID: ReadonlyArray<readonly [string, HtmlMark]> = [
  ['appendonsend', 'rest'],
  ['divrplyfwdmsg', 'rest'],
  ['stopspelling', 'rest'],
  ['mail-editor-reference-message-container', 'rest'],
  ['ms-outlook-mobile-reference-message', 'rest'],
  ['reply-intro', 'attribution'],
  ['replysplit', 'rest'],
  ['orimsghtmlseperator', 'rest'],
  ['origbody', 'history'],
  ['olk_src_body_section', 'history'],
  ['isreplycontent', 'history'],
  ['mailquotedtext', 'history'],
  ['yahoo_quoted', 'history'],
  ['quotedtext', 'history'],
  ['applemailsignature', 'signature'],
  ['ymail_android_signature', 'signature'],
  ['ymail_ios_signature', 'signature'],
  ['ms-outlook-mobile-signature', 'signature'],
  ['protonmail_signature', 'signature'],
  ['zmail_signature', 'signature'],
  ['composer_signature', 'signature'],
  ['signature', 'signature'],
];

const BY_CLASS: ReadonlyArray<readonly [string, HtmlMark]> = [
  ['gmail_attr', 'attribution'],
  ['gmail_quote', 'history'],
  ['gmail_signature', 'signature'],
  ['moz-cite-prefix', 'attribution'],
  ['moz-signature', 'signature'],
  ['outlookmessageheader', 'rest'],
  ['ms-outlook-mobile-reference-message', 'rest'],
  ['ms-outlook-mobile-signature', 'signature'],
  ['yahoo_quoted', 'history'],
  ['yahoo-quoted', 'history'],
  ['yahoo-signature', 'signature'],
  ['yahoo_signature', 'signature'],
  ['protonmail_quote', 'history'],
  ['protonmail_signature', 'signature'],
  ['zmail_extra', 'history'],
  ['zmail_signature', 'signature'],
  ['zmail_extra_hr', 'attribution'],
  ['tutanota_quote', 'quote'],
  ['tutanota_indented', 'quote'],
  ['mailquote', 'quote'],
  ['mail_quote', 'history'],
  ['quote-header', 'attribution'],
  ['quoted-text', 'history'],
  ['quotedtext', 'history'],
  ['freebirdmailquote', 'history'],
  ['front-blockquote', 'quote'],
  ['front-signature', 'signature'],
  ['helpscout-quote', 'history'],
  ['hey-quote', 'history'],
  ['applemailsignature', 'signature'],
  ['mcequote', 'quote'],
  ['wispmail_quote', 'history'],
  ['mailbird-signature', 'signature'],
  ['mb_sig', 'signature'],
  ['ntes_quote', 'history'],
  ['qmbox', 'history'],
  ['k9mail-signature', 'signature'],
];

/**
 * Mark of an element, or undefined. Prefixes that web mail puts before names of mails it quotes (`x_`, `m_123`, `yiv7`)
 * are ignored: a mark inside a quote is quoted anyway, and a rewritten mail keeps its marks.
 */
export function htmlMark(name: string, attributes: ElementAttributes): HtmlMark | undefined {
  const byName = markByName(attributes);
  const mark = byName ?? markByShape(name, attributes);
  // A client names its quote container and the blockquote in it alike; the blockquote is the quote itself.
  if (name === 'blockquote') {
    return mark === 'history' || mark === 'quote' ? 'quote' : (mark ?? blockquoteMark(attributes));
  }
  return mark === 'indent' ? undefined : mark;
}

function markByName(attributes: ElementAttributes): HtmlMark | undefined {
  const id = attributes['id']?.slice(0, 200).toLowerCase() ?? '';
  if (id !== '') {
    const bare = withoutPrefix(id);
    for (const [key, mark] of BY_ID) if (bare === key || (key.length > 9 && bare.startsWith(key))) return mark;
  }
  const classes = attributes['class']?.slice(0, 500).toLowerCase() ?? '';
  if (classes !== '') {
    const names = classes.split(/\s/).map(withoutPrefix);
    for (const [key, mark] of BY_CLASS) {
      if (names.some((each) => each === key || (key.length > 9 && each.startsWith(`${key}_`)))) return mark;
    }
  }
  const element = attributes['name']?.toLowerCase();
  if (element === 'quote' || element === 'quoted-content' || element === 'messagereplysection') return 'history';
  if (element === 'messagesignaturesection') return 'signature';
  return undefined;
}

function withoutPrefix(name: string): string {
  return name.replace(/^(?:x_|3d)+/, '').replace(/^(?:m_-?\d{1,25}|yiv\d{1,15})/, '');
}

function markByShape(name: string, attributes: ElementAttributes): HtmlMark | undefined {
  if (attributes['type']?.toLowerCase() === 'cite' || (name === 'blockquote' && attributes['cite'] !== undefined)) {
    return 'quote';
  }
  if (name === 'div' && isOutlookHeader(attributes['style'] ?? '')) return 'rest';
  return undefined;
}

/** The box that Outlook for Windows and Word draw around the header fields of the mail they quote, in any language. */
function isOutlookHeader(style: string): boolean {
  const bare = style.slice(0, 300).toLowerCase().replace(/\s/g, '');
  return /^(?:mso-element:para-border-div;)?border:none;border-top:solid(?:#(?:b5c4df|e1e1e1)|windowtext)1\.0pt;(?:mso-[^;]{1,60};)?padding:3\.0pt0(?:in|cm)0(?:in|cm)0(?:in|cm);?$/.test(
    bare,
  );
}

/** Gmail and Outlook indent a paragraph with a blockquote that has no border; a quote has a line at its left. */
function blockquoteMark(attributes: ElementAttributes): HtmlMark {
  const style = attributes['style']?.toLowerCase() ?? '';
  return /border-(?:left|inline-start|right)(?:-width)?:(?!\s{0,3}(?:none|0(?:px)?\s{0,2}(?:;|$)))/.test(
    style.slice(0, 1_000),
  )
    ? 'quote'
    : 'indent';
}
