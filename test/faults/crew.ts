import type { KillPoint } from '../../src/domain/kill-point.ts';
import type { KillEnd } from '../../src/runtime/kill-point.ts';
import { ROLES, type Role } from '../../src/runtime/settings/config.ts';
import { type LaunchedRole, launchRole } from '../support/role-processes.ts';
import type { FaultWorld } from './fault-world.ts';

export type KillOrder = { point: KillPoint; end: Exclude<KillEnd, 'SIGSTOP'>; times: number };
type FreezeOrder = { point: KillPoint; end: 'SIGSTOP'; times: number };
export type Shape = 'one process' | 'a process for each role';
export type Worker = Role | 'all';

/** The role that comes to each point. */
export const ROLE_OF: Record<KillPoint, Role> = {
  fetch: 'poll',
  'store-before-commit': 'poll',
  'store-after-commit': 'poll',
  hint: 'poll',
  parse: 'process',
  decide: 'process',
  'apply-before-commit': 'process',
  'apply-in-commit': 'process',
  'apply-after-commit': 'process',
  'between-halves': 'process',
  claim: 'send',
  'attempt-written': 'send',
  connect: 'send',
  envelope: 'send',
  data: 'send',
  'after-dot': 'send',
  'after-250': 'send',
  'before-record': 'send',
  'after-record': 'send',
  'press-before-commit': 'web',
  'press-after-commit': 'web',
  sweep: 'sweep',
  'unknown-resend': 'sweep',
};

/** The processes of a desk: one of each role, or one with all. */
export type Crew = {
  workers: readonly Worker[];
  workerOf(point: KillPoint): Worker;
  /** Resolves when it is up, or has ended at its kill point before that. */
  start(worker: Worker, kill?: KillOrder): Promise<LaunchedRole>;
  running(worker: Worker): LaunchedRole | undefined;
  /** SIGTERM, where it runs. @throws Error where it does not end with 0 */
  stop(worker: Worker): Promise<void>;
  stopAll(): Promise<void>;
};

/** A heap that is soon full, where it is to be filled. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=128' };
/** @returns what to put into the environment of a process that is to end, or to freeze, there */
export function armed(kill: KillOrder | FreezeOrder | undefined): Record<string, string> {
  if (kill === undefined) return {};
  const order = { TURNMAIL_KILL_AT: `${kill.point}:${kill.end}:${kill.times}` };
  return kill.end === 'OOM' ? { ...order, ...SMALL_HEAP } : order;
}

const UP_WITHIN_MS = 120_000;

export function createCrew(world: FaultWorld, shape: Shape): Crew {
  const running = new Map<Worker, LaunchedRole>();
  const workers: readonly Worker[] = shape === 'one process' ? ['all'] : ROLES;
  const start = async (worker: Worker, kill?: KillOrder) => {
    const launched = launchRole(world, worker, armed(kill));
    running.set(worker, launched);
    void launched.ended.then(() => {
      if (running.get(worker) === launched) running.delete(worker);
    });
    // Time bound: one that does not come up is ended, so that it can be told.
    const late = setTimeout(() => void launched.kill(), UP_WITHIN_MS);
    const up = await launched.up;
    clearTimeout(late);
    if (!up && kill === undefined) throw new Error(`${worker} did not come up: ${launched.output()}`);
    return launched;
  };
  const stop = async (worker: Worker) => {
    const one = running.get(worker);
    if (!one) return;
    const code = await one.terminate();
    if (code !== 0) throw new Error(`${worker} ended with ${code} when it was asked to stop: ${one.output()}`);
  };
  return {
    workers,
    workerOf: (point) => (shape === 'one process' ? 'all' : ROLE_OF[point]),
    start,
    running: (worker) => running.get(worker),
    stop,
    stopAll: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/**
 * What the dead had in hand is due at once and not after its lease, so that a run takes seconds. Only for a worker of
 * which nobody is alive.
 */
export async function expireLeases(world: FaultWorld, worker: Worker): Promise<void> {
  const statements: Partial<Record<Worker, string>> = {
    poll: 'update mailboxes set lease_until = 1',
    process: 'update inbound_mails set lease_until = 1 where disposition is null and lease_until > 0',
    send: `update outbox set lease_until = 1 where state in ('claimed', 'sending')`,
  };
  for (const [role, statement] of Object.entries(statements))
    if (worker === 'all' || worker === role) await world.rows(statement);
}

/** The minutes that a mail waits before it is tried again, or sent once more when its fate is unknown, have passed. */
export async function passTime(world: FaultWorld): Promise<void> {
  await world.rows(`update outbox set next_attempt_at = 0 where state = 'pending' and next_attempt_at > 0`);
  await world.rows(`update inbound_mails set next_attempt_at = 0 where disposition is null and next_attempt_at > 0`);
  await world.rows(`update outbox set ended_at = ended_at - 120000 where state = 'unknown'`);
}
