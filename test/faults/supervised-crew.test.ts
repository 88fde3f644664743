import { expect, test } from 'vitest';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { startFaultWorld } from './fault-world.ts';
import { superviseCrew } from './supervised-crew.ts';

test('a crew that is kept alive ends when it is asked to, so that a soak comes to its accounts', {
  timeout: 300_000,
}, async () => {
  const postgres = await startOwnPostgres();
  const world = await startFaultWorld({
    mailbox: 'dev',
    queue: 'postgres',
    database: await postgres.createDatabase(),
  });
  try {
    const crew = superviseCrew(world);
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    expect(await crew.stop()).toEqual([]);
  } finally {
    await world.stop();
    await postgres.stop();
  }
});
