/**
 * Everything that can happen to the three machines, from every state that can be reached: a breadth-first walk over
 * the pure `transition()` (test/support/explore.ts). The tests assert laws of all paths, not single paths.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { clusterLockWalk, commandWalk, type Passed, watcherWalk } from '../support/alphabets.ts';
import { deadEnds, type Exploration, explore, isReply, type Step } from '../support/explore.ts';
import { runInput } from '../support/run-input.ts';
import { pathOf } from '../support/start-run.ts';

const RUNS = [
  runInput(),
  runInput({ forceRun: true }),
  runInput({ dryRun: true }),
  runInput({ dryRun: true, forceRun: true }),
  runInput({ onDiscoveryError: 'tolerate', maxShrinkPercent: 20 }),
  runInput({ onLockLost: 'finish', refreshTimeoutMs: 15_000 }),
];

const COMMANDS = [null, 1_000].map((timeLimitMs) => ({
  command: 'refresh',
  reason: 'changed',
  timeLimitMs,
  killGraceMs: 1_000,
}));

const LEASES = (['terminate', 'finish'] as const).map((onLockLost) => ({
  leaseMs: 30_000,
  killGraceMs: 10_000,
  onLockLost,
  jitterSeed: 1,
}));

const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
const consoles = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
let printed = 0;

let runs: { input: (typeof RUNS)[number]; found: Exploration<Passed> }[];
let leases: Exploration<null>[];
let commands: Exploration<null>[];

beforeAll(() => {
  const before = countPrinted();
  runs = RUNS.map((input) => ({ input, found: explore(watcherMachine, watcherWalk(input)) }));
  leases = LEASES.map((input) => explore(clusterLockMachine, clusterLockWalk(input)));
  commands = COMMANDS.map((input) => explore(commandMachine, commandWalk(input)));
  printed = countPrinted() - before;
});

afterAll(() => {
  vi.restoreAllMocks();
});

const machines: readonly [string, AnyStateMachine, () => readonly Exploration<unknown>[]][] = [
  ['watcher', watcherMachine, () => runs.map(({ found }) => found)],
  ['clusterLock', clusterLockMachine, () => leases],
  ['command', commandMachine, () => commands],
];

describe.each(machines)('%s', (_name, machine, explorations) => {
  test('never breaks', () => {
    for (const { places } of explorations()) {
      for (const { snapshot } of places) expect(snapshot.status, pathOf(snapshot.value)).not.toBe('error');
    }
  });

  test('can be brought to an end from everywhere', () => {
    for (const found of explorations()) expect(deadEnds(found).map(({ snapshot }) => snapshot.value)).toEqual([]);
  });

  test('has a transition for every answer and every failure of what it asks', () => {
    for (const { steps } of explorations()) {
      for (const { from, event, handled } of steps) {
        if (isReply(event)) expect(handled, `${event.type} in ${pathOf(from.snapshot.value)}`).toBe(true);
      }
    }
  });

  test('gets into every one of its states', () => {
    const visited = new Set(explorations().flatMap((found) => [...found.visited]));
    const missed = getStateNodes(machine).filter(({ id }) => !visited.has(id));
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  test('is small enough to be walked to the end', () => {
    for (const { places } of explorations()) expect(places.length).toBeLessThan(20_000);
  });
});

test('nothing is printed on the way', () => {
  expect(printed).toBe(0);
});

describe('a run', () => {
  test('refreshes only after both looks at the handbrake, and with a lock that was just vouched for', () => {
    for (const { from, event, observed } of refreshes()) {
      expect(observed.looks, `${event.type} in ${pathOf(from.snapshot.value)}`).toBe(2);
      expect(event.type).toBe('lockConfirmed');
      expect(observed.runLock).toBe(true);
    }
  });

  test('reaches the refresh in every mode but a plain dry run', () => {
    for (const { input, found } of runs) {
      const refreshed = found.steps.some(isRefresh);
      expect(refreshed, JSON.stringify(input)).toBe(input.forceRun || !input.dryRun);
    }
  });

  test('never asks for the cluster lock when it is a plain dry run', () => {
    for (const { input, found } of runs) {
      const asks = found.steps.some(({ actions }) =>
        actions.some((action) => sendsTo(action, 'clusterLock', 'request')),
      );
      expect(asks).toBe(input.forceRun || !input.dryRun);
    }
  });

  test('asks for the cluster lock only after it has compared', () => {
    for (const { found } of runs) {
      for (const { from, to, actions } of found.steps) {
        if (!actions.some((action) => sendsTo(action, 'clusterLock', 'request'))) continue;
        expect(pathOf(from.snapshot.value)).toMatch(/^holdingRunLock\.(reading|resolving)$/);
        expect(pathOf(to.snapshot.value)).toBe('holdingRunLock.takingTurn.awaitingYtLock');
      }
    }
  });

  test('ends in the state that its outcome names', () => {
    for (const { places } of runs.map(({ found }) => found)) {
      for (const { snapshot } of places) {
        if (snapshot.status === 'done') expect((snapshot.output as { kind: string }).kind).toBe(snapshot.value);
      }
    }
  });

  test('never changes an ending that was decided, unless the report of a good one cannot be written', () => {
    for (const { from, event, to } of runs.flatMap(({ found }) => found.steps)) {
      const before = from.snapshot.context['outcome'];
      if (before === null || event.type === 'xstate.error.actor.writeReport') continue;
      expect(to.snapshot.context['outcome'], event.type).toEqual(before);
    }
  });

  test('reports and drops the run lock on every path that took it', () => {
    for (const { places } of runs.map(({ found }) => found)) {
      for (const { snapshot, observed } of places) {
        if (snapshot.status !== 'done' || !observed.runLock) continue;
        expect(observed, pathOf(snapshot.value)).toMatchObject({ reported: true, dropped: true });
      }
    }
  });

  test('says nothing of a success when the refresh did not exit with 0', () => {
    for (const { places } of runs.map(({ found }) => found)) {
      for (const { snapshot } of places) {
        if (snapshot.value !== 'refreshed') continue;
        expect((snapshot.context['refresh'] as CommandResult).code).toBe(0);
        expect(snapshot.context['lockLoss']).toBeNull();
      }
    }
  });
});

describe('the cluster lock', () => {
  test('asks nothing but for its release once it was told to release', () => {
    for (const { from, to } of leases.flatMap(({ steps }) => steps)) {
      if (!/^(releasing|pausing|released)$/.test(pathOf(from.snapshot.value))) continue;
      expect(pathOf(to.snapshot.value)).toMatch(/^(releasing|pausing|released)$/);
    }
  });

  test('confirms only on a good renewal', () => {
    const confirming = leases
      .flatMap(({ steps }) => steps)
      .filter(({ actions }) => actions.some((action) => sends(action, 'lockConfirmed')));
    expect(confirming.length).toBeGreaterThan(0);
    for (const { event } of confirming) {
      expect(event).toMatchObject({ type: 'xstate.done.actor.renewLock', output: { standing: 'renewed' } });
    }
  });

  test('says that it is held only on the lock service’s own word', () => {
    const granted = leases
      .flatMap(({ steps }) => steps)
      .filter(({ actions }) => actions.some((action) => sends(action, 'lockHeld')));
    expect(granted.length).toBeGreaterThan(0);
    for (const { event } of granted) {
      expect(event.type).toMatch(/^xstate\.done\.actor\.(requestLock|checkLock)$/);
      expect(event).toMatchObject({ output: { standing: 'held' } });
    }
  });
});

describe('a command', () => {
  test('is told to go only once it is ready, and never after it was told to stop', () => {
    const going = commands
      .flatMap(({ steps }) => steps)
      .filter(({ actions }) => actions.some((action) => sendsTo(action, 'child', 'go')));
    expect(going.length).toBeGreaterThan(0);
    for (const { from, event } of going) {
      expect(from.snapshot.value).toBe('starting');
      expect(event.type).toBe('childReady');
    }
  });

  test('gets TERM before KILL', () => {
    for (const { from, actions } of commands.flatMap(({ steps }) => steps)) {
      const kills = actions.some((action) => sends(action, 'signalGroup') && signalOf(action) === 'SIGKILL');
      if (kills) expect(from.snapshot.value).toBe('terminating');
    }
  });
});

interface SentAction {
  readonly type: string;
  readonly params?: {
    readonly targetId?: string;
    readonly event?: { readonly type: string; readonly signal?: string };
  };
}

function sends(action: unknown, type: string): boolean {
  return (action as SentAction).params?.event?.type === type;
}

function sendsTo(action: unknown, target: string, type: string): boolean {
  return sends(action, type) && (action as SentAction).params?.targetId === target;
}

function signalOf(action: unknown): string | undefined {
  return (action as SentAction).params?.event?.signal;
}

function isRefresh({ from, to }: Step<Passed>): boolean {
  return !pathOf(from.snapshot.value).endsWith('refreshing') && pathOf(to.snapshot.value).endsWith('refreshing');
}

function refreshes() {
  const found = runs.flatMap(({ found: { steps } }) => steps.filter(isRefresh));
  expect(found.length).toBeGreaterThan(0);
  return found.map(({ from, event, to }) => ({ from, event, observed: to.observed }));
}

function countPrinted(): number {
  return [...streams, ...consoles].reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}
