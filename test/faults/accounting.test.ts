import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageIdOf } from './account-outbox.ts';
import { type Finding, type Peers, takeAccount } from './accounting.ts';
import { AGENT, type FaultWorld, startFaultWorld } from './fault-world.ts';
import { createPlayers, type Players } from './players.ts';
import { rowsBehind } from './rows-behind.ts';
import { seededDice } from './seeded-random.ts';

let world: FaultWorld;
let players: Players;
let mailbox: Peers['mailbox'];

const settled = async () => {
  const all = `select count(*) = ${players.delivered()} from inbound_mails where disposition is not null`;
  await world.until(all);
  await world.until(`select not exists (select from outbox where state in ('pending', 'claimed', 'sending'))`);
};

/** A desk that has worked through a small conversation, with a mail of unknown fate that was sent once more. */
beforeAll(async () => {
  world = await startFaultWorld({});
  players = createPlayers(world, seededDice(7));
  const app = await world.start();
  let dropped = false;
  world.sink.behaviour.onData = ({ envelope }) => {
    if (dropped || envelope.to[0] === AGENT) return 'accept';
    dropped = true;
    return 'drop';
  };
  for (const turn of ['ask', 'ask', 'reply', 'answer', 'again', 'reply', 'press', 'press'] as const) {
    await players.play(turn);
    await settled();
  }
  await world.rows(`update outbox set ended_at = ended_at - 120000 where state = 'unknown'`);
  await world.until(`select exists (select from outbox where attempts = 2)`);
  await settled();
  // The desk must not mend what the tests break.
  await app.stop();
  mailbox = await world.readMailbox();
});
afterAll(() => world?.stop());

async function account(peers: Partial<Peers> = {}): Promise<Finding[]> {
  const { fed, presses } = players;
  const seen = { mailbox, taken: world.sink.mails, agents: [AGENT], fed, presses };
  return (await takeAccount(world.database, { ...seen, ...peers }, { resends: true, secret: world.env['SECRET'] }))
    .findings;
}

/** The accounts of a database with this change in it, which is then taken back. */
async function accountAfter(change: string): Promise<string[]> {
  await world.rows('create table if not exists kept (name text, body jsonb)');
  const tables = ['inbound_mails', 'outbox', 'outbox_attempts', 'tickets', 'responses', 'audit_log'];
  await world.rows(tables.map((name) => `create table copy_${name} as table ${name}`).join(';'));
  try {
    // Triggers and constraints would refuse most of it, which is why such a database is rare.
    await world.rows(`set session_replication_role = replica; ${change}; set session_replication_role = default`);
    return (await account()).map(({ kind, what }) => `${kind}: ${what}`);
  } finally {
    const back = tables.map(
      (name) => `delete from ${name}; insert into ${name} overriding system value table copy_${name}`,
    );
    const drop = tables.map((name) => `drop table copy_${name}`);
    await world.rows(
      ['set session_replication_role = replica', ...back, ...drop, 'set session_replication_role = default'].join(';'),
    );
  }
}

describe('the accounts of a desk that nobody has tampered with', () => {
  test('balance', async () => {
    expect(await account()).toEqual([]);
  });

  test('give figures, the mail of unknown fate among them', async () => {
    const { fed, presses } = players;
    const seen = { mailbox, taken: world.sink.mails, agents: [AGENT], fed, presses };
    const { figures } = await takeAccount(world.database, seen, { resends: true, secret: world.env['SECRET'] });
    expect(figures).toMatchObject({
      mailsIn: players.delivered(),
      mailsOut: world.sink.mails.length,
      attempts: { unknown: 1, accepted: world.sink.mails.length },
      unknownEnds: { sent: 1 },
      extraCopies: 0,
      lost: 0,
      doubled: 0,
      wrong: 0,
    });
    expect(presses.filter((press) => press.answered)).toHaveLength(2);
  });
});

describe('the gate can fail: the accounts find', () => {
  test.each([
    [
      'a mail that was never stored',
      'delete from inbound_mails where uid = 1',
      'lost: mail 1 of the mailbox has no row',
    ],
    [
      'a mail without an end',
      'update inbound_mails set disposition = null, reason = null, decided_at = null where id = 1',
      'lost: inbound 1 has no end',
    ],
    ['other bytes in a row', `update inbound_mails set raw_sha256 = '\\x00' where uid = 1`, 'holds other bytes'],
    ['a row that no mail stands behind', 'update inbound_mails set uid = 999 where uid = 1', 'stands for no mail'],
    [
      'a mail applied twice',
      `update inbound_mails set disposition = 'ticket' where disposition = 'duplicate'`,
      'doubled: inbound',
    ],
    [
      'a ticket that nothing opened',
      `insert into tickets (email, created_time, last_updated_on, query) values ('x@y.example', 1, 1, '')`,
      'lost: mails that opened ticket',
    ],
    [
      'a response that was answered by no mail',
      `update responses set response_received = 'x', rec_time = 1 where response_received is null`,
      'lost: mails that answer response',
    ],
    [
      'words that are gone',
      `update responses set response_received = 'x' where response_received is not null`,
      'its words are not in its row',
    ],
    [
      'a transition without its line in the log',
      `delete from audit_log where action = 'answered'`,
      'lost: lines of the audit log for the answer',
    ],
    [
      'a ticket closed behind our back',
      `update tickets set status = 'closed' where status <> 'closed'`,
      'the log closes it 0 times',
    ],
    [
      'a closing that two presses of one link have made',
      `insert into audit_log (at, ticket_id, actor, action) select at, ticket_id, actor, action from audit_log where action = 'closed'`,
      'links closed it',
    ],
    [
      'a receipt that was never planned',
      `delete from outbox where kind = 'receipt' and id = (select min(id) from outbox where kind = 'receipt')`,
      'lost: receipts of ticket',
    ],
    [
      'a row that waits for ever',
      `update outbox set state = 'sending', ended_at = null where id = 2`,
      'has no end: sending',
    ],
    [
      'a failure that nobody was told of',
      `update outbox set state = 'failed' where kind = 'response'`,
      'was told of 0 times',
    ],
    [
      'an unknown that was never sent again',
      `update outbox set state = 'unknown' where attempts = 2`,
      'is unknown after 1 attempts',
    ],
    [
      'a mail cancelled without a word',
      `update outbox set state = 'cancelled', last_error = null, held_by = null where id = 2`,
      'is cancelled without a reason',
    ],
    ['an attempt without an outcome', `update outbox_attempts set outcome = null where id = 2`, 'has no outcome'],
    [
      'an attempt that is not written down',
      'delete from outbox_attempts where id = 2',
      'are written down, and the row counts',
    ],
    ['a mail sent that we deny', `delete from outbox where kind = 'closing'`, 'which no row stands for'],
    [
      'a mail to somebody else',
      `update outbox set recipient = 'eve@evil.example' where kind = 'response'`,
      'told to bring it to',
    ],
    ['a mail with other bytes', `update outbox set raw = 'x' where kind = 'response'`, 'other bytes than the row'],
  ])('%s', async (_name, change, sentence) => {
    const found = await accountAfter(change);
    expect(
      found.filter((one) => one.includes(sentence)),
      found.join('\n'),
    ).not.toEqual([]);
    expect(await account(), 'the change was taken back').toEqual([]);
  });

  test('and beside what they find stand the rows that it is about', async () => {
    const lines = await rowsBehind(world, [
      { kind: 'wrong', what: 'outbox 1 (receipt): is sent, and its attempts are unknown' },
      { kind: 'wrong', what: 'ticket 1: 1 closings and 0 closing mails' },
    ]);
    for (const line of [
      /^ {2}outbox .*"kind":"receipt"/,
      /^ {2}attempt .*"accepted"/,
      /^ {2}inbound .*"ticket"/,
      /"opened"/,
    ])
      expect(lines, lines.join('\n')).toContainEqual(expect.stringMatching(line));
  });

  test('a copy too many, and one too few', async () => {
    const [first, ...others] = world.sink.mails;
    if (!first) throw new Error('the relay has taken nothing');
    const doubled = await account({ taken: [first, ...world.sink.mails] });
    expect(doubled.map((one) => one.kind)).toEqual(['doubled']);
    expect(doubled[0]?.what).toContain('2 copies beside 1 accepted and 0 unknown attempts');
    const lost = await account({ taken: others });
    expect(lost).toEqual([{ kind: 'lost', what: expect.stringContaining('0 copies of a mail that we call sent') }]);
  });

  test('a copy with one byte changed, beside an attempt of unknown fate', async () => {
    const resent = (await world.rows<{ id: string }>('select message_id as id from outbox where attempts = 2'))[0]?.id;
    const mine = world.sink.mails.find((mail) => messageIdOf(mail.raw) === resent);
    if (!mine) throw new Error('the mail that was sent again is not there');
    expect(await account({ taken: [...world.sink.mails, mine] }), 'the same bytes are allowed').toEqual([]);
    const changed = { ...mine, raw: Buffer.concat([mine.raw, Buffer.from('.')]) };
    const found = await account({ taken: [...world.sink.mails, changed] });
    expect(found.map((one) => one.what).join()).toContain('other bytes than the row');
  });

  test('a mail that was fed and came to nothing, and a press that was answered and closed nothing', async () => {
    const strange = {
      raw: Buffer.from('Message-ID: <never@came.example>\r\n\r\n'),
      marker: 'm0x0',
      expects: ['ticket'],
    };
    expect(await account({ fed: [strange] })).toEqual([{ kind: 'lost', what: expect.stringContaining('by nobody') }]);
    const open = (await world.rows<{ id: number }>(`select id::int from tickets where status <> 'closed'`))[0]?.id ?? 0;
    const presses = [...players.presses, { ticket: open, purpose: 'close', link: 'x', answered: true } as const];
    expect(await account({ presses })).toEqual([{ kind: 'lost', what: expect.stringContaining('closed nothing') }]);
  });
});
