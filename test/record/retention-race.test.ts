import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { recordingName } from '../../src/record/recording-name.ts';
import { removeOldRecordings } from '../../src/record/retention.ts';
import { tempFolder } from '../support/temp-folder.ts';

const race = vi.hoisted(() => ({ lost: 0 }));

/** Another run is a moment faster with the first of the files. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    unlinkSync(path: string) {
      if (path.endsWith('.jsonl') && race.lost === 0) {
        race.lost += 1;
        fs.unlinkSync(path);
      }
      fs.unlinkSync(path);
    },
  };
});

test('a recording that another run has removed meanwhile is gone, and the next one goes too', () => {
  const folder = tempFolder();
  const nowMs = Date.UTC(2026, 6, 1);
  const name = (digit: string, agoMs: number) => recordingName(nowMs - agoMs, digit.repeat(16));
  for (const [at, digit] of ['a', 'b', 'c'].entries()) writeFileSync(join(folder, name(digit, 3_000 - at)), '{}\n');
  expect(removeOldRecordings(folder, name('f', 0), { keep: 1, maxAgeMs: 86_400_000 }, nowMs)).toBeNull();
  expect([race.lost, readdirSync(folder)]).toEqual([1, []]);
});
