import { readFileSync } from 'node:fs';
import type { Logo } from '../../domain/desk/brand.ts';
import { setting } from './setting.ts';
import { always, ifSet, textIfSet, Wrong } from './setting-readers.ts';

/** A colour as six hex digits: it is written into style sheets. */
const color = always((value) =>
  /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : new Wrong(`must be a colour such as #1a5fb4, not "${value}"`),
);

const MAX_FOOTER = 1_000;

/** Lines of text, with `\n` between them. */
const footer = textIfSet.transform((value = '', context) => {
  if (value.length > MAX_FOOTER) context.addIssue(`must be at most ${MAX_FOOTER} letters`);
  return value.replaceAll('\\n', '\n').trim();
});

const MAX_LOGO_BYTES = 200_000;

/** A picture on the web, by https or http, or a file that is read once. */
const logo = ifSet((value): Logo | Wrong => {
  if (/^https?:\/\//i.test(value)) {
    const plain = URL.canParse(value) && !/["'<>\s]/.test(value) && value.length <= 500;
    return plain ? { kind: 'url', url: new URL(value).href } : new Wrong('is no web address of a picture');
  }
  const content = readLogoFile(value);
  if (content === undefined) return new Wrong(`is neither a web address nor a file that can be read: "${value}"`);
  const contentType = pictureType(content);
  if (contentType === undefined) return new Wrong(`is a file that is no PNG, JPEG or GIF: "${value}"`);
  if (content.length > MAX_LOGO_BYTES)
    return new Wrong(`is a file of more than ${MAX_LOGO_BYTES / 1000} kB: "${value}"`);
  return { kind: 'file', contentType, content };
});

function readLogoFile(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** By the first bytes, as every program that shows a picture does. */
function pictureType(content: Buffer): Extract<Logo, { kind: 'file' }>['contentType'] | undefined {
  const begins = content.subarray(0, 8).toString('latin1');
  if (begins.startsWith('\x89PNG\r\n')) return 'image/png';
  if (begins.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return /^GIF8[79]a/.test(begins) ? 'image/gif' : undefined;
}

/** How mails and pages look. */
export const BRAND_SETTINGS = {
  BRAND_NAME: setting(textIfSet, '', 'Acme', 'name on top of mails and pages; unset: the name of SUPPORT_ADDRESS'),
  BRAND_LOGO_URL: setting(
    logo,
    '',
    'https://acme.example/logo.png',
    'picture on top of mails and pages: a web address, or a file (PNG, JPEG or GIF up to 200 kB) that travels with each mail',
  ),
  BRAND_COLOR: setting(
    color,
    '#1a5fb4',
    '#1a5fb4',
    'the one accent colour; where it would be hard to read it is made darker or lighter',
  ),
  BRAND_FOOTER: setting(
    footer,
    '',
    'Acme Ltd, 1 Main Street, London\\nhttps://acme.example/imprint',
    'lines below the mails and pages that customers read, with \\n between them',
  ),
};
