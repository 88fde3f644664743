import { KILL_POINTS, type KillPoint } from '../../src/domain/kill-point.ts';
import { SETTLED } from '../support/played-desk.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';
import { messageIdOf } from './account-outbox.ts';
import { type Figures, type Finding, takeAccount } from './accounting.ts';
import { type Crew, expireLeases, type KillOrder, passTime, type Worker } from './crew.ts';
import { AGENT, type FaultWorld } from './fault-world.ts';
import type { Players } from './players.ts';

export const POINTS = Object.keys(KILL_POINTS) as KillPoint[];
export const ENDS = ['SIGKILL', 'SIGTERM', 'OOM'] as const;

export type KillResult = {
  order: KillOrder;
  problems: string[];
  findings: Finding[];
  figures: Figures;
  tookMs: number;
};

const DIES_WITHIN_MS = 90_000;
const RESTS_WITHIN_MS = 120_000;
const EXIT: Record<KillOrder['end'], number | NodeJS.Signals> = { SIGKILL: 'SIGKILL', SIGTERM: 0, OOM: 'SIGABRT' };

/**
 * One process is ended at a named place while mail goes through, and started again; when the desk has come to rest the
 * accounts must balance, those of all runs before in the same world included.
 */
export async function runKill(world: FaultWorld, crew: Crew, players: Players, order: KillOrder): Promise<KillResult> {
  const began = performance.now();
  const problems: string[] = [];
  const worker = crew.workerOf(order.point);
  await Promise.all(crew.workers.filter((one) => one !== worker && !crew.running(one)).map((one) => crew.start(one)));
  await prepare(world, crew, players, order.point, worker);
  await crew.stop(worker);
  const unknowns = await countUnknown(world);
  const prepared = await countLeftByTheDead(world);
  const victim = await crew.start(worker, order);
  await feedUntilItEnds(players, order.point, victim);
  const code = await victim.ended;
  if (order.point === 'between-halves') await world.rows(ALLOW_BATCHES);
  // Asked to stop it has 25 seconds; runRoles ends it with another code then.
  if (code !== EXIT[order.end]) problems.push(`ended with ${code}, not ${EXIT[order.end]}: ${victim.output()}`);
  if (order.end === 'SIGTERM') {
    // A sweep is there to call the attempts unknown that were prepared for it; the sender may have begun several at once.
    const more = (await countUnknown(world)) - unknowns - prepared;
    if (more > 0) problems.push(`left ${more} mails of unknown fate although it was asked to stop`);
  }
  if (TAKEN_BEFORE.includes(order.point) && order.end !== 'SIGTERM' && !(await relayHasOne(world)))
    problems.push('the relay has none of the mails that were being sent');
  await expireLeases(world, worker);
  await crew.start(worker);
  await comeToRest(world, players);
  const { findings, figures } = await account(world, players);
  return { order, problems, findings, figures, tookMs: performance.now() - began };
}

export async function account(world: FaultWorld, players: Players): Promise<{ findings: Finding[]; figures: Figures }> {
  const { fed, presses } = players;
  const mailbox = await world.readMailbox();
  const peers = { mailbox, taken: world.sink.mails, agents: [AGENT], fed, presses };
  return await takeAccount(world.database, peers, { resends: true, secret: world.env['SECRET'] });
}

/** At these the relay has the mail. After the dot it need not: on a slow line that may still be in our own buffers. */
const TAKEN_BEFORE: KillPoint[] = ['after-250', 'before-record'];

/** Whether the relay has taken a mail that the dead process was sending; that the points are where they say. */
async function relayHasOne(world: FaultWorld): Promise<boolean> {
  const rows = await world.rows<{ id: string }>(`select message_id as id from outbox where state = 'sending'`);
  const ids = new Set(rows.map((row) => row.id));
  const taken = () => world.sink.mails.some((mail) => ids.has(messageIdOf(mail.raw)));
  return await waitFor(taken, 60_000, () => 'the relay').then(
    () => true,
    () => false,
  );
}

/** Some points are come to only when there is something to do: a press, an attempt whose process died, an unknown fate. */
async function prepare(
  world: FaultWorld,
  crew: Crew,
  players: Players,
  point: KillPoint,
  worker: Worker,
): Promise<void> {
  if (point === 'press-before-commit' || point === 'press-after-commit') {
    if (!crew.running(worker)) await crew.start(worker);
    await haveResponses(world, players);
  }
  if (point === 'sweep') {
    await crew.stop(worker);
    const sender = crew.workerOf('attempt-written');
    await crew.stop(sender);
    const victim = await crew.start(sender, { point: 'attempt-written', end: 'SIGKILL', times: 1 });
    await feedUntilItEnds(players, 'attempt-written', victim);
    await expireLeases(world, sender);
    if (sender !== worker) await crew.start(sender);
  }
  if (point === 'between-halves') {
    await crew.stop(worker);
    await world.rows(REFUSE_BATCHES);
    for (let n = 0; n < 6; n++) await players.play('ask');
  }
  if (point === 'unknown-resend') {
    if (!crew.running(worker)) await crew.start(worker);
    let dropped = false;
    world.sink.behaviour.onData = () => {
      delete world.sink.behaviour.onData;
      dropped = true;
      return 'drop';
    };
    await players.play('ask');
    await waitFor(
      () => dropped,
      RESTS_WITHIN_MS,
      () => 'a mail to be dropped',
    );
    await world.until(`select exists (select from outbox where state = 'unknown')`, RESTS_WITHIN_MS);
    await crew.stop(worker);
    await passTime(world);
  }
}

/** Every transaction that ends several mails fails, so that each batch is halved until its mails stand alone. */
const REFUSE_BATCHES = `
  create function refuse_batches() returns trigger language plpgsql as $$
  begin
    if (select count(*) > 1 from changed where disposition is not null) then
      raise exception 'a batch that the test breaks';
    end if;
    return null;
  end $$;
  create trigger refuse_batches after update on inbound_mails referencing new table as changed
    for each statement execute function refuse_batches()`;
const ALLOW_BATCHES = 'drop trigger refuse_batches on inbound_mails; drop function refuse_batches()';

/** A response has reached its customer, so that there is a button to press. */
async function haveResponses(world: FaultWorld, players: Players): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    if ((await players.play('ask')) !== 'ask') continue;
    await rest(world, players);
    await players.play('reply');
    await rest(world, players);
    if (world.sink.mails.some((mail) => mail.raw.includes('Please put everything into one reply'))) return;
  }
  throw new Error('no response has come to a customer');
}

const TURNS = ['ask', 'reply', 'answer', 'ask', 'press', 'reply', 'absence', 'ask', 'again', 'answer'] as const;

async function feedUntilItEnds(players: Players, point: KillPoint, victim: { ended: Promise<unknown> }): Promise<void> {
  let over = false;
  void victim.ended.then(() => {
    over = true;
  });
  const deadline = performance.now() + DIES_WITHIN_MS;
  for (let turn = 0; !over; turn++) {
    if (performance.now() > deadline) throw new Error(`no process came to ${point} within ${DIES_WITHIN_MS} ms`);
    const pressing = point.startsWith('press') && turn % 2 === 0;
    await players.play(pressing ? 'press' : (TURNS[turn % TURNS.length] ?? 'ask'));
    // Fixed pause: the pace of people, ended at once when the process is.
    const pause = turn < 8 ? 30 : 500;
    await Promise.race([victim.ended, new Promise((resolve) => setTimeout(resolve, pause))]);
  }
}

async function countUnknown(world: FaultWorld): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    `select count(*)::int as n from outbox_attempts where outcome = 'unknown'`,
  );
  return row?.n ?? 0;
}

/** Attempts whose process died and whose lease is over, which the next sweep calls unknown. */
async function countLeftByTheDead(world: FaultWorld): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    `select count(*)::int as n from outbox where state = 'sending' and lease_until = 1`,
  );
  return row?.n ?? 0;
}

const NO_OPEN_UNKNOWN = `select not exists (select from outbox o where state = 'unknown'
  and (select count(*) from outbox_attempts a where a.outbox_id = o.id and a.outcome = 'unknown') < 2)`;

/** Every mail of the mailbox is stored and decided, every row has an end; waiting times are made to pass. */
export async function comeToRest(world: FaultWorld, players: Players, withinMs = RESTS_WITHIN_MS): Promise<void> {
  const holds = async (sql: string) => Object.values((await world.rows(sql))[0] ?? {})[0] === true;
  const deadline = performance.now() + withinMs;
  const stored = `select count(*) >= ${players.delivered()} from inbound_mails`;
  while (!((await holds(stored)) && (await holds(SETTLED)) && (await holds(NO_OPEN_UNKNOWN)))) {
    if (performance.now() > deadline) throw new Error(`the desk does not come to rest: ${await unfinished(world)}`);
    await passTime(world);
    // Fixed pause: between two looks.
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function rest(world: FaultWorld, players: Players): Promise<void> {
  await world.until(
    `select count(*) >= ${players.delivered()} from inbound_mails where disposition is not null`,
    PATIENCE_MS,
  );
  await world.until(SETTLED);
}

async function unfinished(world: FaultWorld): Promise<string> {
  const mails = await world.rows(
    `select id, attempts, next_attempt_at, lease_until from inbound_mails where disposition is null limit 5`,
  );
  const rows = await world.rows(
    `select id, kind, state, attempts, next_attempt_at, lease_until, last_error from outbox where state not in ('sent', 'cancelled', 'failed') limit 5`,
  );
  const count = await world.rows('select count(*)::int as stored from inbound_mails');
  return JSON.stringify({ count, mails, rows });
}
