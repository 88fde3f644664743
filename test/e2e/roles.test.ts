import { describe, expect, test } from 'vitest';
import { freePort } from '../support/child-process.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { ALICE, ask, hand, mailAbout, respond, ticketRow, turnsOf } from '../support/played-desk.ts';
import { type RoleProcess, startRole } from '../support/role-processes.ts';
import { writeReply } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

const POLLED = 'select count(*) = 1 from mailboxes where last_good_poll_at is not null';
const CUSTOMER = 'jo@customer.example';

/** The core of the conversation; each step in another process than the one before it. */
async function converse(world: DeskWorld, port: number): Promise<void> {
  const asked = await ask(world, CUSTOMER);
  const response = await respond(world, asked, 'Pour water on it.');
  const [answer] = await hand(world, writeReply(response, CUSTOMER, 'It worked.'));
  expect(answer).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
  const [held] = await hand(world, writeReply(response, CUSTOMER, 'One more thing.'));
  expect(held).toMatchObject({ disposition: 'held', words: 'One more thing.' });
  await hand(world, writeReply(asked.toAlice, ALICE, '/close\nBuy a new one.'));
  const closing = await mailAbout(world, CUSTOMER, asked.ticket, 4);
  const link = /https:\/\/help\.desk\.example(\/t\/\S+)/.exec(closing.parsed.text)?.[1] ?? '/no-link';
  const page = `http://127.0.0.1:${port}${link}`;
  expect((await fetch(page)).status).toBe(200);
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed', feedback: null });
  expect((await fetch(page, { method: 'POST' })).status).toBe(200);
  expect(await ticketRow(world, asked.ticket)).toMatchObject({
    last_response: 'Buy a new one.',
    feedback: 'satisfied',
  });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([
    { sent: 'Pour water on it.', received: 'It worked.' },
    { sent: 'Buy a new one.', received: null },
  ]);
}

function rolesSuite(queue: 'postgres' | 'redis'): void {
  test(`nine processes of five roles play a conversation, and each ends with 0`, { timeout: 300_000 }, async () => {
    const world = await startDeskWorld({ mailbox: 'dovecot', queue });
    try {
      const port = await freePort();
      const web = await startRole(world, 'web', { HTTP_PORT: String(port) });
      const others = await Promise.all(
        (['poll', 'poll', 'process', 'process', 'send', 'send', 'sweep', 'sweep'] as const).map((role) =>
          startRole(world, role),
        ),
      );
      await world.until(POLLED);
      await converse(world, port);
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      const all: RoleProcess[] = [web, ...others];
      expect(await Promise.all(all.map((one) => one.terminate()))).toEqual(all.map(() => 0));
      for (const one of all) expect(one.output(), one.role).not.toMatch(/customer\.example|Pour water|secret/);
    } finally {
      await world.stop();
    }
  });
}

describeWith('dovecot', 'roles in processes of their own, the queue on Postgres', () => rolesSuite('postgres'));

describeWith('dovecot', 'roles in processes of their own, over Dovecot', () => {
  describeWith('redis-server', 'the queue on Redis', () => rolesSuite('redis'));
});

describe('a database that has never seen the desk', () => {
  test('is made ready by whichever of the processes is first', { timeout: 300_000 }, async () => {
    const world = await startDeskWorld();
    try {
      await world.rows('drop schema public cascade');
      await world.rows('create schema public');
      await Promise.all((['poll', 'process', 'send', 'sweep'] as const).map((role) => startRole(world, role)));
      await world.until(POLLED);
      expect((await ask(world, CUSTOMER)).ticket).toBe(1);
    } finally {
      await world.stop();
    }
  });
});

describe('one process with all roles', () => {
  test('plays the conversation, and SIGINT ends it too', { timeout: 300_000 }, async () => {
    const world = await startDeskWorld();
    try {
      const port = await freePort();
      const all = await startRole(world, 'all', { HTTP_PORT: String(port) });
      await world.until(POLLED);
      await converse(world, port);
      process.kill(all.pid, 'SIGINT');
      await waitFor(
        () => all.output().includes('"stopped"'),
        PATIENCE_MS,
        () => `a clean end: ${all.output()}`,
      );
    } finally {
      await world.stop();
    }
  });

  test('with settings that are wrong says so and ends with 78', { timeout: 300_000 }, async () => {
    const world = await startDeskWorld();
    try {
      const wrong = { POLL_SECONDS: 'often', SMTP_URL: 'smtp.desk.example' };
      await expect(startRole(world, 'all', wrong)).rejects.toThrow(/ended with 78[\s\S]*SMTP_URL[\s\S]*POLL_SECONDS/);
    } finally {
      await world.stop();
    }
  });
});
