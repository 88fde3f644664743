import { expect, test } from 'vitest';
import { startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { launchRole, startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

const POLLED = 'select count(*) = 1 from mailboxes where last_good_poll_at is not null';

test('SIGTERM finishes the mails on their way, leaves the rest for the next start, and ends with 0', {
  timeout: 300_000,
}, async () => {
  const world = await startDeskWorld({ env: { SEND_CONNECTIONS: '2', SEND_TIMEOUT_SECONDS: '300' } });
  const atTheRelay = new Set<() => void>();
  let isHeldUp = true;
  try {
    // A relay that takes three mails, and lets each after them wait.
    world.sink.behaviour.onData = async () => {
      if (isHeldUp && world.sink.mails.length >= 3) await new Promise<void>((go) => atTheRelay.add(go));
      return 'accept' as const;
    };
    const first = await startRole(world, 'all');
    await world.until(POLLED);
    for (let n = 1; n <= 40; n++) await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
    await world.until('select count(*) = 40 from tickets');
    await waitFor(
      () => atTheRelay.size > 0,
      PATIENCE_MS,
      () => 'mails on their way',
    );
    const ended = first.terminate();
    isHeldUp = false;
    for (const go of atTheRelay) go();
    expect(await ended).toBe(0);
    expect(
      await world.rows(`select count(*)::int as n from outbox where state not in ('pending', 'claimed', 'sent')`),
    ).toEqual([{ n: 0 }]);
    const [sent] = await world.rows<{ n: number }>(`select count(*)::int as n from outbox where state = 'sent'`);
    expect(world.sink.mails).toHaveLength(sent?.n ?? -1);
    expect(sent?.n).toBeLessThan(120);
    // What it had claimed and not begun is due again at once.
    await startRole(world, 'all');
    await world.until(SETTLED);
    expect(await world.rows('select state, count(*)::int as n from outbox group by 1')).toEqual([
      { state: 'sent', n: 120 },
    ]);
    expect(world.sink.mails).toHaveLength(120);
  } finally {
    for (const go of atTheRelay) go();
    await world.stop();
  }
});

test('SIGTERM ends a process in order whose log nobody reads any more', { timeout: 300_000 }, async () => {
  const world = await startDeskWorld();
  try {
    const worker = launchRole(world, 'sweep');
    expect(await worker.up).toBe(true);
    worker.stopListening();
    expect(await worker.terminate()).toBe(0);
  } finally {
    await world.stop();
  }
});
