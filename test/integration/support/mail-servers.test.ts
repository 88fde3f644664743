import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot, type TestDovecot } from '../../support/dovecot.ts';
import { describeWith } from '../../support/servers.ts';
import { type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts';

const MAIL = 'From: jo@x.example\r\nTo: support@acme.example\r\nSubject: hello\r\n\r\nOne.\r\n.\r\nTwo.\r\n';

describeWith('dovecot', 'the test Dovecot', () => {
  let dovecot: TestDovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());

  it('hands over by IMAP the bytes it was given by LMTP, to any user, with the detail cut from the address', async () => {
    await dovecot.deliver('support+token@acme.example', MAIL, { from: 'jo@x.example' });
    const auth = { user: 'support@acme.example', pass: dovecot.password };
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.imapPort,
      secure: false,
      doSTARTTLS: false,
      auth,
      logger: false,
    });
    await client.connect();
    const mailbox = await client.mailboxOpen('INBOX');
    const message = await client.fetchOne('1', { source: true });
    await client.logout();
    expect(mailbox.exists).toBe(1);
    expect(message === false ? undefined : message.source?.toString()).toContain(MAIL);
  });
});

describe('the SMTP sink', () => {
  let sink: SmtpSink;
  beforeAll(async () => {
    sink = await startSmtpSink({ auth: { user: 'desk', pass: 'p:w' } });
  });
  afterAll(() => sink.stop());

  const send = (to: string) => {
    const transport = nodemailer.createTransport(sink.url);
    return transport.sendMail({ envelope: { from: 'desk@acme.example', to: [to] }, raw: MAIL });
  };

  it('keeps envelope and bytes of an accepted mail and tells those who wait for it', async () => {
    const coming = sink.waitFor((mail) => mail.envelope.to[0] === 'jo@x.example');
    await send('jo@x.example');
    const mail = await coming;
    expect(mail.envelope).toEqual({ from: 'desk@acme.example', to: ['jo@x.example'] });
    expect(mail.raw.toString()).toBe(MAIL);
  });

  it('refuses at RCPT and after DATA with the code the test asks for', async () => {
    sink.behaviour.onRecipient = (recipient) =>
      recipient.startsWith('gone@') ? { code: 550, message: 'no such user' } : undefined;
    sink.behaviour.onData = () => ({ code: 451 });
    await expect(send('gone@x.example')).rejects.toMatchObject({ responseCode: 550 });
    await expect(send('busy@x.example')).rejects.toMatchObject({ responseCode: 451 });
    delete sink.behaviour.onRecipient;
    delete sink.behaviour.onData;
  });

  it('cuts the connection after the final dot, having seen the mail', async () => {
    sink.behaviour.onData = () => 'drop';
    await expect(send('lost@x.example')).rejects.toThrow();
    delete sink.behaviour.onData;
    expect(sink.seen.at(-1)).toMatchObject({ answer: 'drop', envelope: { to: ['lost@x.example'] } });
    await expect(sink.waitFor((mail) => mail.envelope.to[0] === 'lost@x.example', 50)).rejects.toThrow(/no such mail/);
  });
});
