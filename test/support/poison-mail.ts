import { readFileSync } from 'node:fs';
import { DESK } from './played-desk.ts';
import { writeMail } from './sent-mail.ts';

const POISON_BYTES = 45 * 1024 * 1024;
/** A parser has some 120 MB with small mails in hand, and 190 to 260 MB with the large one. */
const LARGE_BYTES = 170 * 1024 * 1024;
/** One of the largest mails that are read at all: a parser that has it in hand is known by its size. */
export function poisonMail(): Buffer {
  const line = '<p>a <b>b</b></p>\n';
  const html = line.repeat(Math.ceil(POISON_BYTES / line.length));
  return writeMail({ from: 'poison@customer.example', to: DESK, headers: ['Content-Type: text/html'], text: html });
}

/**
 * Gives this signal to each parser of the process that has the large mail in hand: killed by the kernel, or frozen. A child that
 * is still a copy of its parent is as large as that; frozen there, it would freeze the parent too, which waits for it to begin.
 */
export function whileReadingIt(pid: number, signal: NodeJS.Signals): () => void {
  const timer = setInterval(() => {
    for (const child of childrenOf(pid))
      if (isParser(child) && residentBytes(child) > LARGE_BYTES) process.kill(child, signal);
  }, 10);
  return () => clearInterval(timer);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function isParser(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('parser-worker');
  } catch {
    return false;
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
