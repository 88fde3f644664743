import { afterEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/desk/rules.ts';
import { ALICE } from '../support/played-desk.ts';
import { type SeenMail, seeMail, writeMail, writeReply } from '../support/sent-mail.ts';
import { type AttackedDesk, FIRST_MOMENT, startAttackedDesk } from './attacked-desk.ts';
import { createPlay, type Partner, type Play, secondDeskOf, simplePartners } from './loop-partners.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const MINUTE = 60_000;
const DAYS = 7;
const MORNING = FIRST_MOMENT - 4 * HOUR_MS;
const JO = 'jo@customer.example';
/** The bounds as they are when nobody sets any. */
const AS_SHIPPED = { NOTICES_PER_RECIPIENT: '', NOTICES_PER_DOMAIN: '', SEND_BRAKE: '', AUTO_CLOSE_DAYS: '2' };
const UNBOUNDED = { NOTICES_PER_TICKET: '0', NOTICES_PER_RECIPIENT: '0', NOTICES_PER_DOMAIN: '0' };

const started: AttackedDesk[] = [];
const startDesk = async (env: Record<string, string>) => {
  const desk = await startAttackedDesk(env);
  started.push(desk);
  return desk;
};
afterEach(async () => {
  for (const desk of started.splice(0)) await desk.stop();
});

/** An automatic mail to somebody outside the desk, and an act of a person, at their moments of the simulated days. */
type Notice = { at: number; to: string; domain: string; ticket: number };
type Act = { at: number; email: string; ticket: number };

/** What went out, but for closings by the desk's people and by silence. */
const listNotices = (desk: AttackedDesk) =>
  desk.world.rows<Notice>(
    `select ended_at::float as at, lower(recipient) as to, split_part(lower(recipient), '@', 2) as domain, ticket_id::int as ticket
     from outbox where state = 'sent' and audience <> 'agent' and kind <> 'response'
       and not (kind = 'closing' and payload->>'closedBy' <> 'customer')`,
  );
const listActs = (desk: AttackedDesk) =>
  desk.world.rows<Act>(
    `select m.decided_at::float as at, lower(t.email) as email, m.ticket_id::int as ticket
     from inbound_mails m join tickets t on t.id = m.ticket_id where m.disposition in ('answer', 'response', 'command', 'link')`,
  );

/** The most mails that stand together in any window of this length, since the last act that counts for them. */
function most(
  notices: Notice[],
  same: keyof Notice,
  windowMs: number,
  acts: Act[],
  counts: (act: Act, one: Notice) => boolean,
) {
  const sizes = notices.map((one) => {
    const since = acts.filter((act) => act.at < one.at && counts(act, one)).map((act) => act.at);
    const from = Math.max(one.at - windowMs, ...since);
    return notices.filter((other) => other[same] === one[same] && other.at > from && other.at <= one.at).length;
  });
  return Math.max(0, ...sizes);
}

async function newestTo(desk: AttackedDesk, email: string, saying = ''): Promise<SeenMail> {
  const mail = desk.relayed.findLast(({ envelope, raw }) => envelope.to.includes(email) && raw.includes(saying));
  if (!mail) throw new Error(`nothing was sent to ${email} ${saying}`);
  return await seeMail(mail);
}

/** Alice replies to her newest mail about the newest ticket of somebody. */
async function aliceResponds(desk: AttackedDesk, email: string, words: string): Promise<void> {
  const [row] = await desk.world.rows<{ id: number }>(
    `select max(id)::int as id from tickets where email = '${email}' and status <> 'closed'`,
  );
  const notification = await newestTo(desk, 'alice@desk.example', `[#${row?.id}]`);
  expect(await desk.receive(writeReply(notification, ALICE, words))).toMatchObject({ disposition: 'response' });
}

/** An ordinary conversation: request and receipt, response, answer, closing with words; each mail of it arrives. */
async function joIsServed(desk: AttackedDesk, day: number): Promise<void> {
  const before = desk.relayed.length;
  const toJo = () => desk.relayed.slice(before).filter(({ envelope }) => envelope.to.includes(JO)).length;
  const request = writeMail({ from: JO, to: 'support@desk.example', subject: `Printer ${day}` });
  expect(await desk.receive(request)).toMatchObject({ disposition: 'ticket' });
  expect(toJo()).toBe(1);
  await aliceResponds(desk, JO, 'Pour water on it.');
  expect(toJo()).toBe(2);
  desk.clock.now += 1_000;
  const answer = writeReply(await newestTo(desk, JO), JO, 'It is out, thank you.');
  expect(await desk.receive(answer)).toMatchObject({ disposition: 'answer' });
  desk.clock.now += 1_000;
  // The words and the closing are one mail.
  await aliceResponds(desk, JO, '/close\nGlad to hear it.');
  expect(toJo()).toBe(3);
}

/** Alice responds to some of them, so that turns are taken, counts start anew, and one ticket falls silent. */
function planPeople(play: Play, desk: AttackedDesk): void {
  for (let day = 1; day <= DAYS; day++) {
    const morning = MORNING + (day - 1) * DAY_MS;
    play.at(morning + 2 * HOUR_MS, () => desk.sweep());
    if (day === 2 || day === 5) play.at(morning + HOUR_MS / 2, () => joIsServed(desk, day));
    if (day % 3 !== 1) continue;
    for (const [index, email] of ['care@answerer.example', 'lee@batch.example', 'mia@office.example'].entries())
      play.at(morning + 3 * HOUR_MS + index * MINUTE, () => aliceResponds(desk, email, 'Please stop writing.'));
  }
}

async function tabulate(desk: AttackedDesk, play: Play, partners: Pick<Partner, 'name' | 'domain'>[]) {
  const [notices, acts] = [await listNotices(desk), await listActs(desk)];
  const held = await desk.world.rows<{ domain: string; why: string }>(
    `select split_part(lower(recipient), '@', 2) as domain, held_by as why from outbox where state = 'cancelled'`,
  );
  const rows = partners.map(({ name, domain }) => {
    const own = notices.filter((one) => one.domain === domain);
    return {
      partner: name,
      'mails in': play.mailsIn.get(name) ?? 0,
      'automatic out': own.length,
      'kept back': held.filter((one) => one.domain === domain).length,
      'ticket, 24 h': most(own, 'ticket', DAY_MS, acts, (act, one) => act.ticket === one.ticket),
      'address, 24 h': most(own, 'to', DAY_MS, acts, (act, one) => act.email === one.to),
      'domain, 1 h': most(own, 'domain', HOUR_MS, [], () => false),
    };
  });
  return { rows, held };
}

test('ten loop partners get no more in seven days than the bounds allow, and people are served meanwhile', async () => {
  const desk = await startDesk(AS_SHIPPED);
  const twin = await startDesk({ ...AS_SHIPPED, SUPPORT_ADDRESS: 'Twin Support <support@twin.example>' });
  const partners = [secondDeskOf(twin), ...simplePartners()];
  const play = createPlay(desk, partners);
  for (let day = 1; day <= DAYS; day++) play.startDay(day, MORNING + (day - 1) * DAY_MS);
  planPeople(play, desk);
  await play.run();
  const { rows, held } = await tabulate(desk, play, [
    ...partners,
    { name: 'Jo, a customer', domain: 'customer.example' },
  ]);
  console.table(rows);
  for (const row of rows) {
    expect(row['ticket, 24 h'], row.partner).toBeLessThanOrEqual(2);
    expect(row['address, 24 h'], row.partner).toBeLessThanOrEqual(3);
    expect(row['domain, 1 h'], row.partner).toBeLessThanOrEqual(20);
  }
  expect(partners).toHaveLength(10);
  expect(rows.slice(0, 10).filter((row) => row['mails in'] <= DAYS)).toHaveLength(0);
  // What was kept back says why, nothing waits, and the relay took what the rows say.
  const reasons = new Set(held.map(({ why }) => why.split(':')[0]));
  expect(reasons).toEqual(new Set(['per-recipient', 'per-domain']));
  const [count] = await desk.world.rows(
    `select count(*) filter (where state not in ('sent', 'cancelled'))::int as waiting,
       count(*) filter (where state = 'sent')::int as sent,
       count(*) filter (where kind = 'closing' and state = 'sent' and payload->>'closedBy' = 'silence')::int as silent,
       (select count(*)::int from tickets t, agents a where not exists (select from outbox o where o.ticket_id = t.id
          and o.agent_id = a.id and o.state = 'sent' and o.payload->>'event' = 'new-ticket')) as untold
     from outbox`,
  );
  expect(count).toMatchObject({ waiting: 0, sent: desk.relayed.length, untold: 0 });
  expect(count?.['silent']).toBeGreaterThan(0);
});

test('without the bounds such a partner does go round: an hour of it is beyond each', async () => {
  const desk = await startDesk(UNBOUNDED);
  const partners = simplePartners().filter(({ domain }) => domain === 'opener.example');
  const play = createPlay(desk, partners);
  play.startDay(1, MORNING);
  await play.run(MORNING + HOUR_MS);
  const { rows } = await tabulate(desk, play, partners);
  expect(rows[0]?.['address, 24 h']).toBeGreaterThan(3);
  expect(rows[0]?.['domain, 1 h']).toBeGreaterThan(20);
});
