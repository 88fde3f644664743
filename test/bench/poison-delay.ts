/**
 * By how much a mail that kills or hangs the parser delays the 99 beside it, with real roles on a
 * Postgres of its own: `npx node test/bench/poison-delay.ts [--rounds 3]`. A batch without such a mail before and after it says
 * what is usual on the machine at that moment; a mail's time is that from being stored to being decided.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { poisonMail, whileReadingIt } from '../support/poison-mail.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const SIGNALS = ['SIGKILL', 'SIGSTOP'] as const;

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const signal of SIGNALS) {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'turnmail-bench-'));
    const postgres = await startEmbeddedPostgres({ dataDir, database: 'turnmail', log: () => {} });
    await migrate(postgres.url);
    const env = { PARSE_SECONDS: '15' };
    const world = await startDeskWorld({ env, database: { url: postgres.url, drop: async () => {} } });
    try {
      const { before, beside, after } = await measure(world, signal);
      const later = beside - Math.max(before, after);
      const load = (loadavg()[0] ?? 0).toFixed(1);
      console.log(
        `${signal}: the last of 99 was done in ${beside} ms; without such a mail ${before} ms before, ${after} ms after; ` +
          `${later} ms later; load ${load}`,
      );
    } finally {
      await world.stop();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    }
  }
}

async function measure(world: DeskWorld, signal: NodeJS.Signals) {
  const { pid } = await startRole(world, 'process');
  await startRole(world, 'poll');
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null', 60_000);
  const before = await longest(world, 'before');
  const end = whileReadingIt(pid, signal);
  await world.deliver(poisonMail());
  const beside = await longest(world, 'beside');
  await world.until(`select count(*) = 1 from inbound_mails where disposition = 'parked'`, 180_000);
  end();
  return { before, beside, after: await longest(world, 'after') };
}

/** Delivers 99 mails. @returns how long the slowest took from being stored to being decided, in ms */
async function longest(world: DeskWorld, name: string): Promise<number> {
  for (let n = 1; n <= 99; n++) await world.deliver(writeMail({ from: `${name}-${n}@customer.example`, to: DESK }));
  await world.until(`select count(*) = 99 from tickets where email like '${name}-%'`, 180_000);
  const [row] = await world.rows<{ ms: number }>(
    `select max(decided_at - stored_at)::int as ms from inbound_mails where from_address like '${name}-%'`,
  );
  return row?.ms ?? Number.NaN;
}
