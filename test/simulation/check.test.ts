/** The checker is given traces by hand, each with one thing other than the one before: what excuses, and what does not. */
import { describe, expect, test } from 'vitest';
import { Checker } from './check/checker.ts';
import type { Fact, Happening } from './facts.ts';
import { withoutFaults } from './generate.ts';
import type { FaultKind, LockKind, Scenario } from './scenario.ts';

const LEASE_MS = 10_000;

/** When the refresh of a turn starts, and until when the lock service has promised to keep its lock. */
const STARTS_MS = 1_065;
const KEPT_MS = 1_045 + LEASE_MS;

describe('two refreshes at once', () => {
  test('are never forgiven without a cause', () => {
    expect(broken([...turn('a', 0, 0), ...turn('b', 1, 1_000)])).toBe('S1');
  });

  test('are seen when the lease of the first was over, too', () => {
    expect(broken([...turn('a', 0, 0), at(KEPT_MS + 100, freed('a', 'expired')), ...turn('b', 1, 12_000)])).toBe('S1');
  });

  test.each<FaultKind>([
    'lockPartition',
    'lockDown',
    'lockReplyLost',
    'lockDenied',
    'kill',
    'reboot',
    'clockStep',
    'diskSlow',
    'refreshSlow',
    'refreshIgnoresTerm',
  ])('are not forgiven for %s', (fault) => {
    expect(broken([...turn('a', 0, 0), at(1_500, struck(fault, 0)), ...turn('b', 1, 2_000)])).toBe('S1');
  });

  test('are forgiven when the watcher of the first stood still after it last heard that the lock is its own', () => {
    const stop = [at(2_000, ofRun('a', 0, 'runStopped')), at(5_000, ofRun('a', 0, 'runWentOn'))];
    expect(broken([...turn('a', 0, 0), ...stop, ...turn('b', 1, 12_000)])).toBeNull();
    expect(broken([...turn('a', 0, 0), ...stop, ...renewed('a', 0, 6_000), ...turn('b', 1, 12_000)])).toBe('S1');
  });

  test('are not forgiven when it stood still for no longer than the margin, or another node did', () => {
    const short = [at(2_000, ofRun('a', 0, 'runStopped')), at(2_900, ofRun('a', 0, 'runWentOn'))];
    expect(broken([...turn('a', 0, 0), ...short, ...turn('b', 1, 12_000)])).toBe('S1');
    const others = [at(2_000, { what: 'hostStopped', node: 2 }), at(5_000, { what: 'hostWentOn', node: 2 })] as const;
    expect(broken([...turn('a', 0, 0), ...others, ...turn('b', 1, 12_000)])).toBe('S1');
  });

  test('are forgiven when the host of the first stood still', () => {
    const stop = [at(2_000, { what: 'hostStopped', node: 0 }), at(5_000, { what: 'hostWentOn', node: 0 })] as const;
    expect(broken([...turn('a', 0, 0), ...stop, ...turn('b', 1, 12_000)])).toBeNull();
  });

  test('are not forgiven for any of this where the lock is a file, which the kernel keeps', () => {
    const stop = [at(2_000, ofRun('a', 0, 'runStopped')), at(5_000, ofRun('a', 0, 'runWentOn'))];
    const afterStop = [...turn('a', 0, 0), ...stop, ...turn('b', 1, 12_000)];
    const afterWipe = [...turn('a', 0, 0), at(1_500, freed('a', 'wiped')), ...turn('b', 1, 2_000)];
    for (const trace of [afterStop, afterWipe]) {
      expect(broken(trace)).toBeNull();
      expect(broken(trace, {}, [0, 0], 'file')).toBe('S1');
    }
  });

  test.each(['operator', 'wiped', 'cutShort'] as const)('are forgiven when the lock was %s, until its time', (why) => {
    const taken = [...turn('a', 0, 0), at(1_500, freed('a', why))];
    expect(broken([...taken, ...turn('b', 1, 2_000)])).toBeNull();
    expect(broken([...taken, ...turn('b', 1, KEPT_MS)])).toBe('S1');
    expect(broken([...taken, ...turn('b', 1, KEPT_MS)], { onLockLost: 'finish' })).toBeNull();
  });

  test('are forgiven for a command that was sent KILL in vain, and only then', () => {
    const stuck = [...turn('a', 0, 0, { isUnkillable: true }), at(1_900, freed('a', 'released'))];
    expect(broken([...stuck, ...turn('b', 1, 2_000)])).toBe('S1');
    expect(broken([...stuck, at(1_500, signalled('a', 0, 'SIGTERM')), ...turn('b', 1, 2_000)])).toBe('S1');
    expect(broken([...stuck, at(1_500, signalled('a', 0, 'SIGKILL')), ...turn('b', 1, 2_000)])).toBeNull();
  });

  test.each([
    [0, 0.6, 600_000, null],
    [0, 1.6, 600_000, 'S1'],
    [0, 0.6, 10, 'S1'],
    [1, 0.6, 600_000, 'S1'],
    [2, 0.6, 600_000, 'S1'],
  ])('with the clocks of node %i at %d times their speed for %i ms: %s', (node, size, forMs, expected) => {
    const wrong = at(0, struck('clockRate', node, { size, forMs }));
    expect(broken([wrong, ...turn('a', 0, 0), ...turn('b', 1, 12_000)])).toBe(expected);
  });

  test('are not forgiven when the lock service gives the lock to both, whatever their clocks do', () => {
    const wrong = at(0, struck('clockRate', 0, { size: 0.6 }));
    expect(broken([wrong, ...turn('a', 0, 0), ...turn('b', 1, 1_000)])).toBe('S1');
  });

  test('are seen for as long as a process of the first lives, whatever its command exited with', () => {
    const exited = at(1_500, { ...ofRun('a', 0, 'refreshExited'), group: 3, code: 0 } as Happening);
    const gone = at(2_000, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening);
    expect(broken([...turn('a', 0, 0), exited, ...turn('b', 1, 2_000)])).toBe('S1');
    expect(broken([...turn('a', 0, 0), exited, gone, ...turn('b', 1, 2_000)])).toBeNull();
  });

  test('are not forgiven for longer than a refresh may take', () => {
    const taken = [...turn('a', 0, 0), at(1_500, freed('a', 'operator')), ...turn('b', 1, 2_000)];
    const gone = (ms: number) => at(ms, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening);
    expect(broken([...taken, gone(8_000)], { refreshTimeoutMs: 4_000 })).toBe('N3');
    expect(broken([...taken, gone(9_000)], { refreshTimeoutMs: 4_000 })).toBe('S2');
  });

  test('are forgiven where two nodes are configured with different locks', () => {
    const trace = [...turn('a', 0, 0), ...turn('b', 1, 1_000)];
    expect(broken(trace, {}, [0, 1])).toBeNull();
  });
});

describe('one refresh after the other', () => {
  const ended = [
    at(2_900, { ...ofRun('a', 0, 'refreshExited'), group: 3, code: 0 } as Happening),
    at(2_900, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening),
  ];

  test('needs the whole delay in between, also when the lock was free too soon', () => {
    const early = [...turn('a', 0, 0), at(2_000, freed('a', 'released')), ...ended];
    expect(broken([...early, ...turn('b', 1, 2_100)])).toBe('S3');
    expect(broken([...early, ...turn('b', 1, 2_850)])).toBeNull();
  });

  test('needs no delay after one that had to be stopped, because its lock was taken away', () => {
    const gone = at(KEPT_MS - 100, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening);
    const since = (why: 'operator' | 'released') => [...turn('a', 0, 0), at(1_500, freed('a', why)), gone];
    expect(broken([...since('operator'), ...turn('b', 1, KEPT_MS - 600)])).toBeNull();
    expect(broken([...since('released'), ...turn('b', 1, KEPT_MS - 600)])).toBe('S3');
  });

  test('lets a run keep the lock when it reports, while what cannot be killed lives', () => {
    const gone = (ms: number) => at(ms, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening);
    const killed = [at(1_400, { what: 'signalled', node: 0, run: 'a' }), at(1_500, signalled('a', 0, 'SIGKILL'))];
    const over = [
      at(1_900, struck('diskBroken', 0)),
      at(2_000, { what: 'reportBegun', node: 0, run: 'a' }),
      at(2_020, { what: 'runLockFreed', node: 0, run: 'a' }),
      at(2_030, { what: 'runEnded', node: 0, run: 'a', outcome: { kind: 'aborted', signal: 'SIGTERM' } }),
    ];
    const stuck = [...turn('a', 0, 0, { isUnkillable: true }), ...killed, ...over];
    expect(broken([...stuck, gone(2_010)])).toBeNull();
    expect(broken([...stuck, gone(1_990)])).toBe('E3');
  });

  test('is over before its lease, whether or not another waits', () => {
    const gone = (ms: number) => [at(ms, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening)];
    expect(broken([...turn('a', 0, 0), ...gone(KEPT_MS - 1)])).toBeNull();
    expect(broken([...turn('a', 0, 0), ...gone(KEPT_MS + 1)])).toBe('S6c');
  });

  test('does not begin when the lock service would keep the lock for less than the grace', () => {
    const late = turn('a', 0, 0).map((fact) =>
      fact.what === 'lockKept' ? { ...fact, untilMs: STARTS_MS + 999 } : fact,
    );
    expect(broken(late.map((fact) => (fact.what === 'lockNotice' ? { ...fact, leaseLeftMs: 0 } : fact)))).toBe('S6');
  });
});

describe('what forgives', () => {
  const ended = [
    at(1_400, { ...ofRun('a', 0, 'refreshExited'), group: 3, code: 0 } as Happening),
    at(1_400, { ...ofRun('a', 0, 'refreshGone'), group: 3 } as Happening),
    at(1_410, { what: 'lockLetGo', node: 0, run: 'a' }),
    at(1_420, freed('a', 'released')),
    at(1_500, { what: 'reportBegun', node: 0, run: 'a' }),
  ] as const;

  test('a kill in the moment of the start forgives a freed lock only where the kernel frees it', () => {
    const killed = [
      at(STARTS_MS - 2, freed('a', 'expired')),
      at(STARTS_MS - 1, { what: 'runKilled', node: 0, run: 'a' }),
    ];
    const trace = [...killed, ...turn('a', 0, 0)] as const;
    expect(broken(trace)).toBe('S6');
    expect(broken(trace, {}, [0, 0], 'file')).toBeNull();
  });

  test.each([
    ['none', null, 1_600, 1_200, 'S11b'],
    ['one on which the report waited', 1_450, 9_000, 1_200, null],
    ['one on which the report waited for less than that', 1_450, 1_600, 1_200, 'S11b'],
    ['one that struck once the report was written', 1_700, 1_600, 1_200, 'S11b'],
    ['one that struck once the report was written late', 9_100, 9_000, 1_200, 'S11b'],
  ])('of slow disks, for a refresh that comes too soon: %s', (_, strikesMs, writtenMs, laterMs, expected) => {
    const slow = strikesMs === null ? [] : [at(strikesMs, struck('diskSlow', 0, { size: 9_000 }))];
    const written = { generations: { 'sas/set-0': '99' }, remembersRefresh: true, primerBefore: null };
    const report = [
      at(writtenMs, { what: 'generationsWritten', node: 0, run: 'a', ...written }),
      at(writtenMs + 5, { what: 'runLockFreed', node: 0, run: 'a' }),
      at(writtenMs + 10, { what: 'runKilled', node: 0, run: 'a' }),
    ] as const;
    const trace = [...turn('a', 0, 0), ...ended, ...slow, ...report, ...turn('c', 0, writtenMs + laterMs)];
    expect(broken(trace, { minRefreshIntervalMs: 8_000, maxIneffective: 9 })).toBe(expected);
  });

  test.each([
    ['a stop that lasted longer than the limit of the report', 1_450, 32_000, 0, null],
    ['a stop that lasted only to the report', 1_450, 1_600, 0, 'D6'],
    ['a stop of half the limit', 1_450, 16_000, 0, 'D6'],
    ['a disk that is slower than the limit', 1_450, 1_451, 45_000, null],
    ['a disk that is only a little slow', 1_450, 1_451, 100, 'D6'],
  ])('of a report that was not written: %s', (_, stopMs, onMs, size, expected) => {
    const failure = { kind: 'statisticsUnwritable', message: '' } as const;
    const trace = [
      ...turn('a', 0, 0),
      ...ended,
      at(stopMs, ofRun('a', 0, 'runStopped')),
      at(stopMs, struck(size === 0 ? 'stop' : 'diskSlow', 0, { size, forMs: onMs - stopMs })),
      at(onMs, ofRun('a', 0, 'runWentOn')),
      at(32_100, { what: 'runEnded', node: 0, run: 'a', outcome: { kind: 'failed', failure } }),
    ] as const;
    expect(broken(trace)).toBe(expected);
  });
});

/** The id of the first rule that the trace breaks. */
function broken(
  trace: readonly Fact[],
  settings: Partial<Scenario['settings']> = {},
  domains: readonly number[] = [0, 0],
  lock: LockKind = 'etcd',
): string | null {
  const checker = new Checker({ ...scenarioOf(settings, domains), lock });
  const facts = [...trace].sort((one, other) => one.atMs - other.atMs);
  for (const fact of facts) {
    const violation = checker.see(fact);
    if (violation !== null) return violation.id;
  }
  return null;
}

function scenarioOf(settings: Partial<Scenario['settings']>, [one, other]: readonly number[]): Scenario {
  const calm = withoutFaults(0);
  const node = calm.nodes[0]!;
  return {
    ...calm,
    nodes: [
      { ...node, domain: one! },
      { ...node, domain: other! },
      { ...node, domain: 0 },
    ],
    settings: {
      ...calm.settings,
      leaseMs: LEASE_MS,
      killGraceMs: 1_000,
      refreshDelayMs: 1_000,
      budgetMs: 60_000,
      refreshTimeoutMs: null,
      onLockLost: 'terminate',
      minRefreshIntervalMs: 0,
      refreshOn: ['added'],
      verify: null,
      ...settings,
    },
  };
}

/** Everything that one run does until its refresh has started, by the book. */
function turn(run: string, node: number, sinceMs: number, { isUnkillable = false } = {}): Fact[] {
  const groups = [{ group: 'sas/set-0', pods: [] }];
  const answers = [{ group: 'sas/set-0', pods: ['pod-1=pod-1@80'], verdict: 'ok', generation: '99' }] as const;
  const session = `of-${run}`;
  const notice = { request: 'renew', leaseLeftMs: LEASE_MS - 10 } as const;
  const handbrake = (ms: number, group: number) => [
    at(ms, { what: 'handbrakeStarted', node, run, group }),
    at(ms + 8, { what: 'handbrakeGone', node, run, group }),
    at(ms + 9, { what: 'handbrakeNotice', node, run, lookedAtMs: sinceMs + ms + 8, answer: 0 }),
  ];
  const facts: Fact[] = [
    at(0, { what: 'runStarted', node, run, forceRun: false, dryRun: false }),
    ...handbrake(0, 1),
    at(10, { what: 'runLockTaken', node, run }),
    at(11, { what: 'primerNotice', node, run, groups }),
    at(12, { what: 'discoveryNotice', node, run, answers }),
    at(13, { what: 'lockWanted', node, run }),
    at(20, { what: 'lockGranted', node, run, session }),
    at(20, { what: 'lockKept', node, run, session, untilMs: sinceMs + 20 + LEASE_MS }),
    at(22, { what: 'lockNotice', node, run, answer: 'held', askedAtMs: sinceMs + 13, ...notice }),
    at(1_030, { what: 'primerNotice', node, run, groups }),
    at(1_031, { what: 'discoveryNotice', node, run, answers }),
    ...handbrake(1_032, 2),
    at(1_042, { what: 'renewalSent', node, run }),
    at(1_045, { what: 'lockKept', node, run, session, untilMs: sinceMs + KEPT_MS }),
    at(1_050, { what: 'lockNotice', node, run, answer: 'renewed', askedAtMs: sinceMs + 1_042, ...notice }),
    at(1_060, { what: 'refreshRecorded', node, run, primerBefore: { 'sas/set-0': [] } }),
    at(STARTS_MS, { what: 'refreshStarted', node, run, group: 3, isUnkillable }),
  ];
  return facts.map((fact) => ({ ...fact, atMs: fact.atMs + sinceMs }));
}

/** A renewal whose answer came then; the lock service had forgotten to count on from it. */
function renewed(run: string, node: number, ms: number): Fact[] {
  return [
    at(ms - 10, { what: 'renewalSent', node, run }),
    at(ms, { what: 'lockNotice', node, run, answer: 'renewed', request: 'renew', askedAtMs: ms - 10, leaseLeftMs: 0 }),
  ];
}

function freed(run: string, why: Extract<Happening, { what: 'lockFreed' }>['why']): Happening {
  return { what: 'lockFreed', node: 0, run, session: `of-${run}`, why, by: why === 'released' ? run : null };
}

function struck(fault: FaultKind, node: number, { size = 0, forMs = 600_000 } = {}): Happening {
  return { what: 'struck', fault, node, run: null, states: [], forMs, size };
}

function signalled(run: string, node: number, signal: 'SIGTERM' | 'SIGKILL'): Happening {
  return { what: 'refreshSignalled', node, run, group: 3, signal };
}

function ofRun(
  run: string,
  node: number,
  what: 'runStopped' | 'runWentOn' | 'refreshExited' | 'refreshGone',
): Happening {
  return { what, node, run } as Happening;
}

function at(atMs: number, happening: Happening): Fact {
  return { atMs, ...happening } as Fact;
}
