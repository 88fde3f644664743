/**
 * CPU time of reading a mail of 4 KiB, in milliseconds a mail, in this process: `npx node test/bench/small-mail.ts`. Once as
 * it is, read by mailparser, and once by the repair reading.
 */
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../src/mail/parse/parse-mail.ts';

const HEAD =
  'From: Jo <jo@x.example>\r\nTo: a@b.example\r\nSubject: Hi\r\nMessage-ID: <1@x.example>\r\nMIME-Version: 1.0\r\n';
const WORDS = Array.from({ length: 24 }, (_, i) => `This is line ${i} of a mail about a parcel that broke.\r\n`).join(
  '',
);
const QUOTE = `On Sun, Nov 22, 2026 at 9:00 AM Desk <desk@acme.example> wrote:\r\n\r\n${WORDS.replace(/^/gm, '> ')}`;
const MAILS: Record<string, string> = {
  'plain text': `${HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n${WORDS}\r\n${QUOTE}${WORDS}`,
  'plain text and HTML': `${HEAD}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${WORDS}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<div>${WORDS.replaceAll('\r\n', '<br>\r\n')}</div>\r\n--b--\r\n`,
};

async function cpuTime(raw: Buffer, by: 'repair' | undefined): Promise<number> {
  for (let i = 0; i < 1_000; i++) await parseMail(raw, DEFAULT_PARSE_BOUNDS, by);
  const before = process.cpuUsage();
  for (let i = 0; i < 2_000; i++) await parseMail(raw, DEFAULT_PARSE_BOUNDS, by);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / 2_000;
}

for (const [name, text] of Object.entries(MAILS)) {
  const raw = Buffer.from(text.padEnd(4_096, ' \r\n'));
  const times = { mailparser: await cpuTime(raw, undefined), repair: await cpuTime(raw, 'repair') };
  console.log(
    `${name}, ${raw.length} bytes: mailparser ${times.mailparser.toFixed(2)} ms, repair ${times.repair.toFixed(2)} ms`,
  );
}
