import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../../src/domain/fault.ts';
import { createSmtpSender, type SmtpSenderOptions } from '../../../src/smtp/smtp-sender.ts';
import { startScriptedServer } from './scripted-server.ts';

const MAIL = {
  envelopeFrom: 'support@acme.test',
  recipient: 'jo@customer.test',
  raw: Buffer.from('Subject: x\r\n\r\ny\r\n'),
};
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startServer(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    disableReverseLookup: true,
    closeTimeout: 50,
    onAuth: (auth, _session, callback) => {
      if (auth.username === 'd esk@acme' && auth.password === 'p:w/%') callback(null, { user: 'desk' });
      else callback(Object.assign(new Error('5.7.8 wrong'), { responseCode: 535 }));
    },
    onData: (stream, _session, callback) => {
      stream.resume();
      stream.on('end', () => callback(null, 'taken'));
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function senderFor(options: Pick<SmtpSenderOptions, 'url'> & Partial<SmtpSenderOptions>) {
  const sender = createSmtpSender({ connections: 1, timeoutMs: 60_000, ...options });
  stops.push(() => sender.close());
  return sender;
}

describe('logging in', () => {
  test('over STARTTLS with credentials that needed URL encoding', async () => {
    let secure: boolean | undefined;
    const port = await startServer({
      onMailFrom: (_address, session, callback) => {
        secure = session.secure;
        callback();
      },
    });
    const sender = senderFor({ url: `smtp://d%20esk%40acme:p%3Aw%2F%25@127.0.0.1:${port}` });
    await sender.verify();
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(secure).toBe(true);
  });

  test('over TLS from the first byte', async () => {
    const port = await startServer({ secure: true });
    const sender = senderFor({ url: `smtps://d%20esk%40acme:p%3Aw%2F%25@127.0.0.1:${port}` });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
  });

  test("a wrong password is the operator's business: not sent, and said without the password", async () => {
    const port = await startServer({});
    const sender = senderFor({ url: `smtp://desk:hunter2@127.0.0.1:${port}` });
    const outcome = await sender.send(MAIL);
    expect(outcome).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('535') });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    await expect(sender.verify()).rejects.toThrow(/refused our login/);
  });

  test('a missing login is the same, although the server says it only at MAIL', async () => {
    const port = await startServer({});
    const sender = senderFor({ url: `smtp://127.0.0.1:${port}` });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('530') });
  });

  test('a login that fails for now is a temporary refusal', async () => {
    const server = await startScriptedServer({ user: 'desk:secret' });
    stops.push(() => server.stop());
    server.script.auth = ['454 4.7.0 try later'];
    const sender = senderFor({ url: server.url });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'rejected', permanent: false, code: 454, stage: 'auth' });
    server.script.auth = ['cut'];
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
    server.script.auth = ['hang'];
    const hasty = senderFor({ url: server.url, timeoutMs: 2000 });
    expect(await hasty.send(MAIL)).toMatchObject({ kind: 'not-sent' });
    expect(await hasty.send(MAIL)).toMatchObject({ kind: 'accepted' });
  });
});

describe('TLS that fails', () => {
  test('a server that does not speak it', async () => {
    const server = await startScriptedServer();
    stops.push(() => server.stop());
    const sender = senderFor({ url: server.url.replace('smtp://', 'smtps://'), timeoutMs: 1000 });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });

  test('STARTTLS offered and then refused', async () => {
    const server = await startScriptedServer({ ehlo: '250-x\r\n250 STARTTLS' });
    stops.push(() => server.stop());
    const sender = senderFor({ url: server.url });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
    expect(server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });
});

/** `127.1` is this machine, too, but by another name than those that we trust without a certificate. */
describe('a host that is not known to be this machine', () => {
  test('must show a certificate that can be verified', async () => {
    const port = await startServer({ authOptional: true });
    const sender = senderFor({ url: `smtp://127.1:${port}` });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('certificate') });
  });

  test('gets no password without TLS, unless the operator allows it', async () => {
    const server = await startScriptedServer();
    stops.push(() => server.stop());
    const url = server.url.replace('//127.0.0.1', '//desk:secret@127.1');
    expect(await senderFor({ url }).send(MAIL)).toMatchObject({ kind: 'not-sent' });
    expect(server.commands.some((command) => command.startsWith('AUTH'))).toBe(false);
    expect(await senderFor({ url, allowPlaintext: true }).send(MAIL)).toMatchObject({ kind: 'accepted' });
  });
});

describe('a relay that asks for no password', () => {
  test('gets no mail without TLS, unless it is this machine or the operator allows it', async () => {
    const server = await startScriptedServer();
    stops.push(() => server.stop());
    const url = server.url.replace('//127.0.0.1', '//127.1');
    expect(await senderFor({ url }).send(MAIL)).toMatchObject({ kind: 'not-sent' });
    expect(server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
    expect(await senderFor({ url, allowPlaintext: true }).send(MAIL)).toMatchObject({ kind: 'accepted' });
  });
});

describe('an access token in place of a password', () => {
  const tokens = (...given: string[]) => {
    const refused: string[] = [];
    return {
      refused,
      current: async () => given[0] ?? '',
      renewed: async (token: string) => {
        refused.push(token);
        return given[refused.length];
      },
    };
  };
  const decode = (command = '') => Buffer.from(command.split(' ')[2] ?? '', 'base64').toString();

  test.each([
    ['AUTH PLAIN XOAUTH2', /^AUTH XOAUTH2 /, 'user=desk\u0001auth=Bearer good\u0001\u0001'],
    ['AUTH XOAUTH2 OAUTHBEARER', /^AUTH OAUTHBEARER /, 'n,a=desk,\u0001auth=Bearer good\u0001\u0001'],
  ])('goes as the server offers it: %s', async (offer, command, frame) => {
    const server = await startScriptedServer({ user: 'desk', ehlo: `250-x\r\n250 ${offer}` });
    stops.push(() => server.stop());
    const source = { current: async () => 'good', renewed: async () => undefined, accepted: () => {} };
    const sender = senderFor({ url: server.url, accessTokens: source });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    const sent = server.commands.find((line) => command.test(line));
    expect(decode(sent)).toBe(frame);
  });

  test('that is refused is renewed once, and the mail goes out over the next connection', async () => {
    const server = await startScriptedServer({ user: 'desk', ehlo: '250-x\r\n250 AUTH XOAUTH2' });
    stops.push(() => server.stop());
    server.script.auth = ['535 5.7.3 Authentication unsuccessful'];
    const source = tokens('old', 'new');
    const taken: string[] = [];
    const sender = senderFor({ url: server.url, accessTokens: { ...source, accepted: (token) => taken.push(token) } });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(source.refused).toEqual(['old']);
    expect(taken).toEqual(['new']);
    server.script.auth = ['535 no', '535 no', '535 no'];
    const refused = senderFor({ url: server.url, accessTokens: { ...tokens('a', 'b'), accepted: () => {} } });
    const outcome = await refused.send(MAIL);
    expect(outcome).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('535') });
    expect(server.script.auth).toHaveLength(1);
  });

  test('that cannot be had is the operator’s business, and the server is not asked', async () => {
    const server = await startScriptedServer({ user: 'desk', ehlo: '250-x\r\n250 AUTH XOAUTH2' });
    stops.push(() => server.stop());
    const current = () => Promise.reject(new Fault('sign-in-refused', 'run turnmail login support'));
    const sender = senderFor({ url: server.url, accessTokens: { current, renewed: current, accepted: () => {} } });
    expect(await sender.send(MAIL)).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('turnmail login'),
    });
    expect(server.connections).toHaveLength(0);
  });
});
