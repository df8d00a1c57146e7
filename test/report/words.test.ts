import { expect, test } from 'vitest';
import type { CommandOutput, Diff, Holder, Notice, Outcome } from '../../machines/vocabulary.ts';
import type { ADVICE } from '../../src/report/advice.ts';
import { formatPod } from '../../src/report/format-changes.ts';
import { formatCommand } from '../../src/report/format-command.ts';
import { formatComparison, formatSecondComparison } from '../../src/report/format-comparison.ts';
import { formatElapsed } from '../../src/report/format-elapsed.ts';
import { formatNotice } from '../../src/report/format-notice.ts';
import { formatLine } from '../../src/report/log-line.ts';
import { type PhaseName, wordsOfPhase } from '../../src/report/phases.ts';
import { createRepeats } from '../../src/report/repeats.ts';
import { beginProgress, type GrowingProgress } from '../../src/report/run-progress.ts';
import { formatTimes, levelOf, sentenceOf } from '../../src/report/sentence.ts';
import { named } from '../support/pods.ts';

const front = { cluster: 'sas', endpointSet: 'front', verdict: 'ok', detail: null, podsBefore: 2 } as const;
const none = { added: [], renamed: [], moved: [], removed: [] };
const oneGroup: Diff = {
  groupsCompared: 12,
  groups: [{ ...front, ...none, added: named('a', 'b'), removed: named('c') }],
};
const removals: Diff = {
  groupsCompared: 2,
  groups: [
    { ...front, ...none, removed: named('a') },
    { ...front, ...none, endpointSet: 'back', removed: named('b') },
  ],
};

function sentence(
  outcome: Outcome,
  diff: Diff | null = null,
  more: (progress: GrowingProgress) => void = () => {},
): string {
  const progress = beginProgress(() => 0);
  if (diff !== null) progress.add({ type: 'compared', diff });
  more(progress);
  return sentenceOf(outcome, progress);
}

function refreshEnded(output: Partial<CommandOutput>, code = 1): Notice {
  const ended = { how: 'exited', started: true, code, signal: null, survivors: 0, message: null } as const;
  const result = { ...ended, output: { stdout: '', stderr: '', droppedBytes: 0, ...output } };
  return { type: 'commandEnded', command: 'refresh', result };
}

const UNKNOWN: Holder = {
  ...{ title: '', host: null, pid: null, runId: null, reason: null, transaction: null, since: null, heldForMs: null },
};
const OWNER: Holder = {
  ...{ ...UNKNOWN, title: 'watcher on b-1', pid: 77, runId: '1f3a9c2e7b5d0468' },
  ...{ since: '2026-03-01T11:58:20.000Z', heldForMs: 100_000 },
};

function behind(holder: Holder): (progress: GrowingProgress) => void {
  return (progress) => progress.add({ type: 'runLockHeld', holder });
}

test('every outcome is one sentence', () => {
  expect([
    sentence({ kind: 'refreshed', reason: 'changed' }, oneGroup),
    sentence({ kind: 'refreshed', reason: 'forced' }, { groupsCompared: 0, groups: [] }),
    sentence({ kind: 'unchanged', why: 'noDifference' }, { groupsCompared: 12, groups: [] }),
    sentence({ kind: 'unchanged', why: 'noDifference' }, removals),
    sentence({ kind: 'unchanged', why: 'noLongerNeeded' }, oneGroup),
    sentence({ kind: 'wouldRefresh' }, oneGroup),
    sentence({ kind: 'skipped', why: 'runLockHeld' }),
    sentence({ kind: 'skipped', why: 'runLockHeld' }, null, behind(OWNER)),
    sentence({ kind: 'skipped', why: 'runLockHeld' }, null, behind({ ...OWNER, since: null, heldForMs: null })),
    sentence({ kind: 'skipped', why: 'runLockHeld' }, null, behind({ ...UNKNOWN, title: 'pid 9, by a pid file' })),
    sentence({ kind: 'skipped', why: 'runLockHeld', isOverdue: true }, null, behind({ ...OWNER, heldForMs: 9e6 })),
    sentence({ kind: 'skipped', why: 'handbrakeEngaged' }),
    sentence({ kind: 'skipped', why: 'orphanRefresh' }),
    sentence({ kind: 'aborted', signal: 'SIGINT' }),
    sentence({ kind: 'aborted', signal: 'SIGTERM' }, oneGroup, (progress) =>
      progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 }),
    ),
  ]).toMatchInlineSnapshot(`
    [
      "refreshed (changed): 2 pods added, 1 removed in sas/front",
      "refreshed (forced)",
      "unchanged: no reason to refresh in 12 groups",
      "unchanged: no reason to refresh in 2 groups, only 2 pods removed in 2 groups",
      "unchanged: no longer needed, the difference was gone at the second look",
      "would refresh, but this is a dry run: 2 pods added, 1 removed in sas/front",
      "skipped: another watcher is running on this node",
      "skipped: another watcher is running on this node: pid 77, run 1f3a9c2e7b5d0468, since 2026-03-01T11:58:20.000Z (1m40s)",
      "skipped: another watcher is running on this node: pid 77, run 1f3a9c2e7b5d0468",
      "skipped: another watcher is running on this node: pid 9, by a pid file",
      "skipped: another run of this node has lasted longer than any that is well, and probably waits for a disk: pid 77, run 1f3a9c2e7b5d0468, since 2026-03-01T11:58:20.000Z (2h30m0s); no other run begins before it has ended: kill 77 ends it, or else kill -KILL 77 (see dmesg and df)",
      "skipped: the handbrake is engaged",
      "skipped: the refresh command of an earlier, killed run is still alive",
      "stopped by SIGINT; HAProxy was left as it is",
      "stopped by SIGTERM; the refresh command had been started",
    ]
  `);
});

test('a failure says what, whether HAProxy was touched, and what to do', () => {
  const failed = (kind: keyof typeof ADVICE): Outcome => ({
    kind: 'failed',
    failure: { kind, message: 'it went wrong' },
  });
  const inLine = (progress: GrowingProgress) => progress.add({ type: 'lockQueued', holder: OWNER, ahead: 2 });
  expect([
    sentence(failed('discoveryUntrusted')),
    sentence(failed('refreshFailed'), oneGroup, (progress) =>
      progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 }),
    ),
    sentence(failed('refreshFailed'), oneGroup, (progress) => progress.add(refreshEnded({ stderr: 'no such unit\n' }))),
    sentence(failed('refreshTimeout'), oneGroup, (progress) => progress.add(refreshEnded({ stdout: ' \n\n' }))),
    sentence(failed('refreshNotStarted'), oneGroup, (progress) => progress.add(refreshEnded({}))),
    sentence(failed('lockLost'), oneGroup, (progress) =>
      progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 }),
    ),
    sentence(failed('primerUnreadable')),
    sentence(failed('lockTimeout')),
    sentence(failed('lockTimeout'), oneGroup, inLine),
    sentence(failed('lockUnavailable'), oneGroup, inLine),
    sentence(failed('statisticsUnwritable')),
    sentence(failed('statisticsUnwritable'), oneGroup, (progress) => progress.add(refreshEnded({}, 0))),
    sentence(failed('lockLost'), oneGroup, (progress) => {
      progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 });
      progress.add(refreshEnded({}, 0));
    }),
  ]).toMatchInlineSnapshot(`
    [
      "it went wrong; HAProxy was left as it is; the next run asks again",
      "it went wrong; run haproxy_refresh_command by hand",
      "it went wrong; its output is in the log; run haproxy_refresh_command by hand",
      "it went wrong; it printed nothing; run haproxy_refresh_command by hand",
      "it went wrong",
      "it went wrong; the refresh command had been started",
      "it went wrong; HAProxy was left as it is",
      "it went wrong; HAProxy was left as it is; the log says who had the lock and what the lock service answered; watcher lock release takes it away from a holder that is dead",
      "it went wrong (lock held by watcher on b-1 for 1m40s, 2 ahead); HAProxy was left as it is; the log says who had the lock and what the lock service answered; watcher lock release takes it away from a holder that is dead",
      "it went wrong; HAProxy was left as it is",
      "it went wrong; HAProxy was left as it is",
      "HAProxy was refreshed, but it went wrong",
      "it went wrong; the refresh command had been started",
    ]
  `);
});

test('only a refresh that went well was a refresh', () => {
  const progress = beginProgress(() => 0);
  expect(formatTimes({ kind: 'unchanged', why: 'noDifference' }, progress)).toBe(' · took 0.0s');
  progress.enter('awaitingYtLock');
  progress.enter('refreshing');
  expect(formatTimes({ kind: 'refreshed', reason: 'forced' }, progress)).toBe(' · waited 0.0s · refreshed in 0.0s');
  expect(formatTimes({ kind: 'aborted', signal: 'SIGINT' }, progress)).toBe(
    ' · waited 0.0s · refresh command took 0.0s',
  );
});

test('durations read like a stopwatch', () => {
  expect([0, 49, 300, 12_400, 59_949, 59_950, 61_700, 190_400, 3_600_000, -5].map(formatElapsed)).toEqual([
    '0.0s',
    '0.0s',
    '0.3s',
    '12.4s',
    '59.9s',
    '1m0s',
    '1m2s',
    '3m10s',
    '1h0m0s',
    '0.0s',
  ]);
});

test('time in a phase adds up over several visits, the one that goes on included', () => {
  let now = 0;
  const progress = beginProgress(() => now);
  const spend = (phase: PhaseName, ms: number) => {
    progress.enter(phase);
    now += ms;
  };
  spend('refreshing', 100);
  spend('reporting', 10);
  spend('refreshing', 5);
  expect(progress.spentMs('refreshing')).toBe(105);
  expect(progress.spentMs('reporting')).toBe(10);
  expect(progress.spentMs('delaying')).toBeNull();
  expect(progress.tookMs).toBe(115);
});

test('who has the lock is of interest until it is ours', () => {
  const progress = beginProgress(() => 0);
  progress.add({ type: 'lockQueued', holder: null, ahead: 3 });
  expect(progress.place).toEqual({ holder: null, ahead: 3, heldMs: null });
  progress.add({ type: 'lockHeld' });
  expect(progress.place).toBeNull();
});

test('a value is quoted only when it must be, and a field without one is left out', () => {
  const origin = { wallMs: 0, runId: '1', state: null, redact: (text: string) => text };
  const fields = { a: 1, b: null, c: 'x/y:z', d: 'two words', e: 'say "a\\b"', f: '', g: 'k=v' };
  expect(formatLine({ level: 'INFO', message: 'hello', fields }, origin)).toBe(
    String.raw`1970-01-01T00:00:00.000Z INFO  run=1 hello a=1 c=x/y:z d="two words" e="say \"a\\b\"" f="" g="k=v"`,
  );
});

test('a group that differs is named with its pods, each kind by itself, and those first that cannot be believed', () => {
  const port = (name: string) => ({ name, port: 81 });
  const to = { ip4: null, ip6: '::1', port: 80 };
  const moved = named('1', '2', '3', '4', '5', '6', '7').map((pod) => ({ ...pod, to }));
  const changed = {
    ...front,
    added: [port('a')],
    renamed: [{ id: 'b', from: 'old', to: 'new' }],
    moved,
    removed: named('z'),
  };
  const denied = { ...front, ...none, endpointSet: 'back', verdict: 'denied', detail: 'no right' } as const;
  const gone = { ...front, ...none, endpointSet: 'gone', verdict: 'missing', detail: 'it is not there' } as const;
  const lines = formatComparison({ groupsCompared: 2, groups: [changed, denied, gone] });
  expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
    ['WARN', 'sas/back is not compared: the answer is denied', { detail: 'no right' }],
    ['WARN', 'sas/gone is missing in service discovery, and HAProxy has 2 pods of it', { detail: 'it is not there' }],
    [
      'INFO',
      'sas/front: 1 pod added, 1 renamed, 7 moved, 1 removed',
      { added: 'a:81', renamed: 'old>new', moved: '1,2,3,4,5,+2', removed: 'z' },
    ],
    ['INFO', '2 groups compared: 1 pod added, 1 renamed, 7 moved, 1 removed in sas/front', undefined],
  ]);
});

test('of exactly as many as are shown, none is said to be left out', () => {
  const full = { ...front, ...none, added: named('1', '2', '3', '4', '5') };
  const groups = Array.from({ length: 100 }, (_, at) => ({ ...full, endpointSet: `set-${at}` }));
  const lines = formatComparison({ groupsCompared: 100, groups });
  expect(lines).toHaveLength(101);
  expect(lines[99]!.fields).toMatchObject({ added: '1,2,3,4,5' });
  const text = Array.from({ length: 10 }, (_, at) => `line ${at}\n`).join('');
  expect(
    formatNotice(
      refreshEnded({ stdout: text }),
      beginProgress(() => 0),
    ).map(({ message }) => message),
  ).toEqual([
    'the refresh command exited with 1',
    ...Array.from({ length: 10 }, (_, at) => `refresh stdout | line ${at}`),
  ]);
});

test('a group without pods is worth a line for DEBUG, and a comparison of nothing a warning', () => {
  const missing = { ...front, ...none, verdict: 'missing', detail: 'it is not there', podsBefore: 0 } as const;
  expect(formatComparison({ groupsCompared: 1, groups: [missing] })).toEqual([
    {
      level: 'DEBUG',
      message: 'sas/front is missing, and HAProxy has no pods of it',
      fields: { detail: 'it is not there' },
    },
    { level: 'INFO', message: '1 group compared: no difference' },
  ]);
  expect(formatComparison({ groupsCompared: 1, groups: [{ ...front, ...none }] })).toHaveLength(1);
  expect(formatComparison({ groupsCompared: 0, groups: [] })).toEqual([
    { level: 'WARN', message: 'no group was compared' },
  ]);
});

test('the second look warns again, and says the rest in one line', () => {
  const denied = { ...front, ...none, endpointSet: 'back', verdict: 'denied', detail: 'no right' } as const;
  const summary = (diff: Diff) => formatSecondComparison(diff).map(({ level, message }) => `${level} ${message}`);
  expect(summary({ groupsCompared: 1, groups: [...oneGroup.groups, denied] })).toEqual([
    'WARN sas/back is not compared: the answer is denied',
    'INFO looked again: 2 pods added, 1 removed in sas/front',
  ]);
});

test('the log is as loud about a command as it is bad', () => {
  const level = (command: 'handbrake' | 'refresh', how: 'exited' | 'leftOthers', code: number) => {
    const ended = { how, started: true, code, signal: null, survivors: 0, message: null };
    return formatCommand(command, { ...ended, output: { stdout: '', stderr: '', droppedBytes: 0 } })[0]!.level;
  };
  expect([0, 1].map((code) => level('refresh', 'exited', code))).toEqual(['INFO', 'WARN']);
  expect([0, 1, 3].map((code) => level('handbrake', 'exited', code))).toEqual(['DEBUG', 'INFO', 'WARN']);
  expect([level('refresh', 'leftOthers', 0), level('handbrake', 'leftOthers', 1)]).toEqual(['WARN', 'WARN']);
});

test('a line about a command says what it left, and what of its output was dropped', () => {
  const ended = { how: 'exited', started: true, code: 0, signal: null, message: null } as const;
  const fieldsOf = (survivors: number, droppedBytes: number) =>
    formatCommand('refresh', { ...ended, survivors, output: { stdout: '', stderr: '', droppedBytes } }, 1_200)[0]!
      .fields;
  expect(fieldsOf(0, 0)).toEqual({ took: '1.2s', survivors: null, dropped_bytes: null });
  expect(fieldsOf(1, 1)).toEqual({ took: '1.2s', survivors: 1, dropped_bytes: 1 });
});

test('a secret that stands where a long value is cut leaves no part of itself', () => {
  const redact = (text: string) => text.replaceAll('hunter2', '***');
  const fields = { long: `${'x'.repeat(997)}hunter2` };
  const line = formatLine({ level: 'INFO', message: 'hello', fields }, { wallMs: 0, runId: '1', state: null, redact });
  expect(line).toMatch(/ long=x{997}\*{3}$/);
});

test('a name with a port is read as both, an IPv6 address too', () => {
  const names = ['a.example.net', '192.0.2.1', '2001:db8::1'];
  expect(names.map((name) => formatPod({ name, port: null }))).toEqual(names);
  expect(names.map((name) => formatPod({ name, port: 81 }))).toEqual([
    'a.example.net:81',
    '192.0.2.1:81',
    '[2001:db8::1]:81',
  ]);
});

test('a failure is told with what to do about it, and one that is about no command’s run not as such', () => {
  const failed = (kind: keyof typeof ADVICE) => sentence({ kind: 'failed', failure: { kind, message: 'it failed' } });
  expect(failed('shrunkTooMuch')).toBe(
    'it failed; HAProxy was left as it is; if those pods are really gone, raise max_shrink_percent',
  );
  expect(failed('refreshIneffective')).toMatch(/^it failed; HAProxy was left as it is; see what the refresh command/);
  expect(failed('refreshFailed')).toBe('it failed; run haproxy_refresh_command by hand');
});

test('the log is as loud about an end as it is bad', () => {
  const skipped = (why: Extract<Outcome, { kind: 'skipped' }>['why']) => levelOf({ kind: 'skipped', why } as Outcome);
  expect(levelOf({ kind: 'refreshed', reason: 'changed' })).toBe('INFO');
  expect(levelOf({ kind: 'aborted', signal: 'SIGTERM' })).toBe('WARN');
  expect(levelOf({ kind: 'failed', failure: { kind: 'lockLost', message: 'x' } })).toBe('ERROR');
  expect([skipped('handbrakeEngaged'), skipped('orphanRefresh')]).toEqual(['INFO', 'WARN']);
});

test('each of several notes is a line of its own', () => {
  expect(
    formatNotice(
      { type: 'noted', notes: ['one', 'two'] },
      beginProgress(() => 0),
    ),
  ).toEqual([
    { level: 'WARN', message: 'one' },
    { level: 'WARN', message: 'two' },
  ]);
});

test('a run in line behind nobody that is known has no field of a holder', () => {
  const progress = beginProgress(() => 0);
  const notice = { type: 'lockQueued', holder: null, ahead: 2 } as const;
  progress.add(notice);
  const [line] = formatNotice(notice, progress);
  expect(line!.message).toBe('in line for the cluster lock');
  expect(Object.entries(line!.fields!).filter(([, value]) => value !== null)).toEqual([
    ['ahead', 2],
    ['waited', '0.0s'],
  ]);
});

test('who has the run lock is for the last line alone', () => {
  expect(
    formatNotice(
      { type: 'runLockHeld', holder: OWNER },
      beginProgress(() => 0),
    ),
  ).toEqual([]);
});

test('what is the same is logged again after a minute', () => {
  let now = 0;
  const damped = createRepeats(() => now);
  const level = (message: string) => damped({ level: 'WARN', message }).level;
  expect([level('a'), level('a'), level('b')]).toEqual(['WARN', 'DEBUG', 'WARN']);
  now = 60_000;
  expect([level('a'), level('a')]).toEqual(['WARN', 'DEBUG']);
});

test('a state has words, and one that this program does not know none', () => {
  expect([wordsOfPhase('refreshing'), wordsOfPhase('toString')]).toEqual(['refreshing HAProxy', null]);
});
