import { expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { mutateMail, seededRandom, uncleanStrings } from '../../support/mutate-mail.ts';

/** Whole mails with something of everything; test/bench/fuzz-parser.ts runs more, over folders. */
const MAILS = [
  `From: "Doe, Jo" <jo@x.example>
To: Support <support@acme.example>, Team: a@x.example;
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=
Date: Sun, 22 Nov 2026 08:00:00 +0100
Message-ID: <1@x.example>
References: <0@x.example> <00@x.example>
Content-Type: multipart/mixed; boundary="out"

--out
Content-Type: multipart/alternative; boundary=in

--in
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe, it =
works.

On Sat, Nov 21, 2026 at 9:00 AM Support <support@acme.example> wrote:
> Does it work?

--in
Content-Type: text/html; charset=iso-8859-1

<p>It works.</p><blockquote>Does it?</blockquote><img src="cid:p@x">
--in--
--out
Content-Type: image/png; name*0*=utf-8''%E2%82%AC; name*1=".png"
Content-ID: <p@x>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--out
Content-Type: message/rfc822

Subject: inner

words
--out--
`,
  `Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

The mail system: <nobody@x.example>: 550 5.1.1 no such user
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; nobody@x.example
Action: failed
Status: 5.1.1
--r
Content-Type: text/rfc822-headers

Message-ID: <sent@acme.example>
--r--
`,
  `From: jo@x.example
Subject: an old mail
Content-Type: text/plain; charset=windows-1252

Hello \x93you\x94
begin 644 a.txt
#86)C
\`
end
-- 
Jo
`,
];

test('300 mutated mails are each understood or refused with a reason, and nothing unclean gets out', async () => {
  const random = seededRandom(20_261_122);
  const mails = MAILS.map((mail) => Buffer.from(mail.replaceAll('\n', '\r\n'), 'latin1'));
  const pick = () => mails[Math.floor(random() * mails.length)] ?? Buffer.alloc(0);
  for (let number = 0; number < 300; number++) {
    const raw = mutateMail(pick(), pick(), random);
    const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
    expect(outcome.ok || outcome.fault, `mutation ${number}`).toBeTruthy();
    expect(uncleanStrings(outcome), `mutation ${number}`).toEqual([]);
    if (outcome.ok) expect(outcome.mail.size).toBe(raw.length);
  }
});
