import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';
import { APP_LINES } from './client-app-lines.ts';
import { ADDRESS, ATTRIBUTIONS, DESK, HEADER_BLOCKS } from './client-samples.ts';

const WORDS = 'The number is 4711.\n\nThanks\nLea';
const OURS =
  'Hello Lea,\n\nplease send us the number of the device. It stands below the lid, to the left of the plug.\n\nKind regards\nAlice';
const QUOTE = OURS.replaceAll(/^/gm, '> ');
const squeezed = (text: string) => text.replace(/[\u200b\ufeff\u200e\u200f\u00a0\s*_]+/g, '');
const replyOf = (text: string) =>
  squeezed(readBody({ plain: { text, flowed: false, delSp: false }, html: undefined }).reply);
const expected = squeezed(WORDS);

describe('the words of a reply, by the line that mail programs write above a quote', () => {
  test.each(Object.entries(ATTRIBUTIONS))('%s', (_client, line) => {
    const cut = line.lastIndexOf(' ', 74);
    const wrapped = line.length > 76 && !line.includes('\n') ? `${line.slice(0, cut)}\n${line.slice(cut + 1)}` : line;
    expect(replyOf(`${WORDS}\n\n${line}\n${QUOTE}\n`)).toBe(expected);
    expect(replyOf(`${WORDS}\n\n${line}\n\n${OURS}\n`)).toBe(expected);
    expect(replyOf(`${line}\n\n${QUOTE}\n\n${WORDS}\n`)).toBe(expected);
    expect(replyOf(`${WORDS}\n\n${wrapped}\n\n${QUOTE}\n`)).toBe(expected);
    expect(replyOf(`${WORDS}\n\n> ${line.replaceAll('\n', '\n> ')}\n> \n> \ufeff${QUOTE.slice(2)}\n`)).toBe(expected);
  });
});

describe('the words of a reply, by the block of fields above a mail', () => {
  test.each(Object.entries(HEADER_BLOCKS))('%s', (_language, [from, sent, to, subject]) => {
    const fields = [
      `${from}: ${DESK} <${ADDRESS}>`,
      `${sent}: 30.11.2026 10:12`,
      `${to}: lea@client.example`,
      `${subject}: Re: Printer [#4]`,
    ];
    const block = fields.join('\n');
    expect(replyOf(`${WORDS}\n\n________________________________\n${block}\n\n${OURS}\n`)).toBe(expected);
    expect(replyOf(`${WORDS}\n\n${block}\n\n${OURS}\n`)).toBe(expected);
    expect(replyOf(`${WORDS}\n\n${block.replace(/^([^:]+):/gm, '*$1:*')}\n\n${OURS}\n`)).toBe(expected);
    const line = `-------- Original message --------${fields.join(' ')} `;
    expect(replyOf(`${WORDS}\n\n${line}\n${OURS.replaceAll('\n', ' ')}\n`)).toBe(expected);
    expect(replyOf(`${WORDS} ${line}\n${OURS.replaceAll('\n', ' ')}\n`)).toBe(expected);
  });
});

describe('the words of a reply without the line of an app', () => {
  test.each(Object.entries(APP_LINES))('%s', (_app, line) => {
    expect(replyOf(`${WORDS}\n\n${line}\n\n${ATTRIBUTIONS['spark-en']}\n\n${QUOTE}\n`)).toBe(expected);
  });

  test.each([
    'Get it from the Outlook of Jo: https://aka.ms/x',
    'It was sent from Canary Wharf, by the way.',
    'Application for the job is attached.',
    'Gesendet mit DHL am Montag, Nummer 4711.',
  ])('and with a sentence that looks like one: %s', (line) => {
    expect(replyOf(`${WORDS}\n\n${line}\n`)).toBe(squeezed(`${WORDS}${line}`));
  });
});

describe('lines that hold more than their own kind', () => {
  const YAHOO = `On Mon, Nov 30, 2026 at 10:12 AM, ${DESK}<${ADDRESS}> wrote:`;
  test.each([
    [
      'Yahoo, with the quote behind it',
      `${WORDS}\n\nSent from Yahoo Mail on Android\n \n  ${YAHOO}   ${OURS.replaceAll('\n', ' ')}`,
    ],
    [
      'Notes, with a glimpse of the mail',
      `${WORDS}\n\n${DESK} ---30.11.2026 10:12:33---Hello Lea, please send us\n\nVon:\t${DESK} <${ADDRESS}>\nAn:\tlea@client.example\nDatum:\t30.11.2026 10:12\nBetreff:\tRe: Printer\n\n${OURS}`,
    ],
    [
      'Zoho in German',
      `${WORDS}\n\n---- Am Mo., 30 Nov. 2026 10:12:33 +0100 schrieb ${DESK} <${ADDRESS}> ----\n\n${OURS}`,
    ],
    ['a verb and no colon', `${WORDS}\n\nAm 30.11.26 um 10:12 schrieb ${DESK}\n\n${QUOTE}`],
    [
      'Yandex in Kazakh',
      `${WORDS}\n\n----------------\nКімге: lea@client.example;\nТақырыбы: Re: Printer;\n30.11.2026, 10:12, "${DESK}" <${ADDRESS}>:\n\n${OURS}`,
    ],
  ])('%s', (_what, text) => {
    expect(replyOf(text)).toBe(expected);
  });

  test.each([
    'See this:   it is red.\nOn Monday I wrote to Jo:   no answer.',
    'Prices ----- see below ----- are wrong.\nFrom: 3 To: 4',
  ])('typed words stay: %s', (text) => {
    expect(replyOf(text)).toBe(squeezed(text));
  });
});
