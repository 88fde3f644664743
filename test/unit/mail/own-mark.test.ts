import { describe, expect, test } from 'vitest';
import { holdsOwnMark } from '../../../src/domain/mail/own-mark.ts';
import { DEFAULT_PHRASES, OWN_LANGUAGES, OWN_PHRASES } from '../../../src/domain/mail/own-phrases.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { readBody } from '../../../src/mail/text/body-text.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import { mailView } from '../../support/mail-views.ts';

const OWN_MARK = DEFAULT_PHRASES.mark;

const plain = (text: string) => readBody({ plain: { text, flowed: false, delSp: false }, html: undefined });
const html = (...paragraphs: string[]) =>
  readBody({ plain: undefined, html: paragraphs.map((words) => `<p>${words}</p>`).join('') });

describe('our "reply above this line"', () => {
  test('stands at the end of the first line of what we send, behind the first words', () => {
    const sent = renderMail(loadTemplates('templates'), 'en', mailView('notification'));
    const [first = ''] = sent.text.split('\n');
    expect(first).toBe(`It shows E-17, and below it "tray 2". ${OWN_MARK}`);
    expect(sent.html.replace(/<[^>]*>/g, '')).toContain(`It shows E-17, and below it &#34;tray 2&#34;. ${OWN_MARK}`);
  });

  test.each([
    ['words', 'Hello, since this morning the printer on the second floor prints twice.'],
    ['a quote', '> you said\nthat it works'],
    ['a command', '/close'],
    ['an attribution', 'On Mon, Jo wrote:'],
    ['a header block', 'From: Jo\nSent: Monday\nTo: Desk\nSubject: Lid'],
    ['a signature', '-- \nJo'],
    ['a rule', '-----Original Message-----'],
    ['right to left', 'مرحبا بالعالم، لدي مشكلة كبيرة جدا مع الطابعة'],
    ['wide letters', '日本語の文章です。日本語の文章です。日本語の文章です。日本語の文章です。日本語の文章です。'],
    ['the mark itself', OWN_MARK],
  ])(
    'ends the reply of an agent whose program marks no quote, whatever the customer began with: %s',
    (_what, words) => {
      const view = mailView('notification');
      const sent = renderMail(loadTemplates('templates'), 'en', {
        ...view,
        content: { ...view.content, words } as never,
      });
      expect(plain(`Pour water on it.\n\n${sent.text}`).agentReply).toBe('Pour water on it.');
      const body = sent.html.slice(sent.html.indexOf('<body'));
      const both = readBody({ plain: undefined, html: `<p>Pour water on it.</p>${body}` });
      expect(both.agentReply).toBe('Pour water on it.');
    },
  );

  test('typed or pasted between somebody’s own words ends nothing', () => {
    const text = `The mail says\n\n${OWN_MARK}\n\nand then nothing. Is that right?`;
    expect(plain(text).reply).toBe(text);
    expect(html('The mail says', OWN_MARK, 'and then nothing.').reply).toMatch(
      /^The mail says[\s\S]*and then nothing\.$/,
    );
    expect(plain(`It leaks.\n\n${OWN_MARK}\n\nStill.\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n> Lid?\n`).reply).toBe(
      `It leaks.\n\n${OWN_MARK}\n\nStill.`,
    );
  });

  test.each([
    ['quoted', `> ${OWN_MARK}\n>\n> New request from Jo\n`],
    [
      'below an attribution',
      `On Mon, Jan 6, 2025 at 10:11 AM Desk <desk@shop.example> wrote:\n\n${OWN_MARK}\n\nOurs.\n`,
    ],
    [
      'below a header block',
      `From: Desk <desk@shop.example>\nSent: Monday, January 6, 2025\nTo: Jo\nSubject: Lid\n\n${OWN_MARK}\n\nOurs.`,
    ],
    [
      'above the ticket as we name it',
      `${OWN_MARK}\n\nNew request from Jo Doe <jo@x.example>: Lid\nTicket [#12], open, not taken yet.\n\n  It leaks.`,
    ],
    [
      'behind a glimpse of the words, above the ticket as we name it',
      `It leaks since ${OWN_MARK}\n\nNew request from Jo Doe <jo@x.example>\nTicket #12, open, not taken yet.\n\n  It leaks.`,
    ],
    ['above a token', `${OWN_MARK}\n\nOurs: support+12-3f-${'k'.repeat(26)}@desk.example\n`],
  ])('%s ends the words', (_where, history) => {
    expect(plain(`It leaks.\n\n${history}`).reply).toBe('It leaks.');
  });

  test('always ends an agent’s words: what stands below it may be a note', () => {
    const text = `Pour water on it.\n\n${OWN_MARK}\n\nYour note is kept.\n\n  Do not tell Jo.`;
    expect(plain(text).agentReply).toBe('Pour water on it.');
    expect(html('Pour water on it.', OWN_MARK, 'Do not tell Jo.').agentReply).toBe('Pour water on it.');
    const both = readBody({
      plain: { text, flowed: false, delSp: false },
      html: `<p>Pour water on it.</p><p>${OWN_MARK}</p><p>Do not tell Jo.</p>`,
    });
    expect(both.agentReply).toBe('Pour water on it.');
  });
});

describe.each(OWN_LANGUAGES)('our line to reply above in %s', (language) => {
  const { mark } = OWN_PHRASES[language];

  test('ends the reply of an agent whose program marks no quote', () => {
    const templates = loadTemplates('templates', { words: wordsIn(['templates']) });
    const sent = renderMail(templates, language, mailView('notification'));
    expect(sent.text.split('\n')[0]).toContain(mark);
    expect(plain(`Pour water on it.\n\n${sent.text}`).agentReply).toBe('Pour water on it.');
    const body = sent.html.slice(sent.html.indexOf('<body'));
    expect(readBody({ plain: undefined, html: `<p>Pour water on it.</p>${body}` }).agentReply).toBe(
      'Pour water on it.',
    );
  });

  test('ends the words of a customer above the ticket as we name it', () => {
    const history = `${mark}\n\nOurs.\n${OWN_PHRASES[language].ticket} #12, ours.\n\n  It leaks.`;
    expect(plain(`It leaks.\n\n${history}`).reply).toBe('It leaks.');
  });

  test.each([
    ['quoted', `> ${mark}`],
    ['in bold', `*${mark}*`],
    ['escaped', mark.replace(/#/g, '\\#')],
    ['broken over two lines', mark.replace(/ (?=\S+ -##)/, '\n')],
    ['without its signs on a line of its own', mark.replace(/^##- | -##$/g, '')],
  ])('is found however a client dressed it: %s', (_how, dressed) => {
    expect(holdsOwnMark(dressed)).toBe(true);
  });
});
