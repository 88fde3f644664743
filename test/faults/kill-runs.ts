/**
 * `npx node test/faults/kill-runs.ts --runs 200 --seed 1`: ends a process of the desk at each of the named places (src/domain/
 * kill-point.ts), by SIGKILL, by SIGTERM and by a full heap, in turn, and takes the accounts after each run. Half of the
 * runs are on one process with the queue on Postgres, half on a process for each role with the queue on Redis.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { available } from '../support/servers.ts';
import type { Figures } from './accounting.ts';
import { type Crew, createCrew, type KillOrder, type Shape } from './crew.ts';
import { startFaultWorld } from './fault-world.ts';
import { ENDS, type KillResult, POINTS, runKill } from './kill-run.ts';
import { createPlayers } from './players.ts';
import { rowsBehind } from './rows-behind.ts';
import { seededDice } from './seeded-random.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '66' },
    seed: { type: 'string', default: '1' },
    point: { type: 'string' },
  },
});

/** Runs in a world of their own: it stays small, so that the accounts of each run are taken quickly. */
type Watch = { shape: Shape; orders: KillOrder[] };

/** Every point, end and shape comes up within 132 runs. */
function plan(runs: number, seed: number, point: string | undefined): Watch[] {
  const dice = seededDice(seed);
  const points = POINTS.filter((one) => point === undefined || one === point);
  const watches: Watch[] = [];
  for (let n = 0; n < runs; n++) {
    const block = Math.floor(n / points.length);
    const one = points[n % points.length];
    const end = ENDS[(n + block) % ENDS.length];
    if (one === undefined || end === undefined) throw new Error(`there is no point ${point}`);
    const shape = (n + block) % 2 === 0 ? 'one process' : 'a process for each role';
    const rare = one.startsWith('press') || one === 'sweep' || one === 'unknown-resend';
    const order = { point: one, end, times: rare ? 1 : dice.whole(1, 3) };
    const now = watches.find((watch) => watch.shape === shape && watch.orders.length < 22);
    if (now) now.orders.push(order);
    else watches.push({ shape, orders: [order] });
  }
  return watches;
}

type Done = KillResult & { shape: Shape; mailsIn: number; mailsOut: number; unknown: number };

const NOTHING: Figures = {
  ...{ mailsIn: 0, mailsOut: 0, dispositions: {}, rows: {}, attempts: {} },
  ...{ extraCopies: 0, unknownEnds: {}, lost: 0, doubled: 0, wrong: 0 },
};

/** A run that did not come to its end has failed, and says what its processes said last. */
function broken(error: unknown, order: KillOrder, crew: Crew): KillResult {
  const said = crew.workers.map((worker) => `${worker}: ${crew.running(worker)?.output() ?? 'does not run'}`);
  return { order, problems: [`${error}`, ...said], findings: [], figures: NOTHING, tookMs: 0 };
}

/** @returns the runs that were made; where one broke its world, they are fewer than were ordered */
async function stand(watch: Watch, seed: number, postgres: Awaited<ReturnType<typeof startOwnPostgres>>) {
  const wide = watch.shape === 'a process for each role';
  const world = await startFaultWorld({
    mailbox: wide && available('dovecot') ? 'dovecot' : 'dev',
    queue: wide && available('redis-server') ? 'redis' : 'postgres',
    database: await postgres.createDatabase(),
  });
  const done: Done[] = [];
  // The accounts are of all runs in this world; each finding belongs to the run in which it came up.
  const known = new Set<string>();
  try {
    const crew = createCrew(world, watch.shape);
    const players = createPlayers(world, seededDice(seed));
    let before = { mailsIn: 0, mailsOut: 0, unknown: 0 };
    for (const order of watch.orders) {
      const result = await runKill(world, crew, players, order).catch((error: unknown) => broken(error, order, crew));
      const { mailsIn, mailsOut, attempts } = result.figures;
      const ended = result.figures !== NOTHING;
      const now = ended ? { mailsIn, mailsOut, unknown: attempts['unknown'] ?? 0 } : before;
      const one = {
        ...result,
        findings: result.findings.filter(({ what }) => !known.has(what)),
        shape: watch.shape,
        mailsIn: now.mailsIn - before.mailsIn,
        mailsOut: now.mailsOut - before.mailsOut,
        unknown: now.unknown - before.unknown,
      };
      before = now;
      for (const { what } of result.findings) known.add(what);
      done.push(one);
      print(one);
      for (const line of await rowsBehind(world, one.findings)) console.log(line);
      if (!ended) return done;
    }
    await crew.stopAll().catch((error: unknown) => {
      done.at(-1)?.problems.push(String(error));
      console.log(String(error));
    });
  } finally {
    await world.stop();
  }
  return done;
}

function print({ order, shape, mailsIn, mailsOut, unknown, findings, problems, tookMs }: Done): void {
  const { point, end, times } = order;
  const told = [...problems, ...findings.map((finding) => `${finding.kind}: ${finding.what}`)];
  console.log(
    `${point.padEnd(20)} ${end.padEnd(8)} x${times} ${shape.padEnd(24)} in ${mailsIn}, out ${mailsOut}, unknown ${unknown}, ` +
      `${(tookMs / 1000).toFixed(1)} s, ${told.length === 0 ? 'balances' : told.join('; ')}`,
  );
}

async function main(): Promise<number> {
  const seed = Number(values.seed);
  const began = performance.now();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} x ${cpus()[0]?.model}, ${memory} GiB, Node ${process.version}`;
  console.log(`${values.runs} kill runs, seed ${seed}, ${machine}, load ${loadavg()[0]?.toFixed(1)}`);
  const postgres = await startOwnPostgres();
  const all: Done[] = [];
  try {
    for (const [index, watch] of plan(Number(values.runs), seed, values.point).entries()) {
      for (let { orders } = watch; orders.length > 0; ) {
        const done = await stand({ ...watch, orders }, seed + index, postgres);
        all.push(...done);
        orders = orders.slice(done.length);
      }
    }
  } finally {
    await postgres.stop();
  }
  const sum = (of: (one: Done) => number) => all.reduce((total, one) => total + of(one), 0);
  console.table(
    POINTS.filter((point) => all.some((one) => one.order.point === point)).map((point) => {
      const mine = all.filter((one) => one.order.point === point);
      const count = (end: string) => mine.filter((one) => one.order.end === end).length;
      return {
        point,
        ...Object.fromEntries(ENDS.map((end) => [end, count(end)])),
        unknown: mine.reduce((total, one) => total + one.unknown, 0),
        failed: mine.filter((one) => one.problems.length + one.findings.length > 0).length,
      };
    }),
  );
  const found = (kind: string) => sum((one) => one.findings.filter((finding) => finding.kind === kind).length);
  const failed = all.filter((one) => one.problems.length + one.findings.length > 0).length;
  console.log(
    `${all.length} runs, ${sum((one) => one.mailsIn)} mails in, ${sum((one) => one.mailsOut)} out, ` +
      `${sum((one) => one.unknown)} attempts of unknown fate, lost ${found('lost')}, doubled ${found('doubled')}, ` +
      `wrong ${found('wrong')}, runs that failed ${failed}, ${((performance.now() - began) / 60_000).toFixed(1)} minutes`,
  );
  return failed === 0 ? 0 : 1;
}

// Not left to end by itself: once Node was seen going round for ever, closing what was left of broken sockets.
process.exit(await main());
