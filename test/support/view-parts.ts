import { type EmailAddress, parseEmailAddress } from '../../src/domain/mail/email-address.ts';
import type { LinkView, TicketView } from '../../src/domain/mail/mail-view.ts';
import type { TicketId } from '../../src/domain/ticket/ids.ts';

/** What the views of all mails are made of: words as on a good day, and everything that a stranger might try. */
export const AT = Date.UTC(2026, 10, 22, 11, 4);
export const DAY = 86_400_000;
export const TOKEN = '12-3f-k5xq2abcdefghijklmnopqrst7';

export type Mood = 'normal' | 'hostile';

export function address(text: string): EmailAddress {
  const parsed = parseEmailAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

export const HOSTILE_LINE =
  '</title><script>alert(1)</script>\r\nBcc: all@acme.example\u0000\u001b[31m \u202eevil\u202c {{ desk.address }} {% raw %} <img src=http://t.example/p.gif>';
export const HOSTILE_WORDS = [
  '<script>fetch("http://evil.example")</script><img src="http://evil.example/pixel.gif" onerror="x()">',
  '',
  '',
  '  ##- Reply above this line -##',
  '/close',
  '{{ desk.address }} {% include "layout" %} javascript:alert(1) "quotes" \'single\' & ampersand',
  '\u001b[2J\u0007\u0000 \u202eright to left\u202c \ud800 lone',
  '| table | x |   three   blanks\ttab',
  `one-very-long-word-${'x'.repeat(400)}`,
  'https://evil.example/"onmouseover="alert(1)',
  `A line that goes on and on ${'and on '.repeat(60)}`,
  'مرحبا بالعالم، لدي مشكلة. 日本語の文章です。',
].join('\n');

export const QUERY = `Hello,

since this morning the printer on the second floor prints every page twice. I switched it off and on again, and chose another
cable, without luck.

    Error: E-17 (tray)

Can somebody have a look?

Kind regards
Jo`;
export const RESPONSE = `Hello Jo,

thank you for the details. Please hold the green button for ten seconds; the steps are at https://help.acme.example/printers/e-17.
If it still prints twice, tell us what the display shows:

  1. the code
  2. the line below it

Alice`;

export const link = (purpose: string): LinkView => ({
  url: `https://help.acme.example/t/${TOKEN}`,
  mailto: `mailto:support+${TOKEN}@acme.example?subject=${encodeURIComponent(`${purpose} [#12]`)}`,
});

export function ticketView(mood: Mood): TicketView {
  return {
    id: 12 as TicketId,
    tag: '[#12]',
    number: '#12',
    subject: mood === 'normal' ? 'Printer on the second floor prints twice' : HOSTILE_LINE,
    status: 'in_process',
    customer: 'jo.doe@customer.example',
    readers: mood === 'normal' ? [] : ['pat@reader.example', HOSTILE_LINE],
    assignee: mood === 'normal' ? 'Alice' : HOSTILE_LINE,
  };
}
