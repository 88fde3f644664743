import { bareLine, isFarewell, isThanks, NAME_ALONE, REACHED_AT } from '../../domain/farewell.ts';
import type { FoundFile } from '../mime/attachments.ts';

/** Logos are low; what somebody shows of a screen or took with a camera is not. In pixels, as it is shown. */
const MAX_HEIGHT = 170;
/** Where nothing says how high a picture is. */
const MAX_BYTES = 12_000;
/** Lines between a farewell and a logo. */
const MAX_LINES = 10;

/**
 * True where a picture stands in a signature that no mail program marked: below a farewell, or below a name with how its
 * writer is reached, with nothing but short lines between, nothing but short lines below, and no higher than a logo.
 * `height` is what the HTML says.
 */
export function isLogo(words: string, word: string, file: FoundFile, height: number | undefined): boolean {
  if (!isLow(file, height)) return false;
  const lines = words.split('\n');
  const at = lines.findLastIndex((line) => line.includes(word));
  const below = lines.slice(at + 1).filter((line) => line.trim() !== '');
  if (at < 0 || below.length > MAX_LINES || below.some((line) => isSentence(line))) return false;
  const above = [(lines[at] ?? '').split(word, 1)[0] ?? '', ...lines.slice(0, at).reverse()]
    .map((line) => line.replace(/turnmailpicture\d{1,4}x/g, '').trim())
    .filter((line) => line !== '')
    .slice(0, MAX_LINES);
  let isReached = below.some((line) => REACHED_AT.test(line));
  for (const line of above) {
    if (isFarewell(bareLine(line)) || isThanks(bareLine(line))) return true;
    if (isSentence(line)) return false;
    isReached ||= REACHED_AT.test(line);
    if (isReached && NAME_ALONE.test(line)) return true;
  }
  return false;
}

function isSentence(line: string): boolean {
  return line.length > 120 || (/[.?!:;…]$/.test(line.trim()) && !REACHED_AT.test(line) && line.includes(' '));
}

function isLow({ content }: FoundFile, height: number | undefined): boolean {
  const high = height ?? heightOf(content);
  return high === undefined ? content.length <= MAX_BYTES : high <= MAX_HEIGHT;
}

/** The height that a PNG, GIF or JPEG says it has (PNG 11.2.2, GIF89a 18, ITU T.81 B.2.2). */
function heightOf(content: Buffer): number | undefined {
  if (content.length < 26) return undefined;
  if (content.toString('latin1', 1, 4) === 'PNG') return content.readUInt32BE(20);
  if (content.toString('latin1', 0, 3) === 'GIF') return content.readUInt16LE(8);
  if (content[0] !== 0xff || content[1] !== 0xd8) return undefined;
  for (let at = 2; at + 9 < content.length && content[at] === 0xff; at += 2 + content.readUInt16BE(at + 2)) {
    const marker = content[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return content.readUInt16BE(at + 5);
  }
  return undefined;
}
