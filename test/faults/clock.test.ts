import { afterEach, describe, expect, test } from 'vitest';
import { remindAgents } from '../../src/flows/time/remind-agents.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { ask, DESK, hand, respond, SETTLED, ticketRow } from '../support/played-desk.ts';
import { writeMail, writeReply } from '../support/sent-mail.ts';
import { testDesk } from '../support/test-desk.ts';
import { untilSwept } from '../support/until-swept.ts';
import { PATIENCE_MS } from '../support/wait-for.ts';

/** The wall clock of the desk jumps while it is at work; the mail server's and the customers' clocks do not. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let world: DeskWorld;
let ahead = 0;
afterEach(() => world?.stop());

async function startDesk(env: Record<string, string> = {}, startAhead = 0) {
  ahead = startAhead;
  world = await startDeskWorld({ env: { AGENTS: 'alice@desk.example', ...env } });
  const app = await world.start(undefined, {}, { clock: { now: () => Date.now() + ahead } });
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  return app;
}

describe('a clock that jumps', () => {
  test.each([
    ['an hour ahead', HOUR],
    ['an hour back', -HOUR],
    ['a day ahead', DAY],
    ['a day back', -DAY],
  ])(
    '%s in the middle of everything loses nothing and fires nothing twice',
    { timeout: 300_000 },
    async (_title, jump) => {
      await startDesk({ UNKNOWN_RESEND_MINUTES: '30', SEND_BRAKE: '60' });
      // One mail is refused for now, one is with the relay, one ticket is open.
      const [fate] = await hand(world, writeMail({ from: 'open@customer.example', to: DESK }));
      const open = fate?.ticket ?? 0;
      let refuse = true;
      let taken: (() => void) | undefined;
      world.sink.behaviour.onRecipient = (recipient) =>
        refuse && recipient === 'refused@customer.example' ? { code: 451 } : undefined;
      world.sink.behaviour.onData = async ({ envelope }) => {
        if (envelope.to[0] === 'slow@customer.example')
          await new Promise<void>((resolve) => {
            taken = resolve;
          });
        return 'accept' as const;
      };
      await world.deliver(writeMail({ from: 'refused@customer.example', to: DESK }));
      await world.deliver(writeMail({ from: 'slow@customer.example', to: DESK }));
      await world.until(`select count(*) > 0 from outbox_attempts where outcome = 'deferred'`);
      await world.until(`select count(*) = 1 from outbox where state = 'sending'`);
      refuse = false;
      ahead += jump;
      await world.deliver(writeMail({ from: 'later@customer.example', to: DESK }));
      await world.mailTo('later@customer.example');
      await world.mailTo('refused@customer.example');
      // The sweep may take the attempt for dead.
      await untilSwept(world);
      taken?.();
      await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
      // And back to where it was.
      ahead -= jump;
      await world.deliver(writeMail({ from: 'last@customer.example', to: DESK }));
      await world.mailTo('last@customer.example');
      await world.until(SETTLED);
      for (const name of ['open', 'refused', 'slow', 'later', 'last']) {
        expect(world.countTo(`${name}@customer.example`), name).toBe(1);
      }
      expect(await ticketRow(world, open)).toMatchObject({ status: 'open' });
      expect(await world.rows('select count(*)::int as tickets from tickets')).toEqual([{ tickets: 5 }]);
      expect(world.countTo('alice@desk.example')).toBe(5);
    },
  );

  test('back by a day leaves no outgoing mail alone that was claimed or leased in the day ahead', {
    timeout: 300_000,
  }, async () => {
    await startDesk({ UNKNOWN_RESEND_MINUTES: '30' });
    await hand(world, writeMail({ from: 'a@customer.example', to: DESK }));
    // What processes that died in that day would have left behind.
    const then = Date.now() + DAY;
    await world.rows(`insert into outbox (audience, kind, recipient, payload, created_at, next_attempt_at, attempts, state, lease_until)
      values ('operator', 'alert', 'claimed@ops.example', '{"lines":["x"]}', ${then}, epoch_ms(), 0, 'claimed', epoch_ms() + 1000)`);
    await world.rows(`with row as (
        insert into outbox (audience, kind, recipient, payload, created_at, next_attempt_at, attempts, state, lease_until, message_id, envelope_from, raw)
        values ('operator', 'alert', 'sending@ops.example', '{"lines":["x"]}', ${then}, epoch_ms(), 1, 'sending', epoch_ms() + 4000,
          'sending@desk.example', 'support@desk.example', 'Subject: x') returning id)
      insert into outbox_attempts (outbox_id, number, started_at) select id, 1, ${then} from row`);
    await world.mailTo('claimed@ops.example');
    // Its lease is by the database's clock, which did not jump; then nobody knows.
    await world.until(`select state = 'unknown' from outbox where recipient = 'sending@ops.example'`);
    expect(world.countTo('sending@ops.example')).toBe(0);
  });

  test('a day ahead holds a mailbox or a mail no longer than any other process does, and a day behind no shorter', {
    timeout: 300_000,
  }, async () => {
    world = await startDeskWorld({ env: { AGENTS: '' } });
    for (const jump of [DAY, -DAY]) {
      ahead = jump;
      const app = await world.start(['poll', 'process'], {}, { clock: { now: () => Date.now() + ahead } });
      await world.until(
        `select lease_until - epoch_ms() between 1000 and 60000 from mailboxes
         where lease_holder is not null and last_good_poll_at is not null`,
        PATIENCE_MS,
      );
      await world.deliver(writeMail({ from: `held${jump}@customer.example`, to: DESK }));
      await world.until(
        `select count(*) = 1 from inbound_mails where from_address = 'held${jump}@customer.example'`,
        PATIENCE_MS,
      );
      await app.stop();
    }
    expect(await world.rows('select count(*)::int as n from inbound_mails where next_attempt_at > epoch_ms()')).toEqual(
      [{ n: 0 }],
    );
  });

  test('back by a day does not count the day ahead against a sender', { timeout: 300_000 }, async () => {
    await startDesk({ RATE_PER_HOUR: '3' });
    ahead = DAY;
    for (let n = 1; n <= 3; n++)
      await hand(world, writeMail({ from: 'busy@customer.example', to: DESK, subject: `${n}` }));
    ahead = 0;
    const [fate] = await hand(world, writeMail({ from: 'busy@customer.example', to: DESK, subject: 'now' }));
    expect(fate).toMatchObject({ disposition: 'ticket' });
    expect(world.countTo('busy@customer.example')).toBe(4);
  });

  test('back by a day does not hide that mail is not fetched any more', { timeout: 300_000 }, async () => {
    const app = await startDesk();
    ahead = DAY;
    await world.until(`select last_good_poll_at > ${Date.now() + DAY - HOUR} from mailboxes`);
    await world.devServer?.stop();
    ahead = 0;
    const polls = async () => (await app.health()).checks.find(({ name }) => name === 'polls');
    expect(await polls()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('before the clock was set back'),
    });
  });

  test('ahead by a day at the first start does not take new mail for old', { timeout: 300_000 }, async () => {
    await startDesk({}, DAY);
    ahead = 0;
    await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
    await world.mailTo('jo@customer.example');
  });

  test('to and fro keeps turns, links, closing, reminders and lists at once each', { timeout: 300_000 }, async () => {
    await startDesk({ AGENTS: 'Alice Ames <alice@desk.example>, bob@desk.example', AUTO_CLOSE_DAYS: '14' });
    const asked = await ask(world, 'jo@customer.example');
    ahead = DAY;
    const response = await respond(world, asked, 'Pour water on it.');
    ahead = 0;
    // The response is of tomorrow, its token too; the answer is of today.
    const [answer] = await hand(world, writeReply(response, asked.customer, 'It still burns.'));
    expect(answer).toMatchObject({ disposition: 'answer' });
    const second = await respond(world, asked, 'Pour more water on it.');
    expect(second.parsed.text).toContain('more water');
    const times = await world.rows<{ response_sent: string }>(
      'select response_sent from responses order by sent_time, id',
    );
    expect(times.map((row) => row.response_sent)).toEqual(['Pour water on it.', 'Pour more water on it.']);
    // Silence of fourteen days, seen from both sides of a jump, closes once.
    ahead = 16 * DAY;
    await world.until(`select status = 'closed' from tickets where id = ${asked.ticket}`);
    ahead = 15 * DAY;
    await world.until(SETTLED);
    ahead = 16 * DAY;
    await untilSwept(world);
    const closings = await world.rows(`select count(*)::int as n from outbox where kind = 'closing'`);
    expect(closings).toEqual([{ n: 1 }]);
    expect((await ticketRow(world, asked.ticket)).status).toBe('closed');
    const other = await hand(world, writeMail({ from: 'pat@customer.example', to: DESK }));
    expect(other[0]).toMatchObject({ disposition: 'ticket' });
    const now = Date.now() + ahead;
    for (const jump of [0, 25 * HOUR, HOUR, 25 * HOUR, 0, 26 * HOUR]) {
      const reminding = { digestAt: '00:00', timeZone: 'UTC', remindHours: 24 };
      await remindAgents({ ...testDesk(world, now + jump), ...reminding });
    }
    const reminders = await world.rows(
      `select count(*)::int as n from outbox where dedupe_key like 'reminder:%' and dedupe_key like '%:first:%'`,
    );
    expect(reminders).toEqual([{ n: 2 }]);
    const lists = await world.rows<{ days: number; n: number }>(
      `select count(distinct split_part(dedupe_key, ':', 2))::int as days, count(*)::int as n from outbox where kind = 'digest'`,
    );
    expect(lists[0]?.n).toBe(2 * (lists[0]?.days ?? 0));
  });
});
