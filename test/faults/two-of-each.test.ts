import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { KillPoint } from '../../src/domain/kill-point.ts';
import { freePort } from '../support/child-process.ts';
import { type LaunchedRole, launchRole, startRole } from '../support/role-processes.ts';
import { available } from '../support/servers.ts';
import { waitFor } from '../support/wait-for.ts';
import { armed, ROLE_OF } from './crew.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { account, comeToRest } from './kill-run.ts';
import { createPlayers, type Players } from './players.ts';
import { seededDice } from './seeded-random.ts';

/**
 * Two processes of each role play a conversation; one of each is frozen in the middle of its work, for longer than its
 * claims last, and wakes up as if nothing had been. Nobody ends their leases and claims: they do so by themselves.
 */
const FROZEN_MS = 45_000;
/** However slow the machine is. */
const MIN_TURNS = 90;
const TURNS = [
  [40, 'ask'],
  [30, 'reply'],
  [12, 'answer'],
  [12, 'press'],
  [3, 'again'],
  [3, 'absence'],
] as const;

let world: FaultWorld;
afterEach(() => world?.stop());

/** What stands before the pages of a large desk: each request to another of its web processes, whether it lives or not. */
async function balance(port: number, targets: number[]): Promise<void> {
  let turn = 0;
  const balancer = createServer((client) => {
    const web = connect(targets[turn++ % targets.length] ?? 0, '127.0.0.1');
    client.pipe(web).pipe(client);
    for (const [one, other] of [[client, web] as const, [web, client] as const]) {
      one.on('error', () => {});
      one.once('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => balancer.listen(port, '127.0.0.1', resolve));
  world.onStop(async () => balancer.close());
}

function freezing(point: KillPoint, times: number, more: Record<string, string> = {}): LaunchedRole {
  return launchRole(world, ROLE_OF[point], { ...armed({ point, end: 'SIGSTOP', times }), ...more });
}

async function untilFrozen(one: LaunchedRole, point: KillPoint): Promise<void> {
  await waitFor(
    () => one.everything().includes(`frozen at ${point}`),
    90_000,
    () => `${one.role} to come to ${point}: ${one.output()}`,
  );
}

/** @param over what must have happened before it wakes up, however long that takes */
async function sleepAndWake(one: LaunchedRole, point: KillPoint, over: Promise<unknown>): Promise<void> {
  await untilFrozen(one, point);
  // Fixed pause: it is frozen for longer than its claims last.
  await sleep(FROZEN_MS);
  await over;
  process.kill(one.pid, 'SIGCONT');
}

/** Plays on until that is over; a press is not waited for, since it may come to the page that is frozen. */
async function playOn(players: Players, over: Promise<unknown>): Promise<void> {
  const dice = seededDice(11);
  let going = true;
  void over.finally(() => {
    going = false;
  });
  const pressed: Promise<unknown>[] = [];
  for (let turns = 0; going || turns < MIN_TURNS; turns++) {
    const turn = dice.weigh(TURNS);
    const played = players.play(turn);
    if (turn === 'press') pressed.push(played);
    else await played;
    // Fixed pause: the pace of people.
    await sleep(250);
  }
  await Promise.all(pressed);
}

test('two of each role, one of each frozen for 45 seconds in its work and waking up: no double effect', {
  timeout: 300_000,
}, async () => {
  world = await startFaultWorld({
    mailbox: available('dovecot') ? 'dovecot' : 'dev',
    queue: available('redis-server') ? 'redis' : 'postgres',
    env: { DATABASE_TIMEOUT_SECONDS: '10' },
  });
  const ports = [await freePort(), await freePort()];
  await balance(world.webPort, ports);
  const players = createPlayers(world, seededDice(1));

  // What a sender that died a minute ago has left to the sweep, which is going to freeze over it.
  const poller = freezing('store-before-commit', 12);
  const dying = launchRole(world, 'send', armed({ point: 'attempt-written', end: 'SIGKILL', times: 1 }));
  const healthy = [await startRole(world, 'process')];
  await players.play('ask');
  expect(await dying.ended).toBe('SIGKILL');
  await world.rows(`update outbox set lease_until = 1 where state in ('claimed', 'sending')`);
  const sweeper = freezing('sweep', 1);
  const page = freezing('press-before-commit', 1, { HTTP_PORT: String(ports[0]) });
  healthy.push(
    ...(await Promise.all([startRole(world, 'send'), startRole(world, 'web', { HTTP_PORT: `${ports[1]}` })])),
  );
  const decider = freezing('apply-before-commit', 3);
  const sender = freezing('attempt-written', 3);
  healthy.push(await startRole(world, 'poll'));
  const holder = async () => (await world.rows<{ by: string }>('select lease_holder as by from mailboxes'))[0]?.by;
  const first = await holder();

  const frozen = [
    [poller, 'store-before-commit'],
    [decider, 'apply-before-commit'],
    [sender, 'attempt-written'],
    [page, 'press-before-commit'],
    [sweeper, 'sweep'],
  ] as const;
  const second = untilFrozen(sweeper, 'sweep').then(() => startRole(world, 'sweep'));
  const takenOver = untilFrozen(poller, 'store-before-commit').then(async () => {
    await world.until(`select lease_holder <> '${first}' from mailboxes`);
  });
  const awake = Promise.all(frozen.map(([one, point]) => sleepAndWake(one, point, takenOver)));
  await Promise.all([takenOver, playOn(players, awake)]);
  healthy.push(await second);
  await comeToRest(world, players);

  const { findings, figures } = await account(world, players);
  expect(findings).toEqual([]);
  // The one that was frozen before its mail; others of the same sender may have had their answers while it slept.
  expect(figures.attempts['not-sent'] ?? 0).toBeGreaterThan(0);
  expect(figures.mailsIn, 'mails that the accounts are about').toBeGreaterThan(60);
  expect(players.presses.filter((press) => press.answered).length).toBeGreaterThan(0);
  const all = [...healthy, ...frozen.map(([one]) => one)];
  expect(await Promise.all(all.map((one) => one.terminate()))).toEqual(all.map(() => 0));
});
