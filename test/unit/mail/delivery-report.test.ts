import { describe, expect, it } from 'vitest';
import { readDeliveryReport } from '../../../src/mail/reports/delivery-report.ts';
import { reportInput } from './report-input.ts';

const DAEMON = 'Mail Delivery System <MAILER-DAEMON@mx.example>';

/** A report in the machine-readable form, with the lines of its status part. */
function report(status: string[], extra: { text?: string; original?: string; type?: string } = {}) {
  const parts = [{ type: extra.type ?? 'message/delivery-status', content: status.join('\r\n') }];
  if (extra.original !== undefined) parts.push({ type: 'text/rfc822-headers', content: extra.original });
  return readDeliveryReport(
    reportInput({
      from: DAEMON,
      subject: 'Undelivered Mail Returned to Sender',
      text: extra.text ?? 'Your mail could not be delivered.',
      type: 'multipart/report',
      params: { 'report-type': 'delivery-status' },
      parts,
    }),
  );
}

const PER_MESSAGE = ['Reporting-MTA: dns; mx.example', 'Arrival-Date: Mon, 2 Nov 2026 09:00:00 +0000', ''];

describe('a delivery status part', () => {
  it('gives recipient, action, status, diagnostic and the Message-ID of the returned header', () => {
    const read = report(
      [
        ...PER_MESSAGE,
        'Final-Recipient: rfc822; jo@x.example',
        'Action: failed',
        'Status: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1 no such',
        '  user here',
      ],
      { original: 'From: help@desk.example\r\nMessage-ID: <turn-7@desk.example>\r\nTo: jo@x.example\r\n' },
    );
    expect(read).toEqual({
      source: 'rfc3464',
      recipients: [
        {
          recipient: 'jo@x.example',
          action: 'failed',
          status: '5.1.1',
          permanent: true,
          diagnostic: '550 5.1.1 no such user here',
        },
      ],
      originalMessageId: 'turn-7@desk.example',
    });
  });

  it('keeps every recipient, each with its own fate', () => {
    const read = report([
      ...PER_MESSAGE,
      'Final-Recipient: rfc822; a@x.example',
      'Action: failed',
      'Status: 5.2.2',
      '',
      'Final-Recipient: rfc822; b@x.example',
      'Action: delayed',
      'Status: 4.4.1',
      '',
      'Final-Recipient: rfc822; c@x.example',
      'Action: relayed',
      'Status: 2.0.0',
    ]);
    expect(read?.recipients.map(({ recipient, action, permanent }) => [recipient, action, permanent])).toEqual([
      ['a@x.example', 'failed', true],
      ['b@x.example', 'delayed', false],
      ['c@x.example', 'relayed', false],
    ]);
  });

  it('keeps recipients apart where the blank lines between them are missing', () => {
    const read = report([
      'Reporting-MTA: dns; mx.example',
      'Final-Recipient: rfc822; a@x.example',
      'Action: failed',
      'Status: 5.1.1',
      'Final-Recipient: rfc822; b@x.example',
      'Action: failed',
      'Status: 4.2.2',
    ]);
    expect(read?.recipients.map(({ recipient, status }) => [recipient, status])).toEqual([
      ['a@x.example', '5.1.1'],
      ['b@x.example', '4.2.2'],
    ]);
  });

  it('keeps one recipient together where blank lines stand inside its block', () => {
    const read = report([
      ...PER_MESSAGE,
      'Final-Recipient: rfc822; a@x.example',
      '',
      'Action: failed',
      '',
      'Status: 5.1.1',
      '',
      'Diagnostic-Code: smtp; 550 gone',
    ]);
    expect(read?.recipients).toEqual([
      { recipient: 'a@x.example', action: 'failed', status: '5.1.1', permanent: true, diagnostic: '550 gone' },
    ]);
  });

  it('reads the action before the address, a comment behind the status, and brackets round the address', () => {
    const read = report([
      ...PER_MESSAGE,
      'Action: Failed (bad user)',
      'Status: 5.0.0 (recipient reached disk quota)',
      'Final-Recipient: RFC822;<a@x.example>',
    ]);
    expect(read?.recipients[0]).toMatchObject({ recipient: 'a@x.example', action: 'failed', status: '5.0.0' });
  });

  it('names the address that was written to where the final one is a place inside the server', () => {
    const read = report([
      ...PER_MESSAGE,
      'Original-Recipient: rfc822; jo@x.example',
      'Final-Recipient: rfc822; jo@mailstore',
      'Action: failed',
      'Status: 5.2.0',
    ]);
    expect(read?.recipients[0]?.recipient).toBe('jo@x.example');
  });

  it('decodes an internationalized address, xtext and a quoted local part', () => {
    const global = report(
      [...PER_MESSAGE, 'Final-Recipient: utf-8; j\\x{F6}rg@b\\x{FC}cher.example', 'Action: failed', 'Status: 5.1.1'],
      { type: 'message/global-delivery-status' },
    );
    expect(global?.recipients[0]?.recipient).toBe('jörg@bücher.example');
    const xtext = report([...PER_MESSAGE, 'Original-Recipient: rfc822; jo+2Btag@x.example', 'Action: failed']);
    expect(xtext?.recipients[0]?.recipient).toBe('jo+tag@x.example');
    const quoted = report([...PER_MESSAGE, 'Final-Recipient: rfc822; "jo..doe."@x.example', 'Action: failed']);
    expect(quoted?.recipients[0]?.recipient).toBe('"jo..doe."@x.example');
  });

  it('prefers the exact code of the diagnostic to a general status of the same class', () => {
    const read = report([
      ...PER_MESSAGE,
      'Final-Recipient: rfc822; a@x.example',
      'Action: failed',
      'Status: 5.0.0',
      'Diagnostic-Code: smtp; 550 5.7.26 not authenticated',
    ]);
    expect(read?.recipients[0]?.status).toBe('5.7.26');
  });

  it('is no lasting failure where the server gave up on a temporary one', () => {
    const read = report([...PER_MESSAGE, 'Final-Recipient: rfc822; a@x.example', 'Action: failed', 'Status: 4.4.7']);
    expect(read?.recipients[0]).toMatchObject({ action: 'failed', permanent: false });
  });

  it('guesses the action from the status and the status from the reply code where they are missing', () => {
    const delayed = report([...PER_MESSAGE, 'Final-Recipient: rfc822; a@x.example', 'Status: 4.2.0']);
    expect(delayed?.recipients[0]?.action).toBe('delayed');
    const coded = report([
      ...PER_MESSAGE,
      'Final-Recipient: rfc822; a@x.example',
      'Action: failed',
      'Diagnostic-Code: smtp; 552 mailbox full',
    ]);
    expect(coded?.recipients[0]).toMatchObject({ status: '5.2.2', permanent: true });
  });

  it('takes the name from the words where the part names a file of the server', () => {
    const read = report([...PER_MESSAGE, 'Final-Recipient: rfc822; /var/spool/jo', 'Action: failed', 'Status: 5.2.2'], {
      text: 'The following address failed:\n\n  jo@x.example\n',
    });
    expect(read).toMatchObject({
      source: 'rfc3464',
      recipients: [{ recipient: 'jo@x.example', status: '5.2.2', permanent: true }],
    });
  });

  it('finds the fields of a report that another server wrapped into its own', () => {
    const inner = [
      'From: MAILER-DAEMON@inner.example',
      'Content-Type: multipart/report; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Final-Recipient: rfc822; jo@x.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b--',
    ].join('\r\n');
    const read = readDeliveryReport(
      reportInput({
        from: DAEMON,
        subject: 'Returned mail: User unknown',
        text: '----- The following addresses had permanent delivery errors -----',
        parts: [{ type: 'message/rfc822', content: inner }],
      }),
    );
    expect(read?.recipients).toMatchObject([{ recipient: 'jo@x.example', status: '5.1.1' }]);
  });

  it('reads thousands of recipients up to its bound', () => {
    const many = Array.from(
      { length: 3_000 },
      (_, n) => `Final-Recipient: rfc822; u${n}@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n`,
    );
    expect(report([...PER_MESSAGE, ...many])?.recipients).toHaveLength(500);
  });
});

describe('the Message-ID of the mail that failed', () => {
  const failed = { from: DAEMON, subject: 'failure notice', text: '<jo@x.example>:\n550 no such user\n' };

  it('comes from In-Reply-To where nothing is returned', () => {
    expect(
      readDeliveryReport(reportInput({ ...failed, headers: { 'in-reply-to': '<turn-9@desk.example>' } }))
        ?.originalMessageId,
    ).toBe('turn-9@desk.example');
  });

  it('is folded onto a second line by some', () => {
    const parts = [
      {
        type: 'message/rfc822',
        content:
          'To: jo@x.example\r\nMessage-ID:\r\n <a-very-long-id@desk.example>\r\n\r\nMessage-ID: <not-this@x.example>',
      },
    ];
    expect(readDeliveryReport(reportInput({ ...failed, parts }))?.originalMessageId).toBe(
      'a-very-long-id@desk.example',
    );
  });

  it('is none where the report names none', () => {
    expect(readDeliveryReport(reportInput(failed))?.originalMessageId).toBeNull();
  });
});

it('a bounce that a sending service reports as JSON is read as one', () => {
  const bounce = {
    notificationType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bouncedRecipients: [{ emailAddress: 'jo@x.example', status: '5.1.1', diagnosticCode: 'smtp; 550 unknown' }],
    },
    mail: { commonHeaders: { messageId: '<turn-3@desk.example>' } },
  };
  const text = `${JSON.stringify({ Type: 'Notification', Message: JSON.stringify(bounce) })}\n\n--\nTo stop these notifications, click here\n`;
  const read = readDeliveryReport(
    reportInput({ from: 'no-reply@notify.example', subject: 'Notification Message', text }),
  );
  expect(read).toMatchObject({
    recipients: [{ recipient: 'jo@x.example', status: '5.1.1', permanent: true }],
    originalMessageId: 'turn-3@desk.example',
  });
});
