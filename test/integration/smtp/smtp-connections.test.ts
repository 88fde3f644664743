import { describe, expect, test } from 'vitest';
import { createSmtpSender } from '../../../src/smtp/smtp-sender.ts';
import { MAIL, useSender } from './sender-rig.ts';

const rig = useSender();

describe('a kept connection', () => {
  test('that the server closed while it lay idle is replaced in silence', async () => {
    await rig.sender.send(MAIL);
    rig.server.connections[0]?.destroy();
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.connections).toHaveLength(2);
  });

  test('that the server ends with 421 when we come back is replaced in silence', async () => {
    await rig.sender.send(MAIL);
    rig.script('mail', '421 4.4.2 idle too long');
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.messages).toHaveLength(2);
  });

  test('that is half open is given up after the time-out and replaced', async () => {
    await rig.hasty.send(MAIL);
    rig.script('mail', 'hang');
    expect(await rig.hasty.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.messages).toHaveLength(2);
  });

  test('that is cut as we write MAIL is replaced once, and a second cut is reported', async () => {
    await rig.sender.send(MAIL);
    rig.script('mail', 'cut', 'cut');
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });
});

describe('time', () => {
  test('a mail that finds no free connection within the time-out is not sent', async () => {
    const single = createSmtpSender({ url: rig.server.url, connections: 1, timeoutMs: 1000 });
    rig.script('dot', { drip: '250-still thinking\r\n', everyMs: 20 });
    const [first, second] = [single.send(MAIL), single.send(MAIL)];
    expect(await second).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('busy') });
    expect(await first).toMatchObject({ kind: 'unknown' });
    await single.close();
  });

  test('a mail whose time is over before it begins is not sent, on a connection that stands or on a new one', async () => {
    for (const _connection of ['new', 'kept']) {
      expect(await rig.sender.send(MAIL, performance.now() - 1)).toMatchObject({ kind: 'not-sent' });
      expect(await rig.sender.send(MAIL, performance.now() + 60_000)).toMatchObject({ kind: 'accepted' });
    }
    expect(rig.server.messages).toHaveLength(2);
  });

  test('the longest time grows with the mail, for leases', () => {
    expect(rig.hasty.longestSendMs(0)).toBe(5000);
    expect(rig.hasty.longestSendMs(160_000)).toBe(15_000);
  });

  test('a server that never answers RSET costs the caller nothing, and the next mail a new connection', async () => {
    rig.script('rcpt', '550 5.1.1 unknown');
    rig.script('data', '554 5.5.1 no valid recipients');
    rig.script('rset', 'hang');
    expect(await rig.hasty.send(MAIL)).toMatchObject({ kind: 'rejected', code: 550 });
    expect(await rig.hasty.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.connections).toHaveLength(2);
  });
});

describe('leaving', () => {
  test('a connection that lies idle is left with QUIT', async () => {
    const brief = createSmtpSender({ url: rig.server.url, connections: 1, timeoutMs: 60_000, idleMs: 50 });
    await brief.send(MAIL);
    await expect.poll(() => rig.server.commands.at(-1)).toBe('QUIT');
    expect(await brief.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.connections).toHaveLength(2);
    await brief.close();
  });

  test('a connection that has carried a hundred mails is left for a new one', async () => {
    // All of them wait for the one connection, however busy the machine is.
    const single = createSmtpSender({ url: rig.server.url, connections: 1, timeoutMs: 60_000 });
    const outcomes = await Promise.all(Array.from({ length: 101 }, () => single.send(MAIL)));
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(rig.server.connections).toHaveLength(2);
    await single.close();
  });

  test('closing waits for the mail under way and turns those away that have no connection yet', async () => {
    const single = createSmtpSender({ url: rig.server.url, connections: 1, timeoutMs: 60_000 });
    rig.script('dot', { drip: '250 2.0.0 slowly\r\n', everyMs: 5 });
    const [first, second] = [single.send(MAIL), single.send(MAIL)];
    await expect.poll(() => rig.server.messages.length).toBe(1);
    let firstDone = false;
    void first.then(() => {
      firstDone = true;
    });
    await single.close();
    expect(firstDone).toBe(true);
    expect(await first).toMatchObject({ kind: 'accepted' });
    expect(await second).toMatchObject({ kind: 'not-sent' });
    expect(rig.server.messages).toHaveLength(1);
  });
});
