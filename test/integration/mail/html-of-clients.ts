/** A mail in HTML, and what the other side reads of it as text; the HTML it gets says the same. */
export type FormattedCase = { what: string; html: string; plain?: string; text: string; isPlain?: true };

/** Mails as mail programs and offices write them. */
export const HTML_OF_CLIENTS: FormattedCase[] = [
  {
    what: 'outlook desktop list',
    html: '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><style><!-- p.MsoNormal {margin:0cm;font-size:11.0pt} --></style><!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]--></head><body lang="DE" link="#0563C1"><div class="WordSection1"><p class="MsoNormal">Guten Tag,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">zwei Punkte:<o:p></o:p></p><p class="MsoListParagraph" style="text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">1.<span style="font:7.0pt &quot;Times New Roman&quot;">&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>Der <b>Drucker</b> druckt nicht<o:p></o:p></p><p class="MsoListParagraph" style="margin-left:72.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1"><![if !supportLists]><span style="mso-list:Ignore">a.<span style="font:7.0pt &quot;Times New Roman&quot;">&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>seit Montag<o:p></o:p></p><p class="MsoListParagraph" style="text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">2.<span style="font:7.0pt &quot;Times New Roman&quot;">&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>Die Rechnung fehlt<o:p></o:p></p></div></body></html>',
    text: 'Guten Tag,\n\nzwei Punkte:\n1.     Der *Drucker* druckt nicht\na.     seit Montag\n2.     Die Rechnung fehlt',
  },
  {
    what: 'outlook bullets',
    html: '<div class="WordSection1"><p class="MsoNormal">See:<o:p></o:p></p><ul style="margin-top:0cm" type="disc"><li class="MsoListParagraph" style="margin-left:0cm;mso-list:l1 level1 lfo2">Alpha<o:p></o:p></li><ul style="margin-top:0cm" type="circle"><li class="MsoListParagraph" style="mso-list:l1 level2 lfo2">Alpha one<o:p></o:p></li></ul><li class="MsoListParagraph">Beta<o:p></o:p></li></ul></div>',
    text: 'See:\n\n- Alpha\n  - Alpha one\n- Beta',
  },
  {
    what: 'outlook table',
    html: '<div class="WordSection1"><p class="MsoNormal">Order:<o:p></o:p></p><table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:none"><tr><td width="200" valign="top" style="width:150.0pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt"><p class="MsoNormal">Article<o:p></o:p></p></td><td style="border:solid windowtext 1.0pt;border-left:none"><p class="MsoNormal">Qty<o:p></o:p></p></td></tr><tr><td style="border:solid windowtext 1.0pt;border-top:none"><p class="MsoNormal">Toner X<o:p></o:p></p></td><td style="border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt"><p class="MsoNormal">2<o:p></o:p></p></td></tr></table><p class="MsoNormal">Thanks<o:p></o:p></p></div>',
    text: 'Order:\n\nArticle | Qty\nToner X | 2\n\nThanks',
  },
  {
    what: 'outlook new',
    html: '<div class="elementToProof" style="font-family:Aptos, Aptos_EmbeddedFont, Calibri; font-size:12pt; color:rgb(0,0,0)">Hi team,</div><div class="elementToProof" style="font-family: Aptos; font-size:12pt"><br></div><div class="elementToProof" style="font-family: Aptos">The <b>second</b> order is missing:</div><ol start="1" data-editing-info="{}" style="margin-top:0;margin-bottom:0"><li style="list-style-type: decimal;"><div role="presentation" class="elementToProof">Order 4711</div></li><ol start="1" style="list-style-type: lower-alpha;"><li><div role="presentation">red</div></li></ol><li><div>Order 4712</div></li></ol><div class="elementToProof"><img src="cid:shot" width="400" style="max-width:400px"></div><div class="elementToProof">Above is the screen.</div>',
    text: 'Hi team,\n\nThe *second* order is missing:\n\n1. Order 4711\n  a. red\n2. Order 4712\n\n[image: shot.png]\nAbove is the screen.',
  },
  {
    what: 'outlook text part',
    html: '<div class="WordSection1"><p class="MsoNormal">Hi <b>Jo</b>,<o:p></o:p></p><p class="MsoNormal">see <a href="https://x.example/%C3%BC">this page</a> and <a href="http://www.y.example">www.y.example</a> or mail <a href="mailto:a@y.example">a@y.example</a>.<o:p></o:p></p></div>',
    plain:
      'Hi Jo,\r\n\r\nsee this page<https://x.example/%C3%BC> and www.y.example<http://www.y.example> or mail a@y.example<mailto:a@y.example>.\r\n',
    text: 'Hi *Jo*,\nsee this page <https://x.example/%C3%BC> and www.y.example or mail\na@y.example.',
  },
  {
    what: 'gmail nested',
    html: '<div dir="ltr">Hi,<div><br></div><div>please see:</div><div><ul><li style="margin-left:15px">one</li><ul><li style="margin-left:15px">one a</li></ul><li style="margin-left:15px">two</li></ul></div><div>and <font color="#ff0000">red</font>, <span style="background-color:yellow">marked</span>, <span style="font-size:small">small</span>.</div></div>',
    text: 'Hi,\n\nplease see:\n\n- one\n  - one a\n- two\n\nand red, marked, small.',
  },
  {
    what: 'gmail picture midword',
    html: '<div dir="ltr">The screen shows <img src="cid:shot" alt="image.png" width="20" height="20"> and then stops.<div><br></div><div>Any idea?</div></div>',
    text: 'The screen shows [image: shot.png] and then stops.\n\nAny idea?',
  },
  {
    what: 'gmail link tracking',
    html: '<div dir="ltr">My order is at <a href="https://shop.example/orders?id=4711&amp;utm_source=mail&amp;utm_campaign=x" target="_blank" data-saferedirecturl="https://www.google.com/url?q=x">my account</a>, see also <a href="https://shop.example/faq">https://shop.example/faq</a>, and <a href="mailto:jo@x.example">jo@x.example</a>.</div>',
    text: 'My order is at my account\n<https://shop.example/orders?id=4711&utm_source=mail&utm_campaign=x>,\nsee also https://shop.example/faq, and jo@x.example.',
  },
  {
    what: 'gmail text part',
    html: '<div dir="ltr">Hi <b>Jo</b>,<br><br>see <a href="https://x.example/ü">this page</a> please.<br><ul><li>one</li><li>two</li></ul><div>Bye<br clear="all"><div><img src="cid:shot" alt="image.png" width="10"><br></div></div></div>',
    plain:
      'Hi *Jo*,\n\nsee this page <https://x.example/%C3%BC> please.\n\n   - one\n   - two\n\nBye\n[image: image.png]\n',
    text: 'Hi *Jo*,\n\nsee this page <https://x.example/%C3%BC> please.\n\n- one\n- two\n\nBye\n[image: shot.png]',
  },
  {
    what: 'apple mail',
    html: '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">Hello,<div><br></div><div><b>Bold</b> and <i>italic</i> and <u>under</u>.</div><div><br></div><div><ol class="MailOutline"><li>First</li><li>Second</li></ol><div><br></div><div>Here: <img alt="Screen Shot.png" src="cid:shot"></div></div><div><br></div><div>Regards,</div><div>Jo</div></body></html>',
    text: 'Hello,\n\n*Bold* and _italic_ and under.\n\n1. First\n2. Second\n\nHere: [image: shot.png]\n\nRegards,\nJo',
  },
  {
    what: 'apple text part',
    html: '<html><body style="overflow-wrap: break-word;">Hi&nbsp;<b>Jo</b>,<div><ol><li>one</li><li>two</li></ol></div><div><img src="cid:shot" alt="x.png"></div><div>See <a href="https://x.example/a">there</a>.</div></body></html>',
    plain: 'Hi Jo,\n1. one\n2. two\n\n\nSee there <https://x.example/a>.\n',
    text: 'Hi *Jo*,\n\n1. one\n2. two\n\n[image: shot.png]\nSee there <https://x.example/a>.',
  },
  {
    what: 'tb text part',
    html: '<html><body><p>Hi <b>Jo</b>,</p><ul><li>one</li><li>two</li></ul><p>see <a class="moz-txt-link-freetext" href="https://x.example/a">https://x.example/a</a> and <a href="https://x.example/b">there</a></p><table border="1"><tbody><tr><td>a<br></td><td>b<br></td></tr><tr><td>1</td><td>2</td></tr></tbody></table><hr><p><i>bye</i></p></body></html>',
    plain:
      'Hi *Jo*,\n\n  * one\n  * two\n\nsee https://x.example/a and there <https://x.example/b>\n\na\n\tb\n1\n\t2\n\n\n------------------------------------------------------------------------\n\n/bye/\n',
    text: 'Hi *Jo*,\n\n- one\n- two\n\nsee https://x.example/a and there <https://x.example/b>\n\na | b\n1 | 2\n\n----------\n\n_bye_',
  },
  {
    what: 'yahoo',
    html: '<html><head></head><body><div class="ydp1234yahoo-style-wrap" style="font-family:Helvetica Neue, sans-serif;font-size:16px;"><div dir="ltr" data-setdir="false">Hello</div><div dir="ltr" data-setdir="false"><br></div><div dir="ltr" data-setdir="false"><div><span style="font-weight: bold;">Where</span> is it?</div></div><div><ul><li>a</li><li>b</li></ul></div><div><br></div></div></body></html>',
    text: 'Hello\n\n*Where* is it?\n\n- a\n- b',
  },
  {
    what: 'proton',
    html: '<div style="font-family: Arial, sans-serif; font-size: 14px;">Hello,</div><div style="font-family: Arial, sans-serif; font-size: 14px;"><br></div><div style="font-family: Arial">I <em>can\'t</em> log in. The page says <code>ERR_42</code>.</div><div class="protonmail_signature_block" style="font-family: Arial, sans-serif; font-size: 14px;"><div class="protonmail_signature_block-user"><div>Jo</div></div><div class="protonmail_signature_block-proton">Sent with <a target="_blank" href="https://proton.me/mail/home">Proton Mail</a> secure email.</div></div>',
    text: "Hello,\n\nI _can't_ log in. The page says `ERR_42`.",
  },
  {
    what: 'samsung mobile',
    html: '<html><head></head><body><div dir="auto">Hi, my <b>order</b> did not come.<br></div><div dir="auto"><br></div><div dir="auto"><ul><li>4711</li><li>4712</li></ul></div><div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757" dir="auto">Sent from my Galaxy</div></div></body></html>',
    text: 'Hi, my *order* did not come.\n\n- 4711\n- 4712',
  },
  {
    what: 'iphone',
    html: '<html><body dir="auto">Hi<div><br></div><div>It is <b>broken</b>&nbsp;😀</div><div><br></div><div><img src="cid:shot" alt="IMG_1.jpg"></div><div>See that?<br><div dir="ltr">Sent from my iPhone</div></div></body></html>',
    text: 'Hi\n\nIt is *broken* 😀\n\n[image: shot.png]\nSee that?',
  },
  {
    what: 'k9',
    html: '<!DOCTYPE html><html><body><div style="white-space: pre-wrap;">Hello,\n\n - one\n - two\n\nit costs 5 &lt; 6 EUR.\n<b>Jo</b></div></body></html>',
    text: 'Hello,\n\n - one\n - two\n\nit costs 5 < 6 EUR.\n*Jo*',
  },
  {
    what: 'shop order table',
    html: '<table width="100%" cellpadding="0"><tr><td><table style="border-collapse:collapse"><thead><tr><th style="text-align:left">Item</th><th>Qty</th><th>Price</th></tr></thead><tbody><tr><td>Kettle<br><small>steel</small></td><td align="right">1</td><td>€ 29.90</td></tr><tr><td colspan="2"><b>Total</b></td><td><b>€ 29.90</b></td></tr></tbody><tfoot><tr><td colspan="3">incl. VAT</td></tr></tfoot></table></td></tr></table><p>This order is wrong!</p>',
    text: 'Item | Qty | Price\nKettle steel | 1 | € 29.90\n*Total* | *€ 29.90*\nincl. VAT\n\nThis order is wrong!',
  },
  {
    what: 'google docs paste',
    html: '<div dir="ltr"><span id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;"><span style="font-size:11pt;font-weight:700;white-space:pre-wrap;">Problem</span></p><ul style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="white-space:pre;" aria-level="1"><p dir="ltr" role="presentation"><span style="white-space:pre-wrap;">first </span><span style="font-style:italic;white-space:pre-wrap;">thing</span></p></li><li dir="ltr" style="white-space:pre;"><p dir="ltr"><span style="white-space:pre-wrap;">second</span></p></li></ul></span></div>',
    text: '*Problem*\n\n- first _thing_\n- second',
  },
  {
    what: 'excel paste',
    html: '<div dir="ltr"><table cellspacing="0" cellpadding="0" dir="ltr" border="1" style="table-layout:fixed;border-collapse:collapse;border:none" data-sheets-root="1"><colgroup><col width="100"><col width="100"></colgroup><tbody><tr style="height:21px"><td style="overflow:hidden;padding:0px 3px;vertical-align:bottom">SKU</td><td style="overflow:hidden">Name</td></tr><tr><td>A-1</td><td>Widget &amp; Co</td></tr><tr><td></td><td>(none)</td></tr></tbody></table><br></div>',
    text: 'SKU | Name\nA-1 | Widget & Co\n | (none)',
  },
  {
    what: 'slack code',
    html: '<div>Run this:</div><pre style="background:#eee"><code>npm ci\nnpm test -- --grep "a  b"\n</code></pre><div>and see <kbd>Ctrl</kbd>+<kbd>C</kbd>.</div>',
    text: 'Run this:\n\nnpm ci\nnpm test -- --grep "a  b"\n\nand see `Ctrl`+`C`.',
  },
  {
    what: 'definition list',
    html: '<p>Facts</p><dl><dt>Name</dt><dd>Jo</dd><dt>Plan</dt><dd>Gold</dd></dl><p>H<sub>2</sub>O and m<sup>2</sup></p>',
    text: 'Facts\n\nName\nJo\nPlan\nGold\n\nH2O and m2',
  },
  {
    what: 'roundcube',
    html: '<p>Dobrý den,</p>\r\n<p><span style="text-decoration: underline;">důležité</span>: <del>starý</del> <ins>nový</ins></p>\r\n<p><br /></p><div id="signature">-- <br />Jan</div>',
    text: 'Dobrý den,\n\ndůležité: ~~starý~~ nový',
  },
  {
    what: 'outlook hr separated',
    html: '<p>First part</p><hr style="width:98%"><p>Second part <a name="_MailEndCompose">with an anchor</a></p>',
    text: 'First part\n\n----------\n\nSecond part with an anchor',
  },
  {
    what: 'button like link',
    html: '<p>Click</p><table role="presentation"><tr><td style="background:#06c;border-radius:4px"><a href="https://shop.example/pay" style="color:#fff;padding:10px"><b>Pay now</b></a></td></tr></table><p>does not work. <button>Old button</button> <label>Label</label> <input value="typed"></p>',
    text: 'Click\n\n*Pay now* <https://shop.example/pay>\n\ndoes not work. Old button Label',
  },
  {
    what: 'picture in link',
    html: '<p>Look <a href="https://x.example/big"><img src="cid:shot" alt="shot.png"></a> here</p>',
    text: 'Look [image: shot.png] <https://x.example/big> here',
  },
  {
    what: 'idn real',
    html: '<p>See <b>our</b> page <a href="https://müller.example/preise">hier</a> and <a href="https://müller.example/">https://müller.example/</a></p>',
    text: 'See *our* page hier <https://xn--mller-kva.example/preise> and\nhttps://müller.example/ <https://xn--mller-kva.example/>',
  },
  {
    what: 'umlaut path',
    html: '<p>See <b>our</b> <a href="https://x.example/über uns?q=ä b">page</a></p>',
    text: 'See *our* page <https://x.example/%C3%BCber%20uns?q=%C3%A4%20b>',
  },
  {
    what: 'quote in url',
    html: '<p>See <b>it</b> <a href="https://x.example/?q=%22a%22&b=\'c\'|d">here</a></p>',
    text: 'See *it* here <https://x.example/?q=%22a%22&b=%27c%27|d>',
  },
  {
    what: 'url parens',
    html: '<p>See <b>it</b> <a href="https://x.example/a_(b)">here</a> (or <a href="https://x.example/c">c</a>)</p>',
    text: 'See *it* here <https://x.example/a_(b)> (or c <https://x.example/c>)',
  },
  {
    what: 'url template',
    html: '<p>See <b>it</b> <a href="https://x.example/{id}/[x]?a=<b>">here</a></p>',
    text: 'See *it* here <https://x.example/%7Bid%7D/[x]?a=%3Cb%3E>',
  },
  {
    what: 'mailto subject',
    html: '<p>Write <b>to</b> <a href="mailto:jo@x.example?subject=Hello%20you">me</a></p>',
    text: 'Write *to* me <jo@x.example?subject=Hello%20you>',
  },
  {
    what: 'safelinks',
    html: '<p>See <b>it</b> <a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa&amp;data=05%7C01%7C&amp;reserved=0">https://x.example/a</a></p>',
    text: 'See *it* https://x.example/a\n<https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa&data=05%7C01%7C&reserved=0>',
  },
  {
    what: 'list in table cell',
    html: '<table border="1"><tr><td>Item</td><td><ul><li>a</li><li>b</li></ul></td></tr><tr><td><img src="cid:shot"></td><td>c<br>d</td></tr></table><p>e</p>',
    text: 'Item | - a - b\n[image: shot.png] | c d\n\ne',
  },
  {
    what: 'nested quote code',
    html: '<p>a</p><blockquote><p>b</p><blockquote><p>c</p></blockquote><pre>x\n  y</pre></blockquote><p>d</p>',
    text: 'a\n\n> b\n>\n> > c\n>\n> x\n>   y\n\nd',
  },
  {
    what: 'emoji img',
    html: '<p>Hi <b>x</b> <img data-emoji="😀" alt="😀" src="https://fonts.gstatic.com/s/e/notoemoji/1f600.png"> there</p>',
    text: 'Hi *x* 😀 there',
  },
  {
    what: 'math',
    html: '<p>Hello <b>team</b>.</p><math><mtext>x</mtext><annotation-xml encoding="text/html"><img src=x onerror=alert(1)>secret bait</annotation-xml></math>',
    text: 'Hello *team*.\n\nx',
  },
  {
    what: 'glued cells',
    html: '<table><tr><td>a</td><td>b</td></tr></table>c<div>d</div>e<p>f</p>g<li>h</li>i<section>j</section><dialog open>k</dialog>l<details><summary>m</summary>n</details>o<fieldset><legend>p</legend>q</fieldset>r<address>s</address>t<hgroup>u</hgroup>v<search>w</search>',
    text: 'a  b\nc\nd\ne\n\nf\n\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\nu\nv\nw',
  },
];
