import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTurnmail } from './run-turnmail.ts';
import { createSeededDesk, type SeededDesk } from './seeded-desk.ts';

const PAT = 'pat@reader.example';
let desk: SeededDesk;
beforeEach(async () => {
  desk = await createSeededDesk();
  await desk.database.query(`insert into agents (email, name, created_at) values ('alice@acme.example', 'Alice', 1)`);
});
afterEach(() => desk.drop());

const turnmail = (args: string[], stdin = '') => runTurnmail(args, desk.settings, stdin);
/** A conversation that Alice begins, of whose responses Pat gets copies. */
async function openWithReader(): Promise<number> {
  const words = ['--subject', 'Your parcel', '--respond', 'It came back to us.'];
  const people = ['--agent', 'alice', '--cc', PAT];
  const { out } = await turnmail(['ticket', 'open', 'lou@caller.example', ...words, ...people, '--json']);
  return JSON.parse(out).ticketId;
}
const rows = async (sql: string) => (await desk.database.query(sql)).rows;

test('a ticket is opened for somebody who called: nobody outside the desk is written to', async () => {
  const opened = await turnmail([
    'ticket',
    'open',
    'Kim@Caller.example',
    '--subject',
    'Lid',
    '--text',
    'The lid broke.',
  ]);
  expect(opened).toMatchObject({ code: 0, err: '' });
  expect(opened.out).toContain('Nothing was sent to Kim@caller.example.');
  expect(await rows(`select email, query, status from tickets where email ilike 'kim@%'`)).toEqual([
    { email: 'Kim@caller.example', query: 'The lid broke.', status: 'open' },
  ]);
  expect(await rows(`select kind, recipient from outbox where recipient not ilike 'jo%'`)).toEqual([
    { kind: 'notification', recipient: 'alice@acme.example' },
  ]);
});

test('a conversation is begun with words to the customer, and a reader gets a copy', async () => {
  const ticketId = await openWithReader();
  expect(await rows(`select email, query, status from tickets where id = ${ticketId}`)).toEqual([
    { email: 'lou@caller.example', query: 'Your parcel', status: 'in_process' },
  ]);
  expect(await rows(`select kind, recipient from outbox where ticket_id = ${ticketId} order by id`)).toEqual([
    { kind: 'response', recipient: 'lou@caller.example' },
    { kind: 'response', recipient: PAT },
    { kind: 'notification', recipient: 'alice@acme.example' },
  ]);
  expect((await turnmail(['ticket', 'show', String(ticketId)])).out).toContain(`Copies of the responses go to: ${PAT}`);
  expect((await turnmail(['trace', String(ticketId)])).out).toContain(`Copies of the responses go to ${PAT} since`);
  await turnmail(['ticket', 'respond', String(ticketId), '--text', 'Where shall it go?']);
  expect(await rows(`select count(*)::int as n from outbox where recipient = '${PAT}'`)).toEqual([{ n: 2 }]);
});

test('export names what a reader reads, and erase ends it', async () => {
  await openWithReader();
  const { reads } = JSON.parse((await turnmail(['export', PAT, '--json'])).out);
  expect(reads).toMatchObject([{ removed_at: null }]);
  expect(await turnmail(['erase', PAT, '--yes'])).toMatchObject({ code: 0 });
  expect(await rows('select * from ticket_readers')).toEqual([]);
  expect(await rows(`select recipient from outbox where recipient = '${PAT}'`)).toEqual([]);
});

test('what cannot be done is one sentence, and opens nothing', async () => {
  const before = await rows('select count(*) from tickets');
  for (const [args, code, says] of [
    [['lou@caller.example'], 65, 'needs a question or a subject'],
    [['lou@caller.example', '--text', 'x', '--agent', 'nobody'], 65, 'names no single agent'],
    [['lou@caller.example', '--text', 'x', '--cc', 'lou@caller.example'], 65, 'is the customer'],
    [['lou@caller.example', '--text', 'x', '--cc', 'pat'], 64, 'mail addresses'],
    [['lou'], 64, 'no mail address'],
  ] as const) {
    expect(await turnmail(['ticket', 'open', ...args])).toMatchObject({ code, err: expect.stringContaining(says) });
  }
  expect(await rows('select count(*) from tickets')).toEqual(before);
});
