import { describe, expect, test } from 'vitest';
import { endingsOf, isBlockedFile, refuseFiles } from '../../../src/decide/agent/blocked-file.ts';
import { DEFAULT_BLOCKED_TYPES } from '../../../src/domain/mail/blocked-types.ts';
import { cleanFilename as cleanForSending } from '../../../src/mail/compose/compose-mail.ts';
import { cleanAttachmentName as cleanForReading } from '../../../src/mail/mime/attachments.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { inEnglish } from '../../support/decisions.ts';
import { fc } from '../../support/seeded-properties.ts';

const PLAIN = 'application/octet-stream';
const blocked = (filename: string, contentType = PLAIN) =>
  isBlockedFile({ filename, contentType }, DEFAULT_BLOCKED_TYPES);

describe('a file is not passed on', () => {
  test.each([
    ['a program', 'setup.exe'],
    ['capitals', 'SETUP.ExE'],
    ['two endings', 'invoice.pdf.exe'],
    ['a dot behind it', 'invoice.exe.'],
    ['dots and blanks behind it', 'invoice.exe . . '],
    ['a blank before the ending', 'invoice. exe'],
    ['a quote behind it', "invoice.exe'"],
    ['an ending pushed out of sight', `invoice.exe${' '.repeat(60)}.pdf`],
    ['a NUL that ends it for C', 'invoice.exe\0.pdf'],
    ['a stream of NTFS', 'invoice.exe::$DATA'],
    ['a named stream of NTFS', 'invoice.exe:x.pdf'],
    ['a direction mark', 'invoice\u202efdp.exe'],
    ['a direction mark inside the ending', 'invoice.e\u202exe'],
    ['a zero-width blank inside the ending', 'invoice.e\u200bxe'],
    ['a soft hyphen inside the ending', 'invoice.ex\u00ade'],
    ['a Hangul filler inside the ending', 'invoice.ex\u3164e'],
    ['a variation selector behind it', 'invoice.exe\ufe0f'],
    ['a one dot leader', 'invoice\u2024exe'],
    ['a full-width dot', 'invoice\uff0eexe'],
    ['an ideographic dot', 'invoice\u3002exe'],
    ['a small dot', 'invoice\ufe52exe'],
    ['full-width letters', 'invoice.\uff45\uff58\uff45'],
    ['a long s', 'invoice.j\u017f'],
    ['a CLSID', 'invoice.txt.{3050f4d8-98B5-11CF-BB82-00AA00BDCE0B}'],
    ['a script', 'invoice.js'],
    ['a shortcut', 'invoice.pdf.lnk'],
    ['a page', 'login.html'],
    ['a picture that runs scripts', 'logo.svg'],
    ['a disk', 'scan.iso'],
    ['nothing but an ending', '.exe'],
  ])('by its name: %s', (_, filename) => {
    expect(blocked(filename)).toBe(true);
  });

  test.each(['application/x-msdownload', 'Text/HTML; charset=utf-8', 'application/javascript', 'image/svg+xml'])(
    'by its type: %s',
    (contentType) => {
      expect(blocked('holiday.jpg', contentType)).toBe(true);
    },
  );
});

describe('a file is passed on', () => {
  test.each([
    'invoice.pdf',
    'photo.JPG',
    'all-pages.zip',
    'table.xlsm',
    'a mail.eml',
    'setup.exe.txt',
    'Screenshot of shop.example.com.png',
    'acme.com invoice.pdf',
    'executable',
    'exe',
    'README',
    'заявка.pdf',
    '',
  ])('%s', (filename) => {
    expect(blocked(filename)).toBe(false);
  });

  test('of any type where the desk says none', () => {
    expect(isBlockedFile({ filename: 'setup.exe', contentType: 'application/x-msdownload' }, new Set())).toBe(false);
  });
});

test('whatever the name, what would travel under a blocked ending is blocked before', () => {
  const piece = fc.oneof(
    fc.constantFrom('exe', 'JS', 'lnk', 'pdf', '.', '. ', ' ', '\0', '\u202e', '\u200b', '\u3164', '\ufe0f', '\u2024'),
    fc.constantFrom('/', '\\', ':', ';', '"', '=', '\ud800', '\ufffe', '\u{e0041}', 'C:\\', '%00', '\r\n', '\u0085'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const name = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
  let dangerous = 0;
  fc.assert(
    fc.property(name, fc.constantFrom('exe', '.exe', '.js ', '.lnk.'), (start, end) => {
      const read = cleanForReading(`${start}${end}`) ?? 'attachment-1.bin';
      const ending = /\.([^.]*)$/.exec(cleanForSending(read, 0))?.[1]?.toLowerCase() ?? '';
      if (!DEFAULT_BLOCKED_TYPES.has(ending)) return;
      dangerous++;
      expect(blocked(read)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(dangerous).toBeGreaterThan(1_000);
});

test('a name of 60,000 letters and dots is judged at once', () => {
  for (const name of ['.a'.repeat(30_000), `a.${' '.repeat(60_000)}b`, '. '.repeat(30_000), '.{'.repeat(30_000)]) {
    // Time bound: it takes a few ms; where it grows with the square of the length, seconds.
    expect(
      cpuMsOf(() => endingsOf(name)),
      JSON.stringify(name.slice(0, 8)),
    ).toBeLessThan(2_000);
  }
});

test('an agent is told in one sentence which files are meant', () => {
  const file = (filename: string) => ({ filename, contentType: PLAIN });
  expect(refuseFiles([file('a.pdf')], DEFAULT_BLOCKED_TYPES)).toBeUndefined();
  expect(inEnglish(refuseFiles([file('a.exe'), file('b.pdf')], DEFAULT_BLOCKED_TYPES))).toBe(
    'The file a.exe is of a type that this desk does not pass on, so nothing was sent; reply again without it, or with a link to it.',
  );
  expect(inEnglish(refuseFiles([file('a.exe'), file('b.js')], DEFAULT_BLOCKED_TYPES))).toContain(
    'The files a.exe, b.js are',
  );
});
