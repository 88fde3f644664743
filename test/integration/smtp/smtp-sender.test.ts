import { describe, expect, test } from 'vitest';
import { createSmtpSender } from '../../../src/smtp/smtp-sender.ts';
import { freePort } from '../../support/child-process.ts';
import { type Act, type Step, startScriptedServer } from './scripted-server.ts';
import { MAIL, useSender } from './sender-rig.ts';

const rig = useSender();

describe('a mail that is taken', () => {
  test('goes out byte for byte, dots stuffed, to the one recipient', async () => {
    expect(await rig.sender.send(MAIL)).toEqual({ kind: 'accepted', response: '250 2.0.0 Ok: queued as 4711' });
    expect(rig.server.commands.slice(1)).toEqual([
      `MAIL FROM:<support@acme.test> SIZE=${MAIL.raw.length}`,
      'RCPT TO:<jo@customer.test>',
      'DATA',
    ]);
    expect(rig.server.messages[0]?.toString()).toBe(MAIL.raw.toString().replace('\r\n.a', '\r\n..a'));
  });

  test('says BODY=8BITMIME when it holds 8-bit bytes, and the null sender stays empty', async () => {
    await rig.sender.send({ ...MAIL, envelopeFrom: '', raw: Buffer.from('Subject: ü\r\n\r\nü\r\n') });
    expect(rig.server.commands[1]).toMatch(/^MAIL FROM:<> BODY=8BITMIME SIZE=\d+$/);
  });

  test('and the next ones use the same connections, never more than allowed', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => rig.sender.send(MAIL)));
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(rig.server.messages).toHaveLength(20);
    expect(rig.server.connections).toHaveLength(2);
  });
});

describe('a relay that takes fewer connections than we may have', () => {
  test.each([
    ['421 in the greeting', '421 4.7.0 too many connections'],
    ['554 in the greeting', '554 5.7.0 too many connections from your address'],
    ['a cut', 'cut'],
  ] as [string, Act][])('refuses by %s: every mail goes out once, over those it takes', async (_title, refusal) => {
    const many = createSmtpSender({ url: rig.server.url, connections: 6, timeoutMs: 60_000 });
    // One that stands; of the others one more is taken.
    expect(await many.send(MAIL)).toMatchObject({ kind: 'accepted' });
    rig.script('greeting', '220 scripted ESMTP', refusal, refusal, refusal, refusal);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => many.send(MAIL)));
    expect(outcomes.filter((outcome) => outcome.kind !== 'accepted')).toEqual([]);
    expect(rig.server.messages).toHaveLength(31);
    expect(many.connections()).toBeLessThan(6);
    await many.close();
  });

  test('refuses all at once from the first moment on but one', async () => {
    const many = createSmtpSender({ url: rig.server.url, connections: 6, timeoutMs: 60_000 });
    const no = '421 4.7.0 too many connections';
    rig.script('greeting', '220 scripted ESMTP', no, no, no, no, no);
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => many.send(MAIL)));
    expect(outcomes.filter((outcome) => outcome.kind !== 'accepted')).toEqual([]);
    expect(rig.server.messages).toHaveLength(12);
    await many.close();
  });

  test('takes none at all: each mail is told so, and none waits for ever', async () => {
    const many = createSmtpSender({ url: rig.server.url, connections: 4, timeoutMs: 60_000 });
    rig.script('greeting', ...Array.from({ length: 60 }, () => '421 4.7.0 too many connections'));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => many.send(MAIL)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'rejected', permanent: false, code: 421 });
    expect(rig.server.messages).toHaveLength(0);
    await many.close();
  });
});

describe('a mail that is refused', () => {
  const cases: [title: string, step: Step, answer: string, expected: object][] = [
    ['421 in the greeting', 'greeting', '421 4.3.2 busy', { permanent: false, code: 421, stage: 'connect' }],
    ['554 in the greeting is about us', 'greeting', '554 5.7.1 no', { permanent: false, code: 554, stage: 'connect' }],
    ['421 at MAIL', 'mail', '421 4.3.2 busy', { permanent: false, code: 421, enhanced: '4.3.2', stage: 'mail' }],
    ['421 at RCPT', 'rcpt', '421 4.3.2 busy', { permanent: false, code: 421, stage: 'rcpt' }],
    ['421 at DATA', 'data', '421 4.3.2 busy', { permanent: false, code: 421, stage: 'data' }],
    ['421 after the dot', 'dot', '421 4.3.2 busy', { permanent: false, code: 421, stage: 'data' }],
    ['451 at RCPT', 'rcpt', '451 4.7.1 later', { permanent: false, code: 451, enhanced: '4.7.1', stage: 'rcpt' }],
    ['550 at MAIL', 'mail', '550 5.7.1 no', { permanent: true, code: 550, stage: 'mail' }],
    ['550 at RCPT', 'rcpt', '550 5.1.1 unknown', { permanent: true, code: 550, enhanced: '5.1.1', stage: 'rcpt' }],
    ['550 without enhanced code', 'rcpt', '550 unknown', { permanent: true, code: 550, enhanced: null }],
    ['552 after the dot', 'dot', '552 5.2.2 full', { permanent: true, code: 552, enhanced: '5.2.2', stage: 'data' }],
    ['503 is no word about the mail', 'mail', '503 5.5.1 sequence', { permanent: false, code: 503, stage: 'mail' }],
  ];
  for (const [title, step, answer, expected] of cases) {
    test(title, async () => {
      rig.script(step, answer);
      if (step === 'mail' || step === 'rcpt') rig.script('data', '554 5.5.1 no valid recipients');
      expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'rejected', ...expected });
      rig.server.script = {};
      rig.script('data');
      expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    });
  }

  test('a refused recipient costs no connection: RSET, and the next mail goes', async () => {
    rig.script('rcpt', '550 5.1.1 unknown');
    rig.script('data', '554 5.5.1 no valid recipients');
    const single = createSmtpSender({ url: rig.server.url, connections: 1, timeoutMs: 60_000 });
    await single.send(MAIL);
    expect(await single.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(rig.server.connections).toHaveLength(1);
    expect(rig.server.commands).toContain('RSET');
    await single.close();
  });

  test('a mail above the announced size is refused before anything is said', async () => {
    const outcome = await rig.sender.send({ ...MAIL, raw: Buffer.alloc(1_000_001, 'a') });
    expect(outcome).toMatchObject({ kind: 'rejected', permanent: true, code: 552, enhanced: '5.3.4', stage: 'mail' });
    expect(rig.server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });

  test('an answer with control characters and a page of text becomes one bounded line', async () => {
    rig.script('dot', `550-first\r\n550 ${'x'.repeat(3000)}\u0007`);
    const outcome = await rig.sender.send(MAIL);
    if (outcome.kind !== 'rejected') throw new Error(outcome.kind);
    expect(outcome.response).toMatch(/^550-first 550 x+$/);
    expect(outcome.response.length).toBeLessThanOrEqual(500);
  });
});

describe('a mail that certainly was not taken', () => {
  for (const step of ['greeting', 'ehlo', 'mail', 'rcpt', 'data'] as const) {
    test(`the connection is cut at ${step}`, async () => {
      rig.script(step, 'cut');
      expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
      expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    });

    test(`the server falls silent at ${step}`, async () => {
      rig.script(step, 'hang');
      expect(await rig.hasty.send(MAIL)).toMatchObject({
        kind: 'not-sent',
        reason: expect.stringContaining('in time'),
      });
    });
  }

  test('nobody listens on the port', async () => {
    const dead = createSmtpSender({ url: `smtp://127.0.0.1:${await freePort()}`, connections: 1, timeoutMs: 60_000 });
    expect(await dead.send(MAIL)).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('ECONNREFUSED') });
    await expect(dead.verify()).rejects.toThrow(/^Cannot use the mail server 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    await dead.close();
  });

  test('the server drips its greeting one byte at a time', async () => {
    rig.script('greeting', { drip: '2', everyMs: 50 });
    expect(await rig.hasty.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });

  test('the sender has been closed', async () => {
    await rig.sender.close();
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });
});

describe('a mail of which nobody can say', () => {
  const ways: [title: string, step: Step, act: Act][] = [
    ['cut in the middle of the message', 'middle', 'cut'],
    ['cut after the dot', 'dot', 'cut'],
    ['silence after the dot', 'dot', 'hang'],
    ['an answer that drips for ever', 'dot', { drip: '250-still thinking\r\n', everyMs: 20 }],
    ['half an answer, then a cut', 'dot', { drip: '25', everyMs: 100_000 }],
  ];
  for (const [title, step, act] of ways) {
    test(`${title}, and it is not sent again`, async () => {
      rig.script(step, act);
      expect(await rig.hasty.send(MAIL)).toMatchObject({ kind: 'unknown' });
      expect(rig.server.commands.filter((command) => command === 'DATA')).toHaveLength(1);
    });
  }

  test('a cut after the dot on a connection that was used before is not repeated either', async () => {
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    rig.script('dot', 'cut');
    expect(await rig.sender.send(MAIL)).toMatchObject({ kind: 'unknown' });
    expect(rig.server.messages).toHaveLength(2);
  });
});

describe('addresses', () => {
  const hostile = [
    'jo@customer.test>\r\nRCPT TO:<thief@evil.test',
    'jo@customer.test\n',
    'jo\u0000@customer.test',
    'jo@customer.test,thief@evil.test',
    'jo@customer.test> SIZE=1',
    ' jo@customer.test',
    '',
    'jo',
    `${'j'.repeat(400)}@customer.test`,
    'jo\ud800@customer.test',
  ];
  for (const recipient of hostile) {
    test(`nothing is sent for ${JSON.stringify(recipient.slice(0, 50))}`, async () => {
      const outcome = await rig.sender.send({ ...MAIL, recipient });
      expect(outcome).toMatchObject({ kind: 'rejected', permanent: true, enhanced: '5.1.3', stage: 'rcpt' });
      expect(rig.server.connections).toHaveLength(0);
    });
  }

  test('an international domain goes as A-labels to a server without SMTPUTF8', async () => {
    expect(await rig.sender.send({ ...MAIL, recipient: 'jo@bücher.test' })).toMatchObject({ kind: 'accepted' });
    expect(rig.server.commands).toContain('RCPT TO:<jo@xn--bcher-kva.test>');
  });

  test('an international local part is refused for a server without SMTPUTF8, and goes to one that has it', async () => {
    expect(await rig.sender.send({ ...MAIL, recipient: 'jö@customer.test' })).toMatchObject({
      kind: 'rejected',
      permanent: true,
      enhanced: '5.6.7',
    });
    const modern = await startScriptedServer({ ehlo: '250-modern\r\n250 SMTPUTF8' });
    const other = createSmtpSender({ url: modern.url, connections: 1, timeoutMs: 60_000 });
    expect(await other.send({ ...MAIL, recipient: 'jö@customer.test' })).toMatchObject({ kind: 'accepted' });
    expect(modern.commands).toContain('RCPT TO:<jö@customer.test>');
    await other.close();
    await modern.stop();
  });
});
