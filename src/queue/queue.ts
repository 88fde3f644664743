/** `process`: inbound mails wait. `send`: outbox rows wait. */
export type QueueName = 'process' | 'send';

export type QueueCounts = { waiting: number; active: number; delayed: number; failed: number };

export type HintWorker = {
  /** Takes no more hints and resolves when the running handlers have ended. Twice is once. */
  close(): Promise<void>;
};

/**
 * A queue of hints. A hint says "look at your rows" and nothing else; Postgres holds the truth and the sweep finds what
 * no hint told of. So losing one costs seconds, and seeing one twice must do no harm.
 */
export type HintQueue = {
  backend: 'postgres' | 'redis';
  /** Gives a hint. Never throws and never takes much more than a second: trouble goes to onError. */
  hint(name: QueueName, options?: { delayMs?: number }): Promise<void>;
  /**
   * Runs `handler` for each hint, `concurrency` at once. What it throws goes to onError, and the hint comes again with
   * back-off, five times in all. Resolves at once, also when the backend is away; it begins when the backend is there.
   */
  work(name: QueueName, concurrency: number, handler: () => Promise<void>): Promise<HintWorker>;
  /** @throws when the backend does not answer */
  counts(): Promise<Record<QueueName, QueueCounts>>;
  /** Resolves when the backend takes work, within two seconds. @throws when it is away, full or read-only */
  ping(): Promise<void>;
  /** Ends workers, then queues, then connections. Call it before the database stops. Twice is once. */
  close(): Promise<void>;
};

export type QueueOptions = {
  /** redis:// or rediss:// with user, password and database index; undefined: the Postgres of databaseUrl */
  queueUrl: string | undefined;
  databaseUrl: string;
  /** longest wait for one answer of that Postgres; unset: for ever */
  databaseTimeoutMs?: number;
  /** keeps desks that share a server apart; letters, digits, `-` and `_` (default: turnmail) */
  prefix?: string;
  /** hears of everything that hint() and the workers swallow; the same words at most every ten seconds */
  onError(error: Error): void;
};
