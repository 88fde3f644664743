import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSmtpSender, type SmtpSender } from '../../../src/smtp/smtp-sender.ts';
import { freePort } from '../../support/child-process.ts';
import { type Act, type ScriptedServer, type Step, startScriptedServer } from './scripted-server.ts';

const MAIL = {
  envelopeFrom: 'support@acme.test',
  recipient: 'jo@customer.test',
  raw: Buffer.from('Subject: x\r\n\r\nHello\r\n.a line with a dot\r\n'),
};

let server: ScriptedServer;
let sender: SmtpSender;

beforeEach(async () => {
  server = await startScriptedServer();
  sender = createSmtpSender({ url: server.url, connections: 2, timeoutMs: 1000 });
});

afterEach(async () => {
  await sender.close();
  await server.stop();
});

function script(step: Step, ...acts: Act[]): void {
  server.script[step] = acts;
}

describe('a mail that is taken', () => {
  test('goes out byte for byte, dots stuffed, to the one recipient', async () => {
    expect(await sender.send(MAIL)).toEqual({ kind: 'accepted', response: '250 2.0.0 Ok: queued as 4711' });
    expect(server.commands.slice(1)).toEqual([
      `MAIL FROM:<support@acme.test> SIZE=${MAIL.raw.length}`,
      'RCPT TO:<jo@customer.test>',
      'DATA',
    ]);
    expect(server.messages[0]?.toString()).toBe(MAIL.raw.toString().replace('\r\n.a', '\r\n..a'));
  });

  test('says BODY=8BITMIME when it holds 8-bit bytes, and the null sender stays empty', async () => {
    await sender.send({ ...MAIL, envelopeFrom: '', raw: Buffer.from('Subject: ü\r\n\r\nü\r\n') });
    expect(server.commands[1]).toMatch(/^MAIL FROM:<> BODY=8BITMIME SIZE=\d+$/);
  });

  test('and the next ones use the same connections, never more than allowed', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => sender.send(MAIL)));
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(server.messages).toHaveLength(20);
    expect(server.connections).toHaveLength(2);
  });
});

describe('a relay that takes fewer connections than we may have', () => {
  test.each([
    ['421 in the greeting', '421 4.7.0 too many connections'],
    ['554 in the greeting', '554 5.7.0 too many connections from your address'],
    ['a cut', 'cut'],
  ] as [string, Act][])('refuses by %s: every mail goes out once, over those it takes', async (_title, refusal) => {
    const many = createSmtpSender({ url: server.url, connections: 6, timeoutMs: 1000 });
    // One that stands; of the others one more is taken.
    expect(await many.send(MAIL)).toMatchObject({ kind: 'accepted' });
    script('greeting', '220 scripted ESMTP', refusal, refusal, refusal, refusal);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => many.send(MAIL)));
    expect(outcomes.filter((outcome) => outcome.kind !== 'accepted')).toEqual([]);
    expect(server.messages).toHaveLength(31);
    expect(many.connections()).toBeLessThan(6);
    await many.close();
  });

  test('refuses all at once from the first moment on but one', async () => {
    const many = createSmtpSender({ url: server.url, connections: 6, timeoutMs: 1000 });
    const no = '421 4.7.0 too many connections';
    script('greeting', '220 scripted ESMTP', no, no, no, no, no);
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => many.send(MAIL)));
    expect(outcomes.filter((outcome) => outcome.kind !== 'accepted')).toEqual([]);
    expect(server.messages).toHaveLength(12);
    await many.close();
  });

  test('takes none at all: each mail is told so, and none waits for ever', async () => {
    const many = createSmtpSender({ url: server.url, connections: 4, timeoutMs: 1000 });
    script('greeting', ...Array.from({ length: 60 }, () => '421 4.7.0 too many connections'));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => many.send(MAIL)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'rejected', permanent: false, code: 421 });
    expect(server.messages).toHaveLength(0);
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
      script(step, answer);
      if (step === 'mail' || step === 'rcpt') script('data', '554 5.5.1 no valid recipients');
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'rejected', ...expected });
      server.script = {};
      script('data');
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    });
  }

  test('a refused recipient costs no connection: RSET, and the next mail goes', async () => {
    script('rcpt', '550 5.1.1 unknown');
    script('data', '554 5.5.1 no valid recipients');
    const single = createSmtpSender({ url: server.url, connections: 1, timeoutMs: 1000 });
    await single.send(MAIL);
    expect(await single.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toHaveLength(1);
    expect(server.commands).toContain('RSET');
    await single.close();
  });

  test('a mail above the announced size is refused before anything is said', async () => {
    const outcome = await sender.send({ ...MAIL, raw: Buffer.alloc(1_000_001, 'a') });
    expect(outcome).toMatchObject({ kind: 'rejected', permanent: true, code: 552, enhanced: '5.3.4', stage: 'mail' });
    expect(server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });

  test('an answer with control characters and a page of text becomes one bounded line', async () => {
    script('dot', `550-first\r\n550 ${'x'.repeat(3000)}\u0007`);
    const outcome = await sender.send(MAIL);
    if (outcome.kind !== 'rejected') throw new Error(outcome.kind);
    expect(outcome.response).toMatch(/^550-first 550 x+$/);
    expect(outcome.response.length).toBeLessThanOrEqual(500);
  });
});

describe('a mail that certainly was not taken', () => {
  for (const step of ['greeting', 'ehlo', 'mail', 'rcpt', 'data'] as const) {
    test(`the connection is cut at ${step}`, async () => {
      script(step, 'cut');
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    });

    test(`the server falls silent at ${step}`, async () => {
      script(step, 'hang');
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('in time') });
    });
  }

  test('nobody listens on the port', async () => {
    const dead = createSmtpSender({ url: `smtp://127.0.0.1:${await freePort()}`, connections: 1, timeoutMs: 1000 });
    expect(await dead.send(MAIL)).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('ECONNREFUSED') });
    await expect(dead.verify()).rejects.toThrow(/^Cannot use the mail server 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    await dead.close();
  });

  test('the server drips its greeting one byte at a time', async () => {
    script('greeting', { drip: '2', everyMs: 50 });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });

  test('the sender has been closed', async () => {
    await sender.close();
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
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
      script(step, act);
      expect(await sender.send(MAIL)).toMatchObject({ kind: 'unknown' });
      expect(server.commands.filter((command) => command === 'DATA')).toHaveLength(1);
    });
  }

  test('a cut after the dot on a connection that was used before is not repeated either', async () => {
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    script('dot', 'cut');
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'unknown' });
    expect(server.messages).toHaveLength(2);
  });
});

describe('a kept connection', () => {
  test('that the server closed while it lay idle is replaced in silence', async () => {
    await sender.send(MAIL);
    server.connections[0]?.destroy();
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toHaveLength(2);
  });

  test('that the server ends with 421 when we come back is replaced in silence', async () => {
    await sender.send(MAIL);
    script('mail', '421 4.4.2 idle too long');
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.messages).toHaveLength(2);
  });

  test('that is half open is given up after the time-out and replaced', async () => {
    await sender.send(MAIL);
    script('mail', 'hang');
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.messages).toHaveLength(2);
  });

  test('that is cut as we write MAIL is replaced once, and a second cut is reported', async () => {
    await sender.send(MAIL);
    script('mail', 'cut', 'cut');
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'not-sent' });
  });
});

describe('time', () => {
  test('a mail that finds no free connection within the time-out is not sent', async () => {
    const single = createSmtpSender({ url: server.url, connections: 1, timeoutMs: 300 });
    script('dot', { drip: '250-still thinking\r\n', everyMs: 20 });
    const [first, second] = [single.send(MAIL), single.send(MAIL)];
    expect(await second).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('busy') });
    expect(await first).toMatchObject({ kind: 'unknown' });
    await single.close();
  });

  test('a mail whose time is over before it begins is not sent, on a connection that stands or on a new one', async () => {
    for (const _connection of ['new', 'kept']) {
      expect(await sender.send(MAIL, performance.now() - 1)).toMatchObject({ kind: 'not-sent' });
      expect(await sender.send(MAIL, performance.now() + 60_000)).toMatchObject({ kind: 'accepted' });
    }
    expect(server.messages).toHaveLength(2);
  });

  test('the longest time grows with the mail, for leases', () => {
    expect(sender.longestSendMs(0)).toBe(5000);
    expect(sender.longestSendMs(160_000)).toBe(15_000);
  });

  test('a server that never answers RSET costs the caller nothing, and the next mail a new connection', async () => {
    script('rcpt', '550 5.1.1 unknown');
    script('data', '554 5.5.1 no valid recipients');
    script('rset', 'hang');
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'rejected', code: 550 });
    expect(await sender.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toHaveLength(2);
  });
});

describe('leaving', () => {
  test('a connection that lies idle is left with QUIT', async () => {
    const brief = createSmtpSender({ url: server.url, connections: 1, timeoutMs: 1000, idleMs: 50 });
    await brief.send(MAIL);
    await expect.poll(() => server.commands.at(-1)).toBe('QUIT');
    expect(await brief.send(MAIL)).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toHaveLength(2);
    await brief.close();
  });

  test('a connection that has carried a hundred mails is left for a new one', async () => {
    // All of them wait for the one connection, however busy the machine is.
    const single = createSmtpSender({ url: server.url, connections: 1, timeoutMs: 60_000 });
    const outcomes = await Promise.all(Array.from({ length: 101 }, () => single.send(MAIL)));
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(server.connections).toHaveLength(2);
    await single.close();
  });

  test('closing waits for the mail under way and turns those away that have no connection yet', async () => {
    const single = createSmtpSender({ url: server.url, connections: 1, timeoutMs: 1000 });
    script('dot', { drip: '250 2.0.0 slowly\r\n', everyMs: 5 });
    const [first, second] = [single.send(MAIL), single.send(MAIL)];
    await expect.poll(() => server.messages.length).toBe(1);
    let firstDone = false;
    void first.then(() => {
      firstDone = true;
    });
    await single.close();
    expect(firstDone).toBe(true);
    expect(await first).toMatchObject({ kind: 'accepted' });
    expect(await second).toMatchObject({ kind: 'not-sent' });
    expect(server.messages).toHaveLength(1);
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
      const outcome = await sender.send({ ...MAIL, recipient });
      expect(outcome).toMatchObject({ kind: 'rejected', permanent: true, enhanced: '5.1.3', stage: 'rcpt' });
      expect(server.connections).toHaveLength(0);
    });
  }

  test('an international domain goes as A-labels to a server without SMTPUTF8', async () => {
    expect(await sender.send({ ...MAIL, recipient: 'jo@bücher.test' })).toMatchObject({ kind: 'accepted' });
    expect(server.commands).toContain('RCPT TO:<jo@xn--bcher-kva.test>');
  });

  test('an international local part is refused for a server without SMTPUTF8, and goes to one that has it', async () => {
    expect(await sender.send({ ...MAIL, recipient: 'jö@customer.test' })).toMatchObject({
      kind: 'rejected',
      permanent: true,
      enhanced: '5.6.7',
    });
    const modern = await startScriptedServer({ ehlo: '250-modern\r\n250 SMTPUTF8' });
    const other = createSmtpSender({ url: modern.url, connections: 1, timeoutMs: 1000 });
    expect(await other.send({ ...MAIL, recipient: 'jö@customer.test' })).toMatchObject({ kind: 'accepted' });
    expect(modern.commands).toContain('RCPT TO:<jö@customer.test>');
    await other.close();
    await modern.stop();
  });
});
