import { setTimeout as pause } from 'node:timers/promises';
import type { JobsOptions } from 'bullmq';
import { messageOf } from '../domain/fault.ts';
import type { HintQueue, HintWorker, QueueCounts, QueueName } from './queue.ts';

/** What we use of BullMQ's Queue, whatever stands behind it. */
export type BackendQueue = {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>;
  getJobCounts(...states: ('waiting' | 'active' | 'delayed' | 'failed')[]): Promise<Record<string, number>>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
};

/** What we use of BullMQ's Worker. */
export type BackendWorker = {
  run(): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { attemptsMade: number } | undefined, error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
};

export type QueueBackend = {
  backend: 'postgres' | 'redis';
  openQueue(name: QueueName): BackendQueue;
  /** A worker that does not run yet. Once isWanted() is false, it no longer tries to reach a server that is away. */
  openWorker(
    name: QueueName,
    concurrency: number,
    handler: () => Promise<void>,
    isWanted: () => boolean,
  ): BackendWorker;
  /** Resolves when there is a connection, or nothing is known against one. @throws when it is known to be away */
  expectConnection(): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
};

const HINT_TIMEOUT_MS = 1000;
const ANSWER_TIMEOUT_MS = 2000;
const RESTART_PAUSE_MS = 1000;
const SAME_WORDS_MS = 10_000;
/** How long BullMQ may take to close a worker or queue beyond its running handlers; its server may be gone. */
const CLOSE_TIMEOUT_MS = 5000;
const ATTEMPTS = 5;

const HINT_OPTIONS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: 500 },
  // History is in our own tables. Keeping the last N would cost N per job on Postgres.
  removeOnComplete: true,
  removeOnFail: { age: 24 * 3600 },
};

/**
 * The queue of hints on one of the two backends; both behave the same. `report` is for the backend's own trouble: it
 * passes on to onError what is worth saying.
 */
export function hintQueue(
  backend: QueueBackend,
  onError: (error: Error) => void,
): { queue: HintQueue; report(error: Error): void } {
  const workers = new Set<HintWorker>();
  let closing: Promise<void> | undefined;
  const report = throttleSameMessage((error) => {
    if (closing === undefined) onError(error);
  });

  const queues = lazyQueues(backend, report);

  const queue: HintQueue = {
    backend: backend.backend,
    hint: async (name, { delayMs = 0 } = {}) => {
      const options = { ...HINT_OPTIONS, delay: delayMs };
      const add = async () => {
        await backend.expectConnection();
        await queues.find(name).add('hint', {}, options);
      };
      await within(HINT_TIMEOUT_MS, add()).catch((error) => {
        report(new Error(`a hint to ${name} was lost: ${messageOf(error)}`, { cause: error }));
      });
    },
    work: async (name, concurrency, handler) => {
      const worker = superviseWorker(backend, name, concurrency, handler, report);
      workers.add(worker);
      return worker;
    },
    counts: async () => {
      const [process, send] = await within(
        ANSWER_TIMEOUT_MS,
        Promise.all([countsOf(queues.find('process')), countsOf(queues.find('send'))]),
      );
      return { process, send };
    },
    ping: () => within(ANSWER_TIMEOUT_MS, backend.ping()),
    close: () => {
      closing ??= (async () => {
        await Promise.all([...workers].map((worker) => worker.close()));
        await queues.close();
        await backend.close();
      })();
      return closing;
    },
  };
  return { queue, report };
}

/** BullMQ's queues, each opened when it is first needed. */
function lazyQueues(
  backend: QueueBackend,
  report: (error: Error) => void,
): { find(name: QueueName): BackendQueue; close(): Promise<void> } {
  const queues = new Map<QueueName, BackendQueue>();
  return {
    find: (name) => {
      const open = queues.get(name);
      if (open) return open;
      const queue = backend.openQueue(name);
      queues.set(name, queue);
      queue.on('error', report);
      // BullMQ remembers a failed first connection for good; the next hint then opens the queue anew.
      queue.waitUntilReady().catch(() => {
        if (queues.get(name) === queue) queues.delete(name);
        queue.close().catch(() => {});
      });
      return queue;
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => within(CLOSE_TIMEOUT_MS, queue.close()).catch(() => {})));
    },
  };
}

/**
 * Keeps a worker at work: BullMQ's own survives lost connections, but not a first one that fails, so then it is made
 * again. Ends when closed.
 */
function superviseWorker(
  backend: QueueBackend,
  name: QueueName,
  concurrency: number,
  handler: () => Promise<void>,
  report: (error: Error) => void,
): HintWorker {
  let current: BackendWorker | undefined;
  let closing: Promise<void> | undefined;
  let running = 0;
  const isOpen = () => closing === undefined;
  const counted = async () => {
    running += 1;
    try {
      await handler();
    } finally {
      running -= 1;
    }
  };

  const keepWorking = async () => {
    while (isOpen()) {
      const worker = backend.openWorker(name, concurrency, counted, isOpen);
      current = worker;
      worker.on('error', report);
      worker.on('failed', (job, error) => {
        const attempt = job ? `attempt ${job.attemptsMade} of ${ATTEMPTS}` : 'stalled too often';
        report(new Error(`the work for ${name} failed (${attempt}): ${error.message}`, { cause: error }));
      });
      try {
        await worker.waitUntilReady();
        if (isOpen()) await worker.run();
      } catch (error) {
        if (isOpen()) report(error instanceof Error ? error : new Error(messageOf(error)));
      }
      if (!isOpen()) return;
      await within(CLOSE_TIMEOUT_MS, worker.close(true)).catch(() => {});
      await pause(RESTART_PAUSE_MS);
    }
  };
  void keepWorking();
  // Handlers may take their time; BullMQ, whose server may be gone, may not.
  const patience = async () => {
    while (running > 0) await pause(50);
    await pause(2 * CLOSE_TIMEOUT_MS, undefined, { ref: false });
  };

  return {
    close: () => {
      closing ??= (async () => {
        await Promise.race([current?.close(), patience()]);
      })().catch((error) => report(error instanceof Error ? error : new Error(messageOf(error))));
      return closing;
    },
  };
}

async function countsOf(queue: BackendQueue): Promise<QueueCounts> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
  const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts as Partial<QueueCounts>;
  return { waiting, active, delayed, failed };
}

/** Rejects when `promise` takes longer; whatever becomes of it then is nobody's concern. */
function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Passes an error on unless the same words (numbers aside) were passed on a moment ago: a dead server repeats itself. */
function throttleSameMessage(pass: (error: Error) => void): (error: Error) => void {
  const passedAt = new Map<string, number>();
  return (error) => {
    const key = error.message.replaceAll(/\d+/g, '#');
    const now = performance.now();
    if (now - (passedAt.get(key) ?? Number.NEGATIVE_INFINITY) < SAME_WORDS_MS) return;
    if (passedAt.size > 200) passedAt.clear();
    passedAt.set(key, now);
    pass(error);
  };
}
