import type { TokenKeys } from '../decide/mail/match/reply-token.ts';
import type { Mailboxes } from '../domain/desk/mailboxes.ts';
import { DAY_MS, type Rules } from '../domain/desk/rules.ts';
import type { EpochMs } from '../domain/ticket/ids.ts';
import type { Words } from '../domain/words.ts';
import type { HintQueue } from '../queue/queue.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Database } from '../store/database.ts';

/** What every flow works with; app.ts builds it once for a process. */
export type Desk = Mailboxes & {
  database: Database;
  queue: Pick<HintQueue, 'hint'>;
  rules: Rules;
  keys: TokenKeys;
  /** our sentences in other languages */
  words: Words;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
};

/** When reply addresses and links made now stop working. */
export function tokenExpiry(desk: Desk, now: EpochMs): EpochMs {
  return now + desk.rules.tokenDays * DAY_MS;
}
