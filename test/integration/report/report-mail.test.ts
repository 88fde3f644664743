import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countTickets } from '../../../src/flows/report/count-tickets.ts';
import { sendReports } from '../../../src/flows/time/send-reports.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const ALICE = 'Alice Ames <alice@desk.example>';
const DAY = 86_400_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

// Its tests are one story, each in the world that the one before has left.
describe('the desk in numbers, by mail', { shuffle: false }, () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld({ env: { OPERATORS: 'olga@desk.example' } });
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await world.deliver(writeMail({ from: 'jo@customer.example', to: 'support@desk.example' }));
    await world.deliver(writeMail({ from: 'pat@customer.example', to: 'support@desk.example' }));
    await world.mailTo('alice@desk.example', 2);
    await world.deliver(writeReply(await world.mailTo('alice@desk.example'), ALICE, 'Pour water on it.'));
    await world.until('select count(*) = 1 from responses');
  });
  afterAll(() => world?.stop());

  test('/report, written to the desk or in a subject, is answered with numbers in words and as pictures', async () => {
    await world.deliver(writeMail({ from: ALICE, to: 'support@desk.example', subject: '/report', text: '' }));
    await world.until(`select count(*) = 1 from outbox where kind = 'report' and state = 'sent'`);
    const seen = await world.mailTo('alice@desk.example', 3);
    expect(seen.header('subject')).toMatch(/^The desk from .* to .*: 2 came in, 1 waiting$/);
    expect(seen.parsed.text).toMatch(/Came in: 2\n.*First answered: 1\n.*Closed: 0\n/);
    expect(seen.parsed.text).toMatch(/under 4 hours: 1\n/);
    expect(seen.parsed.text).not.toContain('burns');
    const pictures = seen.parsed.attachments.filter(({ contentType }) => contentType === 'image/png');
    expect(pictures.map(({ filename, inline }) => [filename, inline])).toEqual([
      ['waiting.png', true],
      ['days.png', true],
    ]);
    const encoded = PNG.toString('base64').slice(0, 5);
    expect(seen.raw.split(`\r\n\r\n${encoded}`)).toHaveLength(3);
    for (const { contentId } of pictures) expect(seen.raw).toContain(`cid:${contentId?.replace(/[<>]/g, '')}`);
  });

  /** A Wednesday's noon after everything of this test. */
  const wednesday = Math.ceil((Date.now() + 8 * DAY) / (7 * DAY)) * 7 * DAY + 6 * DAY + DAY / 2;
  const at = (now: number, weekday: number, reportTo: 'agents' | 'operators' | 'all' = 'all') =>
    sendReports({ ...testDesk(world, now), reportAt: { weekday, time: '08:00' }, reportTo, timeZone: 'UTC' });

  test('the weekly report goes once to each agent and operator, also when its moment was missed by a day', async () => {
    const before = "select from outbox where dedupe_key like 'report:%'";
    for (const weekday of [0, 4, 5, 6]) await at(wednesday, weekday);
    expect(await world.rows(before)).toEqual([]);
    for (let times = 0; times < 3; times++) await at(wednesday, 2);
    const rows = await world.rows<{ dedupe_key: string; audience: string; days: number }>(
      `select dedupe_key, audience, ((payload->'time'->>'to')::bigint - (payload->'time'->>'from')::bigint) / ${DAY} as days
       from outbox where dedupe_key like 'report:%' order by id`,
    );
    expect(
      rows.map(({ dedupe_key, audience, days }) => [
        dedupe_key.replace(/\d{4}-\d\d-\d\d/, 'tuesday'),
        audience,
        Number(days),
      ]),
    ).toEqual([
      ['report:tuesday:agent-1', 'agent', 7],
      ['report:tuesday:agent-2', 'agent', 7],
      ['report:tuesday:olga@desk.example', 'operator', 7],
    ]);
    await at(wednesday + 7 * DAY, 2, 'operators');
    expect(await world.rows(before)).toHaveLength(4);
  });

  test('the gauges say what waits, for whom and how long, and what customers said', async () => {
    const metrics = createMetrics();
    await countTickets({ ...testDesk(world, Date.now() + 2 * DAY), metrics });
    const text = await metrics.registry.metrics();
    expect(text).toContain('turnmail_tickets_open{status="open",move="desk",age="1 to 3 days"} 1');
    expect(text).toContain('turnmail_tickets_open{status="in_process",move="customer",age="1 to 3 days"} 1');
    expect(text).toContain('turnmail_tickets_open{status="open",move="desk",age="over a week"} 0');
    expect(text).toContain('turnmail_feedback_last_week{feedback="satisfied"} 0');
    await world.database.query(`update ticket_mail set feedback_at = $1, closed_at = $1 where ticket_id = 1`, [
      Date.now(),
    ]);
    await world.database.query(
      `update tickets set status = 'closed', feedback = 'satisfied',
         last_response = (select response_sent from responses where ticket_id = 1) where id = 1`,
    );
    await countTickets({ ...testDesk(world, Date.now()), metrics });
    const after = await metrics.registry.metrics();
    expect(after).toContain('turnmail_feedback_last_week{feedback="satisfied"} 1');
    expect(after).toContain('turnmail_tickets_closed_last_day 1');
    expect(after).toContain('turnmail_tickets_open{status="in_process",move="customer",age="1 to 3 days"} 0');
  });
});
