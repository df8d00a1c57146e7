import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FailureKind, Holder } from '../../machines/vocabulary.ts';
import { ADVICE } from '../../src/report/advice.ts';
import { afterFailure } from '../../src/status/after-failure.ts';
import type { ClusterStatus } from '../../src/status/cluster-status.ts';
import { formatStatus } from '../../src/status/format-status.ts';
import { nextStep } from '../../src/status/next-step.ts';
import type { NodeStatus } from '../../src/status/node-status.ts';
import { statusData } from '../../src/status/status-data.ts';
import { VERSION } from '../../src/version.ts';
import { schemaProblems } from '../support/check-json-schema.ts';

const nowMs = Date.parse('2026-01-02T03:00:00Z');
const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();

const run: Holder = {
  title: 'watcher on b-1',
  host: 'b-1',
  pid: 4711,
  runId: '0123456789abcdef',
  reason: null,
  transaction: null,
  since: ago(4),
  heldForMs: null,
};
const refresh = { runId: 'fedcba9876543210', pgid: 99, startedAt: ago(2) };
const lastRun = { run_id: '89abcdef01234567', at: ago(3), outcome: 'unchanged', message: null, took_ms: 400 };
const failed = { ...lastRun, outcome: 'failed/refreshFailed', message: 'the refresh command exited with 1' };
const progress = {
  run_id: run.runId!,
  state: 'awaitingYtLock',
  since: ago(3),
  holder: null,
  holder_since: null,
  ahead: null,
};

const held = (holder: Partial<Holder> | null): ClusterStatus['lock'] => ({
  holder: holder && { ...run, title: 'watcher on b-2', host: 'b-2', runId: 'b2', heldForMs: 182_000, ...holder },
  waiting: holder && 1,
});
const mark = {
  node: 'b-3',
  at: ago(10),
  agoMs: 600_000,
  runId: 'c',
  plan: '1-abc',
  why: 'the refresh command exited with 1',
  failures: 1,
  leftMs: 1_200_000,
};
const shared: ClusterStatus = {
  lockName: 'etcd /mslb at http://e',
  lock: held(null),
  brake: { marks: [] },
  isBrakeHeeded: true,
  nodes: null,
};
const news = (node: string, minutes: number, outcome = 'unchanged', version = VERSION) => ({
  ...{ node, outcome, version, time: ago(minutes) },
  ...{ plan: null, duration_sec: 0.4, run_id: 'a' },
});

const quiet: NodeStatus = {
  nowMs,
  run: null,
  isStopped: false,
  longestRunMs: 4_200_000,
  refresh: null,
  progress: null,
  lastRun,
  isRecorded: true,
  lastStartAt: ago(3),
  lastRefresh: { plan: '1-abc', times: 1, at: ago(120) },
  discoveryAt: ago(3),
  handbrake: { engaged: false, said: null, since: null, release: null },
  fullFolders: [],
  cluster: shared,
  refused: null,
};

/** Its run has lasted longer than any that is well. */
const hanging: Holder = { ...run, heldForMs: 4_200_001, longestMs: 4_200_000 };

const page = { columns: 80, hasColours: false };
const wide = (change: Partial<NodeStatus>) =>
  formatStatus({ ...quiet, ...change }, { ...page, columns: null })
    .trimEnd()
    .split('\n');
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'status.schema.json'), 'utf8'),
) as Record<string, unknown>;

test('a quiet node is calm', () => {
  expect(formatStatus(quiet, page).trimEnd().split('\n')).toEqual([
    'now        idle: no run is in progress',
    'last run   3m0s ago: unchanged (took 0.4s)',
    'refresh    2h0m0s ago, because pods changed',
    'handbrake  released',
    'discovery  last answered for all groups 3m0s ago',
    'lock       free: etcd /mslb at http://e',
    'brake      off',
    'next       nothing',
  ]);
  expect(formatStatus(quiet, { columns: 80, hasColours: true })).not.toContain('\u001b');
});

test('a run that has outlasted the longest one is said to wait for a disk, and not to end by itself', () => {
  const lines = wide({ run: { ...hanging, since: ago(71) } });
  expect(lines.slice(0, 2)).toEqual([
    'now        busy: watcher on b-1 (pid 4711, run 0123456789abcdef, for 1h11m0s)',
    '           it has outlasted the longest run (1h10m0s), and probably waits for a disk',
  ]);
  expect(lines.at(-1)).toBe('next       kill 4711 ends it, or else kill -KILL 4711 (see dmesg and df)');
});

describe('a run in progress says what it waits for', () => {
  const waiting = { ...progress, holder: 'watcher on b-2', holder_since: ago(3), ahead: 2 };

  test('the lock, who has it now, and how many are before it', () => {
    const lines = wide({ run, progress: waiting, cluster: { ...shared, lock: held({}) } });
    expect(lines.slice(0, 2)).toEqual([
      'now        busy: watcher on b-1 (pid 4711, run 0123456789abcdef, for 4m0s)',
      '           waiting for the cluster lock, for 3m0s, 2 ahead',
    ]);
    expect(lines).toContain('lock       held by b-2 (pid 4711, run b2) for 3m2s, 1 waiting: etcd /mslb at http://e');
  });

  test('and who had it, where the lock service does not say', () => {
    const down: ClusterStatus = { ...shared, lock: { problem: 'cannot be asked' }, brake: { problem: 'the same' } };
    const lines = wide({ run, progress: waiting, cluster: down });
    expect(lines[1]).toBe(
      '           waiting for the cluster lock, for 3m0s, held by watcher on b-2 for 3m0s, 2 ahead',
    );
    expect(lines.filter((line) => /^(lock|brake)/.test(line))).toEqual([
      'lock       etcd /mslb at http://e: cannot be asked',
    ]);
  });

  test('the delay, and the refresh', () => {
    const own = { ...shared, lock: held({ runId: run.runId }) };
    const delaying = wide({ run, progress: { ...progress, state: 'delaying' }, cluster: own });
    expect(delaying[1]).toMatch(/^ {11}holding the cluster lock while/);
    expect(delaying).toContain('lock       held by that run for 3m2s, 1 waiting: etcd /mslb at http://e');
    expect(wide({ run, refresh })[1]).toBe('           refreshing HAProxy, for 2m0s (process group 99)');
  });

  test('or nothing that is known', () => {
    expect(wide({ run })[1]).toMatch(/^last run/);
  });
});

const silent = { ...lastRun, at: ago(60) };
const waitsBehind = (holder: Partial<Holder> | null): Partial<NodeStatus> => ({
  run,
  progress,
  cluster: { ...shared, lock: held(holder) },
});
const noLock: ClusterStatus = { ...shared, lock: { problem: 'cannot be asked: denied' }, brake: { problem: 'x' } };
const braked = (isHeeded: boolean) => ({ ...shared, brake: { marks: [mark] }, isBrakeHeeded: isHeeded });
const failedAs = (kind: FailureKind) => ({ lastRun: { ...lastRun, outcome: `failed/${kind}`, message: 'why' } });

const denied = (isBrakeHeeded: boolean): ClusterStatus => ({ ...shared, brake: { problem: 'denied' }, isBrakeHeeded });
const unread = (node: string) => ({ node, problem: 'said something that cannot be read' });
/** Whether these are put right is seen at once. */
const SEEN_PUT_RIGHT: readonly FailureKind[] = ['brakeEngaged', 'handbrakeBroken'];
const PUT_RIGHT = 'nothing: it works again; the next run tries again';

const FAILURES = Object.keys(ADVICE) as readonly FailureKind[];

const STATES: readonly [string, Partial<NodeStatus>, string, boolean][] = [
  ['a refused configuration', { refused: 'x.yaml:3: no', refresh, cluster: null }, 'watcher check, then correct', true],
  ['a full disk', { fullFolders: ['/var/lib/x'], lastRun: failed }, 'make room in /var/lib/x', true],
  ['a refresh without a run', { refresh, lastRun: failed }, 'kill -- -99 ends that refresh', true],
  ['a stopped run', { run, isStopped: true }, 'kill -CONT 4711 lets the run go on', true],
  ['a run that lasts too long', { run: hanging }, 'kill 4711 ends it, or else kill -KILL 4711', true],
  ['a pid file of somebody', { run: { ...run, runId: null, since: null } }, 'see what pid 4711 is', true],
  ['a broken handbrake', { handbrake: { problem: 'x' }, lastRun: failed }, 'run handbrake_command as the user', true],
  ['the brake', { cluster: braked(true) }, 'watcher brake release takes it off', true],
  ['the brake, after another failure', { cluster: braked(true), lastRun: failed }, 'watcher explain 89abcdef', true],
  ['the brake, beside a run in progress', { cluster: braked(true), run }, 'nothing: the run ends by itself', false],
  ['a brake that stopped the last run, and is off', failedAs('brakeEngaged'), PUT_RIGHT, false],
  [
    'a brake that stopped the last run, and is too old',
    { ...failedAs('brakeEngaged'), cluster: { ...shared, brake: { marks: [{ ...mark, leftMs: null }] } } },
    PUT_RIGHT,
    false,
  ],
  [
    'a brake that stopped the last run, and is on',
    { ...failedAs('brakeEngaged'), cluster: braked(true) },
    'watcher brake release takes it off',
    true,
  ],
  [
    'a brake that stopped the last run, and cannot be read now',
    { ...failedAs('brakeEngaged'), cluster: denied(true) },
    'watcher brake release takes it off',
    true,
  ],
  ['a handbrake that answers again', failedAs('handbrakeBroken'), PUT_RIGHT, false],
  ['a board that is denied', { cluster: denied(true) }, 'watcher check says what to do about the lock', true],
  ['a board that is denied, and not heeded', { cluster: denied(false) }, 'nothing', false],
  [
    'somebody who holds the lock too long',
    { cluster: { ...shared, lock: held({ heldForMs: 9e6 }) } },
    'see to b-2; watcher lock release takes',
    true,
  ],
  ['somebody who holds the lock', { cluster: { ...shared, lock: held({}) } }, 'nothing', false],
  ['a group that fails for hours', { discoveryAt: ago(180) }, 'watcher check: it asks discovery again', true],
  ['a group that fails for less', { discoveryAt: ago(40) }, 'nothing', false],
  [
    'a node that did not ask for hours',
    { discoveryAt: ago(180), lastRun: { ...lastRun, outcome: 'skipped/handbrakeEngaged' } },
    'nothing',
    false,
  ],
  ['a brake that is not heeded', { cluster: braked(false) }, 'nothing', false],
  [
    'an engaged handbrake of the default file',
    { handbrake: { engaged: true, said: 'pulled by ann', since: ago(3_000), release: 'rm /etc/hb' }, lastRun: silent },
    'rm /etc/hb, once this node may be refreshed',
    false,
  ],
  [
    'an engaged handbrake of another command',
    { handbrake: { engaged: true, said: null, since: null, release: null }, lastRun: silent },
    'release the handbrake',
    false,
  ],
  ['a run that waits', waitsBehind({}), 'nothing: the run waits for b-2', false],
  ['a run that waits for nobody', waitsBehind(null), 'nothing: the run gets the lock soon', false],
  [
    'a run that waits for one that is gone',
    waitsBehind({ heldForMs: 9e6 }),
    'see to b-2; watcher lock release takes',
    true,
  ],
  [
    'a run that waits for a service that is down',
    { run, progress, cluster: noLock },
    'watcher check: the run waits',
    true,
  ],
  ['a run in progress', { run, lastRun: failed }, 'nothing: the run ends by itself', false],
  ['no run ever, and no lock', { lastRun: null, lastStartAt: null, cluster: noLock }, 'watcher check says', true],
  ['no run ever', { lastRun: null, lastStartAt: null }, 'run watcher once', false],
  [
    'no run for long',
    { lastRun: silent, lastStartAt: ago(60) },
    'see whether cron starts watcher: no run for 1h0m0s',
    true,
  ],
  [
    'no run for long, where none is recorded',
    { lastRun: { ...lastRun, at: ago(6_000) }, lastStartAt: null },
    'see the log, and whether cron starts watcher: no run for 100h0m0s',
    true,
  ],
  [
    'no run for long, but one of a wrong clock',
    { lastRun: silent, lastStartAt: ago(-6_000) },
    'see whether cron starts watcher: no run for 1h0m0s',
    true,
  ],
  ['runs that end before they take the run lock', { lastRun: silent }, 'nothing', false],
  [
    'a killed run',
    { lastRun: { ...lastRun, outcome: 'killed' } },
    'watcher explain 89abcdef says how far it came',
    true,
  ],
  ['a lock service that is down', { cluster: noLock }, 'watcher check says what to do about the lock', true],
  [
    'silent nodes',
    { cluster: { ...shared, nodes: { nodes: [news('b-1', 3), news('b-2', 180), news('b-3', 2, 'failed/lockLost')] } } },
    'watcher status on b-2 and 1 more',
    true,
  ],
  [
    'a node that cannot be understood',
    { cluster: { ...shared, nodes: { nodes: [news('b-1', 3), unread('b-4')] } } },
    'watcher status on b-4',
    true,
  ],
  [
    'a node that may still wait for the lock',
    { cluster: { ...shared, nodes: { nodes: [news('b-1', 80)] } } },
    'nothing',
    false,
  ],
  ['a board that is down', { cluster: { ...shared, nodes: { problem: 'x' } } }, 'watcher check says', true],
  ...FAILURES.filter((kind) => !SEEN_PUT_RIGHT.includes(kind)).map(
    (kind): [string, Partial<NodeStatus>, string, boolean] => [
      `failed/${kind}`,
      failedAs(kind),
      afterFailure(kind, 'watcher explain 89abcdef'),
      true,
    ],
  ),
  [
    'a failed run without a recording',
    { lastRun: failed, isRecorded: false },
    'run=89abcdef in the log, then run',
    true,
  ],
  ...(['lockTimeout', 'lockUnavailable', 'lockLost'] as const).map(
    (kind): [string, Partial<NodeStatus>, string, boolean] => [
      `failed/${kind}, of a service that is down`,
      { ...failedAs(kind), cluster: noLock },
      'watcher check says what to do about the lock',
      true,
    ],
  ),
  ['a failure of another version', failedAs('new' as FailureKind), 'watcher explain 89abcdef', true],
  ['nothing', {}, 'nothing', false],
  ['nothing, and no cluster that is known', { cluster: null }, 'nothing', false],
  ['a run that waits, and no cluster that is known', { run, progress, cluster: null }, 'nothing: the run ends', false],
  ['a run that refreshes', { run, refresh }, 'nothing: the run ends by itself', false],
  ['a run without a pid', { run: { ...run, pid: null, since: ago(100) } }, 'nothing: the run ends by itself', false],
  [
    'a run that lasts just so long',
    { run: { ...hanging, heldForMs: 4_200_000 } },
    'nothing: the run ends by itself',
    false,
  ],
  [
    'a run that lasts long, where nobody says how long one may',
    { run: { ...run, heldForMs: 9e6 } },
    'nothing: the run ends by itself',
    false,
  ],
  ['a brake that is over', { cluster: { ...shared, brake: { marks: [{ ...mark, leftMs: null }] } } }, 'nothing', false],
  ['a run that began, where none has ended yet', { lastRun: null }, 'nothing', false],
];

describe('the next step is that of the worst that is wrong, on the last line', () => {
  test.each(STATES)('%s, and the data is as the published schema says', (_, change, text, isAlarm) => {
    const next = nextStep({ ...quiet, ...change });
    expect(next.text).toContain(text);
    expect(next.isAlarm).toBe(isAlarm);
    const lines = formatStatus({ ...quiet, ...change }, page)
      .trimEnd()
      .split('\n');
    expect(lines.at(-1)).toBe(`next       ${next.text}`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    if (next.text === 'nothing' || next.text === PUT_RIGHT)
      expect(formatStatus({ ...quiet, ...change }, { columns: 80, hasColours: true })).not.toContain('\u001b');
    const data = JSON.parse(JSON.stringify(statusData({ ...quiet, ...change })));
    expect(schemaProblems(schema, data)).toEqual([]);
  });
});

test('the data says in whole seconds how long the brake lasts', () => {
  const over = { ...mark, leftMs: null };
  const { brake } = statusData({
    ...quiet,
    cluster: { ...shared, brake: { marks: [{ ...mark, leftMs: 1_200_001 }, over] } },
  });
  expect(brake).toMatchObject({ on: true, marks: [{ left_seconds: 1_201 }, { left_seconds: null }] });
  expect(statusData({ ...quiet, cluster: { ...shared, brake: { marks: [over] } } }).brake).toMatchObject({ on: false });
});

test('a node with an engaged handbrake does not ask discovery, which therefore does not fail', () => {
  const engaged = { handbrake: { engaged: true, said: null, since: null, release: null }, discoveryAt: ago(180) };
  expect(wide(engaged)).toContain('discovery  last answered for all groups 3h0m0s ago');
  expect(wide({ discoveryAt: ago(180) })).toContain('discovery  failing: last answered for all groups 3h0m0s ago');
});

test('every node of the board has a line, with how long it is silent', () => {
  const readable = [news('b-20', 180), news('b-1', 3, 'failed/lockLost'), news('b-3', 1, 'refreshed', '9.9.9')];
  const lines = wide({ cluster: { ...shared, nodes: { nodes: [...readable, unread('b-4')] } } });
  expect(lines.slice(-6, -1)).toEqual([
    'cluster    4 nodes on the board',
    '           b-1   3m0s ago: failed/lockLost',
    '           b-20  silent for 3h0m0s: unchanged',
    '           b-3   1m0s ago: refreshed (version 9.9.9)',
    '           b-4   said something that cannot be read',
  ]);
});

const nodes = (...all: readonly (ReturnType<typeof news> | ReturnType<typeof unread>)[]) => ({
  cluster: { ...shared, nodes: { nodes: all } },
});

test('the lock says who has it, for how long and how many wait, as far as that is known', () => {
  const lockOf = (holder: Partial<Holder>, waiting: number | null, more: Partial<NodeStatus> = {}) =>
    wide({
      cluster: { ...shared, lock: { holder: { ...run, title: 'b-2', host: null, pid: null, ...holder }, waiting } },
      ...more,
    }).find((line) => line.startsWith('lock'));
  const at = 'etcd /mslb at http://e';
  expect(lockOf({ runId: 'b2', heldForMs: 182_000 }, 2)).toBe(
    `lock       held by b-2 (run b2) for 3m2s, 2 waiting: ${at}`,
  );
  expect(lockOf({ runId: 'b2' }, 0)).toBe(`lock       held by b-2 (run b2): ${at}`);
  expect(lockOf({ runId: null }, null)).toBe(`lock       held by b-2: ${at}`);
  expect(lockOf({ runId: null }, null, { run: { ...run, runId: null } })).toBe(`lock       held by b-2: ${at}`);
});

test('each brake has a line, the first with the title, and says where it is not heeded', () => {
  const two = { marks: [mark, { ...mark, node: 'b-4' }, { ...mark, leftMs: null }] };
  const lines = wide({ cluster: { ...shared, brake: two, isBrakeHeeded: false } });
  const at = lines.findIndex((line) => line.startsWith('brake'));
  const words = 'the refresh command exited with 1 (ignored by this node: on_refresh_failure is continue)';
  expect(lines.slice(at, at + 3)).toEqual([
    `brake      on for 20m0s more: 10m0s ago the refresh failed on b-3: ${words}`,
    `           on for 20m0s more: 10m0s ago the refresh failed on b-4: ${words}`,
    'next       nothing',
  ]);
});

test('a node of the board has one line, however long what it says is', () => {
  const long = 'x'.repeat(200);
  const records = [news('b-1', 3, `failed/${long}`), { node: 'b-2', problem: long }];
  const lines = formatStatus({ ...quiet, cluster: { ...shared, nodes: { nodes: records } } }, page).split('\n');
  expect(lines.filter((line) => line.includes('xxx'))).toHaveLength(2);
  expect(wide(nodes(news('b-1', 3)))).toContain('cluster    1 node on the board');
  expect(wide({ cluster: { ...shared, nodes: { problem: 'is down' } } })).toContain('cluster    the board is down');
});

test('nodes that are silent or failed are counted', () => {
  const said = (...all: readonly ReturnType<typeof news>[]) =>
    nextStep({ ...quiet, cluster: { ...shared, nodes: { nodes: all } } }).text;
  expect(said(news('b-1', 180))).toBe('watcher status on b-1');
  expect(said(news('b-1', 180), news('b-2', 180, 'failed/lockLost'))).toBe('watcher status on b-1 and 1 more');
});

test('discovery that fails says since when', () => {
  const { lastRun: untrusted } = failedAs('discoveryUntrusted');
  expect(wide({ lastRun: untrusted, discoveryAt: ago(90) })).toContain(
    'discovery  failing: last answered for all groups 1h30m0s ago',
  );
});

test('the brake says where it was engaged, why, and for how long', () => {
  expect(wide({ cluster: braked(true) })).toContain(
    'brake      on for 20m0s more: 10m0s ago the refresh failed on b-3: the refresh command exited with 1',
  );
});

test('only what is wrong is coloured, and nothing can steer the terminal', () => {
  const handbrake = { engaged: true, said: 'by ann\u001b[2J', since: ago(60), release: null };
  const text = formatStatus({ ...quiet, handbrake, lastRun: failed }, { columns: 80, hasColours: true });
  const coloured = text.split('\n').filter((line) => line.includes('\u001b[31m'));
  expect(coloured.map((line) => line.slice(0, 9).trim())).toEqual(['last run', '', 'handbrake']);
  expect(text).not.toContain('\u001b[2J');
});

test.each<[string, Partial<NodeStatus>, readonly string[]]>([
  ['a refused configuration', { refused: 'no', cluster: null }, ['config', 'next']],
  ['a refresh without a run', { refresh }, ['now', 'next']],
  ['a stopped run', { run, isStopped: true }, ['its process', 'next']],
  ['a killed run', { lastRun: { ...lastRun, outcome: 'killed' } }, ['last run', 'next']],
  ['a failure that is put right', failedAs('handbrakeBroken'), []],
  ['a handbrake that cannot be asked', { handbrake: { problem: 'x' } }, ['handbrake', 'next']],
  ['discovery that fails', failedAs('discoveryUntrusted'), ['last run', 'discovery', 'next']],
  ['a lock service that is down', { cluster: noLock }, ['lock', 'next']],
  ['a lock that is held too long', { cluster: { ...shared, lock: held({ heldForMs: 9e6 }) } }, ['lock', 'next']],
  ['a lock that is held', { cluster: { ...shared, lock: held({}) } }, []],
  ['the brake', { cluster: braked(true) }, ['brake', 'next']],
  ['a brake that is not heeded', { cluster: braked(false) }, []],
  ['a board that is denied', { cluster: denied(true) }, ['brake', 'next']],
  ['a board that is denied, and not heeded', { cluster: denied(false) }, []],
  ['a full disk', { fullFolders: ['/var'] }, ['disk', 'next']],
  ['a silent node', nodes(news('b-1', 180), news('b-2', 1)), ['b-1', 'next']],
  ['a node that failed', nodes(news('b-1', 1), news('b-2', 1, 'failed/lockLost')), ['b-2', 'next']],
  ['a node that cannot be understood', nodes(unread('b-1')), ['b-1', 'next']],
  ['nodes that are well', nodes(news('b-1', 1)), []],
  ['nodes that cannot be asked', { cluster: { ...shared, nodes: { problem: 'x' } } }, ['cluster', 'next']],
])('%s is red exactly where it is said, and in what is to be done', (_what, change, titles) => {
  const lines = formatStatus({ ...quiet, ...change }, { columns: null, hasColours: true }).split('\n');
  const red = lines.filter((line) => line.includes('\u001b[31m'));
  expect(red.map((line) => line.replace('\u001b[31m', '').trim())).toEqual(
    titles.map((title) => expect.stringMatching(new RegExp(`^${title}`))),
  );
});

test.each([
  [{ said: null, since: null }, 'handbrake  engaged'],
  [{ said: 'by ann', since: ago(60) }, 'handbrake  engaged for 1h0m0s: by ann'],
])('an engaged handbrake says since when, and why: %j', (handbrake, expected) => {
  expect(wide({ handbrake: { engaged: true, release: null, ...handbrake } })).toContain(expected);
});

test.each([
  [1, 'refresh    2h0m0s ago, because pods changed'],
  [2, 'refresh    2h0m0s ago, because pods changed, 2 times in a row for the same pods'],
])('the last refresh was made for the same pods %i times', (times, expected) => {
  expect(wide({ lastRefresh: { plan: '1-abc', times, at: ago(120) } })).toContain(expected);
});

test('times that are still to come are said as they are', () => {
  expect(wide({ lastRefresh: { plan: null, times: 2, at: ago(-60) } })[2]).toMatch(
    /^refresh {4}at 2026-01-02T04.*, which is still/,
  );
});

test('a run is described by what is known of it', () => {
  const now = (change: Partial<Holder>) => wide({ run: { ...run, ...change } })[0];
  expect(now({ pid: null })).toBe('now        busy: watcher on b-1 (run 0123456789abcdef, for 4m0s)');
  expect(now({ runId: null, since: null })).toBe('now        busy: watcher on b-1 (pid 4711)');
  expect(now({ pid: null, runId: null, since: null })).toBe('now        busy: watcher on b-1');
});

test('what a run waits for is described by what is known of it', () => {
  const noHolder: ClusterStatus = { ...shared, lock: { holder: null, waiting: null } };
  const doing = (change: object, more: Partial<NodeStatus> = {}) =>
    wide({ run, cluster: null, ...more, progress: { ...progress, ...change } })[1]!.trim();
  expect(doing({})).toBe('waiting for the cluster lock, for 3m0s');
  expect(doing({ holder: 'b-2' })).toBe('waiting for the cluster lock, for 3m0s, held by b-2');
  expect(doing({ holder: 'b-2' }, { cluster: noHolder })).toBe('waiting for the cluster lock, for 3m0s, held by b-2');
  expect(doing({ state: 'refreshing' }, { refresh })).toBe('refreshing HAProxy, for 3m0s, process group 99');
  expect(doing({ state: 'refreshing' })).toBe('refreshing HAProxy, for 3m0s');
  expect(doing({ state: 'verifying' }, { refresh })).not.toContain('process group');
  expect(doing({ state: 'of another version' })).toBe('of another version, for 3m0s');
});

test('a refresh that is alive without a run makes the node busy', () => {
  expect(wide({ refresh })[0]).toBe(
    'now        busy: the refresh command of the killed run fedcba9876543210 is alive, for 2m0s',
  );
  expect(statusData({ ...quiet, refresh })).toMatchObject({ busy: true, run: null, refresh: { pgid: 99 } });
  expect(statusData(quiet)).toMatchObject({ busy: false, refresh: null });
});

test('what is wrong is red: the run that hangs as well as the words about it', () => {
  const lines = formatStatus({ ...quiet, run: hanging }, { columns: null, hasColours: true }).split('\n');
  expect(lines.filter((line) => line.includes('\u001b[31m')).map((line) => line.slice(0, 11).trim())).toEqual([
    'now',
    '',
    'next',
  ]);
});

test('what has never been is said so, and what is so now', () => {
  const never = wide({ lastRun: null, lastRefresh: null, discoveryAt: null });
  expect(never).toContain('last run   none has ended yet');
  expect(never).toContain('refresh    none has succeeded yet');
  expect(never).toContain('discovery  no run has had an answer for all groups yet');
  expect(wide({ lastRun: { ...lastRun, at: ago(0) } })[1]).toBe('last run   0.0s ago: unchanged (took 0.4s)');
  expect(wide({ lastRefresh: { plan: null, times: 3, at: ago(120) } })).toContain(
    'refresh    2h0m0s ago, forced, 3 times in a row for the same pods',
  );
  expect(wide({ handbrake: { ...quiet.handbrake, said: 'until noon' } as NodeStatus['handbrake'] })).toContain(
    'handbrake  released: until noon',
  );
  expect(wide({ fullFolders: ['/a', '/b'] }).filter((line) => line.startsWith('disk'))).toEqual([
    'disk       no room is left in /a',
    'disk       no room is left in /b',
  ]);
});

test('the data has what people read', () => {
  expect(statusData({ ...quiet, fullFolders: ['/a'] })).toMatchObject({
    last_refresh: quiet.lastRefresh,
    full_folders: ['/a'],
  });
  expect(statusData({ ...quiet, lastRefresh: null })).toMatchObject({ last_refresh: null, full_folders: [] });
});
