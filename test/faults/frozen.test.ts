import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { startRole } from '../support/role-processes.ts';
import { seeMail, writeMail } from '../support/sent-mail.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

/**
 * Two processes of a role, one of them frozen (SIGSTOP) for longer than its lease, as a virtual machine is that is moved.
 * The tests end the lease by hand, which is the same as waiting for it: who claims compares a time in the row with now.
 */
let world: DeskWorld;
const AGENT = { AGENTS: 'alice@desk.example', SEND_TIMEOUT_SECONDS: '5', DATABASE_TIMEOUT_SECONDS: '2' };
beforeEach(async () => {
  world = await startDeskWorld({ env: { ...AGENT, UNKNOWN_RESEND_MINUTES: '30' } });
});
afterEach(() => world?.stop());

async function write(from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
}

/** A door before the relay that sees each command just before the relay does. @returns its port */
async function beforeTheRelay(see: (command: string) => void): Promise<number> {
  const door = createServer((client) => {
    const relay = connect(world.sink.port, '127.0.0.1');
    for (const socket of [client, relay]) socket.on('error', () => {});
    relay.pipe(client);
    client.on('data', (chunk) => {
      see(chunk.toString().trim());
      relay.write(chunk);
    });
    client.once('close', () => relay.destroy());
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  world.onStop(async () => door.close());
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  return address.port;
}

async function checkEachOnce(customers: number): Promise<void> {
  await world.until(`select count(*) = ${customers} from inbound_mails where disposition = 'ticket'`);
  await world.until(SETTLED);
  expect(await world.rows('select count(*)::int as mails from inbound_mails')).toEqual([{ mails: customers }]);
  expect(await world.rows('select count(*)::int as tickets from tickets')).toEqual([{ tickets: customers }]);
  for (let n = 1; n <= customers; n++) expect(world.countTo(`c${n}@customer.example`), `c${n}`).toBe(1);
}

test('a poller that wakes up after another took its mailbox is fenced', { timeout: 420_000 }, async () => {
  const roles = ['poll', 'poll', 'process', 'send', 'sweep'] as const;
  const [one, two, ...others] = await Promise.all(roles.map((role) => startRole(world, role)));
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const [mailbox] = await world.rows<{ lease_holder: string }>('select lease_holder from mailboxes');
  const frozen = [one, two].find((poller) => mailbox?.lease_holder.includes(`-${poller?.pid}-`));
  if (!frozen) throw new Error(`none of them holds the lease: ${mailbox?.lease_holder}`);
  await write(1, 25);
  await world.until('select count(*) > 0 from inbound_mails');
  process.kill(frozen.pid, 'SIGSTOP');
  await write(26, 40);
  // Where it froze inside a transaction this waits for its lock, which the server takes away after two seconds.
  await world.rows('update mailboxes set lease_until = 1');
  await world.until('select count(*) = 40 from inbound_mails');
  process.kill(frozen.pid, 'SIGCONT');
  await write(41, 50);
  await checkEachOnce(50);
  const ends = await Promise.all([one, two, ...others].map((worker) => worker?.terminate()));
  expect(ends).toEqual(roles.map(() => 0));
});

test('a worker that wakes up after another decided its mails changes nothing', { timeout: 420_000 }, async () => {
  await Promise.all((['poll', 'send', 'sweep'] as const).map((role) => startRole(world, role)));
  const frozen = await startRole(world, 'process');
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  await write(1, 40);
  await world.until('select count(*) > 3 from inbound_mails where disposition is not null');
  await world.until('select count(*) > 0 from inbound_mails where disposition is null and lease_until > 1');
  process.kill(frozen.pid, 'SIGSTOP');
  // Before the other one holds leases of its own.
  await world.rows('update inbound_mails set lease_until = 1 where disposition is null and lease_until > 1');
  const other = await startRole(world, 'process');
  await world.until('select count(*) = 40 from inbound_mails where disposition is not null');
  process.kill(frozen.pid, 'SIGCONT');
  await write(41, 45);
  await checkEachOnce(45);
  expect(await frozen.terminate()).toBe(0);
  expect(await other.terminate()).toBe(0);
});

test('a sender that is frozen after the final dot says so when it wakes up, and nothing goes out again', {
  timeout: 420_000,
}, async () => {
  await Promise.all((['poll', 'process', 'sweep'] as const).map((role) => startRole(world, role)));
  let frozenAt = 0;
  // One connection: when c1's mail is at the relay, no other attempt of the frozen process is under way.
  const frozen = await startRole(world, 'send', { SEND_CONNECTIONS: '1' });
  world.sink.behaviour.onData = ({ envelope }) => {
    if (envelope.to[0] === 'c1@customer.example') {
      process.kill(frozen.pid, 'SIGSTOP');
      frozenAt = performance.now();
    }
    return 'accept';
  };
  await write(1, 1);
  await world.sink.waitFor(({ envelope }) => envelope.to.includes('c1@customer.example'));
  // Before the other one holds leases of its own.
  await world.rows(`update outbox set lease_until = 1 where state in ('claimed', 'sending')`);
  const other = await startRole(world, 'send');
  await world.until(`select count(*) > 0 from outbox where state = 'unknown'`);
  // Fixed pause: it wakes up when its five seconds for silence are over, with the relay's answer unread.
  const left = 6_000 - (performance.now() - frozenAt);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  process.kill(frozen.pid, 'SIGCONT');
  await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
  await write(2, 4);
  await checkEachOnce(4);
  expect(world.countTo('alice@desk.example')).toBe(4);
  expect(await world.rows(`select count(*)::int as n from outbox_attempts where outcome <> 'accepted'`)).toEqual([
    { n: 0 },
  ]);
  expect(await frozen.terminate()).toBe(0);
  expect(await other.terminate()).toBe(0);
});

test('a sender that is frozen in the middle of its work reads on waking up what the server has said meanwhile', {
  timeout: 420_000,
}, async () => {
  await Promise.all((['poll', 'process', 'sweep'] as const).map((role) => startRole(world, role)));
  const kill = { TURNMAIL_KILL_AT: 'after-dot:SIGSTOP:1', NODE_ENV: 'test', SEND_CONNECTIONS: '1' };
  const frozen = await startRole(world, 'send', kill);
  await write(1, 1);
  await world.sink.waitFor(() => true);
  const sentAt = performance.now();
  // Before the other one holds leases of its own.
  await world.rows(`update outbox set lease_until = 1 where state in ('claimed', 'sending')`);
  const other = await startRole(world, 'send');
  await world.until(`select count(*) = 1 from outbox where state = 'unknown'`);
  await world.until(`select count(*) = 1 from outbox where state = 'sent'`);
  // Fixed pause: its time-outs are over when it wakes up, five seconds of silence and twenty for all of it.
  const left = 20_500 - (performance.now() - sentAt);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  process.kill(frozen.pid, 'SIGCONT');
  await world.until(`select count(*) = 2 from outbox where state = 'sent'`);
  expect(await world.rows('select outcome from outbox_attempts')).toEqual([
    { outcome: 'accepted' },
    { outcome: 'accepted' },
  ]);
  await checkEachOnce(1);
  expect(world.countTo('alice@desk.example')).toBe(1);
  expect(await frozen.terminate()).toBe(0);
  expect(await other.terminate()).toBe(0);
});

test('a sender that is frozen before the mail’s bytes, and for longer than it may take, sends none of them', {
  timeout: 420_000,
}, async () => {
  await Promise.all((['poll', 'process', 'sweep'] as const).map((role) => startRole(world, role)));
  let frozenAt: number | undefined;
  const relay = await beforeTheRelay((command) => {
    if (!/^DATA$/m.test(command) || frozenAt !== undefined) return;
    process.kill(frozen.pid, 'SIGSTOP');
    frozenAt = performance.now();
  });
  const frozen = await startRole(world, 'send', { SMTP_URL: `smtp://127.0.0.1:${relay}`, SEND_CONNECTIONS: '1' });
  await write(1, 1);
  // It will wake up to a "go ahead".
  await waitFor(
    () => frozenAt !== undefined,
    PATIENCE_MS,
    () => 'a mail to come as far as DATA',
  );
  // Before the other one holds leases of its own.
  await world.rows(`update outbox set lease_until = 1 where state in ('claimed', 'sending')`);
  const other = await startRole(world, 'send');
  await world.until(`select count(*) > 0 from outbox where state = 'unknown'`);
  // Half an hour later the other one sends the same bytes.
  await world.rows(`update outbox set ended_at = ended_at - 1900000 where state = 'unknown'`);
  await world.until(`select count(*) = 2 from outbox where state = 'sent'`);
  // Fixed pause: five seconds of silence are allowed, and twenty for all of it; its lease would have been longer than that.
  const left = 20_500 - (performance.now() - (frozenAt ?? 0));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  process.kill(frozen.pid, 'SIGCONT');
  await write(2, 3);
  await checkEachOnce(3);
  const ids = await Promise.all(world.sink.mails.map(async (mail) => (await seeMail(mail)).header('Message-ID')));
  expect(new Set(ids).size).toBe(ids.length);
  expect(await frozen.terminate()).toBe(0);
  expect(await other.terminate()).toBe(0);
});
