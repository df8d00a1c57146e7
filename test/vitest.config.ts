import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ResultReporter } from './support/result-reporter.ts';
import { SlowFirst } from './support/slow-first.ts';

/** What `npm run check` and `npm run watch` run: no built program, and nothing that takes seconds. */
const unit = [
  'test/*.test.ts',
  // What mocks modules needs a process to itself.
  'test/commands/!(run-once).test.ts',
  'test/{config,discovery,docs,host,http,locks,machines,mutation,record,report,settings}/**/*.test.ts',
];
const laws = ['test/laws/**/*.test.ts'];
const simulation = ['test/simulation/**/*.test.ts'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    environment: 'node',
    globalSetup: ['test/support/folder-of-run.ts'],
    setupFiles: ['test/support/fixed-chance.ts'],
    // Tests start real processes; a busy host must not turn patience into failure, and only what hangs takes so long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    pool: 'forks',
    // Most tests wait for processes rather than compute: as many workers as cores would leave half of these idle.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: SlowFirst },
    reporters: ['default', new ResultReporter()],
    projects: [
      // To import takes most of their time, and none leaves anything behind that another could see.
      { extends: true, test: { name: 'unit', include: unit, isolate: false } },
      { extends: true, test: { name: 'laws', include: laws } },
      { extends: true, test: { name: 'simulation', include: simulation } },
      {
        extends: true,
        test: { name: 'real', include: ['test/**/*.test.ts'], exclude: [...unit, ...laws, ...simulation] },
      },
    ],
  },
});
