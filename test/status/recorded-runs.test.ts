import { closeSync, openSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readSmallBytes } from '../../src/files/read-small-file.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { isWrittenBy } from '../../src/record/written-by.ts';
import { lastRecordedRuns } from '../../src/status/recorded-runs.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/files/read-small-file.ts', { spy: true });
vi.mock('../../src/record/written-by.ts', { spy: true });

const MINUTE_MS = 60_000;
const GONE_PID = 4_194_305;
const hash = '0'.repeat(16);
const unchanged = { kind: 'unchanged', why: 'noDifference' };
const behindAnother = { kind: 'skipped', why: 'runLockHeld' };

/** A folder where each run begins a minute before the one after it, the last one a minute ago. */
function folderOf(...runs: readonly (readonly [id: string, outcome: object | null, pid?: number])[]) {
  const folder = tempFolder();
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  for (const [index, [id, outcome, pid = GONE_PID]] of runs.entries()) {
    const startedAtMs = nowMs - (runs.length - index) * MINUTE_MS;
    const started_at = new Date(startedAtMs).toISOString();
    const header = {
      format: 1,
      watcher: '1',
      machine: '0'.repeat(64),
      run_id: runIdOf(id),
      host: 'b-1',
      pid,
    };
    const lines = [
      { ...header, started_at, settings: {}, hash },
      { at: 1, actor: 'watcher', event: { type: 'xstate.init' }, state: 'reading', hash },
      ...(outcome === null ? [] : [{ at: 5_000, outcome, exit_code: 0, events: 1, hash }]),
    ];
    const file = join(folder, recordingName(startedAtMs, runIdOf(id)));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    utimesSync(file, (startedAtMs + 7_000) / 1_000, (startedAtMs + 7_000) / 1_000);
  }
  return { folder, startOfLastMs: nowMs - MINUTE_MS };
}

function runIdOf(id: string): string {
  return id.padStart(16, '0');
}

const NOTHING = { lastStartAt: null, lastRun: null };

test.each([
  ['no folder at all', () => null],
  ['a folder that is not there', () => join(tempFolder(), 'gone')],
  ['a folder without recordings', () => folderOf().folder],
])('%s has no recorded run', async (_, folder) => {
  const recorded = await lastRecordedRuns(folder());
  expect(recorded).toMatchObject(NOTHING);
  expect(recorded.has(runIdOf('a'))).toBe(false);
});

test('the last run that ended is read from its end, and nothing else in the folder is a recording', async () => {
  const failed = { kind: 'failed', failure: { kind: 'lockLost', message: 'one\ntwo' } };
  const { folder, startOfLastMs } = folderOf(['a', unchanged], ['b', failed]);
  for (const name of ['zzz.txt', `${recordingName(Date.now(), runIdOf('c'))}.tmp`])
    writeFileSync(join(folder, name), '');
  const recorded = await lastRecordedRuns(folder);
  expect(recorded.lastStartAt).toBe(new Date(startOfLastMs).toISOString());
  expect(recorded.lastRun).toEqual({
    ...{ run_id: runIdOf('b'), outcome: 'failed/lockLost', took_ms: 5_000 },
    at: new Date(startOfLastMs + 5_000).toISOString(),
    message: 'one\\u{a}two',
  });
  expect(['a', 'b', 'c'].map((id) => recorded.has(runIdOf(id)))).toEqual([true, true, false]);
});

test('a killed run lasted until the last word of its recording', async () => {
  const { folder, startOfLastMs } = folderOf(['a', unchanged], ['b', null]);
  expect((await lastRecordedRuns(folder)).lastRun).toEqual({
    ...{ run_id: runIdOf('b'), outcome: 'killed', took_ms: 7_000 },
    at: new Date(startOfLastMs + 7_000).toISOString(),
    message: expect.stringContaining('no end'),
  });
});

test('a killed run whose number another process has by now was killed all the same', async () => {
  const { folder } = folderOf(['a', unchanged], ['b', null, process.pid]);
  const file = join(folder, readdirSync(folder).toSorted().at(-1)!);
  expect((await lastRecordedRuns(folder)).lastRun).toMatchObject({ run_id: runIdOf('b'), outcome: 'killed' });
  const written = openSync(file, 'a');
  expect((await lastRecordedRuns(folder)).lastRun).toMatchObject({ run_id: runIdOf('a'), outcome: 'unchanged' });
  closeSync(written);
});

test('a run whose process may not be looked at goes on, unless the host was started since', async () => {
  const { folder } = folderOf(['a', unchanged], ['b', null]);
  const last = async () => {
    vi.mocked(isWrittenBy).mockReturnValueOnce(null);
    return (await lastRecordedRuns(folder)).lastRun?.outcome;
  };
  expect(await last()).toBe('unchanged');
  const file = join(folder, readdirSync(folder).toSorted().at(-1)!);
  utimesSync(file, Date.now() / 1_000 - uptime() - 60, Date.now() / 1_000 - uptime() - 60);
  expect(await last()).toBe('killed');
});

test('runs that found another one in the way are passed over, and not for ever', async () => {
  const skipped = (count: number) => Array.from({ length: count }, (_, at) => [`b${at}`, behindAnother] as const);
  const outcomeBehind = async (count: number) =>
    (await lastRecordedRuns(folderOf(['a', unchanged], ...skipped(count)).folder)).lastRun?.outcome;
  expect([await outcomeBehind(1), await outcomeBehind(19), await outcomeBehind(20)]).toEqual([
    'unchanged',
    'unchanged',
    undefined,
  ]);
});

test('where two recordings do not answer, the others are not waited for', async () => {
  const { folder } = folderOf(['a', unchanged], ['b', unchanged], ['c', unchanged]);
  const lastOf = async (...codes: readonly string[]) => {
    for (const code of codes) vi.mocked(readSmallBytes).mockRejectedValueOnce(Object.assign(new Error('x'), { code }));
    return (await lastRecordedRuns(folder)).lastRun?.run_id;
  };
  expect(await lastOf('ETIMEDOUT')).toBe(runIdOf('b'));
  expect(await lastOf('EACCES', 'EACCES')).toBe(runIdOf('a'));
  expect(await lastOf('ETIMEDOUT', 'ETIMEDOUT')).toBe(undefined);
});
