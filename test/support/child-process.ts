import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PATIENCE_MS } from './wait-for.ts';

/**
 * What a program of ours gets of our environment in a test: where programs are, and where Node keeps what it has compiled
 * in this run (global-setup.ts). A test adds the settings.
 */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}

/**
 * Starts a server of a test. It is told to end when this process ends, whatever ends it, and only by its own pid.
 * Its output is kept for the message of a failed start.
 */
export function spawnServer(
  command: string,
  args: string[],
  options: SpawnOptions = {},
): { child: ChildProcess; output(): string; stop(): Promise<void> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.removeListener('exit', endWithUs));
  return { child, output: () => output, stop: () => stopChild(child) };
}

/** Ends a child: SIGTERM, and SIGKILL when it has not gone after `patienceMs`. Resolves when it is gone. */
export async function stopChild(child: ChildProcess, patienceMs = 5000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  // Time bound: whoever does not end when asked is ended.
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(timer);
}

/** Below the ports that systems give to outgoing connections and to `listen(0)` (Linux from 32768, others from 49152). */
const PORTS = { from: 15_000, to: 32_000 };
const givenPorts = new Set<number>();

/**
 * A loopback port that nobody listens on, and that the system gives to nobody by itself: a port of `listen(0)` may be an outgoing
 * connection's by the time it is used. This process gets each once; it is random because other processes take theirs there too.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (givenPorts.has(port) || !(await canListen(port))) continue;
    givenPorts.add(port);
    return port;
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isFree) await new Promise<void>((resolve) => server.close(() => resolve()));
  return isFree;
}

/**
 * Asks `probe` again until it answers true, the child has gone or the time is over.
 * @throws Error with the child's last output
 */
export async function untilUp(
  server: { child: ChildProcess; output(): string },
  probe: () => Promise<boolean>,
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await probe())) {
    const { exitCode, signalCode } = server.child;
    if (exitCode !== null || signalCode !== null || Date.now() > deadline) {
      throw new Error(
        `${server.child.spawnfile} did not start (${exitCode ?? signalCode ?? 'no answer'}): ${server.output()}`,
      );
    }
    // Fixed pause: between two looks.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Tries a start that may lose its port to another process, up to three times. */
export async function retryStart<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
