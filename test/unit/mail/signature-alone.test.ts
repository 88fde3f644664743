import { expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { facts, question, replyAddressOf, responseId, ticket, token } from '../../support/decisions.ts';

const ROW = token('turn', { responseId: responseId(1) });
const LOGO = '<img src="cid:logo@x" width="96" height="30">';
const QUOTE = '<blockquote type="cite">Pour water on it.</blockquote>';

function write(html: string): Buffer {
  return Buffer.from(
    [
      'From: Jo Miller <jo@customer.example>',
      `To: ${replyAddressOf(ROW)}`,
      'Subject: Re: Printer on fire [#12]',
      'Message-ID: <logo@customer.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; boundary="r"',
      '',
      '--r',
      'Content-Type: text/html; charset=utf-8',
      '',
      `<html><body>${html}</body></html>`,
      '--r',
      'Content-Type: image/png; name="logo.png"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: inline; filename="logo.png"',
      'Content-ID: <logo@x>',
      '',
      'iVBORw0KGgo=',
      '--r--',
      '',
    ].join('\r\n'),
  );
}

/** What an answer to the open turn of a response comes to. */
async function decided(html: string) {
  const outcome = await parseMail(write(html), DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.fault);
  const known = facts({ tokens: [{ row: ROW, foundIn: 'address' }] });
  return decideMail(question({ mail: outcome.mail, facts: known, ticket: ticket({ turns: [{ id: 1 }] }) }));
}

test.each([
  [
    'Gmail',
    `<div><br></div><div class="gmail_signature">-- <br>${LOGO}</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 30, 2026 at 7:00 AM Acme Support &lt;support@desk.example&gt; wrote:<br></div>${QUOTE}</div>`,
  ],
  [
    'Thunderbird',
    `<p><br></p><div class="moz-signature">-- <br>${LOGO}</div><div class="moz-cite-prefix">On 30.11.26 10:00, Acme Support wrote:<br></div>${QUOTE}`,
  ],
  [
    'a mark, a name and a logo',
    `<div>-- <br>Jo Miller<br>${LOGO}</div><div>On 30. Nov 2026, at 10:00, Acme Support &lt;support@desk.example&gt; wrote:</div>${QUOTE}`,
  ],
  ['a mark and a logo', `<div>--<br>${LOGO}</div>`],
])('a signature with its logo alone takes no turn: %s', async (_client, html) => {
  expect(await decided(html)).toMatchObject({ disposition: 'held', reason: 'no-new-words', effects: [] });
});

test.each([
  [
    'a pasted picture',
    `<div>${LOGO}</div><div>On 30. Nov 2026, at 10:00, Acme Support &lt;support@desk.example&gt; wrote:</div>${QUOTE}`,
  ],
  ['a name that was asked for', '<div>Jo Miller</div>'],
  ['words below the mark', `<div>--<br>It is the left one.<br>${LOGO}</div>`],
])('what is no signature takes the turn: %s', async (_what, html) => {
  expect(await decided(html)).toMatchObject({ disposition: 'answer' });
});
