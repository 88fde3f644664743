import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS, parseMail } from '../../../src/mail/parse-mail.ts';

/** Well-formed mails as a mail program makes them; on these, an independent parser must say the same as ours. */
const MAILS: [string, ConstructorParameters<typeof MailComposer>[0]][] = [
  ['plain ASCII', { subject: 'Hello', text: 'Hello there.\n\nBye\n' }],
  [
    'umlauts and emoji',
    { subject: 'Grüße 🎈 und noch viel mehr Wörter, damit es gefaltet wird', text: 'Größe: 5 €\n🎈' },
  ],
  ['plain and HTML', { subject: 'Both', text: 'Words', html: '<p>Words</p>' }],
  [
    'attachments with names in many scripts',
    {
      subject: 'Files',
      text: 'See the files',
      attachments: [
        {
          filename: 'ein sehr langer Name mit Umlauten äöü und noch viel länger als eine Zeile.pdf',
          content: Buffer.alloc(5_000, 1),
        },
        { filename: '日本語.txt', content: 'Text' },
        { filename: 'a (1).bin', content: Buffer.from([0, 1, 2, 255]) },
      ],
    },
  ],
  [
    'a picture inside the HTML and one beside it',
    {
      subject: 'Pictures',
      text: 'Look',
      html: '<img src="cid:p@x"> Look',
      attachments: [
        { filename: 'in.png', cid: 'p@x', content: Buffer.alloc(300, 2) },
        { filename: 'out.png', content: Buffer.alloc(301, 3) },
      ],
    },
  ],
];

test.each(MAILS)('%s', async (_, options) => {
  const people = {
    from: '"Döe, Jo" <jo@x.example>',
    to: 'Ä <a@x.example>, b@x.example',
    date: new Date(1_800_000_000_000),
  };
  const raw = await new MailComposer({ ...people, ...options, messageId: '<1@x.example>' }).compile().build();
  const [ours, theirs] = await Promise.all([parseMail(raw, DEFAULT_PARSE_BOUNDS), simpleParser(raw)]);
  if (!ours.ok) throw new Error(ours.detail);
  const { mail } = ours;
  expect(mail.from).toMatchObject({ kind: 'one', ...theirs.from?.value[0] });
  expect(mail.to.map(({ written, name }) => [written, name])).toEqual(
    [theirs.to].flat().flatMap((to) => to?.value.map(({ address, name }) => [address, name])),
  );
  expect([mail.subject, mail.date, mail.messageId]).toEqual([theirs.subject, theirs.date?.getTime(), '1@x.example']);
  expect(mail.text).toBe(theirs.text?.trim());
  expect(mail.attachments.map(({ filename, size, contentType }) => [filename, size, contentType])).toEqual(
    theirs.attachments.map(({ filename, size, contentType }) => [filename, size, contentType]),
  );
});
