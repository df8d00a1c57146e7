import { closeSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordingName } from '../../src/record/recording-name.ts';
import { removeOldRecordings } from '../../src/record/retention.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW = Date.UTC(2026, 6, 1);
const DAY = 86_400_000;
const YEAR = 365 * DAY;
const MONTH = 30 * DAY;

test('what is too old goes, where the clock and the newest recording agree', () => {
  const node = folderWith([-40 * DAY, -31 * DAY, -29 * DAY, -DAY]);
  expect(node.runAt(NOW)).toEqual([-29 * DAY, -DAY, 0]);
});

test('what is just as old as it may be stays, and what is older goes though runs paused for just so long', () => {
  expect(folderWith([-MONTH, -DAY]).runAt(NOW)).toEqual([-MONTH, -DAY, 0]);
  expect(folderWith([-45 * DAY, -15 * DAY]).runAt(NOW)).toEqual([-15 * DAY, 0]);
});

test('where one recording is of another clock, only their number counts', () => {
  const dates = [-40 * DAY, -31 * DAY, -29 * DAY, -DAY, 73 * YEAR];
  expect(
    folderWith(dates)
      .runAt(NOW)
      .toSorted((one, other) => one - other),
  ).toEqual([...dates.slice(0, 4), 0, 73 * YEAR]);
});

describe('what is too old goes', () => {
  /** A folder with files that are too old, or never were recordings; a run of now looks at it. */
  function bench(files: Readonly<Record<string, string>>) {
    const folder = tempFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const own = recordingName(NOW, 'f'.repeat(16));
    return {
      path: (name: string) => join(folder, name),
      run: () => removeOldRecordings(folder, own, { keep: 1, maxAgeMs: MONTH }, NOW),
      left: () => readdirSync(folder).toSorted(),
    };
  }
  const old = (digit: string) => recordingName(NOW - 40 * DAY, digit.repeat(16));
  const header = (pid: number) => `{"format":1,"pid":${pid},"run_id":"a"}\n`;

  test('but not what a living run still writes', () => {
    const [open, closed, unnamed] = [old('a'), old('b'), old('c')] as const;
    const { path, run, left } = bench({
      ...{ [open]: header(process.pid), [closed]: header(process.pid) },
      [unnamed]: `{"format":1}\n${header(process.pid)}`,
    });
    const fds = [open, unnamed].map((name) => openSync(path(name), 'r'));
    expect(run()).toBe(null);
    expect(left(), 'the pid stands in the first line').toEqual([open]);
    fds.forEach((fd) => void closeSync(fd));
    run();
    expect(left()).toEqual([]);
  });

  test('what is of a process that is gone, and a link instead of a recording', () => {
    const [gone, link] = [old('a'), old('b')] as const;
    const { path, run, left } = bench({ [gone]: header(4_194_305) });
    symlinkSync(path('elsewhere'), path(link));
    expect(run()).toBe(null);
    expect(left()).toEqual([]);
  });

  test('and nothing else: other files stay', () => {
    const names = ['notes.txt', old('a').replace('.jsonl', '.json'), `x${old('b')}`];
    const { run, left } = bench(Object.fromEntries(names.map((name) => [name, ''])));
    expect(run()).toBe(null);
    expect(left()).toEqual(names.toSorted());
  });

  test('and no file stays open', () => {
    const { run } = bench({ [old('a')]: header(process.pid), [old('b')]: '' });
    const before = readdirSync('/proc/self/fd').length;
    run();
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  test('and what cannot be removed is said', () => {
    const { path, run } = bench({});
    mkdirSync(path(old('a')));
    expect(run()).toMatch(/^old recordings in \/\S+ cannot be removed: /);
    expect(removeOldRecordings('/nowhere/at/all', 'own', { keep: 1, maxAgeMs: MONTH }, NOW)).toBe(
      'old recordings in /nowhere/at/all cannot be removed: no such file or folder',
    );
  });
});

test('a recording that is much older than the others goes with the first of them', () => {
  const node = folderWith([-6 * YEAR, -DAY]);
  expect(node.runAt(NOW)).toEqual([-6 * YEAR, -DAY, 0]);
  expect(node.runAt(NOW + 15 * DAY)).toEqual([-6 * YEAR, -DAY, 0, 15 * DAY]);
  expect(node.runAt(NOW + 29.5 * DAY)).toEqual([0, 15 * DAY, 29.5 * DAY]);
});

test.each([73 * YEAR, 12 * YEAR, YEAR, 40 * DAY, -90 * DAY, -40 * YEAR])(
  'runs under a clock that is wrong by %d ms remove nothing',
  (wrongBy) => {
    const node = folderWith([-20 * DAY, -10 * DAY, -DAY]);
    node.runAt(NOW + wrongBy);
    node.runAt(NOW + wrongBy + 300_000);
    node.runAt(NOW + wrongBy + 600_000);
    node.runAt(NOW);
    expect(node.runAt(NOW + 300_000)).toHaveLength(8);
  },
);

test('after a pause that is longer than the age, only the number counts until the runs have gone on for so long', () => {
  const node = folderWith([-40 * DAY, -35 * DAY]);
  expect(node.runAt(NOW)).toEqual([-40 * DAY, -35 * DAY, 0]);
  expect(node.runAt(NOW + 1_000)).toEqual([-40 * DAY, -35 * DAY, 0, 1_000]);
  expect(node.runAt(NOW + 20 * DAY)).toHaveLength(5);
  expect(node.runAt(NOW + 31 * DAY)).toEqual([20 * DAY, 31 * DAY]);
});

test('under a clock that was set right again the newest recordings stay, however many the wrong one has named', () => {
  const node = folderWith([73 * YEAR, 73 * YEAR + 1_000, 73 * YEAR + 2_000], 3);
  expect(node.runAt(NOW)).toEqual([0, 73 * YEAR + 1_000, 73 * YEAR + 2_000]);
  expect(node.runAt(NOW + 1_000)).toEqual([0, 1_000, 73 * YEAR + 2_000]);
  node.runAt(NOW + 2_000);
  expect(node.runAt(NOW + 3_000)).toEqual([1_000, 2_000, 3_000]);
});

test('whatever the clock does, the run of now and as many others as may stay are there', () => {
  const clock = fc.integer({ min: -50 * 365 * 86_400, max: 100 * 365 * 86_400 });
  fc.assert(
    fc.property(fc.array(clock, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (seconds, keep) => {
      const node = folderWith([], keep);
      const past: number[] = [];
      for (const at of new Set(seconds)) {
        past.push(at * 1000);
        const left = node.runAt(NOW + at * 1000);
        expect(left).toContain(at * 1000);
        expect(left.length).toBeLessThanOrEqual(keep);
      }
    }),
    { numRuns: 50 },
  );
});

/** Recordings that began at these distances from NOW; a run adds one and says what is left. */
function folderWith(offsets: readonly number[], keep = 1_000) {
  const folder = tempFolder();
  let runs = 0;
  const add = (atMs: number) => {
    const name = recordingName(atMs, runs.toString(16).padStart(16, '0'));
    runs += 1;
    writeFileSync(join(folder, name), '');
    return name;
  };
  for (const offset of offsets) add(NOW + offset);
  return {
    runAt(atMs: number): readonly number[] {
      expect(removeOldRecordings(folder, add(atMs), { keep, maxAgeMs: MONTH }, atMs)).toBe(null);
      return readdirSync(folder).map((name) => {
        const [date, time] = name.split(/[TZ]/) as [string, string];
        return Date.parse(`${date.replace(/(....)(..)/, '$1-$2-')}T${time.replace(/(..)(..)/, '$1:$2:')}Z`) - NOW;
      });
    },
  };
}
