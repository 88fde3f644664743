import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';

test('of two pollers one works and one waits; when the first is killed the other takes over within its lease', {
  timeout: 300_000,
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
    await world.until('select count(*) = 20 from tickets');
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

describeWith('dovecot', 'many mailboxes', () => {
  test('are shared by the pollers; when one is killed the other takes its mailboxes within their lease, and back again', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ mailbox: 'dovecot' });
    const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-pollers-'));
    try {
      const file = path.join(folder, 'mailboxes.yaml');
      const boxes = Array.from(
        { length: 5 },
        (_, n) =>
          `  - address: box${n}@desk.example\n    imap_url: ${world.dovecot?.imapUrl(`box${n}`)}\n    smtp_url: ${world.sink.url}\n`,
      );
      await writeFile(file, `mailboxes:\n${boxes.join('')}`);
      Object.assign(world.env, { SUPPORT_ADDRESS: '', IMAP_URL: '', SMTP_URL: '', MAILBOXES_FILE: file });
      const first = await startRole(world, 'poll');
      await world.until('select count(*) = 5 from mailboxes where last_good_poll_at is not null');
      const second = await startRole(world, 'poll');
      const held = (pid: number) => `select count(*) from mailboxes where lease_holder like '%-${pid}-%'`;
      await world.until(`select (${held(first.pid)}) = 3 and (${held(second.pid)}) = 2`);
      for (const n of [0, 1, 2, 3, 4]) {
        await world.dovecot?.deliver(
          `box${n}`,
          writeMail({ from: `c${n}@customer.example`, to: `box${n}@desk.example` }),
        );
      }
      await world.until('select count(*) = 5 from inbound_mails');
      await first.kill();
      await world.until(`select (${held(second.pid)}) = 5`, 90_000);
      for (const n of [0, 1, 2, 3, 4]) {
        await world.dovecot?.deliver(
          `box${n}`,
          writeMail({ from: `d${n}@customer.example`, to: `box${n}@desk.example` }),
        );
      }
      await world.until('select count(*) = 10 from inbound_mails');
      // One that ends in peace leaves nothing behind.
      expect(await second.terminate()).toBe(0);
      expect(await world.rows('select count(*)::int as held from mailboxes where lease_holder is not null')).toEqual([
        { held: 0 },
      ]);
      expect(
        await world.rows(`select count(*)::int as pollers from pollers where holder like '%-${second.pid}-%'`),
      ).toEqual([{ pollers: 0 }]);
    } finally {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
