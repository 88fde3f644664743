import { expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

/** Answers as the HTML of mail programs looks; each says "Hello." and quotes "Old". */
const ANSWERS: readonly (readonly [string, string])[] = [
  [
    'Mail.ru',
    '<HTML><BODY>Hello.<br><br>Mon, 6 Jan 2025, 10:11 +03:00 from Jane Doe &lt;jane@shop.example&gt;:<br><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;"><div>Old</div></blockquote></BODY></HTML>',
  ],
  [
    'Yandex',
    '<div>Hello.</div><div>&nbsp;</div><div>06.01.2025, 10:11, "Jane Doe" &lt;jane@shop.example&gt;:</div><blockquote type="cite"><p>Old</p></blockquote>',
  ],
  [
    'Yandex without marks',
    '<div>Hello.</div><div>06.01.2025, 10:11, "Jane" &lt;<a href="mailto:jane@shop.example">jane@shop.example</a>&gt;:</div><blockquote><p>Old</p></blockquote>',
  ],
  ['Hotmail', '<div dir=\'ltr\'>Hello.<br><br><div><hr id="stopSpelling">Date: Mon, 6 Jan 2025<br>Old</div></div>'],
  [
    'AOL',
    '<font>Hello.<br><br>-----Original Message-----<br>From: Jane &lt;j@x.example&gt;<br>To: Jo<br>Sent: Mon, Jan 6, 2025 10:11 am<br>Subject: Lid<br><div id="aolmail_a">Old</div></font>',
  ],
  [
    'Comcast',
    '<div>Hello.</div><hr id="zwchr"><div><b>From: </b>"Jane" &lt;j@x.example&gt;<br><b>To: </b>jo@x.example<br><b>Sent: </b>Monday, January 6, 2025 10:11:12 AM<br><b>Subject: </b>Lid<br></div><div>Old</div>',
  ],
  [
    'Outlook 2003',
    '<div><p class=MsoNormal><span>Hello.</span></p><div class=MsoNormal align=center><hr size=3 width="100%"></div><p class=MsoNormal><b>From:</b> Jane [mailto:j@x.example] <br><b>Sent:</b> Monday, January 6, 2025 10:11 AM<br><b>To:</b> Jo<br><b>Subject:</b> Lid</p><p>Old</p></div>',
  ],
  [
    'a header block in a table',
    '<p>Hello.</p><table><tr><td><b>From:</b></td><td>Jane &lt;j@x.example&gt;</td></tr><tr><td><b>Sent:</b></td><td>Mon 1/6/2025 10:11 AM</td></tr><tr><td><b>Subject:</b></td><td>Lid</td></tr></table><p>Old</p>',
  ],
  [
    'Sparrow',
    '<div>Hello.</div><p style="color: #A0A0A8;">On Monday, January 6, 2025 at 10:11 AM, Jane wrote:</p><blockquote type="cite" style="border-left-style:solid;border-width:1px;margin-left:0px;padding-left:10px;"><div>Old</div></blockquote>',
  ],
  [
    'iPhone',
    '<html><body><div>Hello.</div><div><br>Sent from my iPhone</div><div><br>On Jan 6, 2025, at 10:11 AM, Jane &lt;<a href="mailto:j@x.example">j@x.example</a>&gt; wrote:<br><br></div><blockquote type="cite"><div>Old</div></blockquote></body></html>',
  ],
  [
    'Samsung',
    '<div>Hello.</div><div id="composer_signature"><div style="font-size:85%">Sent from my Galaxy</div></div><div style="font-size:100%"><!-- originalMessage --><div>-------- Original message --------</div><div>From: Jane</div><div>Date: 1/6/25 10:11</div><div>Old</div></div>',
  ],
  [
    'Lotus Notes',
    '<font size=2>Hello.</font><br><br><font size=1>From: &nbsp; &nbsp; Jane Doe/Shop</font><br><font size=1>To: &nbsp; Jo</font><br><font size=1>Date: &nbsp; 06.01.2025 10:11</font><br><font size=1>Subject: &nbsp; Lid</font><br><hr noshade><br>Old',
  ],
  [
    'Zimbra',
    '<div>Hello.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote style="border-left:2px solid #1010FF;margin-left:5px;padding-left:5px"><b>De: </b>"Jane" &lt;j@x.example&gt;<br></blockquote></div><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF">Old</blockquote></div>',
  ],
  [
    'Roundcube',
    '<p>Hello.</p><p id="reply-intro">On 2025-01-06 10:11, Jane wrote:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">Old</blockquote>',
  ],
  [
    'Outlook for Mac',
    '<p class="MsoNormal">Hello.</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p><b><span>From: </span></b><span>Jane<br><b>Date: </b>Monday, January 6, 2025 at 10:11 AM<br><b>To: </b>Jo<br><b>Subject: </b>Lid</span></p></div><p>Old</p>',
  ],
  [
    'old Outlook for Mac',
    '<div>Hello.</div><span id="OLK_SRC_BODY_SECTION"><div><span style="font-weight:bold">From: </span> Jane<br></div><div>Old</div></span>',
  ],
  [
    'QQ',
    '<div>Hello.</div><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>"Jane";<br><b>发送时间:</b>2025年1月6日 10:11<br></div><div>Old</div>',
  ],
  [
    'NetEase',
    '<div>Hello.</div><div id="divNeteaseMailCard"></div><br><p>At 2025-01-06 10:11:12, "Jane" &lt;j@x.example&gt; wrote:</p><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid"><div>Old</div></blockquote>',
  ],
  [
    'Naver',
    '<div><p>Hello.</p></div><p>-----Original Message-----<br><b>From:</b> "Jane" &lt;j@x.example&gt;<br><b>To:</b> Jo<br><b>Cc:</b><br><b>Sent:</b> 2025-01-06 (월) 10:11:12 (GMT+09:00)<br><b>Subject:</b> Lid</p><p>Old</p>',
  ],
  [
    'iCloud',
    '<div>Hello.</div><div><br><div>On Jan 6, 2025, at 10:11 AM, Jane &lt;j@x.example&gt; wrote:<br><br></div><blockquote type="cite"><div class="msg-quote">Old</div></blockquote></div>',
  ],
  [
    'HEY',
    '<div class="trix-content"><div>Hello.</div></div><br><br><div class="hey_quote">On January 6, 2025, Jane &lt;j@x.example&gt; wrote:<blockquote>Old</blockquote></div>',
  ],
  [
    'Freshdesk',
    '<div>Hello.</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, 6 Jan at 10:11 AM , Jane &lt;j@x.example&gt; wrote:<br>Old</blockquote></div>',
  ],
  ['GroupWise', '<div>Hello.</div>&gt;&gt;&gt; Jane Doe &lt;j@x.example&gt; 1/6/2025 10:11 AM &gt;&gt;&gt;<br>Old'],
  [
    'Spark',
    '<div name="messageBodySection"><div>Hello.</div></div><div name="messageSignatureSection">Jo</div><div name="messageReplySection">On 6 Jan 2025, 10:11 +0100, Jane wrote:<br><blockquote type="cite">Old</blockquote></div>',
  ],
  [
    'Mailbird',
    '<div>Hello.</div><blockquote class="history_container" type="cite" style="border-left-style: solid"><p>On 1/6/2025 10:11:12 AM, Jane wrote:</p>Old</blockquote>',
  ],
  [
    'Fastmail',
    '<div>Hello.</div><div>On Mon, Jan 6, 2025, at 10:11 AM, Jane wrote:<br></div><blockquote type="cite" id="qt" style=""><div>Old</div></blockquote>',
  ],
  [
    'Gmail with the answer below',
    '<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 6, 2025 at 10:11 AM Jane &lt;j@x.example&gt; wrote:<br></div><blockquote class="gmail_quote">Old</blockquote><div><br></div><div>Hello.</div></div></div>',
  ],
  [
    'Word',
    '<div class=WordSection1><p class=MsoNormal>Hello.</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal><b>From:</b> Jane &lt;j@x.example&gt; <br><b>Sent:</b> Monday, January 6, 2025 10:11 AM<br><b>To:</b> Jo &lt;jo@x.example&gt;<br><b>Subject:</b> Lid<o:p></o:p></p><p>Old</p></div>',
  ],
  [
    'a header block in spans',
    '<div>Hello.</div><div><span>From: Jane</span><span>Sent: Monday, January 6, 2025 10:11 AM</span><br><span>To: Jo</span><br>Subject: Lid</div><div>Old</div>',
  ],
];

test.each(ANSWERS)('the history in an answer from %s is not new', (_client, html) => {
  expect(readBody({ plain: undefined, html }).reply).toBe('Hello.');
});

test.each(ANSWERS)('the whole text of an answer from %s is kept beside it', (_client, html) => {
  const { text } = readBody({ plain: undefined, html });
  expect(text).toContain('Hello.');
  expect(text).toContain('Old');
});

test('lines that Outlook ended with Enter stay lines; its empty paragraphs, and paragraphs of browsers, part them', () => {
  const typed = (html: string) => readBody({ plain: undefined, html }).reply;
  const outlook = (...lines: string[]) =>
    lines.map((line) => `<p class="MsoNormal"><span>${line}<o:p></o:p></span></p>`).join('\n');
  const empty = '&nbsp;';
  expect(typed(outlook('Hello Jo,', empty, 'please hold the button.', empty, 'Alice Ames', 'Acme GmbH'))).toBe(
    'Hello Jo,\n\nplease hold the button.\n\nAlice Ames\nAcme GmbH',
  );
  expect(typed('<p style="margin:0">One</p><p style="margin: 0cm 0cm 0.0001pt">Two</p>')).toBe('One\nTwo');
  expect(typed('<p style="margin:0">One</p><p style="margin: 0px">Two</p>')).toBe('One\nTwo');
  expect(typed('<p style="margin-top:0;margin-bottom:0">One</p><p style="margin:0in 0in 8pt">Two</p>')).toBe(
    'One\n\nTwo',
  );
  expect(typed('<p>One</p><p class="MyMsoNormality">Two</p>')).toBe('One\n\nTwo');
});
