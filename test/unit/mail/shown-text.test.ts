import { describe, expect, it } from 'vitest';
import { cutWords, linkedWordsAsHtml, shownLine, shownWords, wordsAsHtml } from '../../../src/mail/text/shown-text.ts';

describe('a line', () => {
  it('is one line, without controls and without marks that turn its direction', () => {
    expect(shownLine('Printer\r\nBcc: a@b.example\u0000 \u202egnp.exe\u202c\u2028x')).toBe(
      'Printer Bcc: a@b.example gnp.exe x',
    );
  });

  it('keeps letters of every script, emoji and what joins them', () => {
    expect(shownLine('Grüße, 日本語, مرحبا 👩‍🔧 ❤️')).toBe('Grüße, 日本語, مرحبا 👩‍🔧 ❤️');
  });

  it('drops soft hyphens without tearing the word', () => {
    expect(shownLine('Donau\u00addampf\u200bschiff')).toBe('Donaudampfschiff');
  });

  it('ends in an ellipsis where it is cut, and never inside a character', () => {
    expect(shownLine('👍'.repeat(30), 10)).toBe(`${'👍'.repeat(9)}…`);
    expect(shownLine('a'.repeat(10), 10)).toBe('a'.repeat(10));
  });
});

describe('words', () => {
  it('keep their lines and blanks, and lose what a terminal would obey', () => {
    expect(shownWords('\r\n  one\r\n\r\n\r\n\ttwo \u001b[2J\u0007\u0000\rthree  \n\n')).toBe(
      '  one\n\n\n\ttwo [2J\nthree',
    );
  });

  it('say how much was left out when they are cut', () => {
    expect(cutWords('abcdef', 4)).toEqual({ words: 'abcd', left: 2 });
    expect(cutWords('abc', 4)).toEqual({ words: 'abc', left: 0 });
  });

  it('become HTML that holds no markup of theirs', () => {
    expect(wordsAsHtml('<img src=x onerror="a()">\n  two  blanks & \'q\'')).toBe(
      '&lt;img src=x onerror=&#34;a()&#34;&gt;<br>\n&nbsp;&nbsp;two&nbsp; blanks &amp; &#39;q&#39;',
    );
  });
});

describe('links in the words of an agent', () => {
  const linked = (url: string) => `<a href="${url}" rel="noreferrer">${url}</a>`;

  it.each([
    ['see https://x.example/a_(b).', `see ${linked('https://x.example/a_(b)')}.`],
    ['(https://x.example/a)', `(${linked('https://x.example/a')})`],
    ['https://x.example/?a=1&b=2!', `${linked('https://x.example/?a=1&amp;b=2')}!`],
    ['HTTP://X.example, and more', `${linked('HTTP://X.example')}, and more`],
    ['javascript:alert(1) ftp://x.example', 'javascript:alert(1) ftp://x.example'],
    ['https://x.example/"onclick="a()', `${linked('https://x.example/')}&#34;onclick=&#34;a()`],
    ['https://', 'https://'],
  ])('%s', (words, html) => {
    expect(linkedWordsAsHtml(words)).toBe(html);
  });
});
