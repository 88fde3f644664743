/**
 * Whether an element of a mail shows. Only what the element itself says counts (attributes and inline style): a mail
 * client may or may not apply a style sheet, and words that might show are kept.
 */
export type ElementAttributes = Readonly<Record<string, string>>;

/**
 * - `hidden`: the element and all inside it do not show.
 * - `no-size`: its own words have no size, but an element inside may set one anew, as newsletters do.
 * - `invisible`: its own words do not show, but an element inside may show again (CSS 2.2, 11.2).
 */
type Visibility = 'shown' | 'hidden' | 'no-size' | 'invisible';

/** Whether the element's words show: preheaders, tracking text and words pushed out of the window do not. */
export function visibilityOf(attributes: ElementAttributes): Visibility {
  const written = attributes['style'];
  // Any other way to lay it out wins over the attribute (HTML 15.3.1).
  if (attributes['hidden'] !== undefined && !declarations(written ?? '').has('display')) return 'hidden';
  if (written === undefined || written === '') return 'shown';
  const style = declarations(written);
  if (hidesItself(style)) return 'hidden';
  if (['hidden', 'collapse'].includes(style.get('visibility') ?? '')) return 'invisible';
  return isTiny(style.get('font-size')) ? 'no-size' : 'shown';
}

/** True where the element sets a size that can be read. */
export function setsFontSize(attributes: ElementAttributes): boolean {
  const written = attributes['style'];
  if (written === undefined || !/font/i.test(written)) return false;
  const style = declarations(written);
  const size = style.get('font-size') ?? style.get('font');
  return size !== undefined && !isTiny(size);
}

/** True where the element shows again within one that does not. */
export function showsAgain(attributes: ElementAttributes): boolean {
  const written = attributes['style'];
  return written !== undefined && declarations(written).get('visibility') === 'visible';
}

function hidesItself(style: Map<string, string>): boolean {
  const is = (property: string, value: string) => style.get(property) === value;
  if (is('display', 'none') || is('mso-hide', 'all')) return true;
  const isZero = (property: string) => isZeroLength(style.get(property));
  if (is('opacity', '0') || is('opacity', '0.0')) return true;
  const clipped = is('overflow', 'hidden') || is('overflow-y', 'hidden') || is('overflow-x', 'hidden');
  if (clipped && ['max-height', 'height', 'max-width', 'width', 'line-height'].some(isZero)) return true;
  const offset = ['left', 'top', 'text-indent', 'margin-left'].some((property) => isFarOff(style.get(property)));
  return offset && (is('position', 'absolute') || style.has('text-indent') || style.has('margin-left'));
}

/** The declarations of a style attribute, lower case, `!important` left out; the last one of a name wins. */
function declarations(style: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of style.slice(0, 2_000).toLowerCase().split(';')) {
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

function isZeroLength(value: string | undefined): boolean {
  return value !== undefined && /^(?:0+(?:\.0+)?|\.0+)(?:px|pt|em|rem|%|in|cm|mm|ex)?$/.test(value.slice(0, 20));
}

function isTiny(size: string | undefined): boolean {
  return size === '1px' || isZeroLength(size);
}

/** Pushed out of the window: -999px and beyond. */
function isFarOff(value: string | undefined): boolean {
  return value !== undefined && /^-\d{3,6}(?:\.\d{1,4})?(?:px|em|pt|%)?$/.test(value);
}
