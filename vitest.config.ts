import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/support/long-files-first.ts';
import { PATIENCE_MS } from './test/support/wait-for.ts';

/** TEST_RESULTS names a file for the results as JSON; .ci/run counts by it. */
const results = process.env['TEST_RESULTS'];

export default defineConfig({
  test: {
    include: ['test/{unit,integration,e2e,faults,hostile}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Bounds catch what stands still and not what is slow: longer than a test waits for a condition.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    pool: 'forks',
    // Most long files wait for servers and timers: three on two cores leave neither idle, and no test without its turn.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
