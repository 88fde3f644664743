import { setTimeout as sleep } from 'node:timers/promises';
import { ROLES, type Role } from '../../src/runtime/settings/config.ts';
import { HELD_UP } from '../../src/runtime/watch-loop.ts';
import { type LaunchedRole, launchRole } from '../support/role-processes.ts';
import { armed, type KillOrder } from './crew.ts';
import type { FaultWorld } from './fault-world.ts';

/** A process for each role, started again whenever it ends, as an operator's supervisor does. */
export type SupervisedCrew = {
  kill(role: Role): void;
  terminate(role: Role): void;
  /** The next process of this role ends there; the one that runs is replaced by it. */
  killAt(role: Role, order: KillOrder): void;
  /** how often each of them has ended, by how */
  ended: Record<string, number>;
  /** The longest that something held a process up, in ms, by role; one that was frozen or starved of CPU counts too. */
  held: Partial<Record<Role, number>>;
  /** Ends them all in order. @returns what was wrong with that */
  stop(): Promise<string[]>;
};

const RESTART_MS = 1_000;

export function superviseCrew(world: FaultWorld): SupervisedCrew {
  const running = new Map<Role, LaunchedRole>();
  const orders = new Map<Role, KillOrder>();
  const ended: Record<string, number> = {};
  const held: SupervisedCrew['held'] = {};
  let stopping = false;

  const keep = async (role: Role): Promise<string | undefined> => {
    for (;;) {
      const order = orders.get(role);
      orders.delete(role);
      const process = launchRole(world, role, armed(order));
      running.set(role, process);
      const code = await process.ended;
      held[role] = Math.max(held[role] ?? 0, longestHeld(process.everything()));
      if (stopping) return code === 0 ? undefined : `${role} ended with ${code} when all was over: ${process.output()}`;
      ended[code] = (ended[code] ?? 0) + 1;
      // Fixed pause: a supervisor waits before it starts a process again.
      await sleep(RESTART_MS);
    }
  };
  const kept = ROLES.map(keep);
  return {
    ended,
    held,
    kill: (role) => void running.get(role)?.kill(),
    terminate: (role) => void running.get(role)?.terminate(),
    killAt: (role, order) => {
      orders.set(role, order);
      void running.get(role)?.terminate();
    },
    stop: async () => {
      // Fixed pause: whoever is between two lives comes up first.
      await sleep(RESTART_MS + 500);
      await Promise.all([...running.values()].map((process) => process.up));
      stopping = true;
      for (const process of running.values()) void process.terminate();
      return (await Promise.all(kept)).filter((problem) => problem !== undefined);
    },
  };
}

function longestHeld(printed: string): number {
  const lines = printed.split('\n').filter((line) => line.includes(HELD_UP));
  return Math.max(0, ...lines.map((line) => Number(/"heldMs":(\d+)/.exec(line)?.[1] ?? 0)));
}
