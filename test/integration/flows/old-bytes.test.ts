import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actOnTicket } from '../../../src/flows/act/act-on-ticket.ts';
import { dropOldBytes } from '../../../src/flows/time/drop-old-bytes.ts';
import { ticketId } from '../../support/decisions.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { type Asked, ask, DESK, hand, respond, SETTLED } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { PATIENCE_MS } from '../../support/wait-for.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

const DAY = 86_400_000;
const delivered: Buffer[] = [];
let world: DeskWorld;
let closed: Asked;
let open: Asked;

beforeAll(async () => {
  world = await startDeskWorld({ env: { RATE_PER_HOUR: '3', MACHINE_MAIL: 'ignore' } });
  const { deliver } = world;
  world.deliver = async (raw) => {
    delivered.push(raw);
    await deliver(raw);
  };
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  closed = await ask(world, 'closed@customer.example');
  await hand(world, writeReply(await respond(world, closed, 'Sand.'), closed.customer, 'It worked.'));
  open = await ask(world, 'open@customer.example');
  await hand(world, writeReply(open.receipt, open.customer, 'Held, since nobody has answered.'));
  await hand(world, writeMail({ from: 'news@machine.example', to: DESK, headers: ['Auto-Submitted: auto-generated'] }));
  for (let n = 1; n <= 4; n++)
    await hand(world, writeMail({ from: 'much@customer.example', to: DESK, text: `no. ${n}` }));
  await actOnTicket(testDesk(world, Date.now()), ticketId(closed.ticket), { act: 'close' });
  await world.until(SETTLED);
});
afterAll(() => world?.stop());

const left = () =>
  world.rows(
    `select disposition, count(raw)::int as kept, count(*)::int as all from inbound_mails group by 1 order by 1`,
  );
const at = (days: number) => testDesk(world, Date.now() + days * DAY);

// One story, each test in the world that the one before has left.
describe('bytes that are old', { shuffle: false }, () => {
  test('with 0, and before the time, every byte stays', async () => {
    expect(await dropOldBytes(at(4000), 0)).toBe(0);
    expect(await dropOldBytes(at(29), 30)).toBe(0);
  });

  test('then mails of closed tickets and of none lose their bytes; waiting, parked and open ones keep them', async () => {
    await world.rows(
      `insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, raw, order_key, next_attempt_at)
     select id, 1, 999999, 1, 1, 4, 'wait', 'wait@customer.example', ${Date.now() + DAY} from mailboxes`,
    );
    await world.rows(
      `insert into outbox (audience, kind, recipient, state, message_id, raw, created_at, ended_at)
     values ('operator', 'confirmation', 'x@desk.example', 'unknown', 'u1@desk.example', 'may go again', 1, 1)`,
    );
    expect(await dropOldBytes(at(31), 30)).toBeGreaterThan(5);
    expect(await left()).toEqual([
      { disposition: 'ticket', kept: 4, all: 5 },
      { disposition: 'answer', kept: 0, all: 1 },
      { disposition: 'held', kept: 1, all: 1 },
      { disposition: 'response', kept: 0, all: 1 },
      { disposition: 'automatic', kept: 0, all: 1 },
      { disposition: 'parked', kept: 1, all: 1 },
      { disposition: null, kept: 1, all: 1 },
    ]);
    expect(await world.rows(`select state, count(raw)::int as kept from outbox group by 1 order by 1`)).toEqual([
      { state: 'sent', kept: 0 },
      { state: 'unknown', kept: 1 },
    ]);
    expect(await dropOldBytes(at(31), 30)).toBe(0);
  });

  test('the tables still tell the story, and trace says when the bytes went', async () => {
    expect(
      await world.rows(`select response_sent, response_received from responses where ticket_id = ${closed.ticket}`),
    ).toEqual([{ response_sent: 'Sand.', response_received: 'It worked.' }]);
    const { code, out } = await runTurnmail(['trace', String(closed.ticket)], world.env);
    expect(code).toBe(0);
    expect(out).toMatch(/mail \d+: its bytes were removed on 20\d\d-/);
    expect(out).toMatch(/receipt \d+: its bytes were removed on 20\d\d-/);
    const [parked] = await world.rows<{ id: number }>(`select id::int from inbound_mails where disposition = 'parked'`);
    const shown = await runTurnmail(['parked', 'show', String(parked?.id)], world.env);
    expect(shown.out).toContain('no. 4');
    const [gone] = await world.rows<{ id: number }>(`select id::int from inbound_mails where disposition = 'answer'`);
    const asked = await runTurnmail(['parked', 'show', String(gone?.id)], world.env);
    expect(asked.err).toMatch(/its bytes were removed on 20\d\d-.*\n.*is not parked/);
  });

  test('a mail whose bytes are gone is still known when it comes again, and brings no bytes back', async () => {
    const [before] = await world.rows<{ count: number }>('select count(*)::int as count from tickets');
    const [stored] = await world.rows<{ n: number }>(
      'select count(*)::int as n from inbound_mails where disposition is not null',
    );
    for (const raw of [...delivered]) await world.deliver(raw);
    await world.until(
      `select count(*) >= ${(stored?.n ?? 0) + delivered.length / 2} from inbound_mails where disposition is not null`,
      PATIENCE_MS,
    );
    expect((await world.rows('select count(*)::int as count from tickets'))[0]).toEqual(before);
    expect(
      await world.rows(
        `select count(*)::int as copies, count(again.raw)::int as kept from inbound_mails again
       join inbound_mails f on f.id = again.duplicate_of where f.raw is null`,
      ),
    ).toEqual([{ copies: 4, kept: 0 }]);
  });
});
