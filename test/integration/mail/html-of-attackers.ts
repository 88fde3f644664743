import type { FormattedCase } from './html-of-clients.ts';

/** HTML that hides words, misleads, loads, runs or breaks out; `isPlain` where its formatting is given up. */
export const HTML_OF_ATTACKERS: FormattedCase[] = [
  {
    what: 'display none upper',
    html: '<p>Hello <b>team</b>.</p><div STYLE="DISPLAY : NONE">secret bait</div>',
    text: 'Hello *team*.',
  },
  {
    what: 'css comment',
    html: '<p>Hello <b>team</b>.</p><div style="display:/**/none">secret bait</div>',
    text: 'Hello *team*.',
  },
  {
    what: 'css escape',
    html: '<p>Hello <b>team</b>.</p><div style="d\\69splay:none">secret bait</div>',
    text: 'Hello *team*.',
  },
  {
    what: 'visibility collapse important',
    html: '<p>Hello <b>team</b>.</p><span style="visibility:hidden!important">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'opacity 001',
    html: '<p>Hello <b>team</b>.</p><span style="opacity:0.01">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'opacity pct',
    html: '<p>Hello <b>team</b>.</p><span style="opacity:0%">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'color equals background',
    html: '<p>Hello <b>team</b>.</p><span style="color:#fff;background:#fff">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'transparent',
    html: '<p>Hello <b>team</b>.</p><span style="color:transparent">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'rgba 0',
    html: '<p>Hello <b>team</b>.</p><span style="color:rgba(0,0,0,0)">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'font 0 shorthand',
    html: '<p>Hello <b>team</b>.</p><span style="font:0/0 a">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'font size 0.1',
    html: '<p>Hello <b>team</b>.</p><span style="font-size:.1px">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'clip',
    html: '<p>Hello <b>team</b>.</p><span style="position:absolute;clip:rect(0,0,0,0);width:1px;height:1px;overflow:hidden">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'clip path',
    html: '<p>Hello <b>team</b>.</p><span style="clip-path:inset(50%)">secret bait</span>',
    text: 'Hello *team*.',
  },
  {
    what: 'scale 0',
    html: '<p>Hello <b>team</b>.</p><div style="transform:scale(0)">secret bait</div>',
    text: 'Hello *team*.',
  },
  {
    what: 'text indent',
    html: '<p>Hello <b>team</b>.</p><p style="text-indent:-9999em">secret bait</p>',
    text: 'Hello *team*.',
  },
  {
    what: 'offscreen right',
    html: '<p>Hello <b>team</b>.</p><p style="position:absolute;left:9999px">secret bait</p>',
    text: 'Hello *team*.',
  },
  {
    what: 'zero height inset',
    html: '<p>Hello <b>team</b>.</p><div style="height:0;overflow:hidden"><p>secret bait</p></div>',
    text: 'Hello *team*.',
  },
  {
    what: 'max height 1',
    html: '<p>Hello <b>team</b>.</p><div style="max-height:0px;overflow:clip"><p>secret bait</p></div>',
    text: 'Hello *team*.',
  },
  {
    what: 'content visibility',
    html: '<p><b>x</b></p><div style="content-visibility:hidden">secret bait</div>',
    text: '*x*',
  },
  {
    what: 'float tiny box',
    html: '<p><b>x</b></p><div style="width:0;height:0;overflow:hidden;float:left">secret bait</div>',
    text: '*x*',
  },
  {
    what: 'template',
    html: '<p>Hello <b>team</b>.</p><template><p>secret bait</p></template>',
    text: 'Hello *team*.',
  },
  {
    what: 'noscript',
    html: '<p>Hello <b>team</b>.</p><noscript><p>secret bait</p></noscript>',
    text: 'Hello *team*.',
  },
  {
    what: 'svg text',
    html: '<p>Hello <b>team</b>.</p><svg><text>secret bait</text><foreignObject><p>secret foreign</p></foreignObject></svg>',
    text: 'Hello *team*.',
  },
  {
    what: 'svg script',
    html: '<p>Hello <b>team</b>.</p><svg><style><img src=x onerror=alert(1)></style></svg><p>after</p>',
    text: 'Hello *team*.\n\nafter',
  },
  {
    what: 'conditional comment',
    html: '<p>Hello <b>team</b>.</p><!--[if mso]><p>secret bait for outlook</p><![endif]--><p>after</p>',
    text: 'Hello *team*.\n\nafter',
  },
  {
    what: 'table hidden row',
    html: '<table border="1"><tr><td>a</td><td>b</td></tr><tr style="display:none"><td>secret</td><td>bait</td></tr></table>',
    text: 'a | b',
  },
  {
    what: 'downlevel revealed',
    html: '<p>Hello <b>team</b>.</p><![if !mso]><p>shown to all</p><![endif]>',
    text: 'Hello *team*.\n\nshown to all',
  },
  {
    what: 'comment trick',
    html: '<p>Hello <b>team</b>.</p><!--><p>shown after bogus comment</p>--><p>after</p>',
    text: 'Hello *team*.\n\nshown after bogus comment\n\n-->\n\nafter',
  },
  {
    what: 'comment bang',
    html: '<p>Hello <b>team</b>.</p><!-- x --!><p>shown after bang</p><!-- --><p>after</p>',
    text: 'Hello *team*.\n\nshown after bang\n\nafter',
  },
  {
    what: 'white on blue',
    html: '<table><tr><td bgcolor="#0000ff" style="background:#00f"><span style="color:#ffffff">white on <b>blue</b></span></td></tr></table>',
    text: 'white on *blue*',
  },
  {
    what: 'hidden with display',
    html: '<p><b>x</b></p><p hidden style="display:block">seen anyway</p>',
    text: '*x*\n\nseen anyway',
  },
  {
    what: 'nested anchor',
    html: '<p><a href="https://good.example/">good <a href="https://evil.example/">evil</a> tail</a></p>',
    text: 'good <https://good.example/> evil <https://evil.example/> tail',
  },
  {
    what: 'javascript url',
    html: '<p><b>x</b> <a href="java&#115;cript:alert(1)">click</a> <a href=" jav\tascript:alert(1)">tab</a> <a href="data:text/html,<script>alert(1)</script>">data</a></p>',
    text: '*x* click tab data',
  },
  {
    what: 'lookalike',
    html: '<p><b>x</b> <a href="https://evil.example/t/12-3f">https://help.acme.example/t/12</a></p>',
    text: '*x* https://help.acme.example/t/12 <https://evil.example/t/12-3f>',
  },
  {
    what: 'lookalike userinfo',
    html: '<p><b>x</b> <a href="https://help.acme.example@evil.example/">https://help.acme.example/</a></p>',
    text: 'x https://help.acme.example/ <https://help.acme.example@evil.example/>',
    isPlain: true,
  },
  {
    what: 'idn',
    html: '<p><b>x</b> <a href="https://аcme.example/">https://acme.example/</a></p>',
    text: '*x* https://acme.example/ <https://xn--cme-5cd.example/>',
  },
  {
    what: 'lookalike trailing',
    html: '<p><b>x</b> <a href="https://acme.example.evil.example/">acme.example</a></p>',
    text: '*x* acme.example <https://acme.example.evil.example/>',
  },
  {
    what: 'base',
    html: '<base href="https://evil.example/"><p><b>x</b> <a href="/pay">pay</a> <img src="/x.png"></p>',
    text: '*x* pay',
  },
  {
    what: 'meta refresh',
    html: '<meta http-equiv="refresh" content="0;url=https://evil.example/"><p>Hello <b>team</b>.</p>',
    text: 'Hello *team*.',
  },
  {
    what: 'form',
    html: '<form action="https://evil.example/"><p><b>Your</b> password:</p><input name="p" placeholder="type here"><textarea>typed area</textarea><select><option>one</option></select><button>Send it</button></form>',
    text: '*Your* password:\n\ntyped area Send it',
  },
  {
    what: 'cid other',
    html: '<p><b>x</b> <img src="cid:secret@other"> <img src="CID:shot"></p>',
    text: '*x*',
  },
  {
    what: 'data url',
    html: '<p><b>x</b> <img src="data:image/svg+xml;base64,PHN2Zz48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+PC9zdmc+" alt="alt words"></p>',
    text: '*x*',
  },
  {
    what: 'picture set',
    html: '<p><b>x</b></p><picture><source srcset="https://evil.example/x.png"><img src="https://evil.example/x.png" alt="an alt"></picture>',
    text: '*x*',
  },
  {
    what: 'background url',
    html: '<p style="background:url(https://evil.example/x)">with <b>background</b></p><table background="https://evil.example/y"><tr><td>cell</td></tr></table>',
    text: 'with *background*\n\ncell',
  },
  {
    what: 'huge span',
    html: '<table border="1"><tr><td colspan="99999999">x</td></tr><tr><td rowspan="99">y</td><td>z</td></tr></table>',
    text: 'x\ny | z',
  },
  {
    what: 'bidi',
    html: '<p>invoice \u202egpj.exe <b>x</b> &#8238;abc&#x202c; <bdo dir="rtl">reversed</bdo></p>',
    text: 'invoice gpj.exe *x* abc reversed',
  },
  {
    what: 'attr quote break',
    html: '<p><b>x</b> <a href=\'https://x.example/"onmouseover="alert(1)\'>q</a> <img src="cid:shot" alt=\'"><script>alert(1)</script>\'></p>',
    text: '*x* q <https://x.example/%22onmouseover=%22alert(1)> [image: shot.png]',
  },
  {
    what: 'entity double',
    html: '<p><b>x</b> &amp;lt;script&amp;gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>',
    text: '*x* &lt;script&gt; <script>alert(1)</script>',
  },
  {
    what: 'token in link',
    html: '<p><b>x</b> <a href="https://help.acme.example/t/12-3f-k5xq2abcdefghijklmnopqrst7">close</a></p>',
    text: 'x close <https://help.acme.example/t/12-3f-k5xq2abcdefghijklmnopqrst7>',
    isPlain: true,
  },
  {
    what: 'marker forged',
    html: '<p><b>x</b></p><p>##- Reply above this line -##</p><p>below it</p>',
    text: '*x*\n\n##- Reply above this line -##\n\nbelow it',
  },
  {
    what: 'iframe srcdoc',
    html: '<p><b>x</b></p><iframe srcdoc="<p>in frame</p>">fallback words</iframe><object>object fallback</object><embed src="x"><p>after</p>',
    text: '*x*\n\nafter',
  },
];
