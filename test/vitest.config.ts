import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ResultReporter } from './support/result-reporter.ts';
import { SlowFirst } from './support/slow-first.ts';

/** The files of these folders without those that take seconds: every fault in turn, processes by the dozen, how a time grows. */
const quick =
  '!(*-cost|exit|fault-table|live-view|primer-schema|proxy|recorder|run-remains|serve|spelling|wire).test.ts';

/** What `npm run check` and `npm run watch` run: no built program, and nothing that takes seconds. */
const unit = [
  'test/*.test.ts',
  `test/{check,commands,config,consul,discovery,docs,drift,host,http,kubernetes}/**/${quick}`,
  `test/{locks,machines,mutation,record,report,settings,status}/**/${quick}`,
  'test/sandbox/**/!(demo|live-view|official-client|serve|wire).test.ts',
  'test/text/!(escape-output|redact).test.ts',
];
const simulation = ['test/simulation/**/*.test.ts'];
/** What is installed, into a Debian of its own or from a file: `npm run test:packages`. The others of these folders are quick. */
const packages = [
  'test/packaging/{binary,npm-package}.test.ts',
  'test/packaging/debian/!(changelog|examples|install-page|man-page|place|purge-beside-another|schedule|scripts).test.ts',
];

/** What waits by design, as for the next minute of cron, is left to its timeout. */
const runner = 'test/support/patient-runner.ts';

const root = new URL('..', import.meta.url).pathname;

/** What replaces modules by others needs a process to itself. */
const replacing = readdirSync(`${root}/test`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name}`)
  .filter((name) => readFileSync(`${root}/${name}`, 'utf8').includes('\nvi.mock('));

export default defineConfig({
  root,
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
    // What computes goes before what waits: beside others it takes half as long again.
    sequence: { sequencer: SlowFirst, groupOrder: 2 },
    reporters: ['default', new ResultReporter()],
    projects: [
      // To import takes most of their time, and none leaves anything behind that another could see.
      { extends: true, test: { runner, name: 'unit', include: unit, exclude: replacing, isolate: false } },
      { extends: true, test: { runner, name: 'replacing', include: replacing } },
      {
        extends: true,
        // It computes on all cores by itself, in workers that its files share.
        test: {
          runner,
          name: 'simulation',
          include: simulation,
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'packages', include: packages, isolate: false } },
      {
        extends: true,
        test: {
          runner,
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, ...replacing, ...simulation, ...packages],
          isolate: false,
        },
      },
    ],
  },
});
