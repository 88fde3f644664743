import type { TokenKeys } from '../decide/mail/reply-token.ts';
import type { EpochMs } from '../domain/ids.ts';
import { DAY_MS, type Policy } from '../domain/policy.ts';
import type { HintQueue } from '../queue/queue.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Database } from '../store/database.ts';

/** What every flow works with; app.ts builds it once for a process. */
export type Desk = {
  database: Database;
  queue: Pick<HintQueue, 'hint'>;
  policy: Policy;
  keys: TokenKeys;
  locale: string;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
};

/** When reply addresses and links made now stop working. */
export function tokenExpiry(desk: Desk, now: EpochMs): EpochMs {
  return now + desk.policy.tokenDays * DAY_MS;
}
