/**
 * Whether an element of a mail shows: by its attributes, its style, and what simple rules of the mail's style sheets say of it, which
 * html-guard.ts writes into two attributes of ours. Words that might show are kept.
 */
export type ElementAttributes = Readonly<Record<string, string>>;

/** What style sheets say of the element, below and above its own style. No attribute of the mail itself has these names. */
export const SHEET_USUAL = 'sheet-usual';
export const SHEET_IMPORTANT = 'sheet-important';

/** What is written about the looks of an element, in the order in which it wins. */
function writtenStyle(attributes: ElementAttributes): string {
  const [usual, own, important] = [attributes[SHEET_USUAL], attributes['style'], attributes[SHEET_IMPORTANT]];
  if (usual === undefined && important === undefined) return own ?? '';
  return `${usual ?? ''};${(own ?? '').slice(0, MAX_STYLE_CHARS)};${important ?? ''}`;
}

/** Of the style of an element itself. */
const MAX_STYLE_CHARS = 2_000;

/**
 * - `hidden`: the element and all inside it do not show.
 * - `no-size`: its own words have no size, but an element inside may set one anew, as newsletters do.
 * - `no-color`: its own words have the colour of what is behind them, but an element inside may have its own.
 * - `invisible`: its own words do not show, but an element inside may show again (CSS 2.2, 11.2).
 */
type Visibility = 'shown' | 'hidden' | 'no-size' | 'no-color' | 'invisible';

/** Whether the element's words show: preheaders, tracking text and words pushed out of the window do not. */
export function visibilityOf(attributes: ElementAttributes): Visibility {
  const written = writtenStyle(attributes);
  // Any other way to lay it out wins over the attribute (HTML 15.3.1).
  if (attributes['hidden'] !== undefined && !declarations(written).has('display')) return 'hidden';
  if (written === '') return 'shown';
  const style = declarations(written);
  if (hidesItself(style)) return 'hidden';
  if (['hidden', 'collapse'].includes(style.get('visibility') ?? '')) return 'invisible';
  if (isTiny(fontSizeOf(style))) return 'no-size';
  return hasNoColor(style) ? 'no-color' : 'shown';
}

/** True where the element sets a size that can be read. */
export function setsFontSize(attributes: ElementAttributes): boolean {
  const written = writtenStyle(attributes);
  if (!/font/i.test(written)) return false;
  const size = fontSizeOf(declarations(written));
  return size !== undefined && !isTiny(size);
}

/** True where the element sets a colour that can be seen. */
export function setsColor(attributes: ElementAttributes): boolean {
  if (attributes['color'] !== undefined) return true;
  const written = writtenStyle(attributes);
  if (!/color/i.test(written)) return false;
  const style = declarations(written);
  return style.has('color') && !hasNoColor(style);
}

/** True where the element shows again within one that does not. */
export function showsAgain(attributes: ElementAttributes): boolean {
  return declarations(writtenStyle(attributes)).get('visibility') === 'visible';
}

function hidesItself(style: Map<string, string>): boolean {
  const is = (property: string, value: string) => style.get(property) === value;
  if (is('display', 'none') || is('mso-hide', 'all')) return true;
  const isZero = (property: string) => isZeroLength(style.get(property));
  if (is('content-visibility', 'hidden') || isFaint(style.get('opacity')) || isCutAway(style)) return true;
  const clipped = ['overflow', 'overflow-y', 'overflow-x'].some((property) =>
    /^(?:hidden|clip)$/.test(style.get(property) ?? ''),
  );
  if (clipped && ['max-height', 'height', 'max-width', 'width', 'line-height'].some(isZero)) return true;
  const isPlaced = is('position', 'absolute') || is('position', 'fixed');
  if (isPlaced && ['left', 'top', 'right', 'bottom'].some((property) => isFarOff(style.get(property)))) return true;
  return ['text-indent', 'margin-left'].some(
    (property) => /^-/.test(style.get(property) ?? '') && isFarOff(style.get(property)),
  );
}

/** Less than a twentieth of the words' colour. */
function isFaint(opacity: string | undefined): boolean {
  const [, written = '', percent = ''] = /^(\d{0,3}(?:\.\d{1,9})?)(%?)$/.exec(opacity ?? '') ?? [];
  return written !== '' && Number(written) / (percent === '' ? 1 : 100) < 0.05;
}

/** Nothing is left of it, or nothing that has a size. */
function isCutAway(style: Map<string, string>): boolean {
  const clip = (style.get('clip') ?? '').replace(/[\s,]+/g, ' ');
  return (
    /^rect\( ?(?:([01])(?:px)? ){3}[01](?:px)? ?\)$/.test(clip) ||
    /^(?:inset\((?:50|100)%|circle\(0)/.test(style.get('clip-path') ?? '') ||
    /^scale[xy]?\( ?0(?:\.0+)? ?[,)]/.test(style.get('transform') ?? '')
  );
}

/** The size of the words, as it stands by itself or among the values of `font`. */
function fontSizeOf(style: Map<string, string>): string | undefined {
  const size = style.get('font-size');
  if (size !== undefined) return size;
  return /(?:^|\s)((?:\d{1,4}|\d{0,4}\.\d{1,9})(?:px|pt|em|rem|%)|0)(?=[\s/])/.exec(
    (style.get('font') ?? '').slice(0, 200),
  )?.[1];
}

/** Words that are as clear as glass, or of the colour that the element itself puts behind them. */
function hasNoColor(style: Map<string, string>): boolean {
  const color = plainColor(style.get('color'));
  if (color === undefined) return false;
  const background = style.get('background-color') ?? style.get('background');
  // Letters that are cut out of a picture show it.
  if (color === 'transparent') return !style.has('background-clip') && !style.has('-webkit-background-clip');
  return /^(?:#|(?!inherit|initial|unset|revert|current)[a-z])/.test(color) && color === plainColor(background);
}

const NAMED: Record<string, string> = { white: '#ffffff', black: '#000000' };

/** A colour in one of the ways to write it; undefined for what is none. */
function plainColor(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 60) return undefined;
  if (/^#[0-9a-f]{3}$/.test(value)) return value.replace(/[0-9a-f]/g, '$&$&');
  const [, red, green, blue, alpha] =
    /^rgba?\( ?(\d{1,3})[, ]{1,3}(\d{1,3})[, ]{1,3}(\d{1,3})(?:[,/ ]{1,3}(\d?\.?\d{0,9})%?)? ?\)$/.exec(value) ?? [];
  if (value === 'transparent' || /^#[0-9a-f]{6}00$/.test(value)) return 'transparent';
  if (red === undefined) return NAMED[value] ?? value;
  if (alpha !== undefined && Number(alpha) === 0) return 'transparent';
  return `#${[red, green, blue].map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}

/** The declarations of a style, lower case, `!important` left out; the last one of a name wins. */
function declarations(style: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of withoutCssEscapes(style.slice(0, MAX_STYLE_CHARS * 2))
    .toLowerCase()
    .split(';')) {
    const colon = part.indexOf(':');
    if (colon < 1) continue;
    const value = part
      .slice(colon + 1)
      .replace('!important', '')
      .trim();
    found.set(part.slice(0, colon).trim(), value);
  }
  return found;
}

/** Without comments, and with the letters that were written as numbers (CSS Syntax, sections 4.3.2 and 4.3.7). */
function withoutCssEscapes(style: string): string {
  if (!style.includes('/*') && !style.includes('\\')) return style;
  return style
    .split('/*')
    .map((part, at) => (at === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : ''))
    .join('')
    .replace(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function isZeroLength(value: string | undefined): boolean {
  return value !== undefined && /^(?:0+(?:\.0+)?|\.0+)(?:px|pt|em|rem|%|in|cm|mm|ex)?$/.test(value.slice(0, 20));
}

function isTiny(size: string | undefined): boolean {
  const [, written = '', unit = ''] = /^(\d{0,4}(?:\.\d{1,9})?)(px|pt|em|rem|%)?$/.exec(size ?? '') ?? [];
  if (written === '') return false;
  return Number(written) <= (unit === 'em' || unit === 'rem' ? 0.1 : unit === '%' ? 5 : 1);
}

/** Pushed out of the window: to the left or up by 100px, to the right or down by 2000px. */
function isFarOff(value: string | undefined): boolean {
  return value !== undefined && /^(?:-\d{3,6}|[2-9]\d{3}|\d{5,6})(?:\.\d{1,4})?(?:px|em|pt|%)?$/.test(value);
}
