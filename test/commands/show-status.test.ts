import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { brakeText } from '../../src/board/brake-record.ts';
import { nodeRecordText } from '../../src/board/node-record.ts';
import { showStatus, watchStatus } from '../../src/commands/show-status.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { hostLock } from '../../src/host-lock/host-lock.ts';
import { createFileBoard } from '../../src/locks/file/board.ts';
import { intentOf } from '../../src/node-files/intent.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { askCluster } from '../../src/status/ask-cluster.ts';
import { VERSION } from '../../src/version.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/host-lock/host-lock.ts', { spy: true });
const { hostLock: realHostLock } = await vi.importActual<typeof import('../../src/host-lock/host-lock.ts')>(
  '../../src/host-lock/host-lock.ts',
);

test('a node where nothing runs is idle', async () => {
  const { ask, flags } = node();
  const { lock_file: lockFile } = flags;
  expect(await ask()).toEqual({
    text: [
      'now        idle: no run is in progress',
      'last run   none has ended yet',
      'refresh    none has succeeded yet',
      'handbrake  released',
      'discovery  no run has had an answer for all groups yet',
      `lock       free: file ${lockFile}`,
      'brake      off',
      'next       run watcher once, or wait for cron: no run has ended on this node yet',
      '',
    ].join('\n'),
    code: 0,
    warnings: [],
  });
  expect(JSON.parse((await ask({ json: true })).text)).toMatchObject({ busy: false, run: null, refresh: null });
});

test('a node whose run lock has no folder yet is idle', async () => {
  const { folder } = node();
  const later = { run_lock_file: join(folder, 'later', 'pid'), state_file: join(folder, 'later', 'state.json') };
  const flags = { ...flagsIn(folder), ...later };
  expect(await showStatus(flags, { json: false })).toMatchObject({ code: 0, warnings: [] });
});

test('a run in progress is shown by its pid, its run and its time', async () => {
  const { ask, startRun } = node();
  await startRun('run-1');
  const busy = new RegExp(`^now {8}busy: watcher on b-1 \\(pid ${process.pid}, run run-1, for [\\d.]+s\\)\\n`);
  expect(await ask()).toEqual({ text: expect.stringMatching(busy), code: 1, warnings: [] });
  const { code, text } = await ask({ json: true });
  expect({ code, ...JSON.parse(text) }).toMatchObject({
    code: 1,
    busy: true,
    run: { title: 'watcher on b-1', pid: process.pid, run_id: 'run-1' },
    refresh: null,
  });
});

test('a run that refreshes has its refresh command shown as well', async () => {
  const { ask, startRun, startRefresh } = node();
  await startRun('run-1');
  const pgid = await startRefresh('run-1');
  const { text, code } = await ask();
  expect(code).toBe(1);
  expect(text).toMatch(
    new RegExp(`busy: watcher on b-1 \\(.*\\)\\n {11}refreshing HAProxy, for .*s \\(process group ${pgid}\\)\\n`),
  );
});

test('a run that begins while one looks is shown with its refresh', async () => {
  const { ask, flags, startRun, startRefresh } = node();
  const pgid = await startRefresh('run-1');
  await startRun('run-1');
  let looks = 0;
  const spied = vi.mocked(hostLock).mockImplementation((...args) => {
    const lock = realHostLock(...args);
    if (args[0] !== flags.run_lock_file) return lock;
    const look = async () => {
      looks += 1;
      return looks === 1 ? null : lock.look();
    };
    return { ...lock, look };
  });
  onTestFinished(() => void spied.mockImplementation(realHostLock));
  expect(await ask()).toMatchObject({
    code: 1,
    text: expect.stringMatching(new RegExp(`^now +busy: watcher on b-1 .*\\n +refreshing HAProxy, .*${pgid}`)),
  });
});

test('a refresh that outlived its run keeps the node busy until it is gone', async () => {
  const { ask, startRefresh } = node();
  const pgid = await startRefresh('run-1');
  const { text, code } = await ask();
  expect(code).toBe(1);
  expect(text).toMatch(/^now {8}busy: the refresh command of the killed run run-1 is alive, for [\d.]+s\n/);
  expect(JSON.parse((await ask({ json: true })).text)).toMatchObject({ run: null, refresh: { run_id: 'run-1', pgid } });
  process.kill(pgid, 'SIGKILL');
  await expect.poll(async () => (await ask()).code).toBe(0);
});

test('a configuration that refuses to run hides no run', async () => {
  const { folder, startRun } = node();
  await startRun('run-1');
  const config = join(folder, 'watcher.yaml');
  writeFileSync(config, "yt_lock_path: 'unknown: write it'\nnope: 1\nrun_lock_file: pid\nstate_file: state.json\n");
  expect(await showStatus({ config }, { json: false })).toMatchObject({ code: 1, warnings: [] });
});

test.each([
  ['a tab where blanks belong', 'lock: yt\n\trun_lock_file: pid\n'],
  ['a run lock that is no path', 'run_lock_file: [a]\n'],
  ['a run lock without a value', 'run_lock_file:\n'],
  ['no file, though it was named', null],
])('a configuration with %s is a mistake, never idle', async (_, content) => {
  const { folder, flags } = node();
  const config = join(folder, 'other.yaml');
  if (content !== null) writeFileSync(config, content);
  await expect(showStatus({ config, state_file: flags.state_file }, { json: false })).rejects.toThrow(
    /^cannot determine whether a run is in progress: \/.*other\.yaml.*; correct it, or give --run_lock_file and /,
  );
});

test('a configuration that cannot be used is not needed where both files are given', async () => {
  const { folder, flags, startRun } = node();
  const config = join(folder, 'watcher.yaml');
  writeFileSync(config, '- a list');
  await startRun('run-1');
  expect(await showStatus({ ...flags, config }, { json: false })).toMatchObject({ code: 1, warnings: [] });
});

test('a damaged state file gives a warning', async () => {
  const { ask, flags } = node();
  writeFileSync(flags.state_file, '{');
  expect(await ask()).toMatchObject({ code: 0, warnings: [expect.stringContaining(flags.state_file)] });
});

test('a run lock that cannot be looked at is neither idle nor busy', async () => {
  const { ask, flags, folder } = node();
  mkdirSync(join(folder, 'target'));
  symlinkSync('target', flags.run_lock_file);
  const why = `${flags.run_lock_file}: is a symbolic link, where a lock file is expected`;
  const warnings = [`cannot determine whether a run is in progress: ${why}`];
  expect(await ask()).toEqual({ text: '', code: 3, warnings });
  const { text, code } = await ask({ json: true });
  expect({ code, ...JSON.parse(text) }).toEqual({ code: 3, busy: null, run: null, refresh: null, problem: why });
});

test.each([
  ['a state file of another user', (path: string) => chownSync(path, 65_534, 65_534), 'belongs to uid 65534'],
  ['a link in the place of the state file', (path: string) => linkTo(path), 'cannot be read: too many symbolic links'],
])('%s leaves it unknown whether a refresh is alive', async (_, spoil, why) => {
  needs('root');
  const { ask, flags, startRefresh } = node();
  await startRefresh('run-1');
  expect(await ask()).toMatchObject({ code: 1 });
  spoil(flags.state_file);
  expect(await ask()).toMatchObject({ code: 3, warnings: [expect.stringContaining(`${flags.state_file}: ${why}`)] });
});

test('whatever the lock file says stays on one line', async () => {
  const { ask, flags } = node();
  const { startRun } = node(flags);
  await startRun('run-1\nidle: nothing\u001b[2J');
  expect((await ask()).text).toMatch(/^now {8}busy: [^\n\u001b]*\nlast run/);
});

test('runs that ended before they had the run lock are shown by their recordings', async () => {
  const { folder, flags } = node();
  const runs = join(import.meta.dirname, '..', 'runs');
  const recording = (name: string) => readFileSync(join(runs, `${name}.jsonl`), 'latin1');
  const recordDir = join(folder, 'runs');
  mkdirSync(recordDir);
  const keep = (minute: string, text: string) => {
    const [, id = '0123456789abcdef'] = /"run_id":"(\w+)"/.exec(text) ?? [];
    writeFileSync(join(recordDir, `20260131T03${minute}00Z-${id}.jsonl`), text);
  };
  const ask = async () => JSON.parse((await showStatus({ ...flags, record_dir: recordDir }, { json: true })).text);

  expect(await ask()).toMatchObject({ last_run: null, last_start_at: null });
  keep('01', recording('the-handbrake-is-broken'));
  keep('02', recording('another-watcher-is-running'));
  keep('03', 'no recording');
  expect(await ask()).toMatchObject({
    last_run: { outcome: expect.stringMatching(/^failed\/handbrakeBroken/), message: expect.any(String) },
    last_start_at: '2026-01-31T03:03:00.000Z',
  });
  // Nobody has this pid.
  const [header, ...rest] = recording('killed-while-refreshing').trimEnd().split('\n');
  const killed = [header!.replace(/"pid":\d+/, '"pid":4194305'), ...rest].join('\n');
  keep('04', `${killed}\n`);
  expect(await ask()).toMatchObject({
    last_run: { outcome: 'killed' },
    next: { alarm: true, text: expect.stringMatching(/^watcher explain [0-9a-f]{8} says how far/) },
  });
});

test('a recording that a wrong clock has dated ahead hides no later run', async () => {
  const { folder, flags } = node();
  const runs = join(import.meta.dirname, '..', 'runs');
  const recordDir = join(folder, 'runs');
  mkdirSync(recordDir);
  const keep = (recording: string, startedAtMs: number) => {
    const startedAt = new Date(startedAtMs).toISOString();
    const text = readFileSync(join(runs, `${recording}.jsonl`), 'latin1');
    const dated = text.replace(/"started_at":"[^"]+"/, `"started_at":"${startedAt}"`);
    const [, id] = /"run_id":"(\w+)"/.exec(text)!;
    writeFileSync(join(recordDir, recordingName(startedAtMs, id!)), dated);
  };
  const ask = async () => JSON.parse((await showStatus({ ...flags, record_dir: recordDir }, { json: true })).text);
  const ahead = Date.now() + 9_000 * 3_600_000;
  const earlier = Date.now() - 4 * 3_600_000;
  const handbrakeBroken = { outcome: expect.stringMatching(/^failed\/handbrakeBroken/) };

  keep('nothing-has-changed', ahead);
  keep('the-handbrake-is-broken', earlier);
  expect(await ask()).toMatchObject({
    last_run: handbrakeBroken,
    last_start_at: new Date(Math.floor(earlier / 1000) * 1000).toISOString(),
    next: { text: expect.stringMatching(/^see whether cron starts watcher: no run for 4h/) },
  });

  const remembered = {
    run_id: 'a',
    at: new Date(ahead).toISOString(),
    outcome: 'unchanged',
    message: null,
    took_ms: 1,
  };
  const state = { version: 1, generations: {}, last_plan: null, intent: null, last_run: remembered };
  writeFileSync(flags.state_file, JSON.stringify(state));
  expect(await ask()).toMatchObject({ last_run: handbrakeBroken });
});

test('what the nodes share is shown: the lock, the brake, and each node', async () => {
  const { flags, folder, ask } = node();
  const { lock_file: lockFile } = flags;
  writeFileSync(join(folder, 'watcher.yaml'), 'on_refresh_failure: brake\n');
  const lock = hostLock(lockFile);
  expect(await lock.take({ runId: 'f00d', title: 'watcher on b-2' })).toMatchObject({ owner: null });
  onTestFinished(async () => void (await lock.drop()));
  const board = createFileBoard(`${lockFile}.board`);
  const { signal } = new AbortController();
  const mark = {
    node: 'b-3',
    at: new Date().toISOString(),
    runId: 'c',
    plan: '1-a',
    why: 'exited with 1',
    failures: 1,
  };
  await board.write({ name: 'brake', text: brakeText([mark]) }, signal);
  const news = { outcome: 'unchanged', time: mark.at, version: VERSION, plan: null, duration_sec: 1, run_id: 'c' };
  await board.write({ name: 'nodes/b-3', text: nodeRecordText(news) }, signal);
  await board.write({ name: 'nodes/b-4', text: nodeRecordText({ ...news, time: '2026-01-01T00:00:00Z' }) }, signal);
  await board.write({ name: 'nodes/b-5', text: 'none of ours' }, signal);
  const lastRun = { run_id: 'a', at: mark.at, outcome: 'unchanged', message: null, took_ms: 400 };
  const state = { version: 1, generations: {}, last_plan: null, intent: null, last_run: lastRun };
  writeFileSync(flags.state_file, JSON.stringify(state));

  const { text } = await ask({ cluster: true });
  expect(text).toMatch(
    new RegExp(`\nlock {7}held by ${hostname()} \\(pid \\d+, run f00d\\) for [\\d.]+s: file ${lockFile}\n`),
  );
  expect(text).toMatch(/\nbrake {6}on for \S+ more: [\d.]+s ago the refresh failed on b-3: exited with 1\n/);
  expect(text).toMatch(
    /\n {11}b-3 {2}[\d.]+s ago: unchanged\n {11}b-4 {2}silent for \d+h\S+: unchanged\n {11}b-5 {2}said something that cannot be read\n/,
  );
  expect(text).toMatch(/\nnext {7}watcher brake says why; watcher brake release takes it off\n$/);
});

test('on a screen that is shown again and again, a warning steers no terminal either', async () => {
  const { folder, flags } = node();
  const odd = join(folder, 'a\u202eb.pid');
  symlinkSync('elsewhere', odd);
  const shown: string[] = [];
  const isTTY = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown.push(String(text));
    throw new Error('enough');
  });
  onTestFinished(() => {
    write.mockRestore();
    if (isTTY === undefined) Reflect.deleteProperty(process.stdout, 'isTTY');
    else Object.defineProperty(process.stdout, 'isTTY', isTTY);
  });
  await expect(watchStatus({ ...flags, run_lock_file: odd }, { json: false })).rejects.toThrow('enough');
  expect(shown).toHaveLength(1);
  expect(shown[0]!.slice('\u001b[H\u001b[J'.length)).toMatch(/^cannot determine .*a\\u\{202e\}b\.pid/);
  expect(shown[0]).not.toContain('\u202e');
});

test('of a configuration that is refused nothing is shown that a command prints: what is secret is not known', async () => {
  const { flags, ask } = node();
  writeFileSync(flags.config, "lock: file\nhandbrake_command: 'echo y1_AQAD-of-a-token; exit 1'\nno_such_key: 1\n");
  const { text } = await ask();
  expect(text).toContain('no_such_key');
  expect(text).not.toContain('y1_AQAD');
  expect((await ask({ json: true })).text).not.toContain('y1_AQAD');
});

test('a lock service that does not answer is one line, soon, and hides nothing else', async () => {
  const { flags } = node();
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.closeAllConnections());
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const etcd = { lock: 'etcd', lock_name: '/a/b', etcd_endpoints: `http://127.0.0.1:${port}` };
  const { settings } = await loadSettings({ ...flags, ...etcd }, {}, '/');
  const secretFiles = createSecretFiles({ allowUnsafe: false });
  const asked = { settings, redact: (text: string) => text, secretFiles, wantsNodes: true, limitMs: 50 };
  const late = { problem: 'did not answer within 0.05s' };
  expect(await askCluster(asked)).toMatchObject({ lock: late, brake: late, nodes: late });
});

function linkTo(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}

function node(flags = flagsIn(tempFolder())) {
  const folder = join(flags.run_lock_file, '..');
  if (!existsSync(flags.config)) writeFileSync(flags.config, 'lock: file\n');
  return {
    folder,
    flags,
    ask: ({ json = false, cluster = false } = {}) => showStatus(flags, { json, cluster }),

    async startRun(runId: string) {
      const lock = hostLock(flags.run_lock_file);
      expect(await lock.take({ runId, title: 'watcher on b-1' })).toMatchObject({ owner: null });
      onTestFinished(async () => void (await lock.drop()));
    },

    async startRefresh(runId: string): Promise<number> {
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child, 'spawn');
      const intent = intentOf({ runId, pgid: child.pid!, reason: 'changed' });
      const state = { version: 1, generations: {}, last_plan: null, intent };
      writeFileSync(flags.state_file, JSON.stringify(state));
      return child.pid!;
    },
  };
}

function flagsIn(folder: string) {
  return {
    ...{ lock: 'file', lock_file: join(folder, 'cluster.lock'), source: 'file', source_file: join(folder, 'd.json') },
    ...{ handbrake_command: 'true', run_lock_file: join(folder, 'pid'), state_file: join(folder, 'state.json') },
    ...{ stat_file: join(folder, 'stats.json'), log_file: join(folder, 'log'), config: join(folder, 'watcher.yaml') },
  };
}
