import { describe, expect, test } from 'vitest';
import { formatWords, remotePictures } from '../../../src/decide/formatted/format-words.ts';
import { richAsHtml } from '../../../src/mail/compose/rich-html.ts';
import { richAsText } from '../../../src/mail/compose/rich-text.ts';
import { readBody } from '../../../src/mail/text/body-text.ts';
import { sanitiseHtml } from '../../../src/mail/text/rich-words.ts';
import { checkHtml } from '../../hostile/sent-invariants.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const PICTURES = [{ place: 0, name: 'shot.png', cid: 'picture-1' }];
const findPicture = (contentId: string) => (contentId === 'shot' ? 0 : undefined);

/** What the other side sees of HTML, and of the words of a plain part where they are not those of the HTML. */
function shown(html: string, plain?: string): { html: string; text: string } | undefined {
  const words = plain ?? readBody({ plain: undefined, html, subject: '' }).reply;
  const formatted = formatWords(sanitiseHtml(html, findPicture), words);
  if (formatted === undefined) return undefined;
  const view = { html: formatted.html, pictures: PICTURES };
  const written = richAsHtml(view) ?? '';
  expect(checkHtml(written)).toEqual([]);
  const bare = written.replace(/ (?:style|dir|rel|class)="[^"]*"/g, '').replace(/\n/g, '');
  return { html: bare, text: richAsText(view) ?? words };
}

describe('what people write is seen as they wrote it', () => {
  test.each<[what: string, html: string, seen: string, text: string]>([
    [
      'bold and italic',
      '<p>so <b>bold</b> and <i>slanted</i></p>',
      '<p>so <strong>bold</strong> and <em>slanted</em></p>',
      'so *bold* and _slanted_',
    ],
    [
      'emphasis in styles',
      '<div>a <span style="font-weight:700;color:red">b</span> <span style="text-decoration: line-through">c</span></div>',
      '<div>a <strong>b</strong> <s>c</s></div>',
      'a *b* ~~c~~',
    ],
    [
      'lists within lists',
      '<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>',
      '<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>',
      '- one\n  - deep\n- two',
    ],
    [
      'a list that starts at three',
      '<ol start="3"><li>three</li><li>four</li></ol>',
      '<ol start="3"><li>three</li><li>four</li></ol>',
      '3. three\n4. four',
    ],
    [
      'a link with words',
      '<p>see <a href="https://x.example/a">the guide</a></p>',
      '<p>see <bdi><a href="https://x.example/a">the guide</a></bdi> <span>&lt;<bdi>https://x.example/a</bdi>&gt;</span></p>',
      'see the guide <https://x.example/a>',
    ],
    [
      'a link that says where it leads',
      '<p><b>see</b> <a href="https://x.example/a">x.example/a</a></p>',
      '<p><strong>see</strong> <a href="https://x.example/a">x.example/a</a></p>',
      '*see* x.example/a',
    ],
    [
      'a table',
      '<table border="1"><tr><th>Code</th><th>Price</th></tr><tr><td>A1</td><td>5</td></tr></table>',
      '<table><tr><th>Code</th><th>Price</th></tr><tr><td>A1</td><td>5</td></tr></table>',
      'Code | Price\nA1 | 5',
    ],
    [
      'a quote',
      '<p><b>you</b> said</p><blockquote>it burns</blockquote>',
      '<p><strong>you</strong> said</p><blockquote>it burns</blockquote>',
      '*you* said\n\n> it burns',
    ],
    [
      'code',
      '<p>run <code>npm test</code></p><pre>a\n  b</pre>',
      '<p>run <code>npm test</code></p><div>a<br>\u00a0\u00a0b</div>',
      'run `npm test`\n\na\n  b',
    ],
    [
      'lines that a style keeps',
      '<div style="white-space: pre-wrap"><b>one</b>\ntwo\n  three</div>',
      '<div><strong>one</strong><br>two<br>\u00a0\u00a0three</div>',
      '*one*\ntwo\n  three',
    ],
    [
      'a pasted picture',
      '<div>here:</div><div><img src="cid:shot" alt="x" width="900"></div><div>and there</div>',
      '<div>here:</div><div><img src="cid:picture-1" alt="shot.png"></div><div>and there</div>',
      'here:\n[image: shot.png]\nand there',
    ],
    [
      'paragraphs of Word',
      '<p class="MsoNormal">one <b>b</b></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">two</p>',
      '<div>one <strong>b</strong></div><div>\u00a0</div><div>two</div>',
      'one *b*\n\ntwo',
    ],
    ['a heading', '<h1>Title</h1><p>text</p>', '<div>Title</div><p>text</p>', 'Title\n\ntext'],
  ])('%s', (_what, html, seen, text) => {
    expect(shown(html)).toEqual({ html: seen, text });
  });

  test('also where a mail program wrapped the plain words and wrote targets and pictures into them', () => {
    const html =
      '<div>A sentence that is <b>long</b> and wrapped, see <a href="https://x.example/a">the guide</a>.<img src="cid:shot" alt="A screenshot of a computer"></div>';
    const plain =
      'A sentence that is *long* and\nwrapped, see the guide<https://x.example/a>.[A screenshot of a computer]';
    expect(shown(html, plain)?.text).toBe(
      'A sentence that is *long* and wrapped, see the guide\n<https://x.example/a>.[image: shot.png]',
    );
  });
});

describe('what was cut from the words is cut from the HTML', () => {
  const html =
    '<p>/close</p><p>Hello <b>Jo</b></p><p>-- <br>Alice</p><blockquote><p>Hello Jo</p><p>old words</p></blockquote>';
  test.each<[what: string, words: string, seen: string]>([
    ['a command, a signature and a quote', 'Hello *Jo*', '<p>Hello <strong>Jo</strong></p>'],
    [
      'all but a line of the quote',
      'Hello Jo\n\n> old words',
      '<p>Hello <strong>Jo</strong></p><blockquote><p>old words</p></blockquote>',
    ],
  ])('%s', (_what, words, seen) => {
    expect(shown(html, words)?.html).toBe(seen);
  });

  test('a command on the line of the words', () => {
    expect(shown('<div>/close We are <b>done</b></div>', 'We are *done*')?.html).toBe(
      '<div>We are <strong>done</strong></div>',
    );
  });
});

describe('words are shown as text where the HTML', () => {
  test.each<[what: string, html: string, words: string]>([
    ['says more', '<p>It <b>works</b>. Pay me 100.</p>', 'It works.'],
    ['says less', '<p>It <b>works</b>.</p>', 'It works. Not.'],
    ['says it in another order', '<p><b>two</b></p><p>one</p>', 'one\ntwo'],
    [
      'leads elsewhere than the words say',
      '<p><b>pay</b> <a href="https://evil.example/">here</a></p>',
      'pay here <https://good.example/>',
    ],
    ['names a target that the words do not', '<p><b>pay</b> here (https://evil.example/)</p>', 'pay here'],
    ['keeps only a part of a line', '<p>my words on your <b>quoted</b> line</p>', 'my words'],
    ['holds a token of ours', '<p>12-3f-<b>k5xq2abcdefgh</b>ijklmnopqrst7</p>', '12-3f-k5xq2abcdefghijklmnopqrst7'],
    ['is only hidden', '<p style="display:none"><b>bait</b></p>', 'bait'],
  ])('%s', (_what, html, words) => {
    expect(shown(html, words)).toBeUndefined();
  });
});

test('pictures that would be fetched are named where they stand among the words, and never shown', () => {
  const html =
    '<p>see <b>this</b></p><p><img src="https://cdn.example/a/plan.png?x=1"></p><p>bye</p><blockquote><p>old</p><img src="https://cdn.example/old.png"></blockquote>';
  const rich = sanitiseHtml(html, findPicture);
  expect(remotePictures(rich, 'see this\n\nbye')).toEqual(['plan.png']);
  expect(shown(html, 'see this\n\nbye')?.html).toBe('<p>see <strong>this</strong></p><p>bye</p>');
  // Where the formatting is lost, what is missing is told all the same.
  expect(remotePictures(rich, 'see this\n\nbye and more')).toEqual(['plan.png']);
});

test('HTML of any size is read in time that grows with it', () => {
  const cost = (html: string) => cpuMsOf(() => formatWords(sanitiseHtml(html, findPicture), 'x'));
  for (const piece of [
    '<b>',
    '<table><tr><td>',
    '<blockquote>',
    '<a href="https://x.example/">x</a>',
    '<p>x</p>',
    '<ul><li>',
    '&lt;',
  ]) {
    cost(piece.repeat(1_000));
    // Time bound: where it grows with the square of the size these take minutes.
    expect(cost(piece.repeat(40_000)), piece).toBeLessThan(5_000);
  }
});
