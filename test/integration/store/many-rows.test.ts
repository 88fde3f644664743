import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calibrateWhenGrown } from '../../../src/flows/answers/calibrate-answers.ts';
import { watchDesk } from '../../../src/flows/operate/watch-desk.ts';
import { dropOldBytes } from '../../../src/flows/time/drop-old-bytes.ts';
import { remindAgents } from '../../../src/flows/time/remind-agents.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { fillDesk } from '../../support/filled-desk.ts';
import { ALICE, ask, hand, respond } from '../../support/played-desk.ts';
import { writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { untilSwept } from '../../support/until-swept.ts';

/** What grows for as long as a desk is at work. */
const GROWING = [
  'tickets',
  'ticket_mail',
  'responses',
  'inbound_mails',
  'inbound_seen',
  'reply_tokens',
  'outbox',
  'outbox_attempts',
  'audit_log',
];
const TICKETS = Number(process.env['MANY_TICKETS'] ?? 20_000);
/** A million take some minutes. */
const FILL_MS = 600_000;

type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Total Cost': number; Plans?: Plan[] };

let world: DeskWorld;
const asked = new Map<string, unknown[]>();
const query = pg.Client.prototype.query;

beforeAll(async () => {
  const bounds = {
    SEND_BRAKE: '60',
    NOTICES_PER_RECIPIENT: '50',
    NOTICES_PER_DOMAIN: '50',
    UNKNOWN_RESEND_MINUTES: '5',
  };
  world = await startDeskWorld({ env: bounds });
  await migrate(world.env['DATABASE_URL'] ?? '');
  await fillDesk(world.database, TICKETS);
  listen();
  const desk = await world.start();
  await world.until('select last_good_poll_at is not null from mailboxes where id <> 999');
  const ticket = await ask(world, 'jo@customer.example');
  const response = await respond(world, ticket, 'Try this.');
  await hand(world, writeReply(response, 'jo@customer.example', 'It helped.'));
  await hand(world, writeReply(response, 'jo@customer.example', 'And one more thing.'));
  await hand(world, writeReply(ticket.toAlice, ALICE, '/close'));
  // A whole sweep, and what is done once a minute.
  await untilSwept(world);
  const minutely = testDesk(world, Date.now());
  await watchDesk({ ...minutely, health: desk.health });
  await remindAgents({ ...minutely, digestAt: '00:00', timeZone: 'UTC', remindHours: 1 });
  await dropOldBytes(minutely, 365);
  await calibrateWhenGrown(minutely);
  await desk.stop();
  pg.Client.prototype.query = query;
}, FILL_MS);

afterAll(() => world.stop());

/** Notes each statement of the desk, which names its connections `turnmail`, with what it was last asked with. */
function listen(): void {
  const note = function (this: pg.Client, ...given: unknown[]): unknown {
    const [first] = given;
    const named = Reflect.get(Reflect.get(this, 'connectionParameters') as object, 'application_name') === 'turnmail';
    if (named && typeof first === 'string' && /^\s*(select|insert|update|delete|with)\b/i.test(first))
      asked.set(first, []);
    if (named && typeof first === 'object' && first !== null && 'text' in first && 'values' in first)
      asked.set(String(first.text), first.values as unknown[]);
    return Reflect.apply(query, this, given);
  };
  pg.Client.prototype.query = note as typeof query;
}

async function planOf(statement: string, values?: unknown[]): Promise<Plan> {
  const how = values === undefined ? 'generic_plan, format json' : 'format json';
  const { rows } = await world.database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `explain (${how}) ${statement}`,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error(`there is no plan for ${statement}`);
  return plan;
}

function readWhole(plan: Plan): string[] {
  const table = plan['Relation Name'] ?? '';
  const here = plan['Node Type'] === 'Seq Scan' && GROWING.includes(table) ? [table] : [];
  return [...here, ...(plan.Plans ?? []).flatMap(readWhole)];
}

test('no statement of a mail’s way, and none of the sweep, reads a table whole that grows', async () => {
  expect(asked.size).toBeGreaterThan(50);
  const found: string[] = [];
  for (const [statement, values] of asked) {
    const plan = await planOf(statement, values);
    const generic = await planOf(statement);
    // A statement that is prepared is planned once for all values, where that is thought to be no dearer.
    const whole =
      generic['Total Cost'] <= plan['Total Cost'] ? [...readWhole(plan), ...readWhole(generic)] : readWhole(plan);
    if (whole.length > 0) found.push(`${whole.join(', ')}: ${statement}`);
  }
  expect(found).toEqual([]);
});

test('a statement that does read one whole is noticed', async () => {
  expect(readWhole(await planOf('select count(*) from outbox where payload = $1', ['{}']))).toEqual(['outbox']);
});
