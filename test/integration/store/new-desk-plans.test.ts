import { afterEach, beforeEach, expect, test } from 'vitest';
import { COUNTS_OF_NOTICES } from '../../../src/store/outbox/notice-counts.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

/** A draft to one recipient that is bounded by mailbox and by domain. */
const DRAFT = `unnest(array[null]::bigint[], array[$2]::text[], array[2], array[5], array[50], array[0], array[true]) with ordinality
  as o(ticket_id, recipient, per_ticket, per_recipient, per_domain, per_agent, about_ticket, position)`;

test('a new desk, of which Postgres knows nothing yet, counts each bound by its own index and not by all mails of the day', async () => {
  const client = await world.database.connect();
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(
      `prepare counting(bigint, text) as select jsonb_build_object(${COUNTS_OF_NOTICES}) as counts from ${DRAFT}`,
    );
    // The plan is made now, of an empty table, and the connection keeps it.
    await client.query(`execute counting(epoch_ms(), 'c7@x.example')`);
    await client.query(
      `insert into outbox (audience, kind, recipient, payload, created_at, next_attempt_at)
       select 'customer', 'receipt', 'c' || n || '@d' || n || '.example', '{}', epoch_ms(), 0 from generate_series(1, 500) n`,
    );
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off) execute counting(epoch_ms(), 'c7@d7.example')`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/using outbox_by_mailbox on outbox.*\n\s*Index Cond: \(\(mailbox_of/);
    expect(plan).toMatch(/using outbox_by_domain on outbox.*\n\s*Index Cond: \(\(split_part/);
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{2}/);
  } finally {
    client.release(true);
  }
});
