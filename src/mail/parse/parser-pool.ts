/**
 * Parsing away from the process that decides: a few child processes, each with a small heap, one mail at a time, killed
 * and replaced when a mail takes too long or too much. Processes and not threads: measured on Node 24, a heap that runs
 * full in a worker thread (one large array, a long split) aborts the whole process, and the desk with it.
 *
 * A slot is empty until work comes, then starting-or-idle (child, no job), then busy (child and job). A child that
 * exits empties its slot and, when it was busy, answers its job with the reason.
 *
 * A mail that hangs its child must not keep the others waiting: while one is at work for longer than SLOW_MS and others
 * wait, its slot does not count, and there is one more, up to MAX_EXTRA.
 *
 * A small mail is sent to a busy child before that has answered, and lies in its pipe: the child then need not wait until this
 * process, which has other work, has heard it. It counts as waiting, and goes to another child where its own becomes slow or ends.
 * A child from which one was taken back is replaced when its job ends: it would read that mail all the same, and might hang over it.
 */
import type { ChildProcess } from 'node:child_process';
import type { ParseFault, ParseOutcome } from '../../domain/mail/parsed-mail.ts';
import type { ParseBounds } from './parse-bounds.ts';
import { type AttachmentsOutcome, forkParser, type ParserReply, type ParserRequest } from './parser-child.ts';

export type ParserPool = {
  /** Never rejects for what a mail holds; rejects only after `close`. */
  parse(raw: Buffer): Promise<ParseOutcome>;
  /** Contents of attachments by their place in `ParsedMail.attachments`. */
  attachments(raw: Buffer, wanted: number[] | 'all'): Promise<AttachmentsOutcome>;
  /** Kills the children; mails still being read are answered with `parser-crashed`. */
  close(): Promise<void>;
};

type Failure = { ok: false; fault: ParseFault; detail: string };
type Outcome = ParseOutcome | AttachmentsOutcome;
type Job = { request: ParserRequest; answer: (outcome: Outcome) => void; retried: boolean };
type Slot = {
  child: ChildProcess | undefined;
  job: Job | undefined;
  /** Sent to the child behind its job. */
  ahead: Job | undefined;
  /** A mail that was taken back lies in the pipe of the child. */
  stale: boolean;
  timer: NodeJS.Timeout | undefined;
  timedOut: boolean;
  /** The child has loaded its code. Before that no time counts as the mail's: on a busy machine it takes many seconds. */
  ready: boolean;
  /** Mails this child has read. */
  served: number;
  /** When its job began, by performance.now(). */
  busySince: number;
};
type Options = { workers: number; timeoutMs: number; maxHeapMb: number; bounds: ParseBounds };
type Pool = {
  options: Options;
  slots: Slot[];
  queue: Job[];
  closed: boolean;
  /** Looks again whether somebody is slow; set while jobs wait. */
  look: NodeJS.Timeout | undefined;
};

const SLOW_MS = 1_000;
/** A child that is still starting is waited for this long before one more is started beside it. */
const SLOW_START_MS = 5_000;
const START_TIMEOUT_MS = 60_000;
const MAX_EXTRA = 4;
/** Larger mails are not copied before it is their turn. */
const MAX_AHEAD_BYTES = 64 * 1024;

/** Starts no child yet. `timeoutMs` is for one mail, `maxHeapMb` for one child. */
export function startParserPool(options: Options): ParserPool {
  const slots = Array.from({ length: Math.max(1, options.workers) }, newSlot);
  const pool: Pool = { options, slots, queue: [], closed: false, look: undefined };
  const ask = (request: ParserRequest) =>
    new Promise<Outcome>((answer, reject) => {
      if (pool.closed) return reject(new Error('the parser pool is closed'));
      pool.queue.push({ request, answer, retried: false });
      assignJobs(pool);
    });
  return {
    async parse(raw) {
      return (await ask({ kind: 'parse', raw })) as ParseOutcome;
    },
    async attachments(raw, wanted) {
      return (await ask({ kind: 'attachments', raw, wanted })) as AttachmentsOutcome;
    },
    close: () => closePool(pool),
  };
}

function newSlot(): Slot {
  const idle = { child: undefined, job: undefined, ahead: undefined, timer: undefined };
  return { ...idle, stale: false, timedOut: false, ready: false, served: 0, busySince: 0 };
}

/** Gives waiting mails to idle children, the warm ones first; a child is started only when no warm one is free. */
function assignJobs(pool: Pool): void {
  takeBackFromSlow(pool);
  while (pool.queue.length > 0) {
    const idle = pool.slots.filter((slot) => slot.job === undefined);
    const slot = idle.find((one) => one.child !== undefined) ?? idle[0] ?? extraSlot(pool);
    if (slot === undefined) break;
    const job = pool.queue.shift();
    if (job !== undefined) runJob(pool, slot, job);
  }
  sendAhead(pool);
}

/** A small mail for each child that is at work and has none. */
function sendAhead(pool: Pool): void {
  for (const slot of pool.slots) {
    const [job] = pool.queue;
    if (job === undefined || job.request.raw.byteLength > MAX_AHEAD_BYTES) break;
    const { child, ready, ahead } = slot;
    if (child === undefined || !ready || slot.job === undefined || ahead !== undefined || isSlow(slot)) continue;
    slot.ahead = pool.queue.shift();
    sendToChild(child, job);
  }
  if (pool.slots.some(({ ahead }) => ahead !== undefined)) lookAgain(pool, SLOW_MS);
}

/** What lies in the pipe of a slow child goes to another. */
function takeBackFromSlow(pool: Pool): void {
  for (const slot of pool.slots) {
    if (slot.ahead === undefined || !isSlow(slot)) continue;
    takeBackJobAhead(pool, slot);
    slot.stale = true;
  }
}

function takeBackJobAhead(pool: Pool, slot: Slot): void {
  if (slot.ahead !== undefined) pool.queue.unshift(slot.ahead);
  slot.ahead = undefined;
}

function isSlow({ busySince }: Slot): boolean {
  return performance.now() - busySince >= SLOW_MS;
}

function lookAgain(pool: Pool, ms: number): void {
  pool.look ??= setTimeout(
    () => {
      pool.look = undefined;
      if (!pool.closed) assignJobs(pool);
    },
    Math.max(1, ms),
  );
}

/** One more slot, where those of slow mails leave too few; else a look at it later. */
function extraSlot(pool: Pool): Slot | undefined {
  const { workers } = pool.options;
  // Starting takes long where the machine is busy, and more than one more at a time would make that worse.
  const starting = pool.slots.filter(({ ready }) => !ready).length;
  const slowIn = pool.slots.map(({ busySince, ready }) => {
    if (ready) return busySince + SLOW_MS - performance.now();
    return starting > workers ? SLOW_START_MS : busySince + SLOW_START_MS - performance.now();
  });
  const slow = slowIn.filter((ms) => ms <= 0).length;
  if (pool.slots.length - slow < workers && pool.slots.length < workers + MAX_EXTRA) {
    const slot = newSlot();
    pool.slots.push(slot);
    return slot;
  }
  lookAgain(pool, Math.min(SLOW_MS, ...slowIn.filter((ms) => ms > 0)));
  return undefined;
}

/** A slot that is no longer needed goes, with its child. */
function dropExtraSlot(pool: Pool, slot: Slot): void {
  if (pool.queue.length > 0 || pool.slots.length <= Math.max(1, pool.options.workers)) return;
  dismiss(pool, slot);
  pool.slots.splice(pool.slots.indexOf(slot), 1);
}

function runJob(pool: Pool, slot: Slot, job: Job): void {
  slot.job = job;
  slot.busySince = performance.now();
  slot.timedOut = false;
  const child = slot.child ?? startChild(pool, slot);
  slot.child = child;
  child.ref();
  child.channel?.ref();
  if (slot.ready) sendJob(pool, slot, child, job);
  else killAfter(slot, child, START_TIMEOUT_MS);
}

function sendJob(pool: Pool, slot: Slot, child: ChildProcess, job: Job): void {
  slot.busySince = performance.now();
  killAfter(slot, child, pool.options.timeoutMs);
  sendToChild(child, job);
}

function sendToChild(child: ChildProcess, { request }: Job): void {
  child.send(request, (error) => {
    if (error !== null) child.kill('SIGKILL');
  });
}

function killAfter(slot: Slot, child: ChildProcess, ms: number): void {
  clearTimeout(slot.timer);
  slot.timer = setTimeout(() => {
    slot.timedOut = true;
    child.kill('SIGKILL');
  }, ms);
}

function startChild(pool: Pool, slot: Slot): ChildProcess {
  const { maxHeapMb, bounds } = pool.options;
  const child = forkParser(maxHeapMb, bounds);
  slot.served = 0;
  slot.ready = false;
  slot.stale = false;
  child.on('message', (reply: ParserReply) => {
    if (slot.child !== child) return;
    if (reply === 'ready') {
      slot.ready = true;
      if (slot.job !== undefined) sendJob(pool, slot, child, slot.job);
      return;
    }
    slot.served++;
    if (reply.spent || slot.stale) dismiss(pool, slot);
    finishJob(pool, slot, reply.outcome);
  });
  child.on('error', () => child.kill('SIGKILL'));
  child.on('exit', (code, signal) => {
    if (slot.child === child) childDied(pool, slot, code, signal);
  });
  return child;
}

function finishJob(pool: Pool, slot: Slot, outcome: Outcome): void {
  clearTimeout(slot.timer);
  const { job, child } = slot;
  slot.job = slot.ahead;
  slot.ahead = undefined;
  if (slot.job !== undefined && child !== undefined) {
    slot.busySince = performance.now();
    killAfter(slot, child, pool.options.timeoutMs);
  } else {
    // An idle child must not keep the process alive.
    child?.unref();
    child?.channel?.unref();
  }
  job?.answer(outcome);
  assignJobs(pool);
  if (slot.job === undefined) dropExtraSlot(pool, slot);
}

/** Lets go of a child between two mails. */
function dismiss(pool: Pool, slot: Slot): void {
  takeBackJobAhead(pool, slot);
  slot.child?.kill('SIGKILL');
  slot.child = undefined;
}

function childDied(pool: Pool, slot: Slot, code: number | null, signal: NodeJS.Signals | null): void {
  slot.child = undefined;
  takeBackJobAhead(pool, slot);
  const { job } = slot;
  if (job === undefined) return;
  if ((slot.served > 0 || !slot.ready) && !slot.timedOut && !job.retried && !pool.closed) {
    // It may have died of what earlier mails left behind, or before it had this one: one more try, in a fresh child.
    clearTimeout(slot.timer);
    slot.job = undefined;
    runJob(pool, slot, { ...job, retried: true });
    return;
  }
  finishJob(pool, slot, failureOf(pool, slot, code, signal));
}

/** V8 aborts (SIGABRT) when its heap is full; a SIGKILL that is not ours comes from a kernel out of memory. */
function failureOf(pool: Pool, slot: Slot, code: number | null, signal: NodeJS.Signals | null): Failure {
  if (slot.timedOut && !slot.ready)
    return { ok: false, fault: 'parser-crashed', detail: `not started within ${START_TIMEOUT_MS} ms` };
  if (slot.timedOut) {
    return { ok: false, fault: 'parser-timeout', detail: `not read within ${pool.options.timeoutMs} ms` };
  }
  if (!pool.closed && (signal === 'SIGABRT' || signal === 'SIGKILL' || code === 134)) {
    return { ok: false, fault: 'parser-out-of-memory', detail: `more than ${pool.options.maxHeapMb} MB of memory` };
  }
  return { ok: false, fault: 'parser-crashed', detail: pool.closed ? 'shutting down' : `ended with ${signal ?? code}` };
}

async function closePool(pool: Pool): Promise<void> {
  pool.closed = true;
  clearTimeout(pool.look);
  for (const slot of pool.slots) takeBackJobAhead(pool, slot);
  const waiting = pool.queue.splice(0);
  for (const job of waiting) job.answer({ ok: false, fault: 'parser-crashed', detail: 'shutting down' });
  const children = pool.slots.flatMap((slot) => (slot.child === undefined ? [] : [slot.child]));
  await Promise.all(
    children.map(
      (child) =>
        new Promise<void>((ended) => {
          if (child.exitCode !== null || child.signalCode !== null) return ended();
          child.ref();
          child.once('exit', () => ended());
          child.kill('SIGKILL');
        }),
    ),
  );
}
