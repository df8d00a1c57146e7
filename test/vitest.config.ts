import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LeftOutReporter } from './support/left-out-reporter.ts';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['test/support/fixed-chance.ts'],
    // Tests start real processes; a noisy machine must not turn patience into failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Most tests wait for processes rather than compute: one worker fewer than cores, the default, would leave half idle.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: ['default', new LeftOutReporter()],
  },
});
