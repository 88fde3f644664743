import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { startDoor } from '../../support/door.ts';
import {
  ALICE,
  ask,
  BOB,
  countAbout,
  DESK,
  hand,
  mailAbout,
  respond,
  SETTLED,
  turnsOf,
} from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
let first: App;
beforeEach(async () => {
  world = await startDeskWorld();
  first = await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterEach(() => world?.stop());

/** Time passes for mails that wait to be tried again. */
const tryAgainNow = () => world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
const rowsTo = (person: string) =>
  world.rows<{ kind: string; state: string; attempts: number; last_error: string | null }>(
    `select kind, state, attempts, last_error from outbox where recipient = '${person}' order by id`,
  );
const attemptsTo = (person: string) =>
  world.rows(
    `select a.number, a.outcome from outbox_attempts a join outbox o on o.id = a.outbox_id
     where o.recipient = '${person}' order by a.id`,
  );
const offered = (person: string) => world.sink.seen.filter((mail) => mail.envelope.to.includes(person));

test('a mail that is refused for now goes out later: the same bytes, the same Message-ID, once', async () => {
  let refusals = 0;
  world.sink.behaviour.onData = (mail) =>
    mail.envelope.to.includes('jo@customer.example') && refusals++ < 2 ? { code: 451, message: 'come back' } : 'accept';
  await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
  for (const attempt of [1, 2]) {
    await world.until(
      `select count(*) = 1 from outbox where recipient = 'jo@customer.example' and state = 'pending' and attempts = ${attempt}`,
    );
    await tryAgainNow();
  }
  await world.until(SETTLED);
  expect(await attemptsTo('jo@customer.example')).toEqual([
    { number: 1, outcome: 'deferred' },
    { number: 2, outcome: 'deferred' },
    { number: 3, outcome: 'accepted' },
  ]);
  const bytes = offered('jo@customer.example').map((mail) => mail.raw.toString('latin1'));
  expect(bytes).toHaveLength(3);
  expect(new Set(bytes).size).toBe(1);
  expect(world.countTo('jo@customer.example')).toBe(1);
});

test('a mail that is refused for good is tried once, and the agent is told once, with the words', async () => {
  const asked = await ask(world, 'full@customer.example');
  world.sink.behaviour.onRecipient = (recipient) =>
    recipient === asked.customer ? { code: 550, message: '5.1.1 no such user here' } : undefined;
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  await hand(world, writeReply(asked.toAlice, ALICE, 'Pour water on it.'));
  const told = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(told.parsed.text).toMatch(/could not be delivered[\s\S]*no such user here[\s\S]*Pour water on it\./);
  await world.until(SETTLED);
  await tryAgainNow();
  await world.until(SETTLED);
  expect((await rowsTo(asked.customer)).at(-1)).toMatchObject({ kind: 'response', state: 'failed', attempts: 1 });
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had + 1);
  expect(countAbout(world, BOB, asked.ticket)).toBe(1);
  // The turn stands: the words are in the row, and an agent may respond again when the address works.
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'Pour water on it.', received: null }]);
  world.sink.behaviour.onRecipient = () => undefined;
  await respond(world, asked, 'Do you read me now?');
});

test('a mail whose connection breaks after DATA is unknown: never sent again, and the agent is told once', async () => {
  const asked = await ask(world, 'unlucky@customer.example');
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  world.sink.behaviour.onData = (mail) => (mail.envelope.to.includes(asked.customer) ? 'drop' : 'accept');
  await hand(world, writeReply(asked.toAlice, ALICE, 'Pour water on it.'));
  const told = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(told.parsed.text).toContain('not known whether');
  expect(told.parsed.text).toContain('Pour water on it.');
  world.sink.behaviour.onData = () => 'accept';
  await tryAgainNow();
  // What the desk sends next shows that it works again; the unknown one stays as it is.
  await respond(world, asked, 'Did the last one arrive?');
  expect(offered(asked.customer).filter((mail) => mail.raw.includes('Pour water'))).toHaveLength(1);
  const responses = (await rowsTo(asked.customer)).filter((row) => row.kind === 'response');
  expect(responses).toMatchObject([
    { state: 'unknown', attempts: 1 },
    { state: 'sent', attempts: 1 },
  ]);
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had + 1);
});

test('a relay that is away is no failure: everything waits and goes out when it is back', async () => {
  world.sink.behaviour.onMail = () => ({ code: 421, message: 'closing down' });
  await world.deliver(writeMail({ from: 'patient@customer.example', to: DESK }));
  await world.until(`select count(*) = 3 from outbox where state = 'pending' and attempts > 0`);
  expect(world.sink.mails).toEqual([]);
  world.sink.behaviour.onMail = () => undefined;
  await tryAgainNow();
  await world.until(SETTLED);
  expect(world.countTo('patient@customer.example')).toBe(1);
  expect(await world.rows('select distinct state from outbox')).toEqual([{ state: 'sent' }]);
});

test('one recipient who is refused for now does not keep the others waiting', async () => {
  world.sink.behaviour.onRecipient = (recipient) =>
    recipient === 'alice@desk.example' ? { code: 450, message: 'later' } : undefined;
  await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
  await world.mailTo('jo@customer.example');
  await world.mailTo(BOB);
  expect(await rowsTo('alice@desk.example')).toMatchObject([{ state: 'pending' }]);
});

test('a process that died in the middle of sending leaves unknown, told once, and nothing is sent twice', async () => {
  const asked = await ask(world, 'crash@customer.example');
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  // What a crash leaves behind: an attempt that began and never ended, its lease long over.
  await world.rows(
    `with crashed as (
       insert into outbox (audience, kind, ticket_id, recipient, state, message_id, envelope_from, raw, attempts, lease_until, created_at)
       values ('customer', 'response', ${asked.ticket}, '${asked.customer}', 'sending', 'x@desk.example', '${DESK}', 'bytes', 1, 1, 1)
       returning id)
     insert into outbox_attempts (outbox_id, number, started_at) select id, 1, 1 from crashed`,
  );
  await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  await world.until(SETTLED);
  expect((await rowsTo(asked.customer)).map((row) => row.state)).toEqual(['sent', 'unknown']);
  expect(offered(asked.customer)).toHaveLength(1);
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had + 1);
});

test('a database that is away when the relay says yes does not make the mail unknown', async () => {
  const url = new URL(world.env['DATABASE_URL'] ?? '');
  const door = await startDoor(`${url.searchParams.get('host')}/.s.PGSQL.${url.port}`);
  world.onStop(() => door.shut());
  const throughDoor = `postgresql://${url.username}@127.0.0.1:${door.port}${url.pathname}`;
  const asked = await ask(world, 'patient@customer.example');
  // The mail is made by the desk that the test began with, and sent by one that stands behind the door.
  const [before] = await world.rows<{ id: number }>('select max(id)::int as id from outbox');
  await first.stop();
  await world.rows(
    `insert into outbox (audience, kind, ticket_id, recipient, agent_id, payload, created_at)
     select 'agent', 'confirmation', ${asked.ticket}, email, id, '{"lines":["Done."]}', 0 from agents where email = 'bob@desk.example'`,
  );
  world.sink.behaviour.onData = async () => {
    await door.shut();
    // Fixed pause: it is away for a spell, in which the sender tries to write the yes down again and again.
    setTimeout(() => void door.open(), 1_500);
    return 'accept' as const;
  };
  await world.start(['send'], { DATABASE_URL: throughDoor });
  const mine = `from outbox where id > ${before?.id}`;
  await world.until(`select count(*) = 1 ${mine} and state in ('sent', 'unknown', 'failed')`);
  expect(await world.rows(`select state, attempts ${mine}`)).toEqual([{ state: 'sent', attempts: 1 }]);
  expect(world.countTo(BOB)).toBe(2);
});

test('a mail that cannot be composed is not given up by its age alone, as under a clock that is a day ahead, and in the end it is', async () => {
  await world.rows(
    `insert into outbox (audience, kind, recipient, created_at) values ('customer', 'of-no-kind', 'jo@customer.example', 1)`,
  );
  const row = `select state, compose_failures as failures, attempts from outbox where kind = 'of-no-kind'`;
  await world.until(`select compose_failures > 0 from outbox where kind = 'of-no-kind'`);
  expect(await world.rows(row)).toEqual([{ state: 'pending', failures: 1, attempts: 0 }]);
  await world.rows(`update outbox set compose_failures = 599, next_attempt_at = 0 where kind = 'of-no-kind'`);
  await world.until(`select state <> 'pending' and state <> 'claimed' from outbox where kind = 'of-no-kind'`);
  expect(await world.rows(row)).toMatchObject([{ state: 'failed', attempts: 0 }]);
});

/** A customer whose address the relay refuses, at a moment that somebody else's transaction has locked something. */
async function refuseWhile(locks: (other: pg.PoolClient, ticket: number) => Promise<unknown>) {
  const asked = await ask(world, 'jo@customer.example');
  const other = await world.database.connect();
  world.onStop(async () => other.release());
  await other.query(`begin; set local deadlock_timeout = '60s'`);
  world.sink.behaviour.onRecipient = async (recipient) => {
    if (recipient !== 'jo@customer.example') return undefined;
    await locks(other, asked.ticket);
    return { code: 550, message: 'no such user' };
  };
  await world.deliver(writeReply(asked.toAlice, ALICE, 'Pull the plug.'));
  await world.until(`select count(*) > 0 from pg_locks l join pg_stat_activity a using (pid)
    where a.datname = current_database() and not l.granted`);
  return { other, asked };
}

const RESPONSE = `select from outbox where kind = 'response' for update`;
const TICKET = 'select from tickets where id = $1 for update';

async function expectRefused() {
  await world.until(SETTLED);
  expect((await rowsTo('jo@customer.example')).at(-1)).toMatchObject({
    kind: 'response',
    state: 'failed',
    attempts: 1,
  });
  expect((await attemptsTo('jo@customer.example')).at(-1)).toEqual({ number: 1, outcome: 'rejected' });
}

test('a refusal and a bounce of the same mail take the ticket first and its row second, so that neither ends the other', async () => {
  const { other } = await refuseWhile((bounce, ticket) => bounce.query(TICKET, [ticket]));
  // The sender waits for the ticket, and has not taken the row before it.
  await other.query(`${RESPONSE} nowait`);
  await other.query('commit');
  await expectRefused();
});

test('a refusal is written down although somebody takes the row first and the ticket second', async () => {
  const { other, asked } = await refuseWhile((late) => late.query(RESPONSE));
  // Postgres ends the sender's transaction, whose patience is the shorter, and it begins again.
  await other.query(TICKET, [asked.ticket]);
  await other.query('commit');
  await expectRefused();
});
