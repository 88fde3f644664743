import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localMinute, remindAgents } from '../../../src/flows/time/remind-agents.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const HOUR = 3_600_000;
const ALICE = 'Alice Ames <alice@desk.example>';

// Its tests are one story, each in the world that the one before has left.
describe('bringing waiting tickets to mind', { shuffle: false }, () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await world.deliver(writeMail({ from: 'jo@customer.example', to: 'support@desk.example' }));
    await world.mailTo('bob@desk.example');
    await world.deliver(writeMail({ from: 'pat@customer.example', to: 'support@desk.example', subject: 'Toner' }));
    await world.mailTo('bob@desk.example', 2);
  });
  afterAll(() => world?.stop());

  /** A noon in Berlin that comes after everything of this test. */
  const noonAfter = (now: number) => (Math.floor(now / (24 * HOUR)) + 2) * 24 * HOUR + 11 * HOUR;

  const remindAt = (now: number, digestAt?: string) =>
    remindAgents({ ...testDesk(world, now), digestAt, timeZone: 'Europe/Berlin', remindHours: 24 });

  test('reminds once a day late, once two days late, and then no more', async () => {
    const now = Date.now();
    for (const hours of [1, 25, 26, 49, 50, 500]) await remindAt(now + hours * HOUR);
    const rows = await world.rows<{ dedupe_key: string }>(
      `select dedupe_key from outbox where dedupe_key like 'reminder:ticket-1:%' order by id`,
    );
    expect(rows.map((row) => row.dedupe_key.replace(/since-\d+/, 'since'))).toEqual([
      'reminder:ticket-1:since:first:agent-1',
      'reminder:ticket-1:since:first:agent-2',
      'reminder:ticket-1:since:second:agent-1',
      'reminder:ticket-1:since:second:agent-2',
    ]);
    const tokens = await world.rows<{ n: number }>(
      "select count(*)::int as n from reply_tokens k where purpose = 'agent' and not exists (select from outbox o where o.token_id = k.id)",
    );
    expect(tokens).toEqual([{ n: 0 }]);
  });

  test('sends the list once for each agent and day, and a reply to one of its links is a response', async () => {
    const noon = noonAfter(Date.now());
    for (const time of [noon - 5 * HOUR, noon, noon + HOUR]) await remindAt(time, '08:00');
    const digests = await world.rows<{ agent_id: string }>(
      `select agent_id from outbox where kind = 'digest' order by agent_id`,
    );
    expect(digests).toEqual([{ agent_id: '1' }, { agent_id: '2' }]);
    // The flow's clock runs ahead of the senders' one.
    await world.database.query('update outbox set next_attempt_at = 0');
    await world.until(`select count(*) = 2 from outbox where kind = 'digest' and state = 'sent'`);
    const list = world.sink.mails.filter(
      (mail) => mail.envelope.to[0] === 'alice@desk.example' && mail.raw.includes('mailto:'),
    );
    const text =
      list
        .at(-1)
        ?.raw.toString()
        .replace(/=\r?\n/g, '')
        .replaceAll('=3D', '=') ?? '';
    const link = /mailto:(support%2B2-\S+?@desk\.example)/.exec(text)?.[1] ?? '';
    await world.deliver(
      writeMail({ from: ALICE, to: decodeURIComponent(link), subject: 'Ticket [#2]', text: 'Toner is on its way.' }),
    );
    await world.until('select count(*) = 1 from responses where ticket_id = 2');
    expect((await world.mailTo('pat@customer.example', 2)).parsed.text).toContain('Toner is on its way.');
  });

  test('a ticket that waits for its customer is not brought up', async () => {
    const count = () =>
      world.rows(`select count(*)::int as n from outbox where ticket_id = 2 and dedupe_key like 'reminder:%'`);
    const before = await count();
    await remindAt(Date.now() + 1000 * HOUR);
    expect(await count()).toEqual(before);
  });

  test('/queue sends the list to the agent who asks', async () => {
    const before = world.countTo('bob@desk.example');
    await world.deliver(
      writeMail({ from: 'bob@desk.example', to: 'support@desk.example', subject: '/queue', text: '' }),
    );
    const list = await world.mailTo('bob@desk.example', before + 1);
    expect(list.parsed.text).toMatch(/^#1 Printer on fire$/m);
    expect(list.parsed.text).not.toContain('#2');
    await world.deliver(writeReply(list, 'eve@elsewhere.example', 'Refund me.'));
    await world.until(`select count(*) = 1 from inbound_mails where from_address = 'eve@elsewhere.example'`);
    expect(await world.rows('select count(*)::int as n from responses')).toEqual([{ n: 1 }]);
  });
});

describe('a day whose clocks are changed', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await world.deliver(writeMail({ from: 'jo@customer.example', to: 'support@desk.example' }));
    await world.mailTo('bob@desk.example');
  });
  afterAll(() => world?.stop());

  const digests = async (digestAt: string, times: string[], since: string, timeZone = 'Europe/Berlin') => {
    await world.database.query(`delete from outbox where kind = 'digest'`);
    await world.database.query('update tickets set created_time = $1', [Date.parse(since)]);
    const sent: string[] = [];
    for (const time of times) {
      const desk = { ...testDesk(world, Date.parse(time)), digestAt, timeZone, remindHours: 0 };
      const before = await world.rows(`select from outbox where kind = 'digest'`);
      await remindAgents(desk);
      const after = await world.rows(`select from outbox where kind = 'digest'`);
      if (after.length > before.length) sent.push(time);
    }
    return sent;
  };

  test('has one list, also where its hour is left out or comes twice', async () => {
    const spring = ['2026-03-29T00:29:00Z', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'];
    expect(await digests('02:30', spring, '2026-03-28T12:00:00Z')).toEqual(['2026-03-29T01:00:00Z']);
    const autumn = ['2026-10-25T00:29:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00Z'];
    expect(await digests('02:30', autumn, '2026-10-24T12:00:00Z')).toEqual(['2026-10-25T00:30:00Z']);
  });

  test('and one where the date changes at another time than in London', async () => {
    const days = ['2026-11-21T18:59:00Z', '2026-11-21T19:00:00Z', '2026-11-22T09:59:00Z', '2026-11-22T19:00:00Z'];
    expect(await digests('08:00', days, '2026-11-20T00:00:00Z', 'Pacific/Auckland')).toEqual([
      '2026-11-21T19:00:00Z',
      '2026-11-22T19:00:00Z',
    ]);
  });

  test('sends none for a ticket that came after the hour: its notification has said so', async () => {
    const times = ['2026-11-22T07:00:00Z', '2026-11-22T13:00:00Z', '2026-11-23T07:00:00Z'];
    expect(await digests('08:00', times, '2026-11-22T12:30:00Z')).toEqual(['2026-11-23T07:00:00Z']);
  });
});

test('the wall clock of a time zone', () => {
  expect(localMinute(Date.parse('2026-11-22T23:30:00Z'), 'Europe/Berlin')).toEqual({
    date: '2026-11-23',
    time: '00:30',
  });
});
