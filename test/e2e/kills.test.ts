import { describe, expect, test } from 'vitest';
import { storedId } from '../../src/domain/ticket/stored-id.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { type RoleProcess, startRole } from '../support/role-processes.ts';
import { seeMail, writeMail } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

const CUSTOMERS = 50;
const MAILS = 150;
const ONE_AGENT = { AGENTS: 'alice@desk.example', SEND_TIMEOUT_SECONDS: '5' };

type Crew = Record<'process' | 'send', RoleProcess[]>;

/** Two workers for deciding and two for sending, killed and replaced while the burst goes through. */
async function startCrew(world: DeskWorld): Promise<Crew> {
  const [a, b, c, d] = await Promise.all(
    (['process', 'process', 'send', 'send'] as const).map((role) => startRole(world, role)),
  );
  if (!a || !b || !c || !d) throw new Error('the crew is not complete');
  return { process: [a, b], send: [c, d] };
}

/** Kills both workers of a role at one moment and starts two others. What they had in hand is due at once, not after its lease. */
async function killAndReplace(world: DeskWorld, crew: Crew, role: keyof Crew): Promise<void> {
  await Promise.all(crew[role].map((victim) => victim.kill()));
  await expireLeases(world, role);
  crew[role] = await Promise.all([startRole(world, role), startRole(world, role)]);
}

/** Only for a role of which nobody is alive. */
async function expireLeases(world: DeskWorld, role: keyof Crew): Promise<void> {
  await world.rows(
    role === 'process'
      ? 'update inbound_mails set lease_until = 1 where disposition is null and lease_until > 0'
      : `update outbox set lease_until = 1 where state in ('claimed', 'sending')`,
  );
}

async function count(world: DeskWorld, what: string): Promise<number> {
  const [row] = await world.rows<{ n: number }>(`select count(*)::int as n from ${what}`);
  return row?.n ?? 0;
}

/** What a worker has in hand just then. */
const IN_HAND: Record<keyof Crew, string> = {
  process: 'inbound_mails where disposition is null and lease_until > 1',
  send: `outbox where state = 'sending' and lease_until > 1`,
};

async function playBurst(world: DeskWorld): Promise<void> {
  // Fixed pause: so slow that a kill finds mails on their way.
  world.sink.behaviour.onData = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return 'accept' as const;
  };
  const crew = await startCrew(world);
  const poller = await startRole(world, 'poll', { INITIAL_SYNC: 'all' });
  const sweep = await startRole(world, 'sweep');
  const kills: (keyof Crew)[] = ['send', 'process', 'send', 'process', 'send'];
  for (const [round, role] of kills.entries()) {
    for (let n = round * 30; n < (round + 1) * 30; n++) {
      const from = `c${n % CUSTOMERS}@customer.example`;
      const messageId = `burst-${n}@customer.example`;
      await world.deliver(writeMail({ from, to: DESK, subject: `Request ${n}`, messageId }));
    }
    await waitFor(
      async () => (await count(world, IN_HAND[role])) > 0,
      PATIENCE_MS,
      () => `${role} to have something in hand`,
    );
    await killAndReplace(world, crew, role);
  }
  // Those alive finish what they have in hand, so whatever is leased now was in the hands of the dead: their time is over.
  const alive = [...crew.process, ...crew.send];
  expect(await Promise.all(alive.map((worker) => worker.terminate()))).toEqual(alive.map(() => 0));
  await expireLeases(world, 'process');
  await expireLeases(world, 'send');
  await startCrew(world);
  await world.until(`select count(*) = ${MAILS} from inbound_mails where disposition is not null`);
  await world.until(SETTLED);
  expect([await poller.terminate(), await sweep.terminate()]).toEqual([0, 0]);
}

async function checkAccounts(world: DeskWorld): Promise<void> {
  expect(await world.rows('select disposition, count(*)::int as n from inbound_mails group by 1')).toEqual([
    { disposition: 'ticket', n: MAILS },
  ]);
  expect(await count(world, 'tickets')).toBe(MAILS);
  expect(
    await world.rows(`select count(*)::int as customers, min(n)::int as least, max(n)::int as most
      from (select count(*) as n from tickets group by email) each_customer`),
  ).toEqual([{ customers: CUSTOMERS, least: MAILS / CUSTOMERS, most: MAILS / CUSTOMERS }]);
  // One receipt and one notification for each ticket, each with an end.
  const rows = await world.rows<{ kind: string; ticket: number; state: string; message_id: string; attempts: number }>(
    `select kind, ticket_id::int as ticket, state, message_id, attempts from outbox where kind <> 'undelivered'`,
  );
  expect(new Set(rows.map((row) => `${row.kind} ${row.ticket}`)).size).toBe(rows.length);
  expect(rows).toHaveLength(2 * MAILS);
  const taken = Map.groupBy(
    await Promise.all(world.sink.mails.map(async (mail) => storedId((await seeMail(mail)).header('Message-ID') ?? ''))),
    (id) => id,
  );
  for (const row of rows) {
    const copies = taken.get(`<${row.message_id}>`)?.length ?? 0;
    expect(['sent', 'unknown'], `${row.kind} of ticket ${row.ticket}`).toContain(row.state);
    if (row.state === 'sent') expect(copies, `${row.kind} of ticket ${row.ticket}`).toBe(1);
    else expect(copies, `${row.kind} of ticket ${row.ticket}, unknown`).toBeLessThanOrEqual(1);
  }
  expect(rows.filter((row) => row.state === 'unknown').length, 'mails that a kill has met').toBeGreaterThan(0);
  // Every attempt has an outcome, and each unknown row has the attempt that made it so.
  expect(await count(world, 'outbox_attempts where outcome is null')).toBe(0);
  expect(await count(world, `outbox_attempts where outcome = 'unknown'`)).toBe(
    await count(world, `outbox where state = 'unknown'`),
  );
}

function killSuite(mailbox: 'dev' | 'dovecot', queue: 'postgres' | 'redis'): void {
  test('a burst of mail survives workers that are killed: one ticket each, no receipt twice, nothing left', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ mailbox, queue, env: ONE_AGENT });
    try {
      await playBurst(world);
      await checkAccounts(world);
    } finally {
      await world.stop();
    }
  });
}

describe('kill -9, the queue on Postgres', () => killSuite('dev', 'postgres'));
describeWith('dovecot', 'kill -9 over Dovecot', () => {
  describeWith('redis-server', 'the queue on Redis', () => killSuite('dovecot', 'redis'));
});
