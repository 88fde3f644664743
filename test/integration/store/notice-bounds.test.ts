import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../src/domain/decision.ts';
import { heldNoticeKey } from '../../../src/domain/dedupe-key.ts';
import type { MailTemplate } from '../../../src/domain/outbox-item.ts';
import { DAY_MS, HOUR_MS } from '../../../src/domain/rules.ts';
import { insertOutbox, lockCounting, type NewOutboxRow } from '../../../src/store/outbox/bounded-outbox.ts';
import { insertTokens } from '../../../src/store/tickets/reply-tokens.ts';
import { insertAudit } from '../../../src/store/tickets/ticket-records.ts';
import { address, agentId, NOW } from '../../support/decisions.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

const OUTSIDE = { perTicket: 2, perRecipient: 3, perDomain: 20, perAgent: 0 };
const JO = 'jo@customer.example';
type Ticket = Awaited<ReturnType<StoreWorld['ticket']>>;

const row = (to: string, ticketId: Ticket | undefined, more: Partial<NewOutboxRow> = {}): NewOutboxRow => ({
  template: 'receipt',
  audience: 'customer',
  ticketId,
  responseId: undefined,
  inboundId: undefined,
  agentId: undefined,
  tokenId: undefined,
  recipient: address(to),
  payload: {},
  dedupeKey: undefined,
  bounds: OUTSIDE,
  ...more,
});
const write = (one: NewOutboxRow, now = NOW) => world.inTx((tx) => insertOutbox(tx, [one], now));
/** The bound that kept it, or `goes`. */
const fate = async (one: NewOutboxRow, now = NOW) => (await write(one, now)).held[0]?.bound ?? 'goes';
const act = (ticketId: Ticket, actor: Actor, action: string, now: number, byMail = false) =>
  world.inTx(async (tx) => {
    const [mail] = byMail ? await world.mails([JO]) : [];
    await insertAudit(tx, [{ ticketId, inboundId: mail, actor, action }], now);
  });

test('the third mail about a ticket in a day is written down and not sent, and a day later one goes again', async () => {
  const ticket = await world.ticket(NOW);
  expect(await fate(row(JO, ticket))).toBe('goes');
  expect(await fate(row(JO, ticket), NOW + HOUR_MS)).toBe('goes');
  const key = { dedupeKey: heldNoticeKey(ticket, undefined) };
  expect(await fate(row(JO, ticket, key), NOW + 2 * HOUR_MS)).toBe('per-ticket');
  expect(await world.sql('select state, held_by, ended_at, dedupe_key from outbox order by id desc limit 1')).toEqual([
    { state: 'cancelled', held_by: 'per-ticket', ended_at: NOW + 2 * HOUR_MS, dedupe_key: null },
  ]);
  expect(await fate(row(JO, ticket, key), NOW + DAY_MS)).toBe('goes');
  expect(await fate(row(JO, ticket), NOW + DAY_MS + 1)).toBe('per-ticket');
});

test('the fourth mail to a person in a day is not sent, of whichever ticket, nor the twenty-first to a domain in an hour', async () => {
  for (let n = 0; n < 3; n++) expect(await fate(row(JO, await world.ticket(NOW)))).toBe('goes');
  expect(await fate(row('Jo@customer.example', await world.ticket(NOW)))).toBe('per-recipient');
  for (let n = 3; n < 20; n++) expect(await fate(row(`c${n}@customer.example`, undefined))).toBe('goes');
  expect(await fate(row('new@customer.example', undefined))).toBe('per-domain');
  expect(await fate(row('new@other.example', undefined))).toBe('goes');
  expect(await fate(row('new@customer.example', undefined), NOW + HOUR_MS)).toBe('goes');
});

test.each([
  ['an agent’s command', 'agent:1', 'assigned', true],
  ['an operator’s command', 'operator', 'closed', false],
  ['a pressed link', 'customer', 'closed', false],
  ['its mailto: twin', 'customer', 'reopened', true],
  ['an answer that took a turn', 'customer', 'answered', true],
] as const)('after %s the counts of the ticket and of its customer start anew', async (_, actor, action, byMail) => {
  const ticket = await world.ticket(NOW);
  const other = await world.ticket(NOW);
  for (const about of [ticket, ticket, other]) expect(await fate(row(JO, about))).toBe('goes');
  await act(ticket, actor, action, NOW + 1, byMail);
  expect(await fate(row(JO, ticket), NOW + 2)).toBe('goes');
  expect(await fate(row(JO, other), NOW + 2)).toBe('goes');
  expect(await fate(row(JO, other), NOW + 2)).toBe('per-ticket');
});

test('a mail that opens a ticket starts nothing anew, nor does what happens by itself', async () => {
  const ticket = await world.ticket(NOW);
  await act(ticket, 'customer', 'opened', NOW + 1, true);
  for (const action of ['undelivered', 'closed']) await act(ticket, 'system', action, NOW + 1);
  const sent = [];
  for (const now of [NOW, NOW, NOW + 2]) sent.push(await fate(row(JO, ticket), now));
  expect(sent).toEqual(['goes', 'goes', 'per-ticket']);
});

test('closings by people and by silence, responses, and what was not sent are not counted', async () => {
  const ticket = await world.ticket(NOW);
  const closing = (closedBy: 'agent' | 'silence') =>
    write(row(JO, ticket, { template: 'closing', payload: { closedBy }, bounds: { ...OUTSIDE, perTicket: 0 } }));
  for (const by of ['agent', 'silence', 'silence'] as const) await closing(by);
  await write(row(JO, ticket, { template: 'response' as MailTemplate }));
  await world.sql(`update outbox set state = 'failed', ended_at = 1 where kind = 'response'`);
  for (let n = 0; n < 2; n++) expect(await fate(row(JO, ticket))).toBe('goes');
  expect(await fate(row(JO, ticket))).toBe('per-ticket');
});

test('an agent gets so many mails about one ticket in a day, and so many about none', async () => {
  const [ticket, other] = [await world.ticket(NOW), await world.ticket()];
  await world.sql(`insert into agents (email, created_at) values ('alice@desk.example', 1)`);
  const bounds = { perTicket: 0, perRecipient: 0, perDomain: 0, perAgent: 2 };
  const toAlice = (about: Ticket | undefined) =>
    fate(row('alice@desk.example', about, { template: 'notification', agentId: agentId(1), bounds }));
  for (const about of [ticket, undefined]) {
    expect([await toAlice(about), await toAlice(about), await toAlice(about)]).toEqual(['goes', 'goes', 'per-agent']);
  }
  expect(await toAlice(other)).toBe('goes');
});

test('twenty processes that count at once let out no more than one would', async () => {
  const tickets = await Promise.all(Array.from({ length: 20 }, () => world.ticket(NOW)));
  const results = await Promise.all(
    tickets.map((ticketId, n) =>
      world.inTx(async (tx) => {
        // Both ways to wait: with the tokens, and alone.
        const together = 'domain customer.example';
        const token = { purpose: 'ticket' as const, ticketId, responseId: undefined, agentId: undefined };
        if (n % 2 === 0) await lockCounting(tx, together);
        else await insertTokens(tx, [{ ...token, seenResponseId: undefined }], NOW, NOW + 1, together);
        const { held } = await insertOutbox(tx, [row(JO, ticketId)], NOW);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return held.length;
      }),
    ),
  );
  expect(results.filter((held) => held === 0)).toHaveLength(3);
  expect(await world.sql(`select count(*)::int from outbox where state = 'pending'`)).toEqual([{ count: 3 }]);
});
