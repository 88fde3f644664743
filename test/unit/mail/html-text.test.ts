import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

function read(html: string) {
  return readBody({ plain: undefined, html });
}

describe('HTML becomes readable text', () => {
  test.each([
    ['paragraphs', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['line breaks', 'One<br>Two<br/>Three<div>Four</div>Five', 'One\nTwo\nThree\nFour\nFive'],
    ['an empty line between', '<div>One</div><div><br></div><div>Two</div>', 'One\n\nTwo'],
    ['the field of a form', '<p>My data:</p><textarea>Serial 4711</textarea>', 'My data:\n\nSerial 4711'],
    ['a summary', '<details><summary>More</summary>Red.</details>', 'More\nRed.'],
    ['runs of blanks', 'One   \n  two&nbsp;three', 'One two three'],
    ['bullets', '<p>Take:</p><ul><li>One</li><li>Two</li></ul>', 'Take:\n\n- One\n- Two'],
    ['numbers', '<ol><li>One</li><li>Two</li></ol>', ' 1. One\n 2. Two'],
    [
      'a link with words',
      'See <a href="https://shop.example/lid">the lid</a> now',
      'See the lid <https://shop.example/lid> now',
    ],
    ['a link that is its own words', '<a href="https://shop.example/">shop.example</a>', 'shop.example'],
    ['an address', '<a href="mailto:jo@mail.example">jo@mail.example</a>', 'jo@mail.example'],
    ['an address behind a name', 'Ask <a href="mailto:jo@mail.example?subject=Hi">Jo</a>', 'Ask Jo <jo@mail.example>'],
    ['a link that does nothing', '<a href="#top">up</a> <a href="javascript:alert(1)">x</a> <a>y</a>', 'up x y'],
    ['a table of words', '<table><tr><td>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr></table>', 'A   B\nC   D'],
    [
      'a table for layout',
      '<table><tr><td><p>One</p><p>Two</p></td><td><p>Three</p><p>Four</p></td></tr></table>',
      'One\n\nTwo\n\nThree\n\nFour',
    ],
    ['headings as they are', '<h1>Lids and Pots</h1>red', 'Lids and Pots\n\nred'],
    ['text set as it is', '<pre>a  b\n  c</pre>', 'a  b\n  c'],
    ['entities', '&lt;b&gt; &amp;amp; &eacute; &#128512; &#x4f60;', '<b> &amp; é 😀 你'],
    ['a quote', '<p>New</p><blockquote type="cite">Old<br>older</blockquote>', 'New\n\n> Old\n> older'],
    ['a lone angle bracket', 'a < b and 3 > 2', 'a < b and 3 > 2'],
    ['tags that nobody closes', '<p>One<p>Two<b>three', 'One\n\nTwothree'],
    ['two documents in a row', '<html><body>One</body></html><html><body>Two</body></html>', 'One\nTwo'],
    ['words outside the body', 'One<html><body>Two</body></html>Three', 'One\nTwo\nThree'],
  ])('%s', (_what, html, text) => {
    expect(read(html).text).toBe(text);
  });
});

describe('what nobody sees is dropped and counted', () => {
  test.each([
    ['display:none', '<div style="display:none">x</div>'],
    ['display: none with !important', '<div style="color:red; DISPLAY : none !important;">x</div>'],
    ['visibility', '<span style="visibility:hidden">x</span>'],
    ['no font size', '<span style="font-size:0">x</span>'],
    ['no font size in pixels', '<span style="font-size:0px;color:#fff">x</span>'],
    ['one pixel', '<div style="font-size:1px;line-height:1px">x</div>'],
    ['no height', '<div style="max-height:0;overflow:hidden">x</div>'],
    ['no size', '<div style="height:0px;width:0px;overflow:hidden">x</div>'],
    ['no opacity', '<div style="opacity:0">x</div>'],
    ['Outlook only', '<div style="mso-hide:all">x</div>'],
    ['hidden attribute', '<p hidden>x</p>'],
    ['off the window', '<div style="position:absolute;left:-9999px">x</div>'],
    ['a hidden cell', '<table><tr><td style="display:none">x</td></tr></table>'],
    ['a hidden link', '<a href="https://shop.example" style="display:none">x</a>'],
  ])('%s', (_how, hidden) => {
    const body = read(`<p>One</p>${hidden}<p>Two</p>`);
    expect(body.text).toBe('One\n\nTwo');
    expect(body.reply).toBe('One\n\nTwo');
    expect(body.hidden).toEqual({ elements: 1, images: 0 });
  });

  test.each([
    '<!-- x -->',
    '<!--[if mso]><p>x</p><![endif]-->',
    '<style>p{}</style>',
    '<STYLE>p{}</STYLE >',
    '<script>x()</script>',
    '<title>x</title>',
    '<head><title>x</title><meta name="x"></head>',
    '<?xml version="1.0"?>',
    '<![if !mso]><![endif]>',
    '<template>x</template>',
    '<svg><text>x</text></svg>',
  ])('%s', (unseen) => {
    expect(read(`<p>One</p>${unseen}<p>Two</p>`).text).toBe('One\n\nTwo');
  });

  test('words that set their size anew inside an element without one stay', () => {
    const html = '<table><tr><td style="font-size:0"><div style="font-size:16px">One</div></td></tr></table>';
    expect(read(html)).toMatchObject({ text: 'One', hidden: { elements: 0, images: 0 } });
  });

  test('images are counted, and those of the mail itself stand in the text', () => {
    expect(read('<p>One<img src="cid:1" alt="logo"><img src="https://shop.example/p.gif" width=1></p>')).toMatchObject({
      text: 'One [image: 1]',
      hidden: { elements: 0, images: 2 },
    });
  });

  test.each([
    'font-size:10px',
    'height:20px;overflow:hidden',
    'opacity:0.9',
    'max-height:100%',
    'width:0',
    'display:block',
  ])('words with %s stay', (style) => {
    expect(read(`<p style="${style}">One</p>`).text).toBe('One');
  });
});

describe('broken and hostile HTML', () => {
  test.each([
    ['a comment without an end', '<p>One</p><!-- x', 'One\n\n<!-- x'],
    ['a style without an end', '<p>One</p><style>x', 'One\n\nx'],
    ['a quote without an end', '<p title="x>One</p>', 'One'],
    ['a tag without an end', '<p>One</p><p', 'One\n\n<p'],
    ['an apostrophe in a tag', "<p it's>One</p>", 'One'],
    ['end tags without a start', '</div></table>One</b>', 'One'],
    [
      'a quote character in a value',
      '<a href="https://shop.example/?a=&quot;b">One</a>',
      'One <https://shop.example/?a="b>',
    ],
    ['noncharacters of our own', '\ufdd0One\ufdd2 &#xfdd2;Two', 'One Two'],
    ['NUL', 'One\0Two', 'One\0Two'],
  ])('%s', (_what, html, text) => {
    expect(read(html).text).toBe(text);
  });

  test('words keep their place however deep they are', () => {
    const deep = `${'<div>'.repeat(5_000)}One${'</div>'.repeat(5_000)}<p>Two</p>`;
    expect(read(deep).text.split(/\s+/)).toEqual(['One', 'Two']);
  });

  test('a tree without an end, a table without rows and a list without a list do not stop it', () => {
    for (const bait of [
      '<div>',
      '<table><td>',
      '<li>',
      '<ul><li>',
      '<a href=x>',
      '<blockquote type=cite>',
      '<',
      '</p>',
      '<b x="',
    ]) {
      const body = read(`One ${bait.repeat(20_000)}`);
      expect(body.text.startsWith('One')).toBe(true);
    }
  });

  test('words before a flood of tags are kept', () => {
    const body = read(`<p>One</p>${'<i>x</i>'.repeat(100_000)}`);
    expect(body.text.startsWith('One')).toBe(true);
    expect(body.text.length).toBeGreaterThan(50_000);
  });
});
