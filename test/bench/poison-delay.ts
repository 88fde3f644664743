/**
 * By how much a hostile mail delays the 99 beside it, with real roles on a Postgres of its own:
 *
 *     npx node test/bench/poison-delay.ts [--rounds 3] [--only markers,hangs]
 *
 * A batch without such a mail before and after it says what is usual on the machine at that moment. A mail's time is that
 * from being stored to being decided; what is sent is timed from the row in the outbox to its end.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { ALICE, ask, DESK } from '../support/played-desk.ts';
import { poisonMail, whileReadingIt } from '../support/poison-mail.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail, writeReply } from '../support/sent-mail.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
});

const BOMBER = 'bomb@customer.example';
const MEGABYTE = 1024 * 1024;
const filled = (piece: string, bytes: number) => piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)));

/** Puts the bomb into the mailbox. */
type Bomb = { name: string; deliver(world: DeskWorld): Promise<void>; signal?: 'SIGKILL' | 'SIGSTOP' };

/** Ten mails of a kind, each from somebody else, so that none waits for another. */
const tenOf = (name: string, text: string, headers: string[] = []): Bomb => ({
  name,
  deliver: async (world) => {
    for (let n = 1; n <= 10; n++)
      await world.deliver(writeMail({ from: `bomb-${name}-${n}@customer.example`, to: DESK, text, headers }));
  },
});
const HTML = ['Content-Type: text/html; charset=utf-8'];

const BOMBS: Bomb[] = [
  { name: 'kills', deliver: (world) => world.deliver(poisonMail()), signal: 'SIGKILL' },
  { name: 'hangs', deliver: (world) => world.deliver(poisonMail()), signal: 'SIGSTOP' },
  tenOf('markers', filled('##- Reply above this line -##\n', 12_000 * 30)),
  tenOf('blanks', filled('\u3000', 3 * MEGABYTE)),
  tenOf('blank-lines', filled('> \n \n', MEGABYTE)),
  tenOf('long-lines', filled('word ', 4 * MEGABYTE)),
  tenOf('attributions', filled('On Mon, 1 Jan 2024 at 10:00, Jo <jo@x.example> wrote:\n', 2 * MEGABYTE)),
  tenOf('html-deep', filled('<div>', MEGABYTE), HTML),
  tenOf('html-wide', filled('<p>a <b>b</b></p>\n', 4 * MEGABYTE), HTML),
  tenOf('html-tables', filled('<table><tr><td>a', MEGABYTE), HTML),
  { name: 'held-words', deliver: deliverHeldWords },
];

const PIECE_OF_WORDS = 'These are words of a mail that came out of turn. ';

/** A ticket whose held mails hold 156 MB of words, and an agent who asks twice for all of it. */
async function deliverHeldWords(world: DeskWorld): Promise<void> {
  const asked = await ask(world, BOMBER);
  await world.rows(
    `insert into inbound_mails (mailbox_id, uid_validity, uid, received_at, stored_at, size, raw_sha256, order_key,
       disposition, reason, decided_at, ticket_id, from_address, words)
     select m.mailbox_id, m.uid_validity, 1000000 + n, m.received_at, m.stored_at, m.size, m.raw_sha256, m.order_key,
       'held', 'held-before-response', m.decided_at, m.ticket_id, m.from_address,
       n || ' ' || repeat('${PIECE_OF_WORDS}', ${Math.ceil((3.9 * MEGABYTE) / PIECE_OF_WORDS.length)})
     from inbound_mails m, generate_series(1, 40) n where m.ticket_id = ${asked.ticket}`,
  );
  for (let n = 1; n <= 2; n++) await world.deliver(writeReply(asked.toAlice, ALICE, '/history'));
}

const only = values.only === '' ? BOMBS : BOMBS.filter(({ name }) => values.only.split(',').includes(name));
for (let round = 1; round <= Number(values.rounds); round++) for (const bomb of only) await play(bomb);

async function play(bomb: Bomb): Promise<void> {
  const postgres = await startOwnPostgres();
  const env = { PARSE_SECONDS: '15', NOTICES_PER_AGENT: '0' };
  const world = await startDeskWorld({ env, database: await postgres.createDatabase() });
  try {
    const { before, beside, after } = await measure(world, bomb);
    const usual = { decided: Math.max(before.decided, after.decided), sent: Math.max(before.sent, after.sent) };
    const load = (loadavg()[0] ?? 0).toFixed(1);
    console.log(
      `${bomb.name}: the last of 99 was decided ${beside.decided - usual.decided} ms later than without it (${beside.decided} ms, ` +
        `else ${usual.decided}), the last mail to them sent ${beside.sent - usual.sent} ms later (${beside.sent} ms, else ${usual.sent}); load ${load}`,
    );
  } finally {
    await world.stop();
    await postgres.stop();
  }
}

async function measure(world: DeskWorld, { signal, deliver }: Bomb) {
  const { pid } = await startRole(world, 'process');
  for (const role of ['send', 'poll'] as const) await startRole(world, role);
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null', 60_000);
  const before = await longest(world, 'before');
  const end = signal === undefined ? () => {} : whileReadingIt(pid, signal);
  await deliver(world);
  const beside = await longest(world, 'beside');
  await world.until('select count(*) = 0 from inbound_mails where disposition is null', 300_000);
  await world.until(`select count(*) = 0 from outbox where state in ('pending', 'claimed', 'sending')`, 300_000);
  end();
  return { before, beside, after: await longest(world, 'after') };
}

/** Delivers 99 mails. @returns how long the slowest took from being stored to being decided, and from there to being sent, in ms */
async function longest(world: DeskWorld, name: string): Promise<{ decided: number; sent: number }> {
  for (let n = 1; n <= 99; n++) await world.deliver(writeMail({ from: `${name}-${n}@customer.example`, to: DESK }));
  const theirs = `from tickets t join outbox o on o.ticket_id = t.id where t.email like '${name}-%'`;
  await world.until(`select count(*) >= 99 and bool_and(o.ended_at is not null) ${theirs}`, 300_000);
  const [row] = await world.rows<{ decided: number; sent: number }>(
    `select (select max(decided_at - stored_at)::int from inbound_mails where from_address like '${name}-%') as decided,
       (select max(o.ended_at - o.created_at)::int ${theirs}) as sent`,
  );
  return row ?? { decided: Number.NaN, sent: Number.NaN };
}
