import { afterEach, expect, test } from 'vitest';
import { watchDesk } from '../../../src/flows/operate/watch-desk.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, DESK, mailAbout } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const OLGA = 'olga@ops.example';
const LOOPER = 'loop@machine.example';
const SENT = `select count(*)::int from outbox where kind = 'receipt' and recipient = '${LOOPER}' and state = 'sent'`;
const HELD = `from outbox where state = 'pending' and held_by = 'brake'`;

test('a storm to one address waits, the operator is told once, responses and new customers go on, and it ends by itself', async () => {
  world = await startDeskWorld({ env: { SEND_BRAKE: '3', OPERATORS: OLGA } });
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  await world.start(undefined, {}, { clock });
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  await ask(world, LOOPER);
  const storm = Array.from({ length: 12 }, (_, n) => writeMail({ from: LOOPER, to: DESK, subject: `Storm ${n}` }));
  for (const mail of storm) await world.deliver(mail);
  const ended = `(state = 'sent' or held_by = 'brake')`;
  await world.until(
    `select count(*) filter (where ${ended}) = 13 from outbox where kind = 'receipt' and recipient = '${LOOPER}'`,
  );
  await world.until(`select count(*) > 0 ${HELD}`);
  const [sent] = await world.rows<{ count: number }>(SENT);
  // Four and no more when one handler sends; two at once may each let as many through.
  expect(sent?.count).toBeGreaterThanOrEqual(4);
  expect(sent?.count).toBeLessThanOrEqual(12);
  const health = async () => ({ ok: true, checks: [], looks: [] });
  for (const _look of [1, 2]) await watchDesk({ ...testDesk(world, clock.now() - 1_000), health });
  expect((await world.mailTo(OLGA)).parsed.text).toMatch(/SEND_BRAKE[\s\S]*\d+ mails wait/);
  // People go on: the agents were notified of all, a response overtakes what waits, and a new customer gets a receipt.
  await world.until(`select count(*) = 26 from outbox where audience = 'agent' and state = 'sent'`);
  await world.deliver(writeMail({ from: 'new@customer.example', to: DESK }));
  await world.mailTo('new@customer.example');
  const [held] = await world.rows<{ ticket: number }>(
    `select ticket_id::int as ticket ${HELD} order by id desc limit 1`,
  );
  const notification = await mailAbout(world, 'alice@desk.example', held?.ticket ?? 0);
  await world.deliver(writeReply(notification, ALICE, 'Please stop it.'));
  await world.until(`select count(*) = 1 from outbox where kind = 'response' and state = 'sent'`);
  expect(await world.rows(`select state from outbox where kind = 'receipt' and ticket_id = ${held?.ticket}`)).toEqual([
    { state: 'pending' },
  ]);
  // When the ten minutes are over it goes on, a few at a time, until nothing waits.
  for (let waiting = 1; waiting > 0; ) {
    await world.rows(`update outbox set ended_at = ended_at - 660000 where state = 'sent'`);
    await world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
    await world.until(
      `select not exists (select from outbox where state in ('claimed', 'sending') or state = 'pending' and next_attempt_at <= epoch_ms())`,
    );
    const [row] = await world.rows<{ count: number }>(`select count(*)::int ${HELD}`);
    waiting = row?.count ?? 0;
  }
  expect(world.countTo(LOOPER)).toBe(14);
  expect(world.countTo(OLGA)).toBe(1);
  // Nine minutes of calm may be a pause; after the tenth she hears that it is over, and then no more.
  const lookFor = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      ahead += 60_000;
      await watchDesk({ ...testDesk(world, clock.now() - 1_000), health });
    }
  };
  await lookFor(9);
  expect(await world.rows(`select count(*)::int from outbox where recipient = '${OLGA}'`)).toEqual([{ count: 1 }]);
  await lookFor(5);
  const over = await world.mailTo(OLGA, 2);
  expect(over.header('Subject')).toBe('Turnmail: it is over');
  expect(over.parsed.text).toMatch(/It is over after \d+ minutes[\s\S]*no mail is held back/);
  expect(over.parsed.text).not.toContain('waits');
  expect(await world.rows(`select count(*)::int from outbox where recipient = '${OLGA}'`)).toEqual([{ count: 2 }]);
});
