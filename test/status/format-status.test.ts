import { describe, expect, test } from 'vitest';
import type { Holder } from '../../machines/vocabulary.ts';
import { formatStatus } from '../../src/status/format-status.ts';
import { nextStep } from '../../src/status/next-step.ts';
import type { NodeStatus } from '../../src/status/node-status.ts';

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
const lastRun = { run_id: 'a', at: ago(3), outcome: 'unchanged', message: null, took_ms: 400 };
const failed = { ...lastRun, outcome: 'failed/refreshFailed', message: 'the refresh command exited with 1' };
const progress = {
  run_id: run.runId!,
  state: 'awaitingYtLock',
  since: ago(3),
  holder: null,
  holder_since: null,
  ahead: null,
};

const quiet: NodeStatus = {
  nowMs,
  run: null,
  refresh: null,
  progress: null,
  lastRun,
  lastRefresh: { plan: '1-abc', times: 1, at: ago(120) },
  discoveryAt: ago(3),
  handbrake: { engaged: false, said: null },
  refused: null,
};

const page = { columns: 80, hasColours: false };
const shown = (change: Partial<NodeStatus>) =>
  formatStatus({ ...quiet, ...change }, page)
    .trimEnd()
    .split('\n');

test('a quiet node is calm', () => {
  expect(shown({})).toEqual([
    'now        idle: no run is in progress',
    'last run   3m0s ago: unchanged (took 0.4s)',
    'refresh    2h0m0s ago, because pods changed',
    'handbrake  released',
    'discovery  last answered for all groups 3m0s ago',
    'next       nothing',
  ]);
  expect(formatStatus(quiet, { columns: 80, hasColours: true })).not.toContain('\u001b');
});

describe('a run in progress says what it waits for', () => {
  test('the lock, who has it, and how many are before it', () => {
    const waiting = { ...progress, holder: 'watcher on b-2', holder_since: ago(3), ahead: 2 };
    expect(shown({ run, progress: waiting }).slice(0, 2)).toEqual([
      'now        busy: watcher on b-1 (pid 4711, run 0123456789abcdef, for 4m0s)',
      expect.stringMatching(/^ {11}waiting for the cluster lock, for 3m0s, held by watcher on b-2 for/),
    ]);
    expect(formatStatus({ ...quiet, run, progress: waiting }, { ...page, columns: null })).toContain(
      'for 3m0s, 2 ahead\n',
    );
  });

  test('the delay, and the refresh', () => {
    expect(shown({ run, progress: { ...progress, state: 'delaying' } })[1]).toMatch(
      /^ {11}holding the cluster lock while/,
    );
    expect(shown({ run, refresh })[1]).toBe('           refreshing HAProxy, for 2m0s (process group 99)');
  });

  test('or nothing that is known', () => {
    expect(shown({ run })[1]).toMatch(/^last run/);
  });
});

describe('the next step is that of the worst that is wrong', () => {
  const silent = { ...lastRun, at: ago(60) };
  test.each<[string, Partial<NodeStatus>, string, boolean]>([
    [
      'a refused configuration',
      { refused: 'x.yaml:3: no', refresh, lastRun: failed },
      'correct the configuration',
      true,
    ],
    ['a refresh without a run', { refresh, lastRun: failed }, 'look at process group 99', true],
    [
      'a broken handbrake',
      { handbrake: { problem: 'cannot be asked' }, lastRun: failed },
      'run handbrake_command by hand',
      true,
    ],
    [
      'an engaged handbrake',
      { handbrake: { engaged: true, said: null }, lastRun: silent },
      'release the handbrake',
      false,
    ],
    ['a run in progress', { run, lastRun: failed }, 'nothing: the run ends by itself', false],
    ['no run for long', { lastRun: silent }, 'see whether cron starts watcher: no run for 1h0m0s', true],
    ['a failed run', { lastRun: failed }, 'run haproxy_refresh_command by hand; watcher explain', true],
    ['a failure that says all', { lastRun: { ...failed, outcome: 'failed/lockLost' } }, 'watcher explain says', true],
    ['no run ever', { lastRun: null }, 'run watcher once', false],
    ['nothing', {}, 'nothing', false],
  ])('%s', (_, change, text, isAlarm) => {
    const next = nextStep({ ...quiet, ...change });
    expect(next.text).toContain(text);
    expect(next.isAlarm).toBe(isAlarm);
    const lines = shown(change);
    expect(lines.at(-1)).toMatch(/^next {7}/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});

test('only what is wrong is coloured, and nothing can steer the terminal', () => {
  const handbrake = { engaged: true, said: 'by ann\u001b[2J' };
  const text = formatStatus({ ...quiet, handbrake, lastRun: failed }, { columns: 80, hasColours: true });
  const coloured = text.split('\n').filter((line) => line.includes('\u001b[31m'));
  expect(coloured.map((line) => line.slice(0, 9).trim())).toEqual(['last run', 'handbrake']);
  expect(text).not.toContain('\u001b[2J');
});

test('times that are still to come are said as they are', () => {
  expect(shown({ lastRefresh: { plan: null, times: 2, at: ago(-60) } })[2]).toMatch(
    /^refresh {4}at 2026-01-02T04.*, which is still/,
  );
});
