import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dumpSchema } from '../../support/schema-dump.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

const SNAPSHOT = fileURLToPath(new URL('../../fixtures/schema.txt', import.meta.url));

let world: StoreWorld;
beforeEach(async () => {
  world = await startStoreWorld();
});
afterEach(() => world?.stop());

test('the migrations make the schema of test/fixtures/schema.txt (UPDATE_SCHEMA=1 writes it anew)', async () => {
  const schema = await dumpSchema(world.database);
  if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(SNAPSHOT, schema);
  expect(schema).toBe(await readFile(SNAPSHOT, 'utf8'));
});

test('a change of the schema shows in the text', async () => {
  const before = await dumpSchema(world.database);
  const changes = [
    'alter table notes add column colour text',
    'alter table outbox alter column raw set storage extended',
    'alter table responses drop constraint answer_is_whole',
    'drop index inbound_parked',
    'drop trigger audit_is_append_only on audit_log',
    `alter type ticket_feedback add value 'delighted'`,
  ];
  for (const change of changes) {
    const earlier = await dumpSchema(world.database);
    await world.sql(change);
    expect(await dumpSchema(world.database), change).not.toBe(earlier);
  }
  expect(before).toContain('tickets.status ticket_status not null');
});

test('the two tables of the desk have the columns that were asked for, and no other', async () => {
  const columns = await world.sql<{ name: string; type: string }>(
    `select table_name || '.' || column_name as name, data_type as type from information_schema.columns
     where table_schema = 'public' and table_name in ('tickets', 'responses') order by table_name desc, ordinal_position`,
  );
  expect(Object.fromEntries(columns.map((column) => [column.name, column.type]))).toEqual({
    'tickets.id': 'bigint',
    'tickets.email': 'text',
    'tickets.created_time': 'bigint',
    'tickets.last_updated_on': 'bigint',
    'tickets.status': 'USER-DEFINED',
    'tickets.query': 'text',
    'tickets.feedback': 'USER-DEFINED',
    'tickets.last_response': 'text',
    'responses.id': 'bigint',
    'responses.response_sent': 'text',
    'responses.response_received': 'text',
    'responses.ticket_id': 'bigint',
    'responses.sent_time': 'bigint',
    'responses.rec_time': 'bigint',
  });
});
