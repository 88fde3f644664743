/**
 * `npm run soak -- --minutes 30 --seed 1`: customers and an agent write, reply, answer and press while processes are
 * killed, connections break and the relay has bad days, all as the seed says; then everything comes to rest and the
 * accounts are taken. `--rate` is mails a minute into the mailbox, `--every` the mean seconds between two faults.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { available } from '../support/servers.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { account, comeToRest } from './kill-run.ts';
import { createPlayers, type Players } from './players.ts';
import { rowsBehind } from './rows-behind.ts';
import { type Dice, seededDice } from './seeded-random.ts';
import { createFaults } from './soak-faults.ts';
import { superviseCrew } from './supervised-crew.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '180' },
    every: { type: 'string', default: '6' },
  },
});
const TURNS = [
  [50, 'ask'],
  [27, 'reply'],
  [14, 'answer'],
  [5, 'press'],
  [2, 'again'],
  [2, 'absence'],
] as const;
const REST_WITHIN_MS = 10 * 60_000;

/** Feeds the mailbox at an even rate until the time is over; a press is not waited for, since a page may hang. */
async function feed(players: Players, dice: Dice, until: number, perMinute: number): Promise<void> {
  const began = performance.now();
  const pressed = new Set<Promise<unknown>>();
  while (performance.now() < until) {
    const due = ((performance.now() - began) / 60_000) * perMinute;
    if (players.delivered() >= due) {
      // Fixed pause: mails come at an even rate.
      await sleep(50);
      continue;
    }
    const turn = dice.weigh(TURNS);
    const played = players.play(turn);
    if (turn !== 'press') await played;
    else {
      pressed.add(played);
      void played.finally(() => pressed.delete(played));
    }
  }
  await Promise.all(pressed);
}

async function breakThings(faults: ReturnType<typeof createFaults>, dice: Dice, until: number, everyMs: number) {
  const counts: Record<string, number> = {};
  const running = new Set<Promise<void>>();
  while (performance.now() < until) {
    // Fixed pause: faults come at the pace of the dice.
    await sleep(Math.min(dice.whole(0, 2 * everyMs), Math.max(0, until - performance.now())));
    const fault = faults.draw();
    counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    const run = fault.run();
    running.add(run);
    void run.finally(() => running.delete(run));
  }
  await Promise.all(running);
  return counts;
}

async function tellEachMinute(world: FaultWorld, players: Players, over: AbortSignal): Promise<void> {
  for (let minute = 1; !over.aborted; minute++) {
    // Fixed pause: a line is printed each minute.
    await sleep(60_000, undefined, { signal: over }).catch(() => {});
    const [row] = await world.rows<Record<string, number>>(`select count(*)::int as stored,
      count(disposition)::int as decided from inbound_mails`);
    console.log(
      `minute ${minute}: ${players.delivered()} delivered, ${row?.['stored']} stored, ${row?.['decided']} decided, ` +
        `${world.sink.mails.length} taken by the relay, load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
}

async function main(): Promise<number> {
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  const mailbox = available('dovecot') ? 'dovecot' : 'dev';
  const queue = available('redis-server') ? 'redis' : 'postgres';
  const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  console.log(`soak of ${minutes} minutes, seed ${seed}, mailbox ${mailbox}, queue ${queue}, ${machine}`);
  const postgres = await startOwnPostgres();
  const world = await startFaultWorld({ mailbox, queue, database: await postgres.createDatabase() });
  const problems: string[] = [];
  try {
    const players = createPlayers(world, seededDice(seed));
    const crew = superviseCrew(world);
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    const over = new AbortController();
    const telling = tellEachMinute(world, players, over.signal);
    const until = performance.now() + minutes * 60_000;
    const faultDice = seededDice(seed + 1);
    const [faults] = await Promise.all([
      breakThings(createFaults(world, crew, faultDice), faultDice, until, Number(values.every) * 1000),
      feed(players, seededDice(seed + 2), until, Number(values.rate)),
    ]);
    const restBegan = performance.now();
    await comeToRest(world, players, REST_WITHIN_MS).catch((error: unknown) => problems.push(String(error)));
    const restMs = performance.now() - restBegan;
    over.abort();
    await telling;
    problems.push(...(await crew.stop()));
    const { findings, figures } = await account(world, players);
    console.table(faults);
    console.log('processes ended by', crew.ended);
    console.log('the longest that something held a process up, beyond 500 ms, by role:', crew.held);
    console.log(figures);
    const presses = players.presses.length;
    const answered = players.presses.filter((press) => press.answered).length;
    console.log(
      `${presses} presses, ${answered} answered; at rest ${(restMs / 1000).toFixed(0)} s after the last fault`,
    );
    const told = [...problems, ...findings.map(({ kind, what }) => `${kind}: ${what}`)];
    for (const line of [...told.slice(0, 50), ...(await rowsBehind(world, findings))]) console.log(line);
    const { mailsIn, mailsOut, lost, doubled, wrong } = figures;
    const count = Object.values(faults).reduce((sum, one) => sum + one, 0);
    console.log(
      `${minutes} minutes, seed ${seed}: ${count} faults, ${mailsIn} mails in, ${mailsOut} out, lost ${lost}, ` +
        `doubled ${doubled}, wrong ${wrong}, other problems ${problems.length}`,
    );
    return told.length === 0 ? 0 : 1;
  } finally {
    await world.stop();
    await postgres.stop();
  }
}

// Not left to end by itself: once Node was seen going round for ever, closing what was left of broken sockets.
process.exit(await main());
