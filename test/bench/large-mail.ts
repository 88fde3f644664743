/**
 * What a mail of 10 MB costs: `npx node test/bench/large-mail.ts [MEGABYTES]`. Explains one mail with a large file, one with
 * that much plain text and one with that much HTML, each in a fresh `bin/turnmail explain`, and prints the time from
 * start to end, the peak memory of its largest process and the peak of all of its processes together (Linux only).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const bytes = Number(process.argv[2] ?? 10) * 1_000_000;
const turnmail = join(import.meta.dirname, '../../bin/turnmail');
const folder = mkdtempSync(join(tmpdir(), 'turnmail-large-'));

const HEAD = 'From: Jo <jo@x.example>\r\nSubject: a large mail\r\nMIME-Version: 1.0\r\n';
const times = (line: string) => line.repeat(Math.ceil(bytes / line.length));
const lines = (text: string) => text.replace(/.{76}/g, '$&\r\n');
const MAILS: Record<string, () => string> = {
  'a file': () =>
    `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file\r\n--b\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(randomBytes(bytes * 0.73).toString('base64'))}\r\n--b--\r\n`,
  'plain text': () => `${HEAD}\r\n${times('Some words of a very long mail, line by line, and more of them.\r\n')}`,
  HTML: () =>
    `${HEAD}Content-Type: text/html\r\n\r\n${times('<div><p>Some words of a <b>long</b> mail</p></div>\r\n')}`,
};

/** Resident memory of a process and of its descendants, each in MB. */
function memoryOf(pid: number): number[] {
  try {
    const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [own, ...children.flatMap((child) => memoryOf(Number(child)))];
  } catch {
    return [];
  }
}

async function watch(child: ChildProcess): Promise<{ largest: number; sum: number }> {
  const peak = { largest: 0, sum: 0 };
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const memory = memoryOf(child.pid);
    peak.largest = Math.max(peak.largest, ...memory);
    peak.sum = Math.max(
      peak.sum,
      memory.reduce((sum, one) => sum + one, 0),
    );
    await wait(5);
  }
  return peak;
}

try {
  for (const [name, write] of Object.entries(MAILS)) {
    const file = join(folder, 'mail.eml');
    writeFileSync(file, write(), 'latin1');
    const started = performance.now();
    const child = spawn(process.execPath, [turnmail, 'explain', file], { stdio: 'ignore' });
    const { largest, sum } = await watch(child);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    const ended = child.exitCode === 0 ? '' : `, ended with ${child.exitCode ?? child.signalCode}`;
    console.log(
      `${name}: ${seconds} s, largest process ${largest.toFixed(0)} MB, all processes ${sum.toFixed(0)} MB${ended}`,
    );
  }
} finally {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  rmSync(folder, { recursive: true });
}
