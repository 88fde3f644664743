import { describe, expect, it } from 'vitest';
import { readDeliveryReport } from '../../../src/mail/reports/delivery-report.ts';
import { reportInput } from './report-input.ts';

const STATUS = 'Final-Recipient: rfc822; jo@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n';
const PASTED = [
  'This is the mail system at host mx.example.',
  '',
  'Your message could not be delivered.',
  '',
  '<jo@x.example>: host mx.x.example said: 550 5.1.1 User unknown',
];

/** Mails of people and of other machines that look like a report and must not be read as one. */
const NO_REPORTS: Record<string, Parameters<typeof reportInput>[0]> = {
  'a customer who forwards a report': {
    from: 'Jo <jo@customer.example>',
    subject: 'Fwd: Undelivered Mail Returned to Sender',
    text: ['Why do I get this?', '', '---------- Forwarded message ----------', ...PASTED].join('\n'),
  },
  'a customer who forwards a report whose status part came along': {
    from: 'jo@customer.example',
    subject: 'Fwd: Undelivered Mail Returned to Sender',
    type: 'multipart/mixed',
    text: 'See below',
    parts: [{ type: 'message/delivery-status', content: STATUS }],
  },
  'a customer who attaches a report as a message': {
    from: 'jo@customer.example',
    subject: 'Delivery failed',
    type: 'multipart/mixed',
    text: 'My mail to ann@x.example could not be delivered, error 550. The report is attached.',
    parts: [
      { type: 'message/rfc822', content: `From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n${STATUS}` },
    ],
  },
  'a customer who pastes a report into a mail of their own': {
    from: 'jo@customer.example',
    subject: 'Undelivered mail',
    text: PASTED.join('\n'),
  },
  'a customer whose mail to somebody else came back': {
    from: 'jo@customer.example',
    subject: 'Returned mail',
    text: 'The mail I sent to ann@x.example came back, the mailbox is full. Could not be delivered, it says.',
  },
  'a customer who says that their own mailbox was full': {
    from: 'jo@customer.example',
    subject: 'Mailbox full',
    text: 'Sorry, your answer could not be delivered to jo@customer.example because my mailbox is full. Please send it again.',
  },
  'a shop that could not deliver a parcel': {
    from: 'notifications@shop.example',
    subject: 'Delivery failed',
    text: 'Your parcel could not be delivered: the address is unknown. Order 550, for jo@customer.example',
  },
  'a gateway manager who asks': {
    from: 'Gateway Team <gateway@corp.example>',
    subject: 'Message not delivered',
    text: 'Hello, your mail to tom@corp.example could not be delivered, user unknown. Whom did you want to reach?',
  },
  'a postmaster of flesh and blood': {
    from: 'Postmaster <postmaster@customer.example>',
    subject: 'Your server refuses our mail',
    text: 'Hello, since Monday our users get 550 from you. Can you have a look? Regards, Pat',
    headers: { 'user-agent': 'Mozilla Thunderbird' },
  },
  'an answer of a postmaster to us': {
    from: 'postmaster@customer.example',
    subject: 'Re: [#12] Mail delivery',
    text: 'Thanks, it works now.',
  },
  'a contact form about a parcel that could not be delivered': {
    from: 'Shop <noreply@shop.example>',
    subject: 'Delivery problem',
    text: 'Name: Jo\nE-mail: jo@customer.example\n\nMy parcel could not be delivered and was returned to sender. Order 550.',
  },
  'a read receipt': {
    from: 'jo@customer.example',
    subject: 'Read: your answer',
    type: 'multipart/report',
    params: { 'report-type': 'disposition-notification' },
    text: 'Your message was read.',
    parts: [
      {
        type: 'message/disposition-notification',
        content:
          'Final-Recipient: rfc822; jo@customer.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
      },
    ],
  },
  'a feedback report': {
    from: 'scomp@loop.example',
    subject: 'Email Feedback Report',
    type: 'multipart/report',
    params: { 'report-type': 'feedback-report' },
    text: 'This is an email abuse report.',
    parts: [
      { type: 'message/feedback-report', content: 'Feedback-Type: abuse\r\nOriginal-Rcpt-To: jo@customer.example\r\n' },
    ],
  },
  'an out-of-office answer without a sender in its envelope': {
    from: 'jo@customer.example',
    subject: 'Automatic reply: Your ticket',
    text: 'I am out of the office. Your message will not be forwarded.',
    headers: { 'return-path': '<>', 'auto-submitted': 'auto-replied' },
  },
};

describe('no delivery report is read from', () => {
  for (const [who, mail] of Object.entries(NO_REPORTS)) {
    it(who, () => expect(readDeliveryReport(reportInput(mail))).toBeNull());
  }
});

describe('bait', () => {
  const mail = (text: string) => reportInput({ from: 'MAILER-DAEMON@mx.example', subject: 'failure notice', text });
  const baits: Record<string, string> = {
    'one endless line of half addresses': 'a@'.repeat(400_000),
    'lines that all look like addresses': '<u@x.example>:\n550 5.1.1 unknown\n'.repeat(60_000),
    'endless blanks and dashes': `${'-'.repeat(300_000)}${' '.repeat(300_000)}original`,
    'header lines without end': 'Final-Recipient: rfc822; \n'.repeat(50_000),
    'dots and digits': '5.5.5.5.'.repeat(100_000),
  };
  for (const [name, text] of Object.entries(baits)) {
    it(`of ${name} is answered within its bounds`, () => {
      const read = readDeliveryReport(mail(text));
      expect(read?.recipients.length ?? 0).toBeLessThanOrEqual(500);
    });
  }
});
