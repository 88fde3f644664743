/** How a child of parser-pool.ts is started: parser-worker.ts with a small heap, no secrets and no output. */
import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import type { Attachment, ParseFault, ParseOutcome } from '../../domain/mail/parsed-mail.ts';
import type { ParseBounds } from './parse-bounds.ts';

type ReadAttachment = { index: number; attachment: Attachment; content: Buffer };
export type AttachmentsOutcome =
  | { ok: true; attachments: ReadAttachment[] }
  | { ok: false; fault: ParseFault; detail: string };

/** What goes to a child and what comes back (parser-worker.ts); first of all 'ready', when it has loaded its code. */
export type ParserRequest =
  | { kind: 'parse'; raw: Uint8Array }
  | { kind: 'attachments'; raw: Uint8Array; wanted: number[] | 'all' };
export type ParserReply =
  | 'ready'
  | {
      outcome: ParseOutcome | AttachmentsOutcome;
      /** The child has grown and wants to be replaced. */
      spent: boolean;
    };

export function forkParser(maxHeapMb: number, bounds: ParseBounds): ChildProcess {
  return fork(new URL('./parser-worker.ts', import.meta.url), [JSON.stringify(bounds)], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${maxHeapMb}`, '--max-semi-space-size=4', '--single-threaded-gc', '--no-warnings'],
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/**
 * The child gets no environment, since it needs no secrets; only where Node keeps what it has compiled (in a folder for
 * its version, which it adds itself), the one variable without which Windows starts nothing, and one that keeps glibc from
 * giving each thread an arena of its own, which costs 10 MB.
 */
function childEnvironment(): Record<string, string> {
  const { SystemRoot } = process.env;
  const compiled = getCompileCacheDir();
  return {
    MALLOC_ARENA_MAX: '1',
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(compiled) }),
  };
}
