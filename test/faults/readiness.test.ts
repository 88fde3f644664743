import { afterEach, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { watchDesk } from '../../src/flows/operate/watch-desk.ts';
import type { Role } from '../../src/runtime/settings/config.ts';
import { freePort } from '../support/child-process.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { writeMail } from '../support/sent-mail.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDesk } from '../support/test-desk.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

/** What readiness says of each part that fails; minutes pass by the desk's own clock, and of mails to be sent in their rows. */
const OLGA = 'olga@ops.example';
const MINUTE = 60_000;

let world: DeskWorld;
let ahead = 0;
afterEach(() => world?.stop());

async function startDesk(roles: readonly Role[], env: Record<string, string> = {}): Promise<App> {
  ahead = 0;
  const app = await world.start(roles, env, { clock: { now: () => Date.now() + ahead } });
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  return app;
}

const says = async (app: App, name: string) => (await app.health()).checks.find((check) => check.name === name);

test('polls that fail are red with the reason, told once when it begins and once when it is over', {
  timeout: 300_000,
}, async () => {
  world = await startDeskWorld({ env: { OPERATORS: OLGA, AGENTS: '' } });
  const imap = new URL(world.env['IMAP_URL'] ?? '');
  const proxy = await startTcpProxy({ port: Number(imap.port) });
  world.onStop(() => proxy.stop());
  imap.port = String(proxy.port);
  const app = await startDesk(['poll', 'process', 'send', 'sweep'], { IMAP_URL: imap.href });
  expect(await app.health()).toMatchObject({ ok: true });
  const look = async () => {
    ahead += MINUTE;
    await watchDesk({ ...testDesk(world, Date.now() + ahead), health: app.health });
  };
  await proxy.refuse();
  proxy.cut();
  ahead += 3 * MINUTE;
  expect(await says(app, 'polls')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/last good poll .* was 18\d s ago/),
  });
  for (let n = 0; n < 5; n++) await look();
  await world.rows('update outbox set next_attempt_at = 0');
  expect((await world.mailTo(OLGA)).parsed.text).toContain('No mail is being fetched');
  await proxy.accept();
  await waitFor(
    async () => (await says(app, 'polls'))?.ok === true,
    PATIENCE_MS,
    () => 'polls to be good again',
  );
  for (let n = 0; n < 5; n++) {
    await look();
    // The clock of the test runs ahead of the polls.
    await world.rows(`update mailboxes set last_good_poll_at = ${Date.now() + ahead + MINUTE}`);
  }
  await world.rows('update outbox set next_attempt_at = 0');
  expect((await world.mailTo(OLGA, 2)).parsed.text).toContain('It is over after');
  await world.until(SETTLED);
  expect(world.countTo(OLGA)).toBe(2);
});

test('mail that nobody decides about is red with its age', { timeout: 300_000 }, async () => {
  world = await startDeskWorld({ env: { AGENTS: '' } });
  const app = await startDesk(['poll', 'send', 'sweep']);
  await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
  await world.until('select count(*) = 1 from inbound_mails');
  expect(await says(app, 'oldest waiting mail')).toMatchObject({ ok: true });
  ahead += 6 * MINUTE;
  expect(await says(app, 'oldest waiting mail')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^1 mails wait to be decided, the oldest for 36\d s$/),
  });
});

test('a relay that is gone is red although each try comes in time, and green when mail goes out', {
  timeout: 300_000,
}, async () => {
  world = await startDeskWorld({ env: { AGENTS: '' } });
  const dead = await freePort();
  const app = await startDesk(['poll', 'process', 'send', 'sweep'], { SMTP_URL: `smtp://127.0.0.1:${dead}` });
  await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
  await world.until(`select count(*) > 0 from outbox_attempts where outcome = 'not-sent'`);
  expect(await says(app, 'oldest unsent mail')).toMatchObject({ ok: true });
  await world.rows(`update outbox set created_at = created_at - ${16 * MINUTE}`);
  // The next try puts it off again, so nothing is ever overdue.
  await world.until(`select count(*) > 1 from outbox_attempts where outcome = 'not-sent'`);
  expect(await says(app, 'oldest unsent mail')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^1 mails were tried in vain and none was taken since, the oldest for 9\d\d s$/),
  });
  await app.stop();
  const healed = await startDesk(['poll', 'process', 'send', 'sweep']);
  await world.rows('update outbox set next_attempt_at = 0');
  await world.mailTo('jo@customer.example');
  await world.until(SETTLED);
  expect(await says(healed, 'oldest unsent mail')).toMatchObject({ ok: true, detail: 'nothing waits' });
});
