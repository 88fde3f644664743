import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/domain/desk/rules.ts';
import { mailboxOf } from '../../../src/domain/mail/email-address.ts';
import type { Actor, Effect } from '../../../src/domain/ticket/decision.ts';
import type { Audience, OutboxDraft } from '../../../src/domain/ticket/outbox-item.ts';
import { NO_WORDS } from '../../../src/domain/words.ts';
import { carryOut, carryOutAct } from '../../../src/flows/decide/carry-out.ts';
import type { Desk } from '../../../src/flows/desk.ts';
import { createLogger } from '../../../src/runtime/logger.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { lockTicket } from '../../../src/store/tickets/tickets.ts';
import { holdDatabaseClock } from '../../support/database-clock.ts';
import { address, agentId, IDENTITY, NOW, RULES } from '../../support/decisions.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';
import { withoutRows } from '../../support/without-rows.ts';

let world: StoreWorld;
let desk: Desk;
let setClock: (now: number) => Promise<unknown>;
beforeEach(async () => {
  world = await startStoreWorld();
  setClock = await holdDatabaseClock(world.sql, NOW);
  desk = {
    database: world.database,
    queue: { hint: async () => {} },
    rules: { ...RULES, notices: { perTicket: 2, perRecipient: 3, perDomain: 20, perAgent: 2 } },
    ...withoutRows(IDENTITY),
    words: NO_WORDS,
    keys: [Buffer.alloc(32)],
    clock: { now: () => NOW },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
  };
});
afterEach(() => world?.stop());

const JO = 'jo@customer.example';
type Ticket = Awaited<ReturnType<StoreWorld['ticket']>>;
type Mail = { to: string; ticket: Ticket | undefined } & Partial<OutboxDraft>;

const draftOf = ({ to, ticket: _, ...more }: Mail): OutboxDraft => ({
  template: 'held-before-response',
  audience: 'customer',
  recipient: address(to),
  ...more,
});
/** The desk sends a mail by itself. `now` is what the clock of its process says. */
const write = (mail: Mail, now = NOW) =>
  world.inTx(async (tx) => {
    const ticket = mail.ticket === undefined ? undefined : await lockTicket(tx, mail.ticket);
    await carryOutAct(tx, desk, { effects: [{ do: 'send', draft: draftOf(mail) }], actor: 'system', ticket }, now);
  });
/** The bound that kept it, or `goes`. */
const fate = async (mail: Mail, now = NOW, processNow = now) => {
  await setClock(now);
  await write(mail, processNow);
  const [row] = await world.sql<{ fate: string }>(
    `select coalesce(held_by::text, 'goes') as fate from outbox order by id desc limit 1`,
  );
  return row?.fate;
};
const act = async (id: Ticket, actor: Actor, effects: Effect[], now: number, processNow = now) => {
  await setClock(now);
  await world.inTx(async (tx) => {
    await carryOutAct(tx, desk, { effects, actor, ticket: await lockTicket(tx, id) }, processNow);
  });
};

test('the third mail about a ticket in a day is written down and not sent, and a day later one goes again', async () => {
  const ticket = await world.ticket(NOW);
  expect(await fate({ to: JO, ticket })).toBe('goes');
  expect(await fate({ to: JO, ticket }, NOW + HOUR_MS)).toBe('goes');
  const once = { to: JO, ticket, dedupeKey: 'held:ticket-1' as NonNullable<OutboxDraft['dedupeKey']> };
  expect(await fate(once, NOW + 2 * HOUR_MS)).toBe('per-ticket');
  expect(
    await world.sql(
      'select state, held_by, epoch_ms() - ended_at < 60000 as just_ended, dedupe_key from outbox order by id desc limit 1',
    ),
  ).toEqual([{ state: 'cancelled', held_by: 'per-ticket', just_ended: true, dedupe_key: null }]);
  expect(await fate(once, NOW + DAY_MS)).toBe('goes');
  expect(await fate({ to: JO, ticket }, NOW + DAY_MS + 1)).toBe('per-ticket');
});

test('the fourth mail to a person in a day is not sent, of whichever ticket, nor the twenty-first to a domain in an hour', async () => {
  for (let n = 0; n < 3; n++) expect(await fate({ to: JO, ticket: await world.ticket(NOW) })).toBe('goes');
  expect(await fate({ to: 'Jo@customer.example', ticket: await world.ticket(NOW) })).toBe('per-recipient');
  for (let n = 3; n < 20; n++) expect(await fate({ to: `c${n}@customer.example`, ticket: undefined })).toBe('goes');
  expect(await fate({ to: 'new@customer.example', ticket: undefined })).toBe('per-domain');
  expect(await fate({ to: 'new@other.example', ticket: undefined })).toBe('goes');
  expect(await fate({ to: 'new@customer.example', ticket: undefined }, NOW + HOUR_MS)).toBe('goes');
});

test('mails of one batch count for each other: of many to one domain, or one person, no more go than one by one', async () => {
  const acts = (recipients: string[]) =>
    recipients.map((to) => ({
      decision: {
        effects: [{ do: 'send', draft: draftOf({ to, ticket: undefined }) } as const],
        actor: 'system' as const,
        ticketId: undefined,
      },
      ticket: undefined,
      identity: IDENTITY,
      mailboxId: undefined,
      inbound: undefined,
    }));
  const strangers = Array.from({ length: 32 }, (_, n) => `c${n}@customer.example`);
  await world.inTx((tx) => carryOut(tx, desk, acts(strangers), NOW));
  const tagged = Array.from({ length: 5 }, (_, n) => `kim+${n}@elsewhere.example`);
  await world.inTx((tx) => carryOut(tx, desk, acts(tagged), NOW));
  expect(
    await world.sql(
      `select split_part(recipient, '@', 2) as to, held_by, count(*)::int as n from outbox group by 1, 2 order by 1, 2 nulls first`,
    ),
  ).toEqual([
    { to: 'customer.example', held_by: null, n: 20 },
    { to: 'customer.example', held_by: 'per-domain', n: 12 },
    { to: 'elsewhere.example', held_by: null, n: 3 },
    { to: 'elsewhere.example', held_by: 'per-recipient', n: 2 },
  ]);
});

test.each<[string, Actor, Effect[]]>([
  ['an agent’s command', 'agent:1', [{ do: 'assign', agentId: agentId(1) }]],
  ['an operator’s command', 'operator', [{ do: 'close', by: 'operator', spam: false }]],
  ['a link that closes, pressed or by mail', 'customer', [{ do: 'close', by: 'customer', spam: false }]],
])('after %s the counts of the ticket and of its customer start anew', async (_, actor, effects) => {
  await world.sql(`insert into agents (email, created_at) values ('alice@desk.example', 1)`);
  const ticket = await world.ticket(NOW);
  const other = await world.ticket(NOW);
  for (const about of [ticket, ticket, other]) expect(await fate({ to: JO, ticket: about })).toBe('goes');
  await act(ticket, actor, effects, NOW + 1);
  expect(await fate({ to: JO, ticket }, NOW + 2)).toBe('goes');
  expect(await fate({ to: JO, ticket: other }, NOW + 2)).toBe('goes');
  expect(await fate({ to: JO, ticket: other }, NOW + 2)).toBe('per-ticket');
});

test('an answer that takes a turn starts the counts anew', async () => {
  const ticket = await world.ticket(NOW);
  const responseId = await world.response(ticket, 'Pour water on it.', NOW);
  for (let n = 0; n < 2; n++) expect(await fate({ to: JO, ticket })).toBe('goes');
  await act(ticket, 'customer', [{ do: 'take-turn', responseId, words: 'It worked.' }], NOW + 1);
  expect(await fate({ to: JO, ticket }, NOW + 2)).toBe('goes');
});

test('a mail that opens a ticket starts nothing anew, nor does what happens by itself', async () => {
  const ticket = await world.ticket(NOW);
  await act(ticket, 'system', [{ do: 'close', by: 'silence', spam: false }], NOW + 1);
  const sent = [];
  for (const now of [NOW, NOW, NOW + 2]) sent.push(await fate({ to: JO, ticket }, now));
  expect(sent).toEqual(['goes', 'goes', 'per-ticket']);
});

test('closings by people and by silence, responses, and what was not sent are not counted', async () => {
  const ticket = await world.ticket(NOW);
  for (const closedBy of ['agent', 'silence', 'silence'] as const)
    await write({ to: JO, ticket, template: 'closing', payload: { closedBy } });
  await write({ to: JO, ticket, template: 'response' });
  await world.sql(`update outbox set state = 'failed', ended_at = 1, held_by = null where kind = 'response'`);
  for (let n = 0; n < 2; n++) expect(await fate({ to: JO, ticket })).toBe('goes');
  expect(await fate({ to: JO, ticket })).toBe('per-ticket');
});

test('an agent gets so many mails about one ticket in a day, and so many about none', async () => {
  const [ticket, other] = [await world.ticket(NOW), await world.ticket()];
  await world.sql(`insert into agents (email, created_at) values ('alice@desk.example', 1)`);
  const forAgent = { template: 'notification' as const, audience: 'agent' as Audience, agentId: agentId(1) };
  const toAlice = (about: Ticket | undefined) => fate({ to: 'alice@desk.example', ticket: about, ...forAgent });
  for (const about of [ticket, undefined])
    expect([await toAlice(about), await toAlice(about), await toAlice(about)]).toEqual(['goes', 'goes', 'per-agent']);
  expect(await toAlice(other)).toBe('goes');
});

test('twenty processes that count at once let out no more than one would', async () => {
  const tickets = await Promise.all(Array.from({ length: 20 }, () => world.ticket(NOW)));
  await Promise.all(tickets.map((ticket) => write({ to: JO, ticket })));
  expect(await world.sql(`select count(*)::int from outbox where state = 'pending'`)).toEqual([{ count: 3 }]);
});

test('two processes whose clocks are an hour apart count as one: no bound is evaded, and nobody is held for nothing', async () => {
  const clocks = { right: 0, slow: -HOUR_MS, fast: HOUR_MS };
  const orders = [
    ['slow', 'right'],
    ['right', 'slow'],
    ['fast', 'right'],
    ['right', 'fast'],
  ] as const;
  for (const [n, [one, other]] of orders.entries()) {
    const to = `c${n}@o${n}.example`;
    const ticket = await world.ticket(NOW);
    await world.sql('update tickets set email = $1 where id = $2', [to, ticket]);
    const by = (process: keyof typeof clocks, now: number) => fate({ to, ticket }, now, now + clocks[process]);
    expect([await by(one, NOW), await by(other, NOW + 1), await by(one, NOW + 2), await by(other, NOW + 3)]).toEqual([
      'goes',
      'goes',
      'per-ticket',
      'per-ticket',
    ]);
    // An operator acts through the other process; what went out before counts no more, and what goes out after it does.
    await act(ticket, 'operator', [{ do: 'close', by: 'operator', spam: false }], NOW + 4, NOW + 4 + clocks[other]);
    expect([
      await by(one, NOW + 5),
      await by(other, NOW + 6),
      await by(one, NOW + 7),
      await by(other, NOW + 8),
    ]).toEqual(['goes', 'goes', 'per-ticket', 'per-ticket']);
    // The day begins with each of these mails and ends a day later, whoever wrote them.
    expect(await by(other, NOW + 4 + DAY_MS)).toBe('per-ticket');
    expect(await by(one, NOW + 6 + DAY_MS)).toBe('goes');
  }
});

test('what an act itself writes does not count after it, and what the next act writes does', async () => {
  const ticket = await world.ticket(NOW);
  const closing: OutboxDraft = {
    template: 'closing',
    audience: 'customer',
    recipient: address(JO),
    payload: { closedBy: 'customer' },
  };
  const effects: Effect[] = [
    { do: 'close', by: 'customer', spam: false },
    { do: 'send', draft: closing },
  ];
  await act(ticket, 'customer', effects, NOW, NOW - HOUR_MS);
  expect(
    await world.sql(
      'select o.created_at = m.person_acted_at as same from outbox o join ticket_mail m using (ticket_id)',
    ),
  ).toEqual([{ same: true }]);
  const sent = [];
  for (const now of [NOW + 1, NOW + 2, NOW + 3]) sent.push(await fate({ to: JO, ticket }, now));
  expect(sent).toEqual(['goes', 'goes', 'per-ticket']);
});

test('after the database’s clock was set back, what lies ahead of it neither holds mail nor lets more go than a day’s', async () => {
  const ticket = await world.ticket(NOW);
  const ahead = NOW + 365 * DAY_MS;
  for (const now of [ahead, ahead + 1]) expect(await fate({ to: JO, ticket }, now)).toBe('goes');
  await act(ticket, 'operator', [{ do: 'close', by: 'operator', spam: false }], ahead + 2);
  const sent = [];
  for (const now of [NOW, NOW + 1, NOW + 2]) sent.push(await fate({ to: JO, ticket }, now));
  expect(sent).toEqual(['goes', 'goes', 'per-ticket']);
});

test('an address is counted alike in code and in Postgres', async () => {
  const addresses = [
    'Jo.Doe+x@Gmail.com',
    'jo@customer.example',
    '+491234@phone.example',
    'a+b+c@x.example',
    'a.b@googlemail.com',
  ];
  const rows = await world.sql<{ mailbox: string }>('select mailbox_of(a) as mailbox from unnest($1::text[]) as a', [
    addresses,
  ]);
  expect(addresses.map(mailboxOf)).toEqual(rows.map((row) => row.mailbox));
});
