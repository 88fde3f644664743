import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, openDatabase } from '../../../src/store/database.ts';
import { ensureListedAgents, listAgents, removeAgent } from '../../../src/store/tickets/agents.ts';
import { address } from '../../support/decisions.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

let made: TestDatabase;
beforeAll(async () => {
  made = await createDatabase();
});
afterAll(() => made.drop());

test('a name that changes in AGENTS is taken over, one that is left out stays, and nobody is woken', async () => {
  const database = openDatabase(made.url, { max: 1, onError: () => {} });
  const alice = address('alice@desk.example');
  const bob = address('bob@desk.example');
  const names = async () => (await listAgents(database)).map(({ name }) => name);
  await ensureListedAgents(
    database,
    [
      { email: alice, name: 'Alice Ames' },
      { email: bob, name: 'Bob' },
    ],
    1,
  );
  await ensureListedAgents(
    database,
    [
      { email: alice, name: 'Alice Miller' },
      { email: bob, name: '' },
    ],
    2,
  );
  expect(await names()).toEqual(['Alice Miller', 'Bob']);
  await inTransaction(database, (tx) => removeAgent(tx, bob));
  await ensureListedAgents(database, [{ email: bob, name: 'Robert' }], 3);
  expect(await names()).toEqual(['Alice Miller']);
  await database.end();
});
