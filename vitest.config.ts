import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/support/long-files-first.ts';

/** TEST_RESULTS names a file for the results as JSON; .ci/run counts by it. */
const results = process.env['TEST_RESULTS'];

export default defineConfig({
  test: {
    include: ['test/{unit,integration,e2e,faults,hostile}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Bounds catch what stands still and not what is slow: longer than PATIENCE_MS of test/support/desk-world.ts.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most long files wait for servers and timers: three on two cores leave neither idle, and no test without its turn.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
