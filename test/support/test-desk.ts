import type { Desk } from '../../src/flows/desk.ts';
import { createLogger } from '../../src/runtime/logger.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { loadConfig } from '../../src/runtime/settings/config.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { DeskWorld } from './desk-world.ts';
import { withoutRows } from './without-rows.ts';

const open = new WeakMap<DeskWorld, ReturnType<typeof openDatabase>>();

/** The desk of a world as flows see it, with its clock stopped at `now` and hints that the world's own sweep replaces. */
export function testDesk(world: DeskWorld, now: number): Desk {
  const config = loadConfig([], world.env);
  const database = open.get(world) ?? openDatabase(world.env['DATABASE_URL'] ?? '', { max: 4, onError: () => {} });
  open.set(world, database);
  return {
    database,
    queue: { hint: async () => {} },
    rules: config.rules,
    ...withoutRows(config.mailboxes[0].identity),
    words: config.words,
    keys: config.keys,
    clock: { now: () => now },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
  };
}
