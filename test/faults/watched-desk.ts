import { expect } from 'vitest';
import { freePort } from '../support/child-process.ts';
import type { DeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { type RoleProcess, startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

/** A whole desk as one process, and customers whose mails are counted through whatever breaks. */
export type WatchedDesk = {
  process: RoleProcess;
  /** that many customers, new ones, each write a mail */
  write(customers: number, body?: string): Promise<void>;
  /** waits until each customer so far has one ticket and one receipt that the relay took once; nothing is unknown */
  served(timeoutMs?: number): Promise<void>;
  /** waits until readiness is red and says this; it must answer in time */
  red(reason: RegExp, timeoutMs?: number): Promise<void>;
  green(timeoutMs?: number): Promise<void>;
};

/** A readiness that hangs with what it looks at is of no use; its own checks are given up earlier. */
const ANSWERS_WITHIN_MS = 30_000;

export async function startWatchedDesk(world: DeskWorld, env: Record<string, string> = {}): Promise<WatchedDesk> {
  const port = await freePort();
  const process = await startRole(world, 'all', { HTTP_PORT: String(port), ...env });
  const ready = async () => {
    // Time bound: it is there to say what does not answer.
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return { status: answer.status, text: await answer.text() };
  };
  const customers: string[] = [];
  const count = async (sql: string) => {
    // The database may just be away.
    const [row] = await world.rows<{ count: number }>(`select count(*)::int as count from ${sql}`).catch(() => []);
    return row?.count ?? -1;
  };
  const state = async (
    holds: (answer: { status: number; text: string }) => boolean,
    what: string,
    timeoutMs: number,
  ) => {
    let last = '';
    await waitFor(
      async () => {
        const answer = await ready();
        last = `${answer.status} ${answer.text}`;
        return holds(answer);
      },
      timeoutMs,
      () => `${what}; it was ${last}`,
    );
  };
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  return {
    process,
    write: async (n, body = 'My printer is on fire.') => {
      for (let i = 0; i < n; i++) {
        const from = `c${customers.length + 1}@customer.example`;
        customers.push(from);
        await world.deliver(writeMail({ from, to: DESK, text: body }));
      }
    },
    served: async (timeoutMs = PATIENCE_MS) => {
      const settled = `outbox where state not in ('sent', 'failed', 'cancelled', 'unknown')`;
      await waitFor(
        async () => (await count('tickets')) >= customers.length && (await count(settled)) === 0,
        timeoutMs,
        () => `${customers.length} tickets; ${process.output()}`,
      );
      expect(await world.rows(`select disposition, count(*)::int from inbound_mails group by 1`)).toEqual([
        { disposition: 'ticket', count: customers.length },
      ]);
      expect(await world.rows('select state, count(*)::int from outbox group by 1')).toEqual([
        { state: 'sent', count: 2 * customers.length },
      ]);
      for (const customer of customers) expect(world.countTo(customer), customer).toBe(1);
    },
    red: (reason, timeoutMs = PATIENCE_MS) =>
      state(({ status, text }) => status === 503 && reason.test(text), `readiness red with ${reason}`, timeoutMs),
    green: (timeoutMs = PATIENCE_MS) => state(({ status }) => status === 200, 'readiness green', timeoutMs),
  };
}
