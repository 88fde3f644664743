import { expect, test } from 'vitest';
import { createProcessor } from '../../../src/flows/decide/create-processor.ts';
import type { ProcessingDesk } from '../../../src/flows/decide/process-waiting.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../../src/mail/parse/parser-pool.ts';
import { createLogger } from '../../../src/runtime/logger.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { loadConfig } from '../../../src/runtime/settings/config.ts';
import { startStoreWorld } from '../../support/store-world.ts';
import { withoutRows } from '../../support/without-rows.ts';

const CONCURRENCY = 3;
/** More than one claim takes, so that a second run would find some too. */
const MAILS = 250;

test('three hints at once have no more mails in hand than PROCESS_CONCURRENCY, and leave none waiting', async () => {
  const world = await startStoreWorld();
  const parser = startParserPool({ workers: 2, timeoutMs: 20_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
  const config = loadConfig([], {
    SUPPORT_ADDRESS: 'Acme Support <support@desk.example>',
    DATABASE_URL: world.url,
    SECRET: '5ec2e7'.repeat(11),
    SENDER_TRUST: 'none',
  });
  let inHand = 0;
  let most = 0;
  const counting = async <T>(work: () => Promise<T>) => {
    inHand++;
    most = Math.max(most, inHand);
    try {
      return await work();
    } finally {
      inHand--;
    }
  };
  const desk: ProcessingDesk = {
    database: world.database,
    queue: { hint: async () => {} },
    rules: config.rules,
    ...withoutRows(config.mailboxes[0].identity),
    words: config.words,
    keys: config.keys,
    clock: { now: () => Date.now() },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
    parser: { ...parser, parse: (raw) => counting(() => parser.parse(raw)) },
    authenticate: () => Promise.reject(new Error('nobody is asked who wrote it')),
    concurrency: CONCURRENCY,
    maxMailBytes: DEFAULT_PARSE_BOUNDS.maxBytes,
  };
  try {
    await world.mails(Array.from({ length: MAILS }, (_, n) => `c${n}@customer.example`));
    const process = createProcessor(desk);
    const { signal } = new AbortController();
    await Promise.all([process(signal), process(signal), process(signal)]);
    expect(most).toBe(CONCURRENCY);
    expect(await world.sql('select count(*)::int as waiting from inbound_mails where disposition is null')).toEqual([
      { waiting: 0 },
    ]);
  } finally {
    await parser.close();
    await world.stop();
  }
});
