import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome, RunReport } from '../../machines/vocabulary.ts';
import type { Intent } from '../../src/node-files/state-file.ts';
import {
  isCounted,
  nextStatistics,
  type RunFigures,
  readStatistics,
  type Statistics,
  writeStatistics,
} from '../../src/node-files/statistics.ts';
import { QUIET_REPORT } from '../support/quiet-report.ts';
import { tempFolder } from '../support/temp-folder.ts';

const zeros: Statistics = {
  LastLockAcquiredTimestamp: 0,
  LastSuccessFinishTimestamp: 0,
  LastSuccessRunDurationSec: 0,
  LastErrorTimestamp: 0,
  Errors: 0,
  TotalLockedRuns: 0,
  LastRefreshCallTimestamp: 0,
  HaproxyRefreshTry: 0,
  HaproxyRefreshSuccess: 0,
};
const failed: Outcome = { kind: 'failed', failure: { kind: 'lockTimeout', message: 'too late' } };
const outcomes: Outcome[] = [
  { kind: 'refreshed', reason: 'changed' },
  { kind: 'unchanged', why: 'noDifference' },
  { kind: 'wouldRefresh' },
  { kind: 'skipped', why: 'handbrakeEngaged' },
  { kind: 'aborted', signal: 'SIGTERM' },
  failed,
];

test('a good refresh moves every figure but the errors', () => {
  const next = nextStatistics(zeros, figures(outcomes[0]!, { refreshStarted: true, refreshSucceeded: true }));
  expect(next).toEqual({
    ...zeros,
    LastLockAcquiredTimestamp: 1_000,
    LastSuccessFinishTimestamp: 1_100,
    LastSuccessRunDurationSec: 100,
    TotalLockedRuns: 1,
    LastRefreshCallTimestamp: 1_050,
    HaproxyRefreshTry: 1,
    HaproxyRefreshSuccess: 1,
  });
});

test('a run that changed nothing is a success as well', () => {
  for (const outcome of outcomes.slice(1, 4)) {
    const next = nextStatistics(zeros, { ...figures(outcome), refreshAt: null });
    expect(next).toEqual({
      ...zeros,
      LastLockAcquiredTimestamp: 1_000,
      LastSuccessFinishTimestamp: 1_100,
      LastSuccessRunDurationSec: 100,
      TotalLockedRuns: 1,
    });
  }
});

test('a failure is an error and no success, and an abort is neither', () => {
  const before = { ...zeros, LastSuccessFinishTimestamp: 7, LastSuccessRunDurationSec: 8 };
  const locked = { ...before, LastLockAcquiredTimestamp: 1_000, TotalLockedRuns: 1 };
  const afterFailure = nextStatistics(before, { ...figures(failed), refreshAt: null });
  expect(afterFailure).toEqual({ ...locked, LastErrorTimestamp: 1_100, Errors: 1 });
  const aborted = nextStatistics(before, { ...figures({ kind: 'aborted', signal: 'SIGINT' }), refreshAt: null });
  expect(aborted).toEqual(locked);
});

test('a run that took hardly any time took none, and never less than that', () => {
  const durations = [0.2, 0.5, -3].map((durationSec) =>
    nextStatistics(zeros, { ...figures(outcomes[1]!), durationSec }),
  );
  expect(durations.map(({ LastSuccessRunDurationSec }) => LastSuccessRunDurationSec)).toEqual([0, 1, 0]);
});

test('the refresh of a killed run is one that was tried, with no known success', () => {
  const next = nextStatistics(zeros, {
    ...figures({ kind: 'unchanged', why: 'noDifference' }),
    unknownRefreshes: 1,
    refreshAt: 990.9,
  });
  expect(next).toMatchObject({ HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0, LastRefreshCallTimestamp: 990 });
});

test('a refresh is counted once, wherever the run that started it was killed', () => {
  const intent: Intent = {
    run_id: 'run-1',
    pgid: 2,
    starttime: 1,
    boot_id: 'b',
    started_at: new Date(1_050_400).toISOString(),
    reason: 'forced',
  };
  expect(isCounted(zeros, intent)).toBe(false);
  const counted = nextStatistics(zeros, figures(outcomes[0]!, { refreshStarted: true }));
  expect(isCounted(counted, intent)).toBe(true);
  expect(isCounted({ ...zeros, LastRefreshCallTimestamp: 1_049 }, intent)).toBe(false);
});

test('no figure ever goes backwards and every time is whole, whatever the clock does', () => {
  const moment = fc.double({ min: -1e6, max: 4e9, noNaN: true });
  const step = fc.record({
    outcome: fc.constantFrom(...outcomes),
    runLockAt: moment,
    finishedAt: moment,
    durationSec: moment,
    refreshAt: fc.option(moment),
    unknownRefreshes: fc.nat(2),
    started: fc.boolean(),
    succeeded: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let statistics = zeros;
      let tries = 0;
      for (const { outcome, started, succeeded, ...times } of steps) {
        const flags = { refreshStarted: started, refreshSucceeded: started && succeeded };
        const next = nextStatistics(statistics, { ...figures(outcome, flags), ...times });
        for (const [key, value] of Object.entries(next)) {
          expect(Number.isSafeInteger(value) && value >= 0, key).toBe(true);
          if (key !== 'LastSuccessRunDurationSec') expect(value).toBeGreaterThanOrEqual(statistics[key as 'Errors']);
        }
        tries += Number(started) + times.unknownRefreshes;
        statistics = next;
      }
      expect(statistics.HaproxyRefreshTry).toBe(tries);
      expect(statistics.HaproxyRefreshSuccess).toBeLessThanOrEqual(statistics.HaproxyRefreshTry);
      expect(statistics.TotalLockedRuns).toBe(steps.length);
    }),
  );
});

test('a counter at the largest number that can be read again stays there', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  const most = { ...zeros, Errors: Number.MAX_SAFE_INTEGER, TotalLockedRuns: Number.MAX_SAFE_INTEGER };
  const next = nextStatistics(most, { ...figures(failed), refreshAt: null });
  await writeStatistics(path, next);
  expect(await readStatistics(path)).toEqual({ statistics: next, isMissing: false, notes: [] });
  expect(next).toMatchObject({ Errors: Number.MAX_SAFE_INTEGER, TotalLockedRuns: Number.MAX_SAFE_INTEGER });
});

test('a clock that is set back during a run leaves no time after the end of that run', () => {
  const next = nextStatistics(zeros, {
    ...figures(outcomes[0]!),
    runLockAt: 9_000,
    refreshAt: 9_500,
    finishedAt: 1_000,
  });
  expect(Object.values(next).every((value) => value <= 1_000)).toBe(true);
});

test('the file has exactly the nine keys, and what is written is read again', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  const statistics = nextStatistics(zeros, figures(failed));
  expect(await writeStatistics(path, statistics)).toEqual({ notes: [] });
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toEqual(Object.keys(zeros));
  expect(await readStatistics(path)).toEqual({ statistics, isMissing: false, notes: [] });
});

test('without a file, as before the first run, the statistics are zero', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  expect(await readStatistics(path)).toEqual({ statistics: zeros, isMissing: true, notes: [] });
});

test('a damaged file is left alone by those who read, and kept by the one who writes', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher_stats.json');
  const good = JSON.stringify({ ...zeros, Errors: 3 });
  for (const text of ['', '{', good.slice(0, -1), good.replace(':3', ':-3'), good.replace('Errors', 'Error'), '[]']) {
    writeFileSync(path, text);
    const { statistics, notes } = await readStatistics(path);
    expect(statistics).toEqual(zeros);
    expect(notes).toEqual([expect.stringContaining(`the statistics start from zero: ${path}: `)]);
    expect(readFileSync(path, 'utf8')).toBe(text);
    const written = await writeStatistics(path, statistics);
    expect(written.notes).toEqual([expect.stringMatching(/was damaged, and is kept as .*\.corrupt-[123]$/)]);
  }
  expect(readdirSync(folder)).toHaveLength(4);
});

test.each([
  ['an empty file', '', 'not JSON: line 1, column 1: expected a value, not the end of the text'],
  ['a list', '[]', 'expected an object with figures, got a list'],
  ['a negative figure', figuresWith({ Errors: -3 }), 'Errors: expected a whole number that is not below 0, got -3'],
  ['a fraction', figuresWith({ Errors: 0.5 }), 'Errors: expected a whole number that is not below 0, got 0.5'],
  ['a text', figuresWith({ Errors: '3\n' }), 'Errors: expected a whole number that is not below 0, got "3\\n"'],
  ['another program’s figures', '{"runs":1}', 'LastLockAcquiredTimestamp: is missing'],
])('%s is told in one line: what is wrong, where, and what was expected', async (_, text, what) => {
  const path = join(tempFolder(), 'watcher_stats.json');
  writeFileSync(path, text);
  expect((await readStatistics(path)).notes).toEqual([`the statistics start from zero: ${path}: ${what}`]);
});

test('a damaged file that cannot be kept is not written over', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher_stats.json');
  writeFileSync(path, 'precious');
  for (const copy of [1, 2, 3]) mkdirSync(`${path}.corrupt-${copy}`);
  await expect(writeStatistics(path, zeros)).rejects.toMatchObject({
    failure: {
      kind: 'statisticsUnwritable',
      message: expect.stringMatching(
        /^the statistics cannot be used: \/.* cannot be set aside: .* \(correct stat_file, /,
      ),
    },
  });
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test('what cannot be read or replaced is a failure, and nothing is lost', async () => {
  const folder = tempFolder();
  const unwritable = { failure: { kind: 'statisticsUnwritable' } };
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'victim'), JSON.stringify(zeros));
  symlinkSync(join(folder, 'victim'), join(folder, 'link'));
  symlinkSync('loop', join(folder, 'loop'));
  await expect(readStatistics(join(folder, 'loop'))).rejects.toMatchObject(unwritable);
  for (const path of ['folder', 'link', 'loop', 'missing/file']) {
    await expect(writeStatistics(join(folder, path), { ...zeros, Errors: 1 }), path).rejects.toMatchObject(unwritable);
  }
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe(JSON.stringify(zeros));
  expect(readdirSync(folder).sort()).toEqual(['folder', 'link', 'loop', 'victim']);
});

function figuresWith(written: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...zeros, ...written });
}

function figures(outcome: Outcome, flags: Partial<RunReport> = {}): RunFigures {
  const report: RunReport = { ...QUIET_REPORT, outcome, ...flags };
  return {
    report,
    runLockAt: 1_000.9,
    finishedAt: 1_100.2,
    durationSec: 99.6,
    refreshAt: 1_050.5,
    unknownRefreshes: 0,
  };
}
