import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Act, type ScriptedServer, type Step, startScriptedServer } from '../integration/smtp/scripted-server.ts';
import { freePort } from '../support/child-process.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { writeMail } from '../support/sent-mail.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

/** What the relay does, and what becomes of a receipt by it; the desk around is whole, in this process. */
describe('a relay that', () => {
  let world: DeskWorld;
  let relay: ScriptedServer;
  let customers = 0;
  beforeAll(async () => {
    relay = await startScriptedServer();
    world = await startDeskWorld({ env: { AGENTS: '', SMTP_URL: relay.url, SEND_TIMEOUT_SECONDS: '5' } });
    world.onStop(() => relay.stop());
    await world.start(['poll', 'process', 'send', 'sweep']);
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  type Row = { state: string; attempts: number; pause: number; outcomes: string[] };
  // In steps of five seconds: an attempt ends by the desk's clock, its pause begins when Postgres writes that down.
  const receiptTo = async (customer: string): Promise<Row | undefined> => {
    const [row] = await world.rows<Row>(
      `select state, attempts, ((next_attempt_at - (select max(ended_at) from outbox_attempts where outbox_id = o.id)) / 5000 * 5000)::int as pause,
         array(select outcome from outbox_attempts where outbox_id = o.id and outcome is not null order by number) as outcomes
       from outbox o where recipient = '${customer}' and kind = 'receipt'`,
    );
    return row;
  };
  /** A customer writes, and the relay does this at the next connection; waits until an attempt has ended so. */
  const meet = async (step: Step, act: Act | Act[], outcome: string): Promise<{ customer: string; row: Row }> => {
    // A connection from before would take the script for another step.
    for (const socket of relay.connections) socket.destroy();
    relay.script[step] = [act].flat();
    customers++;
    const customer = `c${customers}@customer.example`;
    await world.deliver(writeMail({ from: customer, to: DESK }));
    let row: Row | undefined;
    await waitFor(
      async () => {
        row = await receiptTo(customer);
        return row?.outcomes.includes(outcome) === true;
      },
      PATIENCE_MS,
      () => `${outcome} at ${step}; it is ${JSON.stringify(row)}`,
    );
    if (!row) throw new Error('a receipt that was there is gone');
    relay.script[step] = [];
    return { customer, row };
  };
  const copies = (customer: string) =>
    relay.messages.filter((message) => new RegExp(`^To: .*${customer}`, 'm').test(message.toString())).length;
  const again = () => world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
  const sentOnce = async (customer: string) => {
    await again();
    await world.until(`select state = 'sent' from outbox where recipient = '${customer}' and kind = 'receipt'`);
    expect(copies(customer)).toBe(1);
  };

  /** To a refused EHLO nodemailer says HELO, which this relay does not know and answers by leaving. */
  const orNotSent = (step: Step, outcome: string) => (step === 'ehlo' ? 'not-sent' : outcome);

  const STAGES: Step[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data'];

  test.each(STAGES)('says 421 at %s gets the mail later, once', { timeout: 300_000 }, async (step) => {
    const { customer, row } = await meet(step, '421 4.3.2 closing down', 'deferred');
    expect(row).toMatchObject({ state: 'pending', attempts: 1 });
    expect(row.pause).toBe(5_000);
    await sentOnce(customer);
  });

  test.each(STAGES)('says 451 at %s gets the mail later, once', { timeout: 300_000 }, async (step) => {
    const { customer } = await meet(step, '451 4.3.0 not now', orNotSent(step, 'deferred'));
    await sentOnce(customer);
  });

  test.each(['421 4.3.2 closing down', '452 4.2.2 full'])(
    'says %s after the dot has not taken it',
    { timeout: 300_000 },
    async (act) => {
      const { customer, row } = await meet('dot', act, 'deferred');
      expect(row.state).toBe('pending');
      await again();
      await world.until(`select state = 'sent' from outbox where recipient = '${customer}'`);
      // What was refused and what was taken, byte for byte the same.
      expect(copies(customer)).toBe(2);
      const [first, second] = relay.messages.slice(-2);
      expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
    },
  );

  test.each(['greeting', 'ehlo'] as Step[])(
    'refuses everybody with a 5xx at %s refuses no mail',
    { timeout: 300_000 },
    async (step) => {
      const { customer } = await meet(step, '554 5.7.1 go away', orNotSent(step, 'deferred'));
      await sentOnce(customer);
    },
  );

  test.each(['rcpt', 'data', 'dot'] as Step[])('says 5xx at %s is final', { timeout: 300_000 }, async (step) => {
    const { customer, row } = await meet(step, '550 5.1.1 no', 'rejected');
    expect(row).toMatchObject({ state: 'failed', attempts: 1 });
    const told = await world.rows(`select count(*)::int from suppressed_addresses where address = '${customer}'`);
    expect(told).toEqual([{ count: 1 }]);
    await again();
    expect((await receiptTo(customer))?.attempts).toBe(1);
  });

  test('says 5xx at mail refuses our sender, no mail: it goes out with the plain address, or later, once', {
    timeout: 300_000,
  }, async () => {
    const plain = await meet('mail', '550 5.1.1 no', 'accepted');
    expect(plain.row).toMatchObject({ state: 'sent', attempts: 1 });
    expect(copies(plain.customer)).toBe(1);
    const { customer, row } = await meet('mail', ['550 5.1.1 no', '550 5.1.1 no'], 'sender-refused');
    expect(row.state).not.toBe('failed');
    const told = await world.rows(`select count(*)::int from suppressed_addresses where address = '${customer}'`);
    expect(told).toEqual([{ count: 0 }]);
    await sentOnce(customer);
  });

  test.each(STAGES)('is cut at %s has certainly not got it', { timeout: 300_000 }, async (step) => {
    const { customer } = await meet(step, 'cut', 'not-sent');
    await sentOnce(customer);
  });

  test.each(['cut', 'hang'] as const)(
    'is met by a %s after the dot leaves it unknown, and nothing goes out again',
    { timeout: 300_000 },
    async (act) => {
      const { customer, row } = await meet('dot', act, 'unknown');
      expect(row).toMatchObject({ state: 'unknown', attempts: 1 });
      await again();
      await meet('mail', '451 4.3.0 not now', 'deferred').then(({ customer: next }) => sentOnce(next));
      expect(copies(customer)).toBe(1);
      expect((await receiptTo(customer))?.state).toBe('unknown');
    },
  );

  test('pauses grow from attempt to attempt', { timeout: 300_000 }, async () => {
    const { customer } = await meet('mail', '451 4.3.0 not now', 'deferred');
    const pauses: number[] = [];
    for (let attempt = 2; attempt <= 4; attempt++) {
      relay.script.mail = ['451 4.3.0 not now'];
      await again();
      await world.until(
        `select attempts = ${attempt} and state = 'pending' from outbox where recipient = '${customer}'`,
        PATIENCE_MS,
      );
      pauses.push((await receiptTo(customer))?.pause ?? 0);
    }
    expect(pauses).toEqual([15_000, 60_000, 300_000]);
    relay.script.mail = [];
    await sentOnce(customer);
  });
});

describe('a relay that', () => {
  test.each([
    ['has no name any more', 'smtp://gone.invalid:587', /resolve|EAI_AGAIN|ENOTFOUND|no such|not found/i],
    ['refuses connections', undefined, /ECONNREFUSED/],
    ['hangs in the TLS handshake', 'smtps', /did not answer in time|failed/],
  ])('%s gets everything later, once', { timeout: 300_000 }, async (_title, url, words) => {
    const silent = await startScriptedServer();
    silent.script.greeting = Array.from({ length: 50 }, () => 'hang' as const);
    const dead = url ?? `smtp://127.0.0.1:${await freePort()}`;
    const world = await startDeskWorld({ env: { AGENTS: '', SEND_TIMEOUT_SECONDS: '5' } });
    world.onStop(() => silent.stop());
    try {
      const lost = await world.start(['poll', 'process', 'send', 'sweep'], {
        SMTP_URL: dead === 'smtps' ? silent.url.replace('smtp:', 'smtps:') : dead,
      });
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
      await world.until(`select count(*) > 0 from outbox_attempts where outcome = 'not-sent'`);
      const [row] = await world.rows<{ state: string; last_error: string }>('select state, last_error from outbox');
      expect(row?.state).toBe('pending');
      expect(row?.last_error).toMatch(words);
      await lost.stop();
      await world.rows('update outbox set next_attempt_at = 0');
      await world.start(['send']);
      await world.until(`select state = 'sent' from outbox`);
      expect(world.countTo('jo@customer.example')).toBe(1);
    } finally {
      await world.stop();
    }
  });

  test('waits for the servers of three recipients keeps nobody else waiting for them', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ env: { AGENTS: '', SEND_TIMEOUT_SECONDS: '600' } });
    const slow = ['slow1@customer.example', 'slow2@customer.example', 'slow3@customer.example'];
    const hanging = new Set<() => void>();
    // A recipient whose own server makes the relay wait.
    world.sink.behaviour.onRecipient = (recipient) => {
      if (!slow.includes(recipient)) return undefined;
      return new Promise((resolve) => hanging.add(() => resolve(undefined)));
    };
    try {
      await world.start(['poll', 'process', 'send', 'sweep'], { SEND_CONNECTIONS: '4' });
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      for (const customer of slow) {
        await world.deliver(writeMail({ from: customer, to: DESK }));
        const before = hanging.size;
        await waitFor(
          () => hanging.size > before,
          PATIENCE_MS,
          () => `the relay to wait for ${customer}`,
        );
        // With one more connection waiting each time, for ten minutes if need be, the others go on.
        for (let n = 1; n <= 3; n++) {
          const other = `${n}.after.${customer}`;
          await world.deliver(writeMail({ from: other, to: DESK }));
          await world.mailTo(other);
        }
      }
      for (const customer of slow) expect(world.countTo(customer), customer).toBe(0);
      for (const go of hanging) go();
      for (const customer of slow) await world.mailTo(customer);
    } finally {
      for (const go of hanging) go();
      await world.stop();
    }
  });

  test('drips one byte at a time on one connection is left in the end, and the mail goes out once', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ env: { AGENTS: '', SEND_TIMEOUT_SECONDS: '5' } });
    const proxy = await startTcpProxy({ port: world.sink.port });
    world.onStop(() => proxy.stop());
    try {
      proxy.flow({ toClient: { bytes: 1, everyMs: 300 } });
      await world.start(['poll', 'process', 'send', 'sweep'], { SMTP_URL: `smtp://127.0.0.1:${proxy.port}` });
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
      // Never silent for five seconds, and yet bounded as a whole.
      await world.until(`select count(*) = 1 from outbox_attempts where outcome = 'not-sent'`);
      const [attempt] = await world.rows<{ server_reply: string }>('select server_reply from outbox_attempts');
      expect(attempt?.server_reply).toContain('too slow as a whole');
      proxy.flow({ toClient: 'pass' });
      await world.rows('update outbox set next_attempt_at = 0');
      await world.until(`select state = 'sent' from outbox`);
      expect(world.countTo('jo@customer.example')).toBe(1);
    } finally {
      await world.stop();
    }
  });
});
