/**
 * The words of an RTF text (Word 2007 RTF specification 1.9.1), for mails that hold nothing else. Tables of fonts and
 * colours, pictures and everything behind `\*` are no words. Also reads RTF that Outlook made from HTML (MS-OXRTFEX): its
 * HTML marks stand behind `\*`. One pass, bounded; never throws.
 */
import { decodeBytes } from '../charset/charsets.ts';

const MAX_RTF = 2 * 1024 * 1024;
const MAX_DEPTH = 200;

/** Groups that hold no words. */
const NO_WORDS = new Set(
  'fonttbl colortbl stylesheet listtable listoverridetable rsidtbl info pict object header footer headerl headerr footerl footerr xmlnstbl themedata datastore latentstyles generator fldinst nonshppict'.split(
    ' ',
  ),
);
const BREAKS: Record<string, string> = {
  par: '\n',
  line: '\n',
  row: '\n',
  sect: '\n',
  page: '\n',
  tab: '\t',
  cell: '\t',
  emdash: '\u2014',
  endash: '\u2013',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  bullet: '\u2022',
};
/** `\fcharset` of a font to the charset of its `\'hh` (section "Font Table"). */
const FONT_CHARSETS: Record<number, string> = {
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gb18030',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

type Group = { skip: boolean; unicodeSkip: number; font: number; inFonts: boolean };
type Reading = {
  out: string[];
  bytes: number[];
  groups: Group[];
  now: Group;
  charset: string;
  fonts: Map<number, string>;
  /** characters that stand for a `\u` before them and are not read */
  left: number;
};

const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/gi;

/** @param rtf one character per byte */
export function readRtf(rtf: string): string {
  const now: Group = { skip: false, unicodeSkip: 1, font: 0, inFonts: false };
  const state: Reading = { out: [], bytes: [], groups: [], now, charset: 'windows-1252', fonts: new Map(), left: 0 };
  for (const [, word, number, hex, symbol, brace, plain] of rtf.slice(0, MAX_RTF).matchAll(TOKEN)) {
    if (hex !== undefined) putByte(state, Number.parseInt(hex, 16));
    else if (plain !== undefined) putPlain(state, plain);
    else if (word !== undefined) takeWord(state, word.toLowerCase(), number === undefined ? undefined : Number(number));
    else if (symbol !== undefined) takeSymbol(state, symbol);
    else if (brace === '{' && !openGroup(state)) break;
    else if (brace === '}') closeGroup(state);
  }
  flush(state);
  return state.out
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function openGroup(state: Reading): boolean {
  flush(state);
  state.groups.push(state.now);
  state.now = { ...state.now };
  return state.groups.length <= MAX_DEPTH;
}

function closeGroup(state: Reading): void {
  flush(state);
  state.now = state.groups.pop() ?? state.now;
}

function takeWord(state: Reading, word: string, number: number | undefined): void {
  const { now } = state;
  if (word === 'u' && number !== undefined) {
    flush(state);
    if (!now.skip) state.out.push(String.fromCharCode(number & 0xffff));
    state.left = now.unicodeSkip;
    return;
  }
  if (word === 'f') flush(state);
  if (word === 'ansicpg') state.charset = number === 65001 ? 'utf-8' : `windows-${number ?? 1252}`;
  else if (word === 'uc') now.unicodeSkip = Math.min(Math.max(number ?? 1, 0), 10);
  else if (word === 'f') now.font = number ?? 0;
  else if (word === 'fcharset' && now.inFonts) {
    const charset = FONT_CHARSETS[number ?? 0];
    if (charset !== undefined && state.fonts.size < 1_000) state.fonts.set(now.font, charset);
  } else if (NO_WORDS.has(word)) {
    now.skip = true;
    now.inFonts = word === 'fonttbl';
  } else if (!now.skip && BREAKS[word] !== undefined) {
    flush(state);
    state.out.push(BREAKS[word] ?? '');
  }
}

function takeSymbol(state: Reading, symbol: string): void {
  if (symbol === '*') state.now.skip = true;
  else if (symbol === '~') putPlain(state, ' ');
  else if (symbol === '_') putPlain(state, '-');
  else if (symbol === '\n' || symbol === '\r') takeWord(state, 'par', undefined);
  else if ('\\{}'.includes(symbol)) putPlain(state, symbol);
}

function putByte(state: Reading, byte: number): void {
  if (state.left > 0) state.left -= 1;
  else if (!state.now.skip) state.bytes.push(byte);
}

function putPlain(state: Reading, text: string): void {
  const shown = text.slice(state.left);
  state.left = Math.max(0, state.left - text.length);
  if (state.now.skip || shown === '') return;
  for (let at = 0; at < shown.length; at++) state.bytes.push(shown.charCodeAt(at) & 0xff);
}

/** Bytes of one font are decoded together, since a letter may have two. */
function flush(state: Reading): void {
  if (state.bytes.length === 0) return;
  state.out.push(decodeBytes(Buffer.from(state.bytes), state.fonts.get(state.now.font) ?? state.charset));
  state.bytes = [];
}
