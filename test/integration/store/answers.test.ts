import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketId } from '../../../src/domain/ticket/ids.ts';
import { learnTicket, learnWaiting } from '../../../src/flows/answers/learn-answer.ts';
import { suggestAnswers, trySuggesting } from '../../../src/flows/answers/suggest-answers.ts';
import { importTickets } from '../../../src/flows/people/import-tickets.ts';
import { findShownAnswers, insertShowing } from '../../../src/store/answers/shown-answers.ts';
import { type Database, inTransaction, openDatabase } from '../../../src/store/database.ts';
import { RULES } from '../../support/decisions.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

let made: TestDatabase;
let database: Database;
const told: string[] = [];
const desk = () => ({
  database,
  log: pino({ level: 'silent' }),
  clock: { now: () => 1_800_000_000_000 },
  locale: 'en',
  rules: { ...RULES, suggestWithinMs: 60_000 },
});

const LID = 'Please send us a photo of the lid, and we will send you a new one.';
const ROWS: [string, string, string | null][] = [
  ['The lid of my teapot arrived broken', LID, 'satisfied'],
  ['my teapot lid is cracked, can I have another lid?', `Hello Jo,\n${LID}\nBest regards\nAlice`, null],
  ['broken lid, please replace it', LID.toUpperCase(), null],
  ['How do I get an invoice for my order?', 'Invoices stand in your account under Orders.', null],
  ['I need the invoice of order 4711', 'Invoices stand in your account under Orders.', null],
  ['Do you deliver to Norway?', 'We deliver to all of Europe within a week.', 'not_satisfied'],
];

async function* lines() {
  for (const [at, [query, last_response, feedback]] of ROWS.entries()) {
    const created_time = 1_700_000_000_000 + at * 1_000;
    yield JSON.stringify({ email: `c${at}@x.example`, query, last_response, feedback, created_time });
  }
  yield '{"email": "nobody"}';
  yield 'not json';
}

const progress = { bad: (line: number, why: string) => void told.push(`${line}: ${why}`), step: () => {} };

async function whatIsKnown(): Promise<unknown> {
  const { rows } = await database.query(
    `select (select json_agg(f order by feature, block) from answer_features f) as features,
       (select json_agg(json_build_array(id, weight, mass) order by id) from answers) as answers,
       (select to_json(t) from answer_totals t) as desk`,
  );
  return rows[0];
}

async function ticketOf(query: string): Promise<TicketId> {
  const { rows } = await database.query<{ id: TicketId }>('select id from tickets where query = $1', [query]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`no ticket asks: ${query}`);
  return id;
}

beforeEach(async () => {
  made = await createDatabase();
  database = openDatabase(made.url, { max: 4, onError: () => {} });
  told.length = 0;
});
afterEach(async () => {
  await database.end();
  await made.drop();
});

it('imports lines as closed tickets with one response, says what is wrong with the others, and twice is once', async () => {
  expect(await importTickets(desk(), lines(), progress)).toEqual({
    lines: 8,
    imported: 6,
    already: 0,
    bad: 2,
    learned: 6,
  });
  expect(told).toEqual(['7: its email is no mail address', '8: it is not JSON']);
  const again = await importTickets(desk(), lines(), progress);
  expect(again).toMatchObject({ imported: 0, already: 6 });
  const { rows } = await database.query(
    'select count(*) as n from tickets t join responses r on r.ticket_id = t.id and r.response_sent = t.last_response',
  );
  expect(rows).toEqual([{ n: 6 }]);
});

it('suggests the answer of similar questions in its newest satisfied wording, once, and nothing for what is strange', async () => {
  await importTickets(desk(), lines(), progress);
  const asked = 'Hi,\n\nthe lid of my new teapot is broken\n\nThanks, Kim';
  // As `turnmail suggest` waits, since the first look-up of a process on a busy machine is slow.
  const found = (await trySuggesting(desk(), asked, 60_000)) ?? [];
  expect(found.map(({ answer }) => answer)).toContain(LID);
  expect(found[0]).toMatchObject({ answer: LID, question: 'The lid of my teapot arrived broken', sure: false });
  expect(found.filter(({ answer }) => answer.toLowerCase().includes('lid'))).toHaveLength(1);
  expect(await suggestAnswers(desk(), 'Wollen wir morgen zusammen Mittag essen?')).toEqual([]);
});

it('does not learn what its customer was not satisfied with', async () => {
  await importTickets(desk(), lines(), progress);
  const { rows } = await database.query(
    `select count(*) as n from answer_tickets join tickets on id = ticket_id where feedback = 'not_satisfied'`,
  );
  expect(rows).toEqual([{ n: 0 }]);
});

it('unlearns a ticket exactly when it is reopened, and learns feedback without being told', async () => {
  await importTickets(desk(), lines(), progress);
  const before = await whatIsKnown();
  const lid = await ticketOf('broken lid, please replace it');
  await database.query(`update tickets set feedback = 'satisfied', last_updated_on = 1800000000001 where id = $1`, [
    lid,
  ]);
  expect(await learnWaiting(desk())).toBe(1);
  const liked = await whatIsKnown();
  expect(liked).not.toEqual(before);
  await database.query(`update tickets set feedback = 'not_satisfied', last_updated_on = 1800000000002 where id = $1`, [
    lid,
  ]);
  await learnWaiting(desk());
  expect(await whatIsKnown()).not.toEqual(liked);
  await database.query('update tickets set feedback = null where id = $1', [lid]);
  await learnWaiting(desk());
  await learnTicket(database, lid);
  expect(await whatIsKnown()).toEqual(before);

  const invoice = await ticketOf('I need the invoice of order 4711');
  await database.query(
    `with side as (update ticket_mail set closed_at = null where ticket_id = $1) update tickets set status = 'in_process', last_response = null, feedback = null, last_updated_on = 1800000000003 where id = $1`,
    [invoice],
  );
  await learnWaiting(desk());
  const { rows } = await database.query('select ticket_id from answer_tickets where ticket_id = $1', [invoice]);
  expect(rows).toEqual([]);
  const empty = await database.query('select from answer_features where length(entries) = 0');
  expect(empty.rowCount).toBe(0);
});

it('learns all others where one ticket cannot be learned', async () => {
  await importTickets(desk(), lines(), progress);
  await database.query(
    `insert into answers_to_learn (ticket_id) select id from tickets where status = 'closed' order by id`,
  );
  const before = await whatIsKnown();
  const broken = await ticketOf('How do I get an invoice for my order?');
  await database.query(`alter table answer_tickets add constraint broken check (ticket_id <> ${broken}) not valid`);
  try {
    // The broken one is looked at too, and given up.
    expect(await learnWaiting(desk())).toBe(6);
  } finally {
    await database.query('alter table answer_tickets drop constraint broken');
  }
  const { rows } = await database.query('select ticket_id from answers_to_learn');
  expect(rows).toEqual([]);
  expect(await whatIsKnown()).toEqual(before);
});

it('learns all tickets anew where other code has learned them, also with a ticket waiting', async () => {
  await importTickets(desk(), lines(), progress);
  const before = await whatIsKnown();
  const asked = await ticketOf('broken lid, please replace it');
  await database.query('update answer_totals set features_version = 0');
  await database.query('insert into answers_to_learn (ticket_id) values ($1)', [asked]);
  await learnWaiting(desk());
  expect(await whatIsKnown()).toEqual(before);
  const { rows } = await database.query('select count(*) as n from answers_to_learn');
  expect(rows).toEqual([{ n: 0 }]);
});

it('keeps what was first shown for a ticket, also after the past has changed', async () => {
  await importTickets(desk(), lines(), progress);
  const asked = await ticketOf('Do you deliver to Norway?');
  const rows = (await suggestAnswers(desk(), 'My teapot has a broken lid')).map((one, at) => ({
    ...one,
    number: at + 1,
  }));
  expect(await findShownAnswers(database, asked)).toBeUndefined();
  expect(await inTransaction(database, (tx) => insertShowing(tx, asked, rows, 1))).toBe(true);
  const shown = await findShownAnswers(database, asked);
  expect(shown?.[0]).toMatchObject({ number: 1, answer: LID });
  const source = rows[0]?.ticketId;
  await database.query(
    `with side as (update ticket_mail set closed_at = null where ticket_id = $1) update tickets set status = 'in_process', last_response = null, feedback = null, last_updated_on = 1800000000003 where id = $1`,
    [source],
  );
  await learnWaiting(desk());
  expect(await inTransaction(database, (tx) => insertShowing(tx, asked, [], 2))).toBe(false);
  expect(await findShownAnswers(database, asked)).toEqual(shown);
});

it('gives nothing, and no error, where the database does not answer in time', async () => {
  await importTickets(desk(), lines(), progress);
  const client = await database.connect();
  await client.query('begin; lock table answer_totals in access exclusive mode');
  try {
    expect(await suggestAnswers({ ...desk(), rules: RULES }, 'broken lid')).toEqual([]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
