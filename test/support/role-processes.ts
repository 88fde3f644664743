import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../src/runtime/settings/config.ts';
import { bareEnvironment, spawnServer } from './child-process.ts';
import type { DeskWorld } from './desk-world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const UP_WITHIN_MS = 120_000;

// Each child is told to end when we end; a desk of nine processes is no leak.
process.setMaxListeners(100);

/** A worker of the desk as an operator runs it: a process of its own. */
export type RoleProcess = {
  role: Role | 'all';
  pid: number;
  /** the end of what it has printed */
  output(): string;
  /** all that it has printed, on both of its streams */
  everything(): string;
  /** kill -9, at once */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code, or the name of the signal that ended it after all */
  terminate(): Promise<number | NodeJS.Signals>;
};

/** A worker that was started and may never come up: `ended` tells how it went. */
export type LaunchedRole = RoleProcess & {
  /** true when it is up, false when it has ended before */
  up: Promise<boolean>;
  ended: Promise<number | NodeJS.Signals>;
  /** closes the pipes that it prints to */
  stopListening(): void;
};

/** Starts `workers/<role>.ts` and resolves when it says that it is up. It ends with the world, or earlier by the test. */
export async function startRole(
  world: DeskWorld,
  role: Role | 'all',
  more: Record<string, string> = {},
  root = ROOT,
): Promise<RoleProcess> {
  const launched = launchRole(world, role, more, root);
  // Time bound: one that does not come up is ended, so that it can be told.
  const timer = setTimeout(() => void launched.kill(), UP_WITHIN_MS);
  const up = await launched.up;
  clearTimeout(timer);
  if (!up)
    throw new Error(`the worker ${role} is not up, but ended with ${await launched.ended}: ${launched.output()}`);
  return launched;
}

/** @param root the checkout whose version it is; default: this one */
export function launchRole(
  world: DeskWorld,
  role: Role | 'all',
  more: Record<string, string> = {},
  root = ROOT,
): LaunchedRole {
  const env = { ...bareEnvironment(), ...world.env, LOG_LEVEL: 'info', ...more };
  // Elsewhere than in the project, so that nobody's .env is read.
  const server = spawnServer(NODE, [path.join(root, 'workers', `${role}.ts`)], { env, cwd: tmpdir() });
  const { child } = server;
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  world.onStop(() => server.stop());
  const up = new Promise<boolean>((resolve) => {
    let heard = '';
    const listen = (chunk: Buffer) => {
      heard += chunk.toString();
      if (!heard.includes('turnmail is up')) return;
      child.stdout?.off('data', listen);
      resolve(true);
    };
    child.stdout?.on('data', listen);
    void ended.then(() => resolve(false));
  });
  return {
    role,
    pid: child.pid ?? 0,
    output: server.output,
    everything: () => Buffer.concat(printed).toString('utf8'),
    up,
    ended,
    stopListening: () => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    terminate: async () => {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}
