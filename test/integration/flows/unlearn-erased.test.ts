import { afterEach, expect, test } from 'vitest';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import { LEARN_BATCH, learnWaiting } from '../../../src/flows/answers/learn-answer.ts';
import { erasePerson } from '../../../src/flows/people/erase-person.ts';
import { createLogger } from '../../../src/runtime/logger.ts';
import { insertImportedTickets } from '../../../src/store/tickets/imported-tickets.ts';
import { JO, type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

let world: StoreWorld;
afterEach(() => world?.stop());

const KIM = 'kim@customer.example' as EmailAddress;
const log = createLogger({ level: 'silent' });

async function learn(tickets: [EmailAddress, string, string][]): Promise<void> {
  const rows = tickets.map(([email, query, lastResponse], index) => ({
    email,
    query,
    subject: 'Printer',
    lastResponse,
    feedback: 'satisfied' as const,
    createdTime: 1_000 + index,
    closedTime: 2_000 + index,
  }));
  await world.inTx((tx) => insertImportedTickets(tx, rows, { locale: 'en' }));
  await learnWaiting({ database: world.database, log }, LEARN_BATCH);
}

/** All that is known of answers. */
const known = async () => ({
  answers: await world.sql(`select encode(digest, 'hex') as digest, weight, mass from answers order by 1`),
  features: await world.sql('select * from answer_features order by 1, 2'),
  totals: await world.sql('select * from answer_totals'),
  tickets: await world.sql('select ticket_id from answer_tickets order by 1'),
});

test('what was learned from an erased person is unlearned to the last feature; an answer that others hold stays', async () => {
  world = await startStoreWorld();
  await learn([[KIM, 'Every page comes out twice', 'Set copies to one.']]);
  const before = await known();
  expect(before.answers).toHaveLength(1);
  await learn([
    [JO, 'My pages come out two times each', 'Set copies to one.'],
    [JO, 'The scanner hums the national anthem', 'Dear Jo, unplug it.'],
  ]);
  expect((await known()).answers).toHaveLength(2);
  expect(await erasePerson({ database: world.database, clock: { now: () => 9_000 } }, JO)).toMatchObject({
    tickets: 2,
  });
  expect(await known()).toEqual(before);
  // The queue of lessons names the tickets once more; that changes nothing.
  await learnWaiting({ database: world.database, log }, LEARN_BATCH);
  expect(await known()).toEqual(before);
});
