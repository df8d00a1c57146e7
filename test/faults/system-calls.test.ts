/**
 * Goal: a disk that fails, at any step of any file, leaves the old content or the new one, and an exit code that says so.
 * Method: system calls of the built program fail, or kill it, at their n-th time. One thread does the slow ones:
 *
 *   fsync   1 intent  2 its folder  3 statistics  4 their folder  5 end of the intent  6 its folder
 *   rename  1 intent                2 statistics                  3 end of the intent
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { type Balancer, type Balancers, startBalancers } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { endLeases, intentOf } from './aftermath.ts';
import { type Injection, injecting, ONE_THREAD, withoutTracer } from './slow-calls.ts';

vi.setConfig({ maxConcurrency: 5 });

interface Bench extends Balancers {
  readonly node: Balancer;
  /** A run that finds one pod more than HAProxy has, with one fault. */
  runWith(injection: Injection, args?: readonly string[]): ReturnType<Balancer['run']>;
}

/** A node that has run before: there are old files to lose. */
async function startBench(): Promise<Bench> {
  needs('strace', 'tracing');
  const balancers = await startBalancers(1);
  const node = balancers.nodes[0]!;
  left ??= afterFirstRun();
  for (const [name, text] of await left) writeFileSync(node.path(name), text);
  return {
    ...balancers,
    node,
    async runWith(injection, args = []) {
      const ended = await node.run(['--detailed_exitcode', ...args], ONE_THREAD, injecting(injection));
      return { ...ended, stderr: withoutTracer(ended.stderr) };
    },
  };
}

let left: Promise<readonly (readonly [name: string, text: string])[]> | null = null;

/** What the first run of any node leaves, made once; but for the generations, which are of one discovery only. */
async function afterFirstRun() {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  expect(await node.run(['--dry_run', '--detailed_exitcode'])).toMatchObject({ code: 12 });
  const state = JSON.stringify({ ...JSON.parse(node.read('state.json')), generations: {} });
  return [['stats.json', node.read('stats.json')] as const, ['state.json', state] as const];
}

describe('a file operation that fails', () => {
  const notStarted = {
    code: 5,
    starts: 0,
    says: /^watcher: the refresh command was not started: it cannot be recorded in state_file first: [^\n]+\n$/,
    Errors: 1,
  } as const;
  const uncounted = {
    code: 1,
    starts: 1,
    says: /^watcher: HAProxy was refreshed, but the statistics cannot be used: [^\n]+\n$/,
  } as const;
  const good = { code: 10, starts: 1, says: /^$/ } as const;
  const rows: readonly Row[] = [
    ['the intent cannot be flushed', { call: 'fsync', fault: 'error=EIO', when: '1' }, notStarted],
    ['the intent cannot get its name', { call: 'rename', fault: 'error=EROFS', when: '1' }, notStarted],
    ['the folder of the intent cannot be flushed', { call: 'fsync', fault: 'error=EIO', when: '2' }, notStarted],
    ['the statistics cannot be flushed', { call: 'fsync', fault: 'error=ENOSPC', when: '3' }, uncounted],
    ['the statistics cannot get their name', { call: 'rename', fault: 'error=EXDEV', when: '2' }, uncounted],
    [
      'the folder of the statistics cannot be flushed',
      { call: 'fsync', fault: 'error=EIO', when: '4' },
      { ...uncounted, isCounted: true },
    ],
    [
      'no folder can be flushed, for want of such a thing',
      { call: 'fsync', fault: 'error=EINVAL', when: '2+2' },
      { ...good, isCounted: true },
    ],
    [
      'the end of the intent cannot be flushed',
      { call: 'fsync', fault: 'error=EDQUOT', when: '5' },
      { ...good, isCounted: true },
    ],
    [
      'the end of the intent cannot get its name',
      { call: 'rename', fault: 'error=EIO', when: '3' },
      { ...good, isCounted: true },
    ],
  ];

  for (const [title, injection, expected] of rows) {
    testBesideOthers(`${title}: ${injection.fault}`, async () => {
      const { node, yt, refreshes, runWith } = await startBench();
      const before = node.statistics();
      const ended = await runWith(injection);
      expect(ended.code).toBe(expected.code);
      expect(ended.stderr).toMatch(expected.says);
      expect(refreshes().filter(({ what }) => what === 'start')).toHaveLength(expected.starts);
      expectWholeFiles(node);
      expectNothingLocked(node, yt);
      const { starts, isCounted = false, Errors = 0 } = expected;
      if (starts > 0 && !isCounted) expect(node.statistics()).toEqual(before);

      expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
      expect(intentOf(node)).toBe(null);
      expect(node.statistics()).toMatchObject({ Errors, HaproxyRefreshTry: starts + 1 });
    });
  }
});

type Row = readonly [
  title: string,
  injection: Injection,
  expected: {
    readonly code: number;
    readonly starts: number;
    readonly says: RegExp;
    readonly isCounted?: boolean;
    readonly Errors?: number;
  },
];

describe('a death in the middle of a file operation', () => {
  const deaths = [
    ...['1', '2', '3', '4', '5', '6'].map((when) => ({ call: 'fsync', when })),
    ...['1', '2', '3'].map((when) => ({ call: 'rename', when })),
  ];
  for (const { call, when } of deaths) {
    testBesideOthers(`${call} number ${when}`, async () => {
      const { node, yt, refreshes, runWith } = await startBench();
      expect(await runWith({ call, when, fault: 'signal=SIGKILL:error=EIO' })).toMatchObject({ signal: 'SIGKILL' });
      expectWholeFiles(node);
      const isAnnounced = intentOf(node) !== null;
      endLeases(yt);

      expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
      expectWholeFiles(node);
      expect(intentOf(node)).toBe(null);
      const starts = refreshes().filter(({ what }) => what === 'start').length;
      // A refresh that was announced counts as tried, also when its run died before it could start.
      const announcedOnly = isAnnounced && starts === 1 ? 1 : 0;
      expect(node.statistics()).toMatchObject({ HaproxyRefreshTry: starts + announcedOnly, Errors: 0 });
    });
  }
});

testBesideOthers('the pid file cannot be created: exit 1 and not one request', async () => {
  const { node, yt, yp, runWith } = await startBench();
  const [asked, before] = [yp.requests.length, node.statistics()];
  const ended = await runWith({ call: 'openat', path: node.path('watcher.pid'), fault: 'error=EROFS', when: '3' });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^watcher: the run lock cannot be used: [^\n]+read-only file system[^\n]*\n$/);
  expect(yp.requests).toHaveLength(asked);
  expect(node.statistics()).toEqual(before);
  expectNothingLocked(node, yt);
});

testBesideOthers('the pid file cannot be written: exit 1, and no empty file stays', async () => {
  const { node, yt, runWith } = await startBench();
  const ended = await runWith({ call: 'write', path: node.path('watcher.pid'), fault: 'error=ENOSPC' });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^watcher: the run lock cannot be used: [^\n]+no space left on device[^\n]*\n$/);
  expectNothingLocked(node, yt);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10 });
});

testBesideOthers(
  'the pid file cannot be removed: the outcome stays, the log says so, the next run goes on',
  async () => {
    const { node, yt, runWith } = await startBench();
    expect(await runWith({ call: 'unlink', path: node.path('watcher.pid'), fault: 'error=EROFS' })).toMatchObject({
      code: 10,
      stderr: '',
    });
    expect(node.read('watcher.log')).toMatch(/WARN [^\n]*watcher\.pid: cannot be removed: read-only file system/);
    expect(existsSync(node.path('watcher.pid'))).toBe(true);
    expect(yt.inspect.transactions()).toEqual([]);
    expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
    expectNothingLocked(node, yt);
  },
);

testBesideOthers('statistics that cannot be read are not started from zero: exit 1, and they stay', async () => {
  const { node, yt, runWith } = await startBench();
  const before = node.read('stats.json');
  const ended = await runWith({ call: 'openat', path: node.path('stats.json'), fault: 'error=EIO' });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /^watcher: HAProxy was refreshed, but the statistics cannot be used: [^\n]+i\/o error[^\n]*\n$/,
  );
  expect(node.read('stats.json')).toBe(before);
  expectNothingLocked(node, yt);
});

testBesideOthers('a state file that cannot be read stops the refresh: an earlier one may be alive', async () => {
  const { node, yt, refreshes, runWith } = await startBench();
  const before = node.read('state.json');
  const ended = await runWith({ call: 'openat', path: node.path('state.json'), fault: 'error=EIO' });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /^watcher: it cannot be determined whether an earlier refresh is still alive: [^\n]*state\.json[^\n]+\n$/,
  );
  expect(refreshes()).toEqual([]);
  expect(node.read('state.json')).toBe(before);
  expectNothingLocked(node, yt);
});

testBesideOthers('a recording that cannot be begun, or written to its end, stops nothing', async () => {
  const { node, runWith } = await startBench();
  const recording = node.path('run.jsonl');
  for (const fault of [
    { call: 'openat', path: recording, fault: 'error=EROFS', when: '1' },
    { call: 'pwrite64', path: recording, fault: 'error=ENOSPC', when: '9' },
  ]) {
    expect(await runWith(fault, ['--record', recording, '--force_run'])).toMatchObject({ code: 10, stderr: '' });
  }
  expect(node.read('watcher.log')).toMatch(/WARN [^\n]*run\.jsonl cannot be begun: read-only file system/);
  expect(node.read('watcher.log')).toMatch(/WARN [^\n]*run\.jsonl cannot be written: no space left on device/);
  const lines = readFileSync(recording, 'utf8').trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ exit_code: 10, incomplete: 'no space left on device' });
});

function expectWholeFiles(node: Balancer): void {
  for (const name of ['stats.json', 'state.json']) expect(JSON.parse(node.read(name))).toBeTypeOf('object');
}

function expectNothingLocked(node: Balancer, yt: Balancers['yt']): void {
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(readdirSync(node.path('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}
