import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';
import { sanitiseHtml } from '../../../src/mail/text/rich-words.ts';

const HIDDEN = 'Nobody reads this.';
const WORDS = 'The pump leaks.';

/** What an agent reads of a mail, as text and with its formatting. */
function shown(html: string): { text: string; rich: string } {
  const read = readBody({ plain: undefined, html });
  return { text: read.reply, rich: sanitiseHtml(html, () => undefined, read) ?? '' };
}
const mail = (sheet: string, element: string) =>
  `<html><head><style type="text/css">${sheet}</style></head><body>${element}<p>${WORDS}</p></body></html>`;

describe('words that a style sheet of the mail hides are not shown', () => {
  const CASES: Record<string, [sheet: string, element: string]> = {
    'a preheader by its class': ['.preheader{display:none}', `<div class="preheader">${HIDDEN}</div>`],
    'with !important, in capitals': [
      '.PreHeader { DISPLAY : none !important ; }',
      `<div class="PreHeader">${HIDDEN}</div>`,
    ],
    'no height': ['.hide{max-height:0;overflow:hidden}', `<div class="a hide b">${HIDDEN}</div>`],
    'for Outlook': ['.o { mso-hide: all }', `<span class="o">${HIDDEN}</span>`],
    'by id': ['#top{display:none!important}', `<div id="top">${HIDDEN}</div>`],
    'by the name of the element': ['small, sup{display:none}', `<small>${HIDDEN}</small>`],
    'by name and class': [
      'p { color: red } div.pre.small { visibility: hidden; }',
      `<div class="small pre">${HIDDEN}</div>`,
    ],
    'no size, and nothing inside sets one': [
      '.z{font-size:0px;line-height:0}',
      `<div class="z"><i>${HIDDEN}</i></div>`,
    ],
    'no opacity': ['.z{opacity:0}', `<div class="z">${HIDDEN}</div>`],
    'two classes together': ['.a{overflow:hidden}.b{max-height:0px}', `<div class="a b">${HIDDEN}</div>`],
    'in a list of selectors': ['h1,\n.x,\n.preview-text{display:none}', `<div class="preview-text">${HIDDEN}</div>`],
    'behind a comment and an import': [
      '@charset "utf-8"; @import url(x.css);/* .y{ */ .y{display:none}',
      `<div class="y">${HIDDEN}</div>`,
    ],
    'within marks of a comment': ['<!-- .y{display:none} -->', `<div class="y">${HIDDEN}</div>`],
    'on screens': ['@media screen{.y{display:none}}', `<div class="y">${HIDDEN}</div>`],
    'on all media, below rules for phones': [
      '@media only screen and (max-width:600px){.p{width:100%}.q{color:red}} @media all { .y{display:none} }',
      `<div class="y">${HIDDEN}</div>`,
    ],
    'the weightier rule wins': ['div.y{display:none} .y{display:block}', `<div class="y">${HIDDEN}</div>`],
    'the important one wins over the element': [
      '.y{display:none!important}',
      `<div class="y" style="display:block">${HIDDEN}</div>`,
    ],
  };
  test.each(Object.entries(CASES))('%s', (_what, [sheet, element]) => {
    const { text, rich } = shown(mail(sheet, element));
    expect(text).toBe(WORDS);
    expect(rich).toContain(WORDS);
    expect(rich).not.toContain(HIDDEN);
  });
});

describe('words that may show are kept', () => {
  const CASES: Record<string, [sheet: string, element: string]> = {
    'a rule for phones': ['@media (max-width:600px){.y{display:none}}', `<div class="y">${HIDDEN}</div>`],
    'a rule for printers': ['@media print{.y{display:none}}', `<div class="y">${HIDDEN}</div>`],
    'a rule for dark looks': [
      '@media (prefers-color-scheme:dark){.y{color:#000;background:#000}}',
      `<div class="y">${HIDDEN}</div>`,
    ],
    'a selector of what is around': ['.outer .y{display:none} .a>.y{display:none}', `<div class="y">${HIDDEN}</div>`],
    'a state': ['.y:hover{display:none} .y::before{display:none}', `<div class="y">${HIDDEN}</div>`],
    'an attribute': ['[class=y]{display:none} *{display:none}', `<div class="y">${HIDDEN}</div>`],
    'another class': ['.yy{display:none}', `<div class="y">${HIDDEN}</div>`],
    'two classes, of which it has one': ['.y.z{display:none}', `<div class="y">${HIDDEN}</div>`],
    'the element says otherwise': ['.y{display:none}', `<div class="y" style="display:block">${HIDDEN}</div>`],
    'a later rule says otherwise': ['.y{display:none} .y{display:block}', `<div class="y">${HIDDEN}</div>`],
    'words of the page': ['body{display:none} html{visibility:hidden}', `<div class="y">${HIDDEN}</div>`],
    'a little height': ['.y{max-height:0.5em;overflow:hidden}', `<div class="y">${HIDDEN}</div>`],
    'a sheet that never ends': ['.y{display:none', `<div class="z">${HIDDEN}</div>`],
  };
  test.each(Object.entries(CASES))('%s', (_what, [sheet, element]) => {
    const { text, rich } = shown(mail(sheet, element));
    expect(text).toContain(HIDDEN);
    expect(text).toContain(WORDS);
    expect(rich).toContain(HIDDEN);
  });

  test('an element has a size of its own within one that has none', () => {
    const html = mail('.t{font-size:0} .y{font-size:14px}', `<div class="t"><p class="y">${HIDDEN}</p></div>`);
    expect(shown(html).text).toBe(`${HIDDEN}\n\n${WORDS}`);
  });

  test('a sheet for printers says nothing of a screen', () => {
    const html = `<style media="print">.y{display:none}</style><div class="y">${HIDDEN}</div>`;
    expect(shown(html).text).toBe(HIDDEN);
  });

  test.each([
    ['all words of the mail', 'p{display:none}', `<p>${WORDS}</p>`],
    [
      'all new words',
      '.mine{display:none}',
      `<div class="mine">${WORDS}</div><blockquote type="cite">${HIDDEN}</blockquote>`,
    ],
    [
      'all words, and pictures stay',
      'div{max-height:0;overflow:hidden}',
      `<div>${WORDS}</div><img src="cid:a" alt="">`,
    ],
  ])('a sheet that hides %s is not obeyed', (_what, sheet, body) => {
    const html = `<style>${sheet}</style>${body}`;
    expect(shown(html).text).toContain(WORDS);
    expect(shown(html).rich).toContain(WORDS);
  });

  test('an attribute of ours that a mail brings hides nothing', () => {
    expect(shown(`<div sheet-important="display:none">${HIDDEN}</div><p>${WORDS}</p>`).text).toContain(HIDDEN);
  });
});
