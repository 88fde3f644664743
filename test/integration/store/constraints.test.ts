import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

/** What the database itself refuses, whatever code asks for it. */
let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterAll(() => world?.stop());

const refused = (statement: string, values: unknown[], why: RegExp) =>
  expect(world.sql(statement, values)).rejects.toThrow(why);

describe('a response', () => {
  test('is answered once', async () => {
    const response = await world.response(await world.ticket());
    const answer = `update responses set response_received = $2, rec_time = $3 where id = $1`;
    await world.sql(answer, [response, 'It worked.', 3_000]);
    await refused(answer, [response, 'No, it did not.', 4_000], /has been answered/);
    await refused(
      'update responses set response_received = null, rec_time = null where id = $1',
      [response],
      /answered/,
    );
    await refused('update responses set rec_time = 9 where id = $1', [response], /has been answered/);
    expect(await world.sql('select response_received, rec_time from responses where id = $1', [response])).toEqual([
      { response_received: 'It worked.', rec_time: 3_000 },
    ]);
  });

  test('keeps its words, its ticket and its time', async () => {
    const ticket = await world.ticket();
    const response = await world.response(ticket);
    for (const change of [`response_sent = 'Other words.'`, 'sent_time = 1', `ticket_id = ${await world.ticket()}`]) {
      await refused(`update responses set ${change} where id = $1`, [response], /has been sent and cannot change/);
    }
  });

  test('is overwritten only while a person is being erased, and only in that transaction', async () => {
    const response = await world.response(await world.ticket());
    const change = `update responses set response_sent = $2 where id = $1`;
    await world.inTx(async (tx) => {
      await tx.query('set local turnmail.erasing = on');
      await tx.query(change, [response, 'erased']);
    });
    await refused(change, [response, 'Other words.'], /cannot change/);
  });

  test('has an answer and its time together or neither', async () => {
    const response = await world.response(await world.ticket());
    await refused(`update responses set response_received = 'x' where id = $1`, [response], /answer_is_whole/);
    await refused('update responses set rec_time = 5 where id = $1', [response], /answer_is_whole/);
  });

  test('belongs to a ticket that exists and is in process', async () => {
    const insert = `insert into responses (response_sent, ticket_id, sent_time) values ('words', $1, 5)`;
    await refused(insert, [987_654], /foreign key/);
    await refused(insert, [await world.ticket()], /does not fit the state of ticket/);
  });
});

describe('a ticket', () => {
  test('is not open once it has a response', async () => {
    const ticket = await world.ticket();
    await world.response(ticket);
    await refused(`update tickets set status = 'open' where id = $1`, [ticket], /is open but has a response/);
  });

  test('is not in process without one', async () => {
    const ticket = await world.ticket();
    await refused(`update tickets set status = 'in_process' where id = $1`, [ticket], /in process without a response/);
  });

  test('does not close without its last response, nor with another one', async () => {
    const ticket = await world.ticket();
    await world.response(ticket, 'The first.', 2_000);
    await world.response(ticket, 'The second.', 3_000);
    const close = `update tickets set status = 'closed', last_response = $2 where id = $1`;
    for (const words of [null, 'The first.', 'Made up.']) {
      await refused(close, [ticket, words], /closed without its last response/);
    }
    await world.sql(close, [ticket, 'The second.']);
  });

  test('cannot be given a response behind its back when it is closed', async () => {
    const ticket = await world.ticket();
    await world.response(ticket);
    await world.sql(`update tickets set status = 'closed', last_response = 'Pour water on it.' where id = $1`, [
      ticket,
    ]);
    const insert = `insert into responses (response_sent, ticket_id, sent_time) values ('One more.', $1, 11000)`;
    await refused(insert, [ticket], /does not fit the state/);
  });

  test('has feedback and a last response only when it is closed', async () => {
    const ticket = await world.ticket();
    await refused(`update tickets set feedback = 'satisfied' where id = $1`, [ticket], /feedback_belongs_to_closed/);
    await refused(`update tickets set last_response = 'x' where id = $1`, [ticket], /last_response_belongs_to_closed/);
  });

  test('knows three states and two kinds of feedback', async () => {
    const ticket = await world.ticket();
    await refused(`update tickets set status = 'waiting' where id = $1`, [ticket], /invalid input value for enum/);
    await refused(`update tickets set feedback = 'fine' where id = $1`, [ticket], /invalid input value for enum/);
  });
});

describe('a mail', () => {
  const decide = (id: number, disposition: string, more = '') =>
    `update inbound_mails set disposition = '${disposition}', reason = 'test', decided_at = 1 ${more} where id = ${id}`;

  test('is one row for its mailbox, UIDVALIDITY and UID', async () => {
    const insert = `insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, order_key)
      values ($1, $2, 77, 0, 0, 1, 'x')`;
    await world.sql(insert, [world.mailboxId, 500]);
    await refused(insert, [world.mailboxId, 500], /one_row_per_message/);
    await world.sql(insert, [world.mailboxId, 501]);
  });

  test('opens a ticket alone: no second mail opens the same one', async () => {
    const [first, second] = await world.mails(['a', 'b']);
    const ticket = await world.ticket();
    await world.sql(decide(first ?? 0, 'ticket', `, ticket_id = ${ticket}`));
    await refused(decide(second ?? 0, 'ticket', `, ticket_id = ${ticket}`), [], /one_mail_opens_a_ticket/);
  });

  test('takes a turn alone, and is a response alone', async () => {
    const [first, second, third, fourth] = await world.mails(['a', 'b', 'c', 'd']);
    const response = await world.response(await world.ticket());
    await world.sql(decide(first ?? 0, 'answer', `, response_id = ${response}`));
    await refused(decide(second ?? 0, 'answer', `, response_id = ${response}`), [], /one_mail_takes_a_turn/);
    await world.sql(decide(third ?? 0, 'response', `, response_id = ${response}`));
    await refused(decide(fourth ?? 0, 'response', `, response_id = ${response}`), [], /one_mail_is_a_response/);
  });

  test('has a fate, its reason and its time together or none of them', async () => {
    const [id] = await world.mails(['a']);
    for (const half of [`disposition = 'parked'`, `reason = 'too-large'`, 'decided_at = 1']) {
      await refused(`update inbound_mails set ${half} where id = $1`, [id], /decided_has_reason/);
    }
  });

  test('leaves one note at most', async () => {
    const [mail] = await world.mails(['a']);
    const insert = `insert into notes (ticket_id, inbound_id, note, created_at) values ($1, $2, 'n', 0)`;
    const ticket = await world.ticket();
    await world.sql(insert, [ticket, mail]);
    await refused(insert, [ticket, mail], /one_note_per_mail/);
  });
});

describe('a token', () => {
  const insert = `insert into reply_tokens (purpose, ticket_id, response_id, agent_id, created_at, expires_at)
    values ($1, $2, $3, $4, 0, 1)`;

  test('for a turn names its response', async () => {
    const ticket = await world.ticket();
    await refused(insert, ['turn', ticket, null, null], /turn_names_its_response/);
    await world.sql(insert, ['turn', ticket, await world.response(ticket), null]);
  });

  test('for an agent names the agent, and no other token does', async () => {
    const ticket = await world.ticket();
    const [agent] = await world.sql<{ id: number }>(
      `insert into agents (email, created_at) values ('alice@desk.example', 0) returning id`,
    );
    await refused(insert, ['agent', ticket, null, null], /agent_token_names_its_agent/);
    await refused(insert, ['close', ticket, null, agent?.id], /agent_token_names_its_agent/);
    await world.sql(insert, ['agent', ticket, null, agent?.id]);
  });
});

describe('an outbox row', () => {
  test('that has ended has a time, and one that was sent has its bytes’ Message-ID', async () => {
    const [id] = await world.outbox(['jo@customer.example']);
    await refused(`update outbox set state = 'cancelled' where id = $1`, [id], /ended_has_time/);
    await refused(`update outbox set ended_at = 5 where id = $1`, [id], /ended_has_time/);
    await refused(`update outbox set state = 'sending' where id = $1`, [id], /sending_has_bytes/);
    await refused(`update outbox set state = 'sent', ended_at = 5 where id = $1`, [id], /sending_has_bytes/);
  });

  test('shares its Message-ID and its dedupe key with no other, and numbers its attempts', async () => {
    const [first, second] = await world.outbox(['a@customer.example', 'b@customer.example']);
    for (const column of ['message_id', 'dedupe_key']) {
      await world.sql(`update outbox set ${column} = 'same' where id = $1`, [first]);
      await refused(`update outbox set ${column} = 'same' where id = $1`, [second], /unique constraint/);
    }
    const attempt = 'insert into outbox_attempts (outbox_id, number, started_at) values ($1, 1, 0)';
    await world.sql(attempt, [first]);
    await refused(attempt, [first], /attempts_are_numbered/);
  });
});

test('an agent’s address is one agent, however it is written', async () => {
  const insert = 'insert into agents (email, created_at) values ($1, 0)';
  await world.sql(insert, ['bob@desk.example']);
  await refused(insert, ['Bob@Desk.Example'], /agents_by_address/);
});

test('the audit log is only ever added to', async () => {
  await world.sql(`insert into audit_log (at, actor, action) values (1, 'system', 'opened')`);
  await refused(`update audit_log set actor = 'nobody'`, [], /append-only/);
  await refused('delete from audit_log', [], /append-only/);
  expect(await world.sql('select actor, action from audit_log')).toEqual([{ actor: 'system', action: 'opened' }]);
});
