import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

function reply(html: string): string {
  return readBody({ plain: undefined, html }).reply;
}

/** Mails as the clients' HTML looks, in a language for which we know no words, so that only the marks can tell. */
const CLIENTS: readonly (readonly [string, string])[] = [
  [
    'Gmail on the web',
    '<div dir="ltr">It arrived.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Qwe 6 Jane &lt;<a href="mailto:jane@shop.example">jane@shop.example</a>&gt; rty:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Did it?</div></blockquote></div>',
  ],
  [
    'old Gmail',
    '<div dir="ltr">It arrived.</div><div class="gmail_extra"><br><div class="gmail_quote">Qwe 6 Jane rty <span dir="ltr">&lt;jane@shop.example&gt;</span>:<br><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">Did it?</blockquote></div><br></div>',
  ],
  [
    'Gmail on Android without a blockquote',
    '<div>It arrived.</div><div class="gmail_quote">Qwe Jane rty:<div>Did it?</div></div>',
  ],
  [
    'Apple Mail',
    '<body>It arrived.<br><div><br><blockquote type="cite"><div>Qwe 6 Jane &lt;jane@shop.example&gt; rty:</div><br class="Apple-interchange-newline"><div>Did it?</div></blockquote></div></body>',
  ],
  [
    'Thunderbird',
    '<p>It arrived.</p><div class="moz-cite-prefix">Qwe 6 Jane rty:<br></div><blockquote type="cite" cite="mid:1@shop.example"><p>Did it?</p></blockquote>',
  ],
  [
    'Outlook on the web',
    '<div>It arrived.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>Qwe:</b> Jane<br><b>Rty:</b> Jo</font><div>&nbsp;</div></div><div>Did it?</div>',
  ],
  [
    'Outlook on the web, forwarded through another client',
    '<div>It arrived.</div><div id="x_divRplyFwdMsg"><b>Qwe:</b> Jane</div><div>Did it?</div>',
  ],
  [
    'old Outlook',
    '<div>It arrived.</div><div class="OutlookMessageHeader" align="left"><b>Qwe:</b> Jane</div><div>Did it?</div>',
  ],
  [
    'Outlook for iOS',
    '<div>It arrived.</div><div id="ms-outlook-mobile-signature">Qwe Outlook</div><hr><div id="mail-editor-reference-message-container"><b>Qwe:</b> Jane<br>Did it?</div>',
  ],
  ['Hotmail', '<div>It arrived.<br><hr id="stopSpelling">Qwe: Jane<br>Did it?</div>'],
  [
    'Yahoo',
    '<div>It arrived.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>Qwe Jane rty:</div><div>Did it?</div></div>',
  ],
  [
    'Yahoo seen through another client',
    '<div>It arrived.</div><div class="yiv9876543yahoo_quoted"><div>Qwe Jane rty:</div><div>Did it?</div></div>',
  ],
  [
    'ProtonMail',
    '<div>It arrived.</div><div class="protonmail_quote">Qwe Jane rty:<br><blockquote class="protonmail_quote" type="cite">Did it?</blockquote><br></div>',
  ],
  [
    'Zoho',
    '<div>It arrived.</div><div class="zmail_extra_hr" style="border-top: 1px solid"></div><div class="zmail_extra" data-zbluepencil-ignore="true"><div>Qwe Jane rty</div><blockquote id="blockquote_zmail">Did it?</blockquote></div>',
  ],
  ['Tutanota', '<div>It arrived.</div><blockquote class="tutanota_quote">Did it?</blockquote>'],
  [
    'GMX',
    '<div>It arrived.</div><div name="quote" style="margin:10px 5px"><div name="quoted-content">Did it?</div></div>',
  ],
  [
    'NetEase',
    '<div>It arrived.</div><div id="isReplyContent"><p>Qwe Jane rty</p><blockquote>Did it?</blockquote></div>',
  ],
  [
    'a blockquote with a line at its left',
    '<div>It arrived.</div><blockquote style="border-left:2px solid #00f;margin-left:5px">Did it?</blockquote>',
  ],
];

describe('history that an HTML client marks is not new', () => {
  test.each(CLIENTS)('%s', (_client, html) => {
    expect(reply(html)).toBe('It arrived.');
  });
});

test('words typed between two quotes in Gmail are new', () => {
  const html =
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 6, 2025 at 10:11 AM Jane wrote:<br></div><blockquote class="gmail_quote">Did it arrive?</blockquote><div>Yes, on Monday.</div><blockquote class="gmail_quote">Is it whole?</blockquote><div>No, it leaks.</div></div>';
  expect(reply(html)).toBe('Yes, on Monday.\n\nNo, it leaks.');
});

test('words typed below the quote are new', () => {
  const html =
    '<div class="moz-cite-prefix">On 1/6/2025 10:11 AM, Jane wrote:<br></div><blockquote type="cite">Did it arrive?</blockquote><p>Yes, on Monday.</p>';
  expect(reply(html)).toBe('Yes, on Monday.');
});

test('an indented paragraph is no quote', () => {
  const html =
    '<div>Do this:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">open the lid</blockquote><div>Then call.</div>';
  expect(reply(html)).toBe('Do this:\n\nopen the lid\n\nThen call.');
});

test('a forwarded mail without words of its own is kept', () => {
  expect(
    reply('<div class="gmail_quote">---------- Forwarded message ---------<br>From: Jane<br>Hello Jo</div>'),
  ).toContain('Hello Jo');
  expect(reply('<div id="divRplyFwdMsg"><b>From:</b> Jane</div><div>Hello Jo</div>')).toContain('Hello Jo');
});

test('a forwarded mail below a note is kept', () => {
  const html =
    '<div>See below.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Jane<br>Subject: Leak</div>Hello Jo</div>';
  expect(reply(html)).toContain('See below.');
  expect(reply(html)).toContain('Hello Jo');
});

test('signatures that an HTML client marks are off, unless nothing else was said', () => {
  expect(reply('<div>It arrived.</div><div class="gmail_signature">Jo Lang<br>Sales</div>')).toBe('It arrived.');
  expect(reply('<div>It arrived.</div><div class="moz-signature">-- <br>Jo Lang</div>')).toBe('It arrived.');
  expect(reply('<div id="Signature"><div>It arrived.</div></div>')).toBe('It arrived.');
});

test('the plain part is cut where the HTML part says that history begins', () => {
  const plain =
    'It arrived.\n\nQwe 6 Jane jane@shop.example rty\n\nDid it arrive, and was it whole?\n\nJane from the shop\n';
  const html =
    '<div>It arrived.</div><div class="gmail_quote"><div class="gmail_attr">Qwe 6 Jane jane@shop.example rty</div><blockquote class="gmail_quote">Did it arrive, and was it whole?<p>Jane from the shop</p></blockquote></div>';
  expect(readBody({ plain: { text: plain, flowed: false, delSp: false }, html }).reply).toBe('It arrived.');
});

test('a plain part that only says that there is HTML gives way to the HTML, and stays in the whole text', () => {
  const stub = 'This message is in HTML. Your mail program does not show HTML messages.';
  const html = '<p>The parcel arrived, but it was open and the lid was broken. Could you send another?</p>';
  const body = readBody({ plain: { text: stub, flowed: false, delSp: false }, html });
  expect(body.reply).toBe('The parcel arrived, but it was open and the lid was broken. Could you send another?');
  expect(body.text).toBe(`${stub}\n\n${body.reply}`);
  expect(readBody({ plain: { text: ' \n', flowed: false, delSp: false }, html }).text).toBe(body.reply);
});

test('the box of Outlook for Windows begins history in a language that we do not know', () => {
  const html =
    "<div class=WordSection1><p class=MsoNormal>It arrived.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>Qwe:</b> Jane<br><b>Rty:</b> Jo</p></div></div><p class=MsoNormal>Did it?</p></div>";
  expect(reply(html)).toBe('It arrived.');
});

test('history that only a comment sets off is not new', () => {
  expect(reply('<p>It arrived.</p><!-- originalMessage --><p>Did it?</p>')).toBe('It arrived.');
});

test('a blockquote without a mark is a quote below an attribution, and a paragraph without', () => {
  const quote = '<blockquote><p>Did it?</p><p>Jane</p></blockquote>';
  expect(reply(`<p>It arrived.</p><div>06.01.2025, 10:11, "Jane" &lt;jane@shop.example&gt;:</div>${quote}`)).toBe(
    'It arrived.',
  );
  expect(reply(`<p>It arrived.</p><blockquote>On 6-Jan-2025, at 6:54 PM, Jane wrote:${quote}</blockquote>`)).toBe(
    'It arrived.',
  );
  expect(reply(`<p>You asked:</p>${quote}<p>It did.</p>`)).toBe('You asked:\n\nDid it?\n\nJane\n\nIt did.');
});
