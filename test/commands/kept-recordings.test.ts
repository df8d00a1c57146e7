import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRun, recordingsSince } from '../../src/commands/kept-recordings.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOUR_MS = 3_600_000;

function recordings() {
  const folder = tempFolder();
  const now = Date.now();
  const keep = (hoursAgo: number, digit: string) => {
    const path = join(folder, recordingName(now - hoursAgo * HOUR_MS, digit.repeat(16)));
    writeFileSync(path, '');
    return path;
  };
  return { folder, ofWrongClock: keep(-9_000, 'a'), older: keep(2, 'b'), newest: keep(1, 'c') };
}

test('the newest recording is none that a wrong clock has dated ahead', async () => {
  const { folder, newest } = recordings();
  expect(await findRun(folder, {})).toBe(newest);
  expect(await findRun(null, { record_dir: folder })).toBe(newest);
});

test('a recording that somebody has named counts by the start that it says', async () => {
  const { folder, ofWrongClock, older, newest } = recordings();
  const named = join(folder, 'mine.jsonl');
  const startedAgo = (hours: number) =>
    writeFileSync(named, `{"format":1,"started_at":"${new Date(Date.now() - hours * HOUR_MS).toISOString()}"}\n{}\n`);
  const since = (hours: number) => recordingsSince(folder, Date.now() - hours * HOUR_MS);
  startedAgo(40);
  expect(await findRun(folder, {})).toBe(newest);
  expect(since(1.5)).not.toContain(named);
  startedAgo(1.5);
  expect(since(3)).toEqual([ofWrongClock, older, named, newest]);
  startedAgo(0.5);
  expect(await findRun(folder, {})).toBe(named);
  writeFileSync(named, 'no recording');
  expect(await findRun(folder, {})).toBe(newest);
  expect(since(1.5)).not.toContain(named);
});

test('recordings of some hours are in the order in which they began', () => {
  const { folder, ofWrongClock, older, newest } = recordings();
  expect(recordingsSince(folder, Date.now() - 24 * HOUR_MS)).toEqual([ofWrongClock, older, newest]);
});
