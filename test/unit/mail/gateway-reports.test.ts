import { expect, test } from 'vitest';
import { readDeliveryReport } from '../../../src/mail/reports/delivery-report.ts';
import { reportInput } from './report-input.ts';

/** Reports that gateways write in words of their own, without a null sender or a part for machines. */
const REPORTS: [from: string, subject: string, text: string, failed: string[]][] = [
  [
    'postmaster@gw.example',
    'Returned Mail - Error During Delivery',
    'Your message could not be delivered to jo@x.example because the mailbox is full.\n\n------- original -------\nFrom: help@desk.example\nTo: jo@x.example\nSubject: Re: Printer',
    ['jo@x.example'],
  ],
  [
    'Mail Gateway <gateway@x.example>',
    'Mail could not be delivered',
    'The message sent to jo@x.example could not be delivered to the recipient: the mailbox is full.',
    ['jo@x.example'],
  ],
  [
    'postmaster@x.example',
    'Unzustellbar: Re: Printer',
    'Ihre Nachricht an jo@x.example konnte nicht zugestellt werden. Das Postfach ist voll.',
    ['jo@x.example'],
  ],
  [
    'Administrador <postmaster@x.example>',
    'No se pudo entregar: Re: Printer',
    'No se pudo entregar su mensaje a jo@x.example. El buzón está lleno (552 5.2.2).',
    ['jo@x.example'],
  ],
  [
    'postmaster@x.example',
    'Недоставленное сообщение',
    'Ваше сообщение не доставлено адресату jo@x.example: ящик переполнен.',
    ['jo@x.example'],
  ],
  [
    'MAILER-DAEMON@mx.example',
    'Undelivered Mail Returned to Sender',
    'This is the mail system at host mx.example.\n\nFor further assistance, please send mail to postmaster@x.example.\n\n<jo@x.example>: host mx2[192.0.2.3] said: 550 5.1.1 <jo@x.example>: Recipient address rejected',
    ['jo@x.example'],
  ],
  [
    'MAILER-DAEMON@mx.example',
    'failure notice',
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<jo@x.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown\n\n<kim@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nFrom: help@desk.example\nTo: jo@x.example, kim@x.example",
    ['jo@x.example', 'kim@x.example'],
  ],
];

test.each(REPORTS)('%s, "%s", names who did not get it', (from, subject, text, failed) => {
  const report = readDeliveryReport(reportInput({ from, subject, text }));
  expect(report?.recipients.map(({ recipient }) => recipient)).toEqual(failed);
});

test.each([
  [
    'Jo <jo@x.example>',
    'Undelivered mail',
    'I wrote to sales@desk.example and got 550 5.1.1 user unknown. Can you help?',
  ],
  ['Jo <jo@x.example>', 'My mailbox is full', 'Mails to kim@x.example could not be delivered. What can I do?'],
  [
    'Kim <postmaster@x.example>',
    'No se pudo entregar',
    'Hola, mi mensaje no se pudo entregar: buzón lleno. ¿Qué hago?',
  ],
])('%s, "%s", is a person who writes of one', (from, subject, text) => {
  expect(readDeliveryReport(reportInput({ from, subject, text }))).toBeNull();
});
