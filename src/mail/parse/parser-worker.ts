/** The child process of parser-pool.ts: reads one mail after the other, in the order in which they come, and answers each. */

import { flushCompileCache } from 'node:module';
import { cutText } from '../../domain/cut-text.ts';
import type { ParseOutcome } from '../../domain/mail/parsed-mail.ts';
import type { ParseBounds } from './parse-bounds.ts';
import { parseMail, readAttachments } from './parse-mail.ts';
import type { AttachmentsOutcome, ParserReply, ParserRequest } from './parser-child.ts';

/** Grown beyond this, a child is replaced rather than kept: memory that Node keeps would add up over the pool. */
const SPENT_RSS = 400 * 1024 * 1024;
/** Asking for it costs a millisecond, so it is asked once in so many bytes of mail. */
const ASK_RSS_EVERY = 1024 * 1024;

const bounds = JSON.parse(process.argv[2] ?? '{}') as ParseBounds;

async function answerRequest(request: ParserRequest): Promise<ParseOutcome | AttachmentsOutcome> {
  const raw = Buffer.from(request.raw.buffer, request.raw.byteOffset, request.raw.byteLength);
  try {
    if (request.kind === 'parse') return await parseMail(raw, bounds);
    return { ok: true, attachments: await readAttachments(raw, request.wanted, bounds) };
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { ok: false, fault: 'undecodable', detail: cutText(detail, 500) };
  }
}

let isFirst = true;
let bytesSinceAsked = 0;

function isSpent(bytes: number): boolean {
  bytesSinceAsked += bytes;
  if (bytesSinceAsked < ASK_RSS_EVERY) return false;
  bytesSinceAsked = 0;
  return process.memoryUsage.rss() > SPENT_RSS;
}

let last: Promise<void> = Promise.resolve();
// The next one may come before the last is read.
process.on('message', (request: ParserRequest) => {
  last = last.then(() => handle(request));
});

async function handle(request: ParserRequest): Promise<void> {
  const outcome = await answerRequest(request);
  const reply: ParserReply = { outcome, spent: isSpent(request.raw.byteLength) };
  // Node does this at the end of a process, and this one is killed, perhaps as soon as it has answered.
  if (isFirst) flushCompileCache();
  isFirst = false;
  process.send?.(reply);
}

process.on('disconnect', () => process.exit(0));
const ready: ParserReply = 'ready';
process.send?.(ready);
