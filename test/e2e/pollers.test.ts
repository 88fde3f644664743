import { expect, test } from 'vitest';
import { startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';

test('of two pollers one works and one waits; when the first is killed the other takes over within its lease', {
  timeout: 120_000,
}, async () => {
  const world = await startDeskWorld();
  try {
    const pollers = await Promise.all([startRole(world, 'poll'), startRole(world, 'poll')]);
    await world.start(['process', 'send', 'sweep']);
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    const holder = async () => {
      const [row] = await world.rows<{ lease_holder: string; epoch: number }>(
        'select lease_holder, lease_epoch::int as epoch from mailboxes',
      );
      return { epoch: row?.epoch ?? 0, poller: pollers.find((one) => row?.lease_holder?.includes(`-${one.pid}-`)) };
    };
    const deliver = async (from: number, to: number) => {
      for (let n = from; n <= to; n++) await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
    };
    await deliver(1, 10);
    await world.until('select count(*) = 10 from tickets');
    const first = await holder();
    if (!first.poller) throw new Error('nobody holds the mailbox');
    await first.poller.kill();
    await deliver(11, 20);
    await world.until('select count(*) = 20 from tickets', 60_000);
    const second = await holder();
    expect(second.poller).toBeDefined();
    expect(second.poller?.pid).not.toBe(first.poller.pid);
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await world.until(SETTLED);
    expect(await world.rows('select count(*)::int as mails from inbound_mails')).toEqual([{ mails: 20 }]);
    // A poller that ends in peace gives the mailbox back at once.
    expect(await second.poller?.terminate()).toBe(0);
    expect(await world.rows('select lease_holder from mailboxes')).toEqual([{ lease_holder: null }]);
  } finally {
    await world.stop();
  }
});
