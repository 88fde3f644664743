import { defineConfig } from 'vitest/config';

/** TEST_RESULTS names a file for the results as JSON; .ci/run counts by it. */
const results = process.env['TEST_RESULTS'];

export default defineConfig({
  test: {
    include: ['test/{unit,integration,e2e,faults,hostile}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
