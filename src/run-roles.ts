import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, startApp } from './app.ts';
import { isFault, messageOf } from './domain/fault.ts';
import { EXIT } from './runtime/exit-codes.ts';
import { armKillPoint } from './runtime/kill-point.ts';
import { redact } from './runtime/logger.ts';
import { type Config, loadProcessConfig, type Role } from './runtime/settings/config.ts';
import { watchLoop } from './runtime/watch-loop.ts';
import { keepYoungObjectsSmall } from './runtime/young-objects.ts';

const HARD_STOP_MS = 25_000;
const LAST_WORDS_MS = 100;
const SAME_PRESS_MS = 2_000;

/**
 * The life of a worker process: settings, start, signals, stop. SIGTERM and SIGINT finish what is under way; a second
 * one, or 25 seconds, ends the process at once. Nothing is lost by that: rows wait, and leases expire.
 */
export async function runRoles(
  roles: readonly Role[],
  onUp: (app: App, config: Config) => Promise<void> = async () => {},
): Promise<void> {
  keepYoungObjectsSmall();
  // Listened to from the first moment: a signal while the desk is starting ends it in order, too.
  const stop = listenForStop();
  let app: App;
  let config: Config;
  try {
    config = loadProcessConfig(roles);
    armKillPoint(process.env);
    app = await startApp(config, roles);
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    process.exit(isFault(error, 'settings-invalid') ? EXIT.config : EXIT.software);
  }
  process.on('unhandledRejection', (err) => {
    // Not `fatal`, which pino flushes at once, see the end of `stopProcess`.
    app.log.error({ err }, 'an error that nobody expected; the process ends and may be started again');
    void stopProcess(app, EXIT.software);
  });
  app.log.info({ roles, queue: app.queue.backend, pid: process.pid }, 'turnmail is up');
  watchLoop(app.log);
  void onUp(app, config);
  // Node does it at the end of a process, which may be far, or a kill.
  flushCompileCache();
  const signal = await stop;
  app.log.info({ signal }, 'stopping');
  await stopProcess(app, 0);
}

/** Resolves with the first SIGTERM or SIGINT; a later one ends the process at once. */
function listenForStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      // A terminal and the launcher both pass Ctrl-C on: the second within two seconds is the same press.
      if (askedAt !== undefined && performance.now() - askedAt > SAME_PRESS_MS) process.exit(EXIT.software);
      askedAt ??= performance.now();
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

async function stopProcess(app: App, code: number): Promise<void> {
  const hard = setTimeout(() => process.exit(code || EXIT.software), HARD_STOP_MS);
  hard.unref();
  await app.stop();
  app.log.info('stopped');
  // pino flushes at exit what is not written yet, and tries a pipe that nobody reads any more for ever, unless it has
  // heard of that before. Its `flush` does not wait.
  await sleep(LAST_WORDS_MS);
  process.exit(code);
}

/** One clear sentence for people: faults speak for themselves, other errors by their message, never by a stack. */
export function sentence(error: unknown): string {
  if (isFault(error, 'settings-invalid')) return error.message;
  return `turnmail: ${redact(messageOf(error).trim() || 'something failed without a word about it')}`;
}
