import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';

let world: DeskWorld | undefined;
afterEach(() => world?.stop());

const POISON_BYTES = 45 * 1024 * 1024;
/** A parser has some 120 MB with small mails in hand, and 190 to 260 MB with the large one. */
const LARGE_BYTES = 170 * 1024 * 1024;
const OPERATOR = 'olga@acme.example';

/** One of the largest mails that are read at all: a parser that has it in hand is known by its size. */
function poison(): Buffer {
  const line = '<p>a <b>b</b></p>\n';
  const html = line.repeat(Math.ceil(POISON_BYTES / line.length));
  return writeMail({ from: 'poison@customer.example', to: DESK, headers: ['Content-Type: text/html'], text: html });
}

/** Gives this signal to each parser of the process that has the large mail in hand: killed by the kernel, or frozen. */
function whileReadingIt(pid: number, signal: NodeJS.Signals): () => void {
  const timer = setInterval(() => {
    for (const child of childrenOf(pid)) if (residentBytes(child) > LARGE_BYTES) process.kill(child, signal);
  }, 10);
  return () => clearInterval(timer);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

const POISONS = [
  { name: 'kills', env: {}, signal: 'SIGKILL', reason: 'parser-out-of-memory' },
  { name: 'hangs', env: { PARSE_SECONDS: '10' }, signal: 'SIGSTOP', reason: 'parser-timeout' },
] as const;

test.each(POISONS)(
  'a mail that $name the parser is parked with one alert, and the 99 beside it are not kept waiting',
  {
    timeout: 420_000,
  },
  async ({ signal, env, reason }) => {
    const made = await startDeskWorld({ env: { OPERATORS: OPERATOR, ...env } });
    world = made;
    const { pid } = await startRole(made, 'process');
    for (const role of ['send', 'sweep'] as const) await startRole(made, role);
    const poll = await startRole(made, 'poll');
    await made.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    const deliver = async (name: string, count: number) => {
      for (let n = 1; n <= count; n++)
        await made.deliver(writeMail({ from: `${name}-${n}@customer.example`, to: DESK }));
    };
    /** how long the mails of one batch took from being stored to being decided, the longest */
    const longest = async (name: string) => {
      await made.until(`select count(*) = 99 from tickets where email like '${name}-%'`, 150_000);
      const [row] = await made.rows<{ ms: number }>(
        `select max(decided_at - stored_at)::int as ms from inbound_mails where from_address like '${name}-%'`,
      );
      return row?.ms ?? Number.NaN;
    };
    await deliver('before', 99);
    const usual = await longest('before');
    const end = whileReadingIt(pid, signal);
    made.onStop(async () => end());
    await made.deliver(poison());
    await deliver('beside', 99);
    // Another load of the machine than a moment ago is no delay by the mail.
    expect(await longest('beside')).toBeLessThan(2 * usual + 5_000);
    await made.until(`select count(*) = 1 from inbound_mails where disposition = 'parked'`, 120_000);
    expect(await made.rows(`select reason from inbound_mails where disposition = 'parked'`)).toEqual([{ reason }]);
    // The desk looks at itself once a minute; to wait for that once is enough.
    if (signal === 'SIGKILL') await made.mailTo(OPERATOR, 1, 120_000);
    expect(made.countTo(OPERATOR)).toBeLessThanOrEqual(1);
    expect(made.countTo('poison@customer.example')).toBe(0);
    expect(await poll.terminate()).toBe(0);
  },
);
