/**
 * What the style sheets within a mail say about whether an element shows, as far as selectors go that name the element itself:
 * `div`, `.preheader`, `#top`, `div.note.small`. What depends on its surroundings, its state or its other attributes is not read, nor
 * is what holds for some widths, devices or colour schemes only (`@media` other than screen and all). Linear in the sheets; bounded.
 */
export type StyleSheets = {
  /** rules by the part of their selector that fewest elements have: `#top`, `.preheader`, `div` */
  rules: Map<string, Rule[]>;
  count: number;
  /** false until a rule was met that could hide something: most sheets hold none, and then they say nothing of any element */
  mayHide: boolean;
  chars: number;
  /** rules that are still held against elements, and characters that are still written: elements beyond show */
  left: { rules: number; chars: number };
  /** what was found for elements that are written alike */
  known: Map<string, SheetStyle | undefined>;
};

/** Declarations as a style attribute has them; those marked `!important` win over the attribute of the element itself. */
export type SheetStyle = { usual: string; important: string };

type Rule = SheetStyle & { tag: string; id: string; classes: string[]; weight: number };

const MAX_CHARS = 200_000;
const MAX_RULES = 2_000;
const MAX_SELECTORS = 50;
const MAX_SELECTOR_CHARS = 200;
/** Of one element: those beyond are not read, and of longer declarations none. */
const MAX_MATCHES = 40;
const MAX_STYLE_CHARS = 1_000;
const MAX_KNOWN = 5_000;
const MAX_KEY_CHARS = 300;
/** Names that an element has in its class attribute. */
const MAX_CLASSES = 20;

/** The declarations that decide whether words show (html-hidden.ts). */
const READ =
  /^(?:display|visibility|content-visibility|mso-hide|opacity|overflow(?:-[xy])?|(?:max-)?(?:height|width)|line-height|position|left|top|right|bottom|text-indent|margin-left|clip|clip-path|transform|font|font-size|color|background|background-color|(?:-webkit-)?background-clip)$/;
/** Values of theirs with which words may not show, and what is needed for words of the colour behind them. */
const MAY_HIDE =
  /none|hidden|collapse|mso-hide|opacity|absolute|fixed|clip|scale|indent|transparent|[: ]0(?![.\d]*[1-9])|[: ](?:1(?:px|pt)|[.\d]{1,9}%)|-\d{3}|background/i;
/** `div`, `.preheader`, `#top`, `div.note.small` */
const SIMPLE = /^([a-z][a-z\d]{0,20})?(?:#([\w-]{1,100}))?((?:\.[\w-]{1,100}){0,5})$/i;

export function noSheets(): StyleSheets {
  const left = { rules: 1_000_000, chars: 500_000 };
  return { rules: new Map(), count: 0, mayHide: false, chars: 0, left, known: new Map() };
}

/** Takes up a `<style>` element: what it holds, and its `media` attribute. */
export function readSheet(sheets: StyleSheets, css: string, media = ''): void {
  if (!isForScreens(media) || sheets.chars + css.length > MAX_CHARS) return;
  sheets.chars += css.length;
  sheets.known.clear();
  const text = withoutComments(css);
  let at = 0;
  while (at < text.length && sheets.count < MAX_RULES) {
    const open = text.indexOf('{', at);
    if (open < 0) return;
    // What ends before it is a statement (`@import`) or the end of a block that was entered.
    const head = text.slice(Math.max(at, open - MAX_SELECTORS * MAX_SELECTOR_CHARS), open);
    const selector = head.slice(Math.max(head.lastIndexOf(';'), head.lastIndexOf('}')) + 1).trim();
    const [, name = '', query = ''] = /^@([\w-]{1,30})([\s\S]{0,200})$/.exec(selector) ?? [];
    if (name.toLowerCase() === 'media' && isForScreens(query)) {
      at = open + 1;
      continue;
    }
    const end = endOfBlock(text, open);
    if (!selector.startsWith('@')) addRules(sheets, selector, text.slice(open + 1, end));
    at = end + 1;
  }
}

/** What the sheets say of an element by its name, id and classes; undefined where they say nothing. */
export function sheetStyle(
  sheets: StyleSheets,
  name: string,
  { id = '', classes = '' }: { id?: string | undefined; classes?: string | undefined },
): SheetStyle | undefined {
  // The words of a mail stand in them; what a sheet says of them is said of the page.
  if (!sheets.mayHide || name === 'body' || name === 'html') return undefined;
  const key = `${name} ${id} ${classes}`;
  const isKnown = sheets.known.has(key);
  const found = isKnown ? sheets.known.get(key) : findStyle(sheets, name, id, classes.split(/\s+/, MAX_CLASSES));
  if (!isKnown && key.length <= MAX_KEY_CHARS) {
    if (sheets.known.size >= MAX_KNOWN) sheets.known.clear();
    sheets.known.set(key, found);
  }
  sheets.left.chars -= found === undefined ? 0 : found.usual.length + found.important.length;
  return sheets.left.chars < 0 ? undefined : found;
}

function findStyle({ rules, left }: StyleSheets, name: string, id: string, classes: string[]): SheetStyle | undefined {
  const keys = new Set([name, `#${id}`, ...classes.map((one) => `.${one}`)]);
  const tried = [...keys].flatMap((key) => (rules.get(key) ?? []).slice(-MAX_MATCHES));
  left.rules -= tried.length;
  if (left.rules < 0) return undefined;
  const found = tried
    .filter(
      (rule) =>
        (rule.tag === '' || rule.tag === name) &&
        (rule.id === '' || rule.id === id) &&
        rule.classes.every((one) => classes.includes(one)),
    )
    .sort((a, b) => a.weight - b.weight);
  const usual = found.map((rule) => rule.usual).join('');
  const important = found.map((rule) => rule.important).join('');
  const isRead = usual.length + important.length > 0 && usual.length + important.length <= MAX_STYLE_CHARS;
  return isRead ? { usual, important } : undefined;
}

/** True of no condition, `all`, `screen` and lists that hold one of them. */
function isForScreens(media: string): boolean {
  return media
    .toLowerCase()
    .split(',', 20)
    .some((one) => /^(?:(?:only )?(?:screen|all))?$/.test(one.trim()));
}

/** Comments say nothing, and the marks of HTML comments around a sheet (CSS Syntax 4.3.1) neither. */
function withoutComments(css: string): string {
  const parts = css.replace(/<!--|-->/g, ' ').split('/*');
  return parts.map((part, at) => (at === 0 ? part : part.slice(endOfCssComment(part)))).join(' ');
}

function endOfCssComment(part: string): number {
  const end = part.indexOf('*/');
  return end < 0 ? part.length : end + 2;
}

/** Where the block that opens at `open` ends. */
function endOfBlock(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

function addRules(sheets: StyleSheets, selectors: string, block: string): void {
  const style = block.includes('{') ? undefined : readDeclarations(block);
  if (style === undefined) return;
  sheets.mayHide ||= MAY_HIDE.test(style.usual) || MAY_HIDE.test(style.important);
  for (const written of selectors.split(',', MAX_SELECTORS)) {
    const match = SIMPLE.exec(written.trim().slice(0, MAX_SELECTOR_CHARS));
    const [, tag = '', id = '', dotted = ''] = match ?? [];
    const classes = dotted.split('.').slice(1);
    const key = id !== '' ? `#${id}` : classes[0] !== undefined ? `.${classes[0]}` : tag.toLowerCase();
    if (key === '' || sheets.count >= MAX_RULES) continue;
    // The more a selector says the more it weighs, and of equal ones the last wins (CSS Cascade 6.4).
    const weight = ((id === '' ? 0 : 100) + classes.length * 10 + (tag === '' ? 0 : 1)) * MAX_RULES + sheets.count++;
    const rules = sheets.rules.get(key) ?? [];
    rules.push({ ...style, tag: tag.toLowerCase(), id, classes, weight });
    sheets.rules.set(key, rules);
  }
}

function readDeclarations(block: string): SheetStyle | undefined {
  let usual = '';
  let important = '';
  for (const part of block.slice(0, 5_000).split(';')) {
    const colon = part.indexOf(':');
    if (colon < 1 || !READ.test(part.slice(0, colon).trim().toLowerCase())) continue;
    const written = part.trim().replace(/["'<>&]/g, '');
    if (/!\s{0,5}important/i.test(written)) important += `${written};`;
    else usual += `${written};`;
  }
  return usual === '' && important === '' ? undefined : { usual, important };
}
