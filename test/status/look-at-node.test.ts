import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { answeringAmong } from '../../src/files/patience.ts';
import { fullFolders } from '../../src/host/full-folders.ts';
import { processEntry } from '../../src/host/process-table.ts';
import { hostLock } from '../../src/host-lock/host-lock.ts';
import { findOrphan } from '../../src/node-files/orphan.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { type LookOptions, type LookSettings, lookAtNode } from '../../src/status/look-at-node.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

vi.mock('../../src/files/patience.ts', { spy: true });
vi.mock('../../src/host/full-folders.ts', { spy: true });
vi.mock('../../src/host/process-table.ts', { spy: true });
vi.mock('../../src/host-lock/host-lock.ts', { spy: true });
vi.mock('../../src/node-files/orphan.ts', { spy: true });
vi.mock('../../src/status/ask-handbrake.ts', () => ({ askHandbrake: async () => RELEASED }));

const RELEASED = { engaged: false, said: null, since: null, release: null };
const MINUTE_MS = 60_000;
const RUN_ID = '0123456789abcdef';

/** A node whose files are all in one folder. */
function bench(more: Partial<LookSettings> = {}) {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const recordDir = path('runs');
  mkdirSync(recordDir);
  const settings: LookSettings = {
    ...{ runLockFile: path('run.pid'), stateFile: path('state.json'), statFile: path('stats.json') },
    ...{ logFile: path('log'), recordDir },
    ...{ handbrakeCommand: 'true', handbrakeTimeoutMs: MINUTE_MS, killGraceMs: 2 * MINUTE_MS, allowUnsafeFiles: false },
    ...more,
  };
  const remember = (left: object) =>
    writeFileSync(path('state.json'), JSON.stringify({ version: 1, generations: {}, intent: null, ...left }));
  const asked = { refused: null, longestRunMs: null, redact: (text: string) => text, cluster: async () => null };
  const look = async (known: Partial<LookOptions> = {}) => (await lookAtNode({ settings, ...asked, ...known })).status;
  /** A recording of a run with this pid that began so long ago, and last said something then where it has no end. */
  const record = (pid: number, agoMs: number, end: object | null = null) => {
    const at = new Date(Date.now() - agoMs);
    const started_at = at.toISOString();
    const header = { format: 1, watcher: '1', machine: '0'.repeat(64), run_id: RUN_ID, host: 'b-1', pid, started_at };
    const file = join(recordDir, recordingName(at.getTime(), RUN_ID));
    const lines = [{ ...header, settings: {} }, ...(end === null ? [] : [end])];
    writeFileSync(file, lines.map((line) => `${JSON.stringify({ ...line, hash: '0'.repeat(16) })}\n`).join(''));
    utimesSync(file, at, at);
  };
  const notes = async () => (await lookAtNode({ settings, ...asked })).notes;
  return { path, settings, remember, look, notes, record };
}

test('a run of an earlier version, which does not say how long it may last, goes by the settings of this node', async () => {
  const { settings, look } = bench();
  const lock = hostLock(settings.runLockFile);
  onTestFinished(async () => void (await lock.drop()));
  await lock.take({ runId: RUN_ID, title: 'watcher on b-1' });
  const longestMs = async (longestRunMs: number | null) => (await look({ longestRunMs })).run?.longestMs;
  expect(await longestMs(70_000)).toBe(70_000);
  expect(await longestMs(null)).toBe(undefined);
  await lock.drop();
  await lock.take({ runId: RUN_ID, title: 'watcher on b-1', longestMs: 90_000 });
  expect(await longestMs(70_000)).toBe(90_000);
});

test('what the last run left is said', async () => {
  const { remember, look } = bench();
  const at = new Date(Date.now() - MINUTE_MS).toISOString();
  const lastRun = { run_id: 'a', at, outcome: 'refreshed', message: null, took_ms: 7 };
  const lastRefresh = { plan: '1-a', times: 2, at };
  remember({ last_run: lastRun, last_refresh: lastRefresh, discovery_at: at });
  expect(await look()).toMatchObject({ lastRun, lastRefresh, discoveryAt: at, handbrake: RELEASED, isRecorded: false });
});

test('room is looked for wherever a run writes', async () => {
  const { look, path, settings } = bench();
  vi.mocked(fullFolders).mockReturnValueOnce(['/full']);
  expect((await look()).fullFolders).toEqual(['/full']);
  const written = ['state.json', 'stats.json', 'run.pid', 'log'].map(path);
  expect(vi.mocked(fullFolders).mock.lastCall).toEqual([[...written, `${settings.recordDir}/any`]]);
  vi.mocked(answeringAmong).mockResolvedValueOnce([]);
  await look();
  expect(vi.mocked(fullFolders).mock.lastCall, 'a disk that does not answer is not looked at').toEqual([[]]);
  const quiet = bench({ logFile: '-', recordDir: null });
  await quiet.look();
  expect(vi.mocked(fullFolders).mock.lastCall).toEqual([['state.json', 'stats.json', 'run.pid'].map(quiet.path)]);
});

test('a run whose process is stopped is said to be', async () => {
  const { look, settings } = bench();
  const child = spawn('sleep', ['600'], { argv0: 'watcher', stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  writeFileSync(settings.runLockFile, `${child.pid}\n`);
  expect(await look()).toMatchObject({ run: { pid: child.pid }, isStopped: false });
  child.kill('SIGSTOP');
  expect(await until('it is stopped', async () => (await look()).isStopped || null)).toBe(true);

  const entry = processEntry(child.pid!)!;
  for (const [state, isStopped] of [
    ['t', true],
    ['D', false],
  ] as const) {
    vi.mocked(processEntry).mockImplementation(() => ({ ...entry, state }));
    expect((await look()).isStopped, `in the kernel’s state ${state}`).toBe(isStopped);
  }
});

test('a recording without an end is that of a killed run, unless its process still writes it', async () => {
  const goingOn = bench();
  goingOn.record(process.pid, uptime() * 500);
  const folder = goingOn.settings.recordDir!;
  const written = openSync(join(folder, readdirSync(folder)[0]!), 'a');
  expect((await goingOn.look()).lastRun).toBe(null);
  closeSync(written);
  expect((await goingOn.look()).lastRun, 'its number is another process’s').toMatchObject({ outcome: 'killed' });

  const gone = bench();
  gone.record(4_194_305, 1_000);
  expect(await gone.look()).toMatchObject({ lastRun: { outcome: 'killed', run_id: RUN_ID }, isRecorded: true });

  const earlierBoot = bench();
  earlierBoot.record(process.pid, uptime() * 1_000 + 60 * MINUTE_MS);
  expect((await earlierBoot.look()).lastRun).toMatchObject({ outcome: 'killed' });
});

test('a recorded run is dated to when it ended', async () => {
  const { look, record } = bench();
  record(process.pid, 10 * MINUTE_MS, { at: 4 * MINUTE_MS, outcome: { kind: 'unchanged' }, exit_code: 0, events: 0 });
  const { lastRun, lastStartAt } = await look();
  expect(lastRun).toMatchObject({ outcome: 'unchanged', took_ms: 4 * MINUTE_MS });
  // The name of a recording has whole seconds.
  const tookMs = Date.parse(lastRun!.at) - Date.parse(lastStartAt!);
  expect(Math.floor(tookMs / 1_000) * 1_000).toBe(4 * MINUTE_MS);
});

test('of the run that is remembered and the one that is recorded the later one is shown', async () => {
  const { remember, look, record } = bench();
  record(4_194_305, 10 * MINUTE_MS);
  const run = (minutesAgo: number) => ({
    ...{ run_id: 'a', outcome: 'unchanged', message: null, took_ms: 7 },
    at: new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString(),
  });
  remember({ last_run: run(5) });
  expect((await look()).lastRun).toMatchObject({ run_id: 'a' });
  remember({ last_run: run(20) });
  expect((await look()).lastRun).toMatchObject({ run_id: RUN_ID });
  remember({ last_run: { ...run(20), run_id: RUN_ID } });
  expect((await look()).lastRun, 'the same run, which knows its end').toMatchObject({ outcome: 'unchanged' });
});

test('what the run in progress says of itself is shown, and nothing that another said', async () => {
  const { look, settings } = bench();
  const lock = hostLock(settings.runLockFile);
  await lock.take({ runId: RUN_ID, title: 'watcher on b-1' });
  onTestFinished(async () => void (await lock.drop()));
  const progress = { state: 'delaying', since: new Date().toISOString(), holder: null, holder_since: null, ahead: 2 };
  const say = (run_id: string) =>
    writeFileSync(`${settings.runLockFile}.progress`, JSON.stringify({ run_id, ...progress }));
  say('another');
  expect((await look()).progress).toBe(null);
  say(RUN_ID);
  expect(await look()).toMatchObject({ run: { runId: RUN_ID }, progress: { run_id: RUN_ID, ...progress } });
});

test('a refresh of a killed run is looked for, and a run that begins meanwhile is its own', async () => {
  const { settings, remember, look, notes } = bench();
  const started_at = new Date().toISOString();
  const intent = { run_id: RUN_ID, boot_id: 'b', pgid: 99, starttime: 1, started_at, reason: 'forced' };
  remember({ intent });
  const refresh = { runId: RUN_ID, pgid: 99, startedAt: started_at };
  vi.mocked(findOrphan).mockReturnValueOnce({ orphan: refresh, notes: [] });
  expect(await look()).toMatchObject({ run: null, refresh });
  expect(vi.mocked(findOrphan)).toHaveBeenLastCalledWith(expect.objectContaining(intent));
  vi.mocked(findOrphan).mockReturnValueOnce({ orphan: null, notes: ['pid 9 is not believed'] });
  expect(await notes()).toEqual(['pid 9 is not believed']);
  const lock = hostLock(settings.runLockFile);
  onTestFinished(async () => void (await lock.drop()));
  await lock.take({ runId: RUN_ID, title: 'watcher on b-1' });
  vi.mocked(hostLock).mockReturnValueOnce({ ...lock, look: async () => null });
  vi.mocked(findOrphan).mockReturnValueOnce({ orphan: refresh, notes: [] });
  expect(await look()).toMatchObject({ run: { runId: RUN_ID }, refresh });
});

test('a state file that is damaged is noted', async () => {
  const { path, notes } = bench();
  expect(await notes()).toEqual([]);
  writeFileSync(path('state.json'), 'none of ours');
  expect(await notes()).toEqual([expect.stringMatching(/^what earlier runs left is not known: /)]);
});

test('in a folder that is not there nobody has the run lock, and otherwise who has it must be known', async () => {
  const { look, settings, path } = bench();
  const at = (runLockFile: string) => look({ settings: { ...settings, runLockFile } });
  expect(await at(path('gone/run.pid'))).toMatchObject({ run: null, progress: null, isStopped: false });
  writeFileSync(path('file'), '');
  await expect(at(path('file/run.pid'))).rejects.toThrow('run.pid');
});
