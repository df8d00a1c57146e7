/** Goal: who looks at a node whose disk does not answer hears which file that is, and gets the prompt back. */
import { once } from 'node:events';
import type { PathLike } from 'node:fs';
import { existsSync, mkdirSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { runOnce } from '../../src/commands/run-once.ts';
import { showStatus } from '../../src/commands/show-status.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { injecting } from '../faults/slow-calls.ts';
import { startProgram } from '../support/built-program.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** What never answers: all that leads to what begins so, by the call that hangs. */
const hanging = vi.hoisted(() => ({ path: '', calls: [] as string[], stuck: [] as string[] }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const isHanging = (path: unknown) => {
    const follow = (way: string): string => {
      try {
        return real.realpathSync(way);
      } catch {
        return way;
      }
    };
    return hanging.calls.includes('sync') && follow(String(path)).startsWith(hanging.path);
  };
  const guarded = <Call extends (...args: never[]) => unknown>(call: Call) =>
    Object.assign((...args: Parameters<Call>) => {
      if (isHanging(args[0])) hanging.stuck.push(String(args[0]));
      return call(...args);
    }, call);
  return {
    ...real,
    statSync: guarded(real.statSync as never),
    lstatSync: guarded(real.lstatSync as never),
    accessSync: guarded(real.accessSync as never),
    openSync: guarded(real.openSync as never),
    readdirSync: guarded(real.readdirSync as never),
    realpathSync: Object.assign(guarded(real.realpathSync as never), { native: guarded(real.realpathSync.native) }),
  };
});

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const unless =
    <Call extends (path: PathLike, ...rest: never[]) => Promise<unknown>>(name: string, call: Call) =>
    (path: PathLike, ...rest: never[]) =>
      hanging.calls.includes(name) && [String(path), followed(String(path))].some((way) => way.startsWith(hanging.path))
        ? new Promise(() => {})
        : call(path, ...rest);
  const followed = (path: string): string => {
    try {
      return readlinkSync(path);
    } catch {
      return path;
    }
  };
  return {
    ...real,
    open: unless('open', real.open as never),
    stat: unless('stat', real.stat as never),
    readdir: unless('readdir', real.readdir as never),
  };
});
// Five seconds are over at once, and half a minute soon.
vi.mock('../../src/in-time.ts', async (original) => {
  const { inTime } = await original<typeof import('../../src/in-time.ts')>();
  return {
    inTime: (ms: number, answer: Promise<unknown>, late: unknown) => inTime(Math.min(ms / 20, 500), answer, late),
  };
});

const EXEC = { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };
const pathOf = (name: string) => ({ name: 'PATH', value: `FOLDER/${name}` });

const CURE = 'has not answered for 5 s; its disk or its server hangs: see dmesg, and df for that path';

let folder: string;
const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = tempFolder();
  for (const name of ['state', 'stats', 'runs']) mkdirSync(path(name));
  writeFileSync(path('state/state.json'), JSON.stringify({ version: 1, generations: {}, intent: null }));
  writeFileSync(path('watcher.yaml'), 'log_level: INFO\n');
  for (const name of ['primer.json', 'source.json']) writeFileSync(path(name), '{"endpoint_sets":[]}');
});

function flags() {
  return {
    ...{ config: path('watcher.yaml'), lock: 'file', source: 'file', handbrake_command: 'true', log_file: '-' },
    ...{ lock_file: path('lock'), source_file: path('source.json'), primer_json_file: path('primer.json') },
    ...{ state_file: path('state/state.json'), stat_file: path('stats/stats.json') },
    ...{ run_lock_file: path('run.pid'), record_dir: path('runs') },
  };
}

function hangs(name: string, ...calls: readonly string[]): void {
  hanging.stuck = [];
  hanging.path = path(name);
  hanging.calls = [...calls];
}

test.each([
  ['that cannot even be looked for', 'stat'],
  ['that cannot be opened', 'open'],
])('status cannot determine anything by a state file %s', async (_, call) => {
  hangs('state/state.json', call);
  const { code, text, warnings } = await showStatus(flags(), { json: false });
  const message = `cannot determine whether a run is in progress: ${path('state/state.json')}: ${CURE}`;
  expect({ code, text, warnings }).toEqual({ code: 3, text: '', warnings: [message] });
});

test('status shows what does answer, and names what does not', async () => {
  hangs('stats', 'stat');
  const { code, text, warnings } = await showStatus(flags(), { json: false });
  expect([code, warnings]).toEqual([0, [expect.stringContaining(CURE), expect.stringContaining(CURE)]]);
  expect(warnings!.join()).toContain(`${path('stats/stats.json')}: `);
  expect(text).toContain('now        idle: no run is in progress\n');
  hangs('runs', 'readdir');
  expect(await showStatus(flags(), { json: false })).toMatchObject({ code: 0, warnings: [`${path('runs')}: ${CURE}`] });
});

test('status shows the newest run whose recording answers, and waits for two at most that do not', async () => {
  const minute = (at: number) => recordingName(Date.parse('2026-01-02T03:00:00Z') + at * 60_000, `${at}`.repeat(16));
  for (const at of [1, 2, 3, 4]) {
    const [run_id, started_at] = [`${at}`.repeat(16), `2026-01-02T03:0${at}:00.000Z`];
    const header = {
      format: 1,
      watcher: '1',
      machine: '0'.repeat(64),
      run_id,
      host: 'b-1',
      pid: 4_194_305,
      started_at,
    };
    writeFileSync(path(`runs/${minute(at)}`), `${JSON.stringify({ ...header, settings: {}, hash: '0'.repeat(16) })}\n`);
  }
  hangs(`runs/${minute(4)}`, 'open');
  const { text, warnings } = await showStatus(flags(), { json: true });
  expect(JSON.parse(text)).toMatchObject({ last_run: { run_id: '3'.repeat(16), outcome: 'killed' } });
  expect(warnings).toEqual([`${path(`runs/${minute(4)}`)}: ${CURE}`]);

  hangs('runs/2', 'open');
  const none = await showStatus(flags(), { json: true });
  expect(JSON.parse(none.text)).toMatchObject({ last_run: null });
  expect(none.warnings).toEqual([minute(4), minute(3)].map((name) => `${path(`runs/${name}`)}: ${CURE}`));
});

test('check says of every file that does not answer that it does not', async () => {
  hangs('st', 'stat');
  const { code, text } = await check(flags(), { json: true });
  expect(code).toBe(1);
  const { findings } = JSON.parse(text) as { findings: { about: string; text: string }[] };
  expect(findings.map(({ about }) => about)).toEqual(['rest', 'disk', 'disk']);
  for (const name of ['state/state.json', 'stats/stats.json']) expect(text).toContain(`${path(name)}: ${CURE}`);

  hangs('primer.json', 'open');
  const looked = await check(flags(), { json: true });
  expect(looked.code).toBe(1);
  expect(looked.text).toContain(CURE);
  expect(looked.text).toContain('"about": "board"');
});

test.each(['run.pid', 'stats/stats.json', 'metrics/any.prom'])(
  'a run whose %s does not answer at its start ends, says which it is, and takes nothing',
  async (name) => {
    mkdirSync(path('metrics'));
    hangs(name, 'stat', 'sync');
    const message = `${path(name)}: ${CURE.replace('5 s', '30 s')}`;
    await expect(runOnce({ ...flags(), metrics_file: path('metrics/any.prom') })).rejects.toThrow(message);
    expect([hanging.stuck, existsSync(path('run.pid'))]).toEqual([[], false]);
  },
);

test('what settings lead to by a link is named by the path that they have', async () => {
  mkdirSync(path('far'));
  renameSync(path('state/state.json'), path('far/state.json'));
  symlinkSync(path('far/state.json'), path('state/state.json'));
  hangs('far', 'stat', 'sync');
  const { code, warnings } = await showStatus(flags(), { json: false });
  expect([code, hanging.stuck]).toEqual([3, []]);
  expect(warnings!.join()).toContain(`${path('state/state.json')}: ${CURE}`);
});

test.each<[string, { cluster?: object; user?: object }]>([
  ['the authorities of a cluster', { cluster: { 'certificate-authority': 'far/any' } }],
  ['the key of a user', { user: { 'client-certificate': 'cert.pem', 'client-key': 'far/any' } }],
  ['the token of a user', { user: { tokenFile: 'far/any' } }],
  ['the program that a user has asked', { user: { exec: { ...EXEC, command: './far/any' } } }],
  ['a program in PATH that a user has asked', { user: { exec: { ...EXEC, command: 'any', env: [pathOf('far')] } } }],
])('check waits for no file that only a kubeconfig names: %s', async (_, { cluster = {}, user = {} }) => {
  mkdirSync(path('far'));
  for (const name of ['far/any', 'cert.pem', 'key.pem']) writeFileSync(path(name), 'any', { mode: 0o700 });
  const kubeconfig = {
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
    users: [{ name: 'a', user }],
  };
  const text = JSON.stringify(kubeconfig).replaceAll('FOLDER', folder);
  writeFileSync(path('kubeconfig'), text, { mode: 0o600 });
  hangs('far', 'stat', 'open', 'sync');
  const kubernetes = { lock: 'kubernetes', lock_name: 'a/b', kubeconfig: path('kubeconfig') };
  const { text: said } = await check({ ...flags(), ...kubernetes }, { json: true });
  expect([hanging.stuck, said]).toEqual([[], expect.stringContaining(`${path('far/any')}: ${CURE}`)]);
});

test.each([
  ['that is a list', (program: string) => ({ haproxy_refresh_command: [program] })],
  ['of the source', (program: string) => ({ source: 'command', source_command: [program] })],
  ['that a shell finds', (program: string) => ({ haproxy_refresh_command: `exec ${program}` })],
])('check waits for no program of a command %s', async (_, settings) => {
  mkdirSync(path('far'));
  writeFileSync(path('far/any'), '', { mode: 0o700 });
  writeFileSync(path('watcher.yaml'), JSON.stringify({ source: 'file', ...settings(path('far/any')) }));
  hangs('far', 'stat', 'open', 'sync');
  const { source: __, ...others } = flags();
  const { text } = await check(others, { json: true });
  expect([hanging.stuck, text]).toEqual([[], expect.stringContaining(`${path('far/any')}: ${CURE}`)]);
});

test('the program ends although a call of it hangs in the system', async () => {
  needs('strace', 'tracing');
  const args = Object.entries(flags()).flatMap(([name, value]) => [`--${name}`, value]);
  const call = 'openat,lstat,stat,statx,newfstatat';
  const under = injecting({ call, fault: 'delay_enter=30000000', path: path('state/state.json') });
  const { child } = startProgram(['status', ...args], { cwd: folder, under });
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  // The tracer lives on beside the call that hangs, and has the output open.
  const began = performance.now();
  expect(await once(child, 'exit')).toEqual([3, null]);
  expect(performance.now() - began).toBeLessThan(29_000);
  await until('the line is read', () => stderr.includes(`${path('state/state.json')}: ${CURE}`));
});
