import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FactsWanted } from '../../../src/domain/mail/mail-lookup.ts';
import type { Tx } from '../../../src/store/database.ts';
import { claimInboundMails } from '../../../src/store/inbound/inbound-claims.ts';
import { findMailFacts } from '../../../src/store/inbound/mail-facts.ts';
import { COUNTS_OF_NOTICES } from '../../../src/store/outbox/notice-counts.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

/** A draft to one recipient that is bounded by mailbox and by domain. */
const DRAFT = `unnest(array[null]::bigint[], array[$1]::text[], array[2], array[5], array[50], array[0], array[true]) with ordinality
  as o(ticket_id, recipient, per_ticket, per_recipient, per_domain, per_agent, about_ticket, position)`;

test('a new desk, of which Postgres knows nothing yet, counts each bound by its own index and not by all mails of the day', async () => {
  const client = await world.database.connect();
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(
      `prepare counting(text) as select jsonb_build_object(${COUNTS_OF_NOTICES}) as counts from ${DRAFT}`,
    );
    // The plan is made now, of an empty table, and the connection keeps it.
    await client.query(`execute counting('c7@x.example')`);
    await client.query(
      `insert into outbox (audience, kind, recipient, payload, created_at, next_attempt_at)
       select 'customer', 'receipt', 'c' || n || '@d' || n || '.example', '{}', epoch_ms(), 0 from generate_series(1, 500) n`,
    );
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off) execute counting('c7@d7.example')`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/using outbox_by_mailbox on outbox.*\n\s*Index Cond: \(\(mailbox_of/);
    expect(plan).toMatch(/using outbox_by_domain on outbox.*\n\s*Index Cond: \(\(split_part/);
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{2}/);
  } finally {
    client.release(true);
  }
});

test('a mail is decided by the tickets of its own sender, though Postgres has counted no open ticket yet', async () => {
  const wanted: FactsWanted = {
    tokenIds: [],
    messageIds: ['one@customer.example'],
    answered: [],
    subjectTickets: [],
    bouncedOutboxIds: [],
    bouncedMessageIds: [],
    orderKeys: ['c7@x.example'],
    senders: ['c7@x.example'],
    rate: { since: 0, until: 9, atMost: 5 },
  };
  await world.sql('vacuum analyze tickets');
  await world.sql(
    `with opened as (insert into tickets (email, created_time, last_updated_on, status, query)
       select 'c' || n || '@x.example', n, n, 'open', 'Why?' from generate_series(1, 500) n returning id)
     insert into ticket_mail (ticket_id, subject, locale) select id, 'Why', 'en' from opened`,
  );
  await world.inTx(async (tx) => {
    let plan = '';
    const explaining = {
      query: async (text: string, values: unknown[]) => {
        const { rows } = await tx.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off, summary off) ${text}`,
          values,
        );
        plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        return await tx.query(text, values);
      },
    };
    const found = await findMailFacts(explaining as Tx, wanted);
    expect(found.openTickets).toMatchObject([{ sender: 'c7@x.example', subject: 'Why' }]);
    expect(plan).toContain('tickets_open_by_mailbox');
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{2}/);
  });
});

test('a mail is claimed by a look at the mails of its own sender, and not at all that waits', async () => {
  await world.sql('vacuum analyze inbound_mails');
  await world.sql(
    `with box as (insert into mailboxes (source, created_at) values ('imap:a', 0) returning id)
     insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, order_key)
     select box.id, 1, n, n, n, 100, 'c' || n || '@x.example' from box, generate_series(1, 500) n`,
  );
  await world.inTx(async (tx) => {
    const plans: string[] = [];
    const explaining = {
      query: async (text: string, values?: unknown[]) => {
        if (values === undefined) return await tx.query(text);
        const { rows } = await tx.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off, summary off) ${text}`,
          values,
        );
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return { rows: [] };
      },
    };
    await claimInboundMails(explaining as unknown as Tx, 1_000, { mails: 50, bytes: 1_000_000 });
    expect(plans[0]).toContain('using inbound_waiting_by_sender on inbound_mails earlier');
    expect(plans[0]).not.toMatch(/Rows Removed by \w+(?: \w+)?: \d{2}/);
  });
});
