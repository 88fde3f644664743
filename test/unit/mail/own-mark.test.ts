import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';
import { OWN_MARK } from '../../../src/mail/words/quote-separator.ts';

const plain = (text: string) => readBody({ plain: { text, flowed: false, delSp: false }, html: undefined });
const html = (...paragraphs: string[]) =>
  readBody({ plain: undefined, html: paragraphs.map((words) => `<p>${words}</p>`).join('') });

describe('our "reply above this line"', () => {
  test('is the one that stands in what we send', () => {
    for (const form of ['txt', 'html'])
      expect(readFileSync(`templates/en/partials/marker.${form}`, 'utf8')).toContain(OWN_MARK);
  });

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
