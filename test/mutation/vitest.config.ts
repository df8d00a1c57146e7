import { defineConfig } from 'vitest/config';

/** For `npm run mutate` alone: one project, only the tests that the mutated files are held against. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    environment: 'node',
    globalSetup: ['test/support/folder-of-run.ts'],
    setupFiles: ['test/support/fixed-chance.ts'],
    include: (process.env['MUTATION_TESTS'] ?? 'test/machines/**/*.test.ts').split(','),
    // A test of what something costs cannot be held against instrumented code.
    exclude: ['test/**/*-cost.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
