import { afterAll, beforeAll, expect, test } from 'vitest';
import { actOnTicket } from '../../../src/flows/act/act-on-ticket.ts';
import { erasePerson } from '../../../src/flows/people/erase-person.ts';
import { exportPerson } from '../../../src/flows/people/export-person.ts';
import { canaryMail, countRows, searchTables } from '../../support/canaries.ts';
import { address, ticketId } from '../../support/decisions.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, type Asked, ask, BOB, DESK, hand, respond, SETTLED, ticketRow } from '../../support/played-desk.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const XAVI = 'xavi.canary@person.example';
const FROM = `Xavierine Canary <Xavi.Canary@person.example>`;
const KIM = 'kim@customer.example';
const WORDS = [
  'xavi.canary',
  'Xavierine',
  'person.example',
  'Zebrafinch',
  'Quokkabody',
  'walrusfile',
  'Narwhalbytes',
  'Tapirresponse',
  'Ocelotanswer',
  'Pangolinheld',
  'Lemurnote',
  'Axolotlthird',
  'Dingoparked',
  'Bisonagain',
];

/** Every mail that the mailbox was given. */
const delivered: Buffer[] = [];
let world: DeskWorld;
let desk: ReturnType<typeof testDesk>;
let asked: Asked;
let response: SeenMail;
let kim: Asked;

beforeAll(async () => {
  world = await startDeskWorld({ env: { OPERATORS: 'olga@ops.example' } });
  const { deliver } = world;
  world.deliver = async (raw) => {
    delivered.push(raw);
    await deliver(raw);
  };
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  desk = testDesk(world, Date.now());
  const [fate] = await hand(world, canaryMail(FROM, DESK));
  const ticket = fate?.ticket ?? 0;
  const seen = await world.mailTo('alice@desk.example');
  asked = {
    ticket,
    customer: 'Xavi.Canary@person.example',
    receipt: await world.mailTo('Xavi.Canary@person.example'),
    toAlice: seen,
    toBob: await world.mailTo(BOB),
  };
  await hand(world, writeMail({ from: ALICE, to: DESK, text: '/queue' }));
  response = await respond(world, asked, 'Dear Xavierine, Tapirresponse.');
  await hand(world, writeReply(response, FROM, 'Ocelotanswer'));
  await hand(world, writeReply(response, FROM, 'Pangolinheld'));
  await hand(world, writeReply(asked.toAlice, ALICE, '/note Lemurnote'));
  await hand(world, writeReply(asked.toBob, FROM, 'Dingoparked'));
  kim = await ask(world, KIM);
  await hand(world, writeReply(kim.receipt, FROM, 'Axolotlthird'));
  // Kim's next notification repeats what was written to her ticket.
  await hand(world, writeReply(kim.receipt, KIM, 'Kim is waiting.'));
  await actOnTicket(desk, ticketId(kim.ticket), { act: 'note', words: `The same as of ${XAVI}.` });
  await hand(world, writeMail({ from: FROM, to: DESK, text: 'Bisonagain', subject: 'Second' }));
  await world.until(SETTLED);
  // As an operator's /show leaves it behind: our mail that says who wrote, and theirs that quotes it.
  await world.rows(
    `insert into outbox (audience, kind, recipient, payload, state, message_id, raw, created_at, ended_at) values ('operator', 'confirmation',
       'olga@ops.example', '{"lines": ["From: Xavierine <${XAVI}>"]}', 'sent', 'shown@desk.example', 'From: ${XAVI}', 1, 1)`,
  );
  await world.rows(
    `insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, raw, order_key, from_address,
       disposition, reason, decided_at)
     select id, 1, 999999, 1, 1, 9, convert_to('> From: Xavierine <${XAVI}>', 'UTF8'), 'olga@ops.example', 'olga@ops.example',
       'command', 'operator-command', 1 from mailboxes`,
  );
});
afterAll(() => world?.stop());

test('before, every word stands somewhere, and the export holds it', async () => {
  const found = new Set((await searchTables(world.database, 'public', WORDS)).map(({ word }) => word));
  expect([...found].sort()).toEqual([...WORDS].sort());
  const records = await exportPerson(desk.database, address('XAVI.Canary@person.example'));
  const text = JSON.stringify(records);
  for (const word of ['Quokkabody', 'walrusfile', 'Ocelotanswer', 'Pangolinheld', 'Lemurnote', 'Axolotlthird'])
    expect(text).toContain(word);
  expect(records.tickets).toHaveLength(2);
  expect(records.mails.map(({ disposition }) => disposition)).toEqual([
    'ticket',
    'answer',
    'held',
    'parked',
    'third-party',
    'ticket',
  ]);
  expect(records.notes_elsewhere).toMatchObject([{ ticket_id: kim.ticket }]);
  // No token of an agent: it stands in the agents' own mails, whose bytes are not part of it.
  const token = /\+(\S+)@/.exec(asked.toAlice.header('Reply-To') ?? '')?.[1] ?? 'none';
  expect(token).toMatch(/^\d+-/);
  expect(text).not.toContain(token);
});

test('a mail that is being sent is finished first; then nothing of the person stands in any table', async () => {
  const count = await countRows(world.database, 'public');
  const [row] = await world.rows<{ id: number }>(
    `update outbox set state = 'sending', ended_at = null, lease_until = ${Date.now() + 600_000}
     where id = (select max(id) from outbox where ticket_id = ${asked.ticket}) returning id::int`,
  );
  expect(await erasePerson(desk, address(XAVI), 100)).toMatchObject({ tickets: 0, busy: [row?.id] });
  expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'in_process' });
  await world.rows(`update outbox set state = 'sent', ended_at = 1, lease_until = 0 where id = ${row?.id}`);
  expect(await erasePerson(desk, address(XAVI))).toMatchObject({ tickets: 2, busy: [] });
  expect(await searchTables(world.database, 'public', WORDS)).toEqual([]);
  expect(await countRows(world.database, 'public')).toBeGreaterThan(count - 10);
});

test('what the tables need stays: the ticket is closed, its turns are counted, what was done is written down', async () => {
  const email = `erased-${asked.ticket}@erased.invalid`;
  expect(await ticketRow(world, asked.ticket)).toEqual({
    email,
    status: 'closed',
    query: '',
    feedback: null,
    last_response: '',
  });
  expect(
    await world.rows(
      `select response_sent, response_received, rec_time is not null as answered from responses where ticket_id = ${asked.ticket}`,
    ),
  ).toEqual([{ response_sent: '', response_received: '', answered: true }]);
  expect(await world.rows(`select disposition, reason from inbound_mails where reason = 'person-erased'`)).toEqual([
    { disposition: 'discarded', reason: 'person-erased' },
  ]);
  expect(
    await world.rows(`select action from audit_log where ticket_id = ${asked.ticket} order by id desc limit 1`),
  ).toEqual([{ action: 'erased' }]);
  expect(await world.rows(`select note from notes where ticket_id = ${kim.ticket}`)).toEqual([
    { note: 'The same as of erased@erased.invalid.' },
  ]);
  expect(await ticketRow(world, kim.ticket)).toMatchObject({ email: KIM, status: 'open' });
});

test('a second time finds nothing, and changes nothing', async () => {
  const before = await world.rows('select * from tickets order by id');
  expect(await erasePerson(desk, address(XAVI))).toEqual({ tickets: 0, mails: 0, sent: 0, busy: [] });
  expect(await world.rows('select * from tickets order by id')).toEqual(before);
});

test('when the mailbox counts anew, the same mails make no ticket and leave no word', async () => {
  const [tickets] = await world.rows('select count(*)::int as count, max(id)::int as last from tickets');
  const [mails] = await world.rows<{ count: number }>('select count(*)::int as count from inbound_mails');
  world.devServer?.changeUidValidity(DESK);
  // A change of UIDVALIDITY alone does not bring back what has lain there for long, so each is brought once more too.
  const before = [...delivered];
  for (const raw of before) await world.deliver(raw);
  await world.until(`select count(*) >= ${(mails?.count ?? 0) + before.length} from inbound_mails`);
  await world.until(SETTLED);
  expect((await world.rows('select count(*)::int as count, max(id)::int as last from tickets'))[0]).toEqual(tickets);
  expect(await searchTables(world.database, 'public', WORDS)).toEqual([]);
});

test('the tokens are void: an agent gets the words back, and nobody is written to', async () => {
  const sent = world.sink.mails.length;
  const [fate] = await hand(world, writeReply(asked.toAlice, ALICE, 'One thing more.', { subject: false }));
  expect(fate).toMatchObject({ disposition: 'returned', reason: 'agent-without-token' });
  expect(world.sink.mails.slice(sent).map((mail) => mail.envelope.to.join())).toEqual(['alice@desk.example']);
  expect(await actOnTicket(desk, ticketId(asked.ticket), { act: 'reopen' })).toMatchObject({ kind: 'refused' });
});

test('whoever was erased and writes again opens a ticket like anybody', async () => {
  const [fate] = await hand(world, writeReply(response, FROM, 'It is me once more.'));
  expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
});

test('erased again and again while they write and are answered, they lose nothing of the desk but themselves', async () => {
  const loud = 'loud.dingo@person.example';
  let writing = true;
  const letters = (async () => {
    for (let n = 1; n <= 12; n++) {
      await world.deliver(writeMail({ from: `Dingoloud <${loud}>`, to: DESK, text: `Dingoword ${n}` }));
      await world.deliver(writeMail({ from: `quiet${n}@customer.example`, to: DESK, text: `Quiet ${n}` }));
      await world.until(`select count(*) = ${n} from tickets where email like 'quiet%'`);
    }
    writing = false;
  })();
  while (writing) await erasePerson(desk, address(loud));
  await letters;
  await world.until(`select count(*) = 12 from tickets where email like 'quiet%'`);
  await world.until(SETTLED);
  await erasePerson(desk, address(loud));
  expect(await searchTables(world.database, 'public', ['dingo'])).toEqual([]);
  expect(
    await world.rows(
      `select count(*)::int as quiet, count(distinct o.id)::int as receipts from tickets t
       join outbox o on o.ticket_id = t.id and o.kind = 'receipt' and o.state = 'sent' where t.email like 'quiet%'`,
    ),
  ).toEqual([{ quiet: 12, receipts: 12 }]);
  expect(await world.rows(`select from inbound_mails where reason = 'cannot-apply'`)).toEqual([]);
});
