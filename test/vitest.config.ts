import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ResultReporter } from './support/result-reporter.ts';

/** What `npm run check` and `npm run watch` run: no built program, and nothing that takes seconds. */
const unit = [
  'test/*.test.ts',
  'test/{commands,config,discovery,docs,host,http,locks,machines,mutation,record,report,settings}/**/*.test.ts',
];
const laws = ['test/laws/**/*.test.ts'];
const simulation = ['test/simulation/**/*.test.ts'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    environment: 'node',
    setupFiles: ['test/support/fixed-chance.ts'],
    // Tests start real processes; a busy host must not turn patience into failure, and only what hangs takes so long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    pool: 'forks',
    // Most tests wait for processes rather than compute: one worker fewer than cores, the default, would leave half idle.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: ['default', new ResultReporter()],
    projects: [
      { extends: true, test: { name: 'unit', include: unit } },
      { extends: true, test: { name: 'laws', include: laws } },
      { extends: true, test: { name: 'simulation', include: simulation } },
      {
        extends: true,
        test: { name: 'real', include: ['test/**/*.test.ts'], exclude: [...unit, ...laws, ...simulation] },
      },
    ],
  },
});
