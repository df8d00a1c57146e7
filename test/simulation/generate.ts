import { type Dice, diceOf } from './draw.ts';
import { drawFault } from './draw-fault.ts';
import { luresTo } from './lures.ts';
import { PLACES } from './places.ts';
import { FAULT_KINDS, type Fault, type FaultKind, LOCKS, type Scenario } from './scenario.ts';
import { themed } from './themes.ts';

/** The scenario of a seed: half are the grid of all faults in all places, a quarter are themes, a quarter is drawn freely. */
export function generate(seed: number): Scenario {
  const calm = withoutFaults(seed);
  return { ...calm, faults: faultsOf(seed, calm) };
}

function faultsOf(seed: number, calm: Scenario): Fault[] {
  switch (seed % 4) {
    case 0:
      return swarm(calm);
    case 1:
      return themed(calm);
    case 2:
      return gridFaults(seed, OF_A_PROCESS, calm);
    default:
      return gridFaults(seed, FAULT_KINDS, calm);
  }
}

/** What strikes a process, wherever it stands. */
const OF_A_PROCESS: readonly FaultKind[] = ['kill', 'stop', 'term', 'int', 'suspend', 'reboot'];

/** Each node gets a fault of its own in a place of its own; the next seed goes on from there. */
function gridFaults(seed: number, kinds: readonly FaultKind[], scenario: Scenario): Fault[] {
  const cells = kinds.length * PLACES.length;
  // A step that shares no factor with the size visits every cell, in an order that mixes kinds and places.
  const step = [7919, 7907, 7901].find((prime) => cells % prime !== 0)!;
  return scenario.nodes.slice(0, NODES_IN_GRID).flatMap((_, node) => {
    const at = ((Math.floor(seed / 4) * NODES_IN_GRID + node) * step) % cells;
    const dice = diceOf(scenario.seed, 'grid', node);
    const kind = kinds[at % kinds.length]!;
    const state = PLACES[Math.floor(at / kinds.length)]!;
    const when = { state, nth: dice.pick([1, 1, 1, 2], 'nth'), afterMs: dice.pick([0, 0, 0, 1], 'after') };
    return [...luresTo(state, node, scenario), { ...drawFault(dice, kind, node, scenario), when }];
  });
}

/** Grids have as many nodes, so that no cell is left out. */
const NODES_IN_GRID = 3;

/** A fifth of the seeds has no fault, a fifth has one, half have some of a few kinds, and the rest has a storm. */
function swarm(scenario: Scenario): Fault[] {
  const dice = diceOf(scenario.seed, 'swarm');
  const weather = dice.pick(['calm', 'calm', 'one', 'one', 'some', 'some', 'some', 'some', 'some', 'storm'], 'weather');
  if (weather === 'calm') return [];
  const kinds = FAULT_KINDS.filter((kind) => dice.chance(weather === 'storm' ? 0.7 : 0.2, 'uses', kind));
  const count = weather === 'one' ? 1 : dice.between(2, weather === 'storm' ? 25 : 8, 'count');
  return Array.from({ length: count }, (_, index) => {
    const own = diceOf(scenario.seed, 'fault', index);
    const kind = own.pick(weather === 'one' || kinds.length === 0 ? FAULT_KINDS : kinds, 'kind');
    const node = own.between(0, scenario.nodes.length - 1, 'node');
    return drawFault(own, kind, node, scenario);
  });
}

function withoutFaults(seed: number): Scenario {
  const dice = diceOf(seed, 'scenario');
  const nodes = seed % 4 > 1 ? NODES_IN_GRID : dice.pick([1, 2, 2, 3, 3, 4, 5, 9], 'nodes');
  const leaseMs = dice.pick([5_000, 10_000, 30_000], 'lease');
  const killGraceMs = Math.round(leaseMs * dice.pick([0.05, 0.2, 0.4], 'grace'));
  const periodMs = dice.pick([60_000, 120_000, 300_000], 'period');
  const faultyPeriods = dice.between(1, 3, 'periods');
  const groups = dice.pick([1, 2, 2], 'groups');
  return {
    seed,
    lock: dice.pick(LOCKS, 'lock'),
    settings: { ...timesOf(dice, leaseMs, killGraceMs), ...policiesOf(dice), killGraceMs, leaseMs },
    nodes: Array.from({ length: nodes }, (_, node) => ({
      clockRate: 1 + dice.between(-10, 10, 'rate', node) / 1_000,
      cronAtMs: 1_000 + dice.pick([0, dice.between(0, 10_000, 'cron', node)], 'splay', node),
      latencyMs: dice.pick([2, 20, 150], 'latency', node),
    })),
    groups,
    podsPerGroup: dice.between(2, 4, 'pods'),
    periodMs,
    faultyPeriods,
    healthyPeriods: 4,
    changes: Array.from({ length: faultyPeriods + 1 }, (_, at) => ({
      atMs: at === 0 ? 500 : dice.between(0, periodMs * faultyPeriods, 'changeAt', at),
      what: at === 0 ? ('add' as const) : dice.pick(['add', 'rename', 'remove', 'move'] as const, 'change', at),
      group: dice.between(0, groups - 1, 'group', at),
    })),
    faults: [],
  };
}

function timesOf(dice: Dice, leaseMs: number, killGraceMs: number) {
  const onLockLost = dice.pick(['terminate', 'terminate', 'finish'] as const, 'onLockLost');
  // With `finish` the command, its end and a margin have to fit into the lease; some leave little room.
  const roomMs = 0.9 * leaseMs - killGraceMs;
  return {
    onLockLost,
    refreshTimeoutMs:
      onLockLost === 'finish'
        ? Math.round(roomMs * dice.pick([0.5, 0.8, 0.98], 'tight'))
        : dice.pick([null, 10_000], 'refreshTimeout'),
    refreshDelayMs: dice.pick([0, 1_000, 5_000], 'delay'),
    budgetMs: dice.pick([60_000, 60_000, 120_000], 'budget'),
    handbrakeTimeoutMs: dice.pick([2_000, 10_000], 'handbrakeTimeout'),
  };
}

function policiesOf(dice: Dice) {
  return {
    refreshOn: ['added', 'renamed'] as const,
    onDiscoveryError: dice.pick(['fail', 'fail', 'tolerate'] as const, 'onDiscoveryError'),
    maxShrinkPercent: dice.pick([null, null, 50], 'shrink'),
    allowEmpty: dice.chance(0.5, 'allowEmpty'),
    minRefreshIntervalMs: dice.pick([0, 0, 90_000], 'interval'),
    maxIneffective: dice.pick([1, 3], 'ineffective'),
  };
}
