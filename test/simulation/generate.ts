import { type Dice, diceOf } from './draw.ts';
import { drawFault } from './draw-fault.ts';
import { setupsFor } from './fault-setups.ts';
import { FAULT_KINDS, type Fault, type FaultKind, LOCKS, type LockKind, type Scenario } from './scenario.ts';
import { PLACES } from './states.ts';
import { themed, themeOf } from './themes.ts';

/** The scenario of a seed: half are themes, a quarter is the grid of all faults in all places, a quarter is drawn freely. */
export function generate(seed: number): Scenario {
  const calm = fitting(withoutFaults(seed));
  return { ...calm, faults: faultsOf(seed, calm), permanent: permanentFault(calm) };
}

function faultsOf(seed: number, calm: Scenario): Fault[] {
  if (isThemed(seed)) return themed(calm);
  return isInGrid(seed) ? gridFaults(seed, seed % 8 === 2 ? OF_A_PROCESS : FAULT_KINDS, calm) : swarm(calm);
}

function isThemed(seed: number): boolean {
  return seed % 2 === 1;
}

function isInGrid(seed: number): boolean {
  return seed % 4 === 2;
}

/** What strikes a process, wherever it stands. */
const OF_A_PROCESS: readonly FaultKind[] = ['kill', 'stop', 'term', 'otherSignal', 'suspend', 'reboot'];

/** Each node gets a fault of its own in a place of its own; the next seed goes on from there. */
function gridFaults(seed: number, kinds: readonly FaultKind[], scenario: Scenario): Fault[] {
  const cells = kinds.length * PLACES.length;
  // A step that shares no factor with the size visits every cell, in an order that mixes kinds and places.
  const step = [7919, 7907, 7901].find((prime) => cells % prime !== 0)!;
  return scenario.nodes.slice(0, NODES_IN_GRID).flatMap((_, node) => {
    const at = ((Math.floor(seed / 8) * NODES_IN_GRID + node) * step) % cells;
    const dice = diceOf(scenario.seed, 'grid', node);
    const kind = kinds[at % kinds.length]!;
    const state = PLACES[Math.floor(at / kinds.length)]!;
    const when = { state, nth: dice.pick([1, 1, 1, 2], 'nth'), afterMs: dice.pick([0, 0, 0, 1], 'after') };
    return [...setupsFor(state, node, scenario), { ...drawFault(dice, kind, node, scenario), when }];
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

/** In so many seeds all nodes are on one host, and their lock is a file there. */
const ON_ONE_HOST = 0.12;

/** The lock service of a seed, where it has one. */
export function serviceOf(seed: number): LockKind {
  return diceOf(seed, 'scenario').pick(LOCKS, 'lock');
}

/** A cluster, what it is configured with, and how its pods change. */
export function withoutFaults(seed: number): Scenario {
  const dice = diceOf(seed, 'scenario');
  const nodes = isInGrid(seed) ? NODES_IN_GRID : dice.pick([1, 2, 2, 3, 3, 4, 5, 9], 'nodes');
  const leaseMs = dice.pick([5_000, 10_000, 30_000], 'lease');
  const killGraceMs = Math.round(leaseMs * dice.pick([0.05, 0.2, 0.4], 'grace'));
  const periodMs = dice.pick([60_000, 120_000, 300_000], 'period');
  const faultyPeriods = dice.between(1, 3, 'periods');
  const groups = dice.pick([1, 2, 2], 'groups');
  const policies = policiesOf(dice);
  const isTwice = dice.chance(0.3, 'isTwice');
  // Hardly ever is a node configured with another lock than the rest.
  const lonely = nodes > 1 && dice.chance(0.02, 'isLonely') ? nodes - 1 : null;
  return {
    seed,
    lock: dice.chance(ON_ONE_HOST, 'local') ? 'file' : serviceOf(seed),
    settings: { primerFile: '/primer.json', ...timesOf(dice, leaseMs, killGraceMs), ...policies, killGraceMs, leaseMs },
    nodes: Array.from({ length: nodes }, (_, node) => ({
      clockRate: 1 + dice.between(-10, 10, 'rate', node) / 1_000,
      cronAtMs: 1_000 + dice.pick([0, dice.between(0, 10_000, 'cron', node)], 'splay', node),
      latencyMs: dice.pick([2, 20, 150], 'latency', node),
      domain: node === lonely ? 1 : 0,
    })),
    groups,
    podsPerGroup: dice.between(2, 4, 'pods'),
    periodMs,
    faultyPeriods,
    // One to find its feet, one to refresh, one to show that all is quiet; more where nodes have to wait.
    healthyPeriods: nodes > NODES_IN_GRID || policies.minRefreshIntervalMs > 0 ? 4 : 3,
    changes: Array.from({ length: faultyPeriods + 1 }, (_, at) => ({
      // At first there is something new for everybody, sometimes twice.
      atMs: at === 0 ? 500 : at === 1 && isTwice ? 700 : dice.between(0, periodMs * faultyPeriods, 'changeAt', at),
      what: at === 0 ? ('add' as const) : dice.pick(['add', 'rename', 'remove', 'move'] as const, 'change', at),
      group: dice.between(0, groups - 1, 'group', at),
    })),
    faults: [],
    permanent: null,
  };
}

/** In a third of the seeds one node stays out of order for ever; the last one, so that shrinking can take it away. */
function permanentFault(scenario: Scenario): Fault | null {
  const dice = diceOf(scenario.seed, 'permanent');
  const node = scenario.nodes.length - 1;
  if (node === 0 || !dice.chance(0.33, 'has')) return null;
  return { kind: dice.pick(PERMANENT, 'kind'), node, when: { atMs: 0 }, forMs: 86_400_000, size: 0 };
}

const PERMANENT: readonly FaultKind[] = [
  'suspend',
  'diskBroken',
  'runLockBroken',
  'primerUnreadable',
  'handbrakeOn',
  'handbrakeBroken',
  'refreshFails',
  'refreshNotStarted',
  'lockPartition',
  'lockDenied',
  'discoveryDown',
  'discoveryInvalid',
];

/** What is refused right before a refresh matters most where that may finish, and has hardly any room to. */
function fitting(scenario: Scenario): Scenario {
  if (!isThemed(scenario.seed) || themeOf(scenario.seed) !== 'refused') return scenario;
  const { leaseMs, killGraceMs } = scenario.settings;
  const refreshTimeoutMs = Math.floor(0.98 * roomMs(leaseMs, killGraceMs));
  return { ...scenario, settings: { ...scenario.settings, onLockLost: 'finish', refreshTimeoutMs } };
}

/** With `finish` the command, its end and a margin have to fit into the lease. */
function roomMs(leaseMs: number, killGraceMs: number): number {
  return 0.9 * leaseMs - killGraceMs;
}

function timesOf(dice: Dice, leaseMs: number, killGraceMs: number) {
  const onLockLost = dice.pick(['terminate', 'terminate', 'finish'] as const, 'onLockLost');
  return {
    onLockLost,
    refreshTimeoutMs:
      onLockLost === 'finish'
        ? Math.round(roomMs(leaseMs, killGraceMs) * dice.pick([0.5, 0.8, 0.98], 'tight'))
        : dice.pick([null, 10_000], 'refreshTimeout'),
    refreshDelayMs: dice.pick([0, 1_000, 5_000], 'delay'),
    budgetMs: dice.pick([60_000, 60_000, 120_000], 'budget'),
    handbrakeTimeoutMs: dice.pick([2_000, 10_000], 'handbrakeTimeout'),
  };
}

const REFRESH_ON: readonly Scenario['settings']['refreshOn'][] = [
  ['added', 'renamed'],
  ['added', 'renamed'],
  ['added', 'renamed', 'moved'],
  ['added', 'renamed', 'removed'],
];

function policiesOf(dice: Dice) {
  return {
    refreshOn: dice.pick(REFRESH_ON, 'refreshOn'),
    onDiscoveryError: dice.pick(['fail', 'fail', 'tolerate'] as const, 'onDiscoveryError'),
    staleLimit: dice.pick([2, 3], 'staleLimit'),
    maxShrinkPercent: dice.pick([null, null, 50], 'shrink'),
    allowEmpty: dice.chance(0.5, 'allowEmpty'),
    minRefreshIntervalMs: dice.pick([0, 0, 90_000], 'interval'),
    maxIneffective: dice.pick([1, 3], 'ineffective'),
    onRefreshFailure: dice.pick(['continue', 'continue', 'brake'] as const, 'onRefreshFailure'),
    brakeLimit: dice.pick([1, 1, 2], 'brakeLimit'),
    brakeTtlMs: dice.pick([120_000, 1_800_000], 'brakeTtl'),
    verify: dice.chance(0.5, 'verify') ? verifyFor(dice.pick([3_000, 10_000], 'verifyTimeout')) : null,
  };
}

/** HAProxy itself is asked after a refresh, for so long. */
export function verifyFor(timeLimitMs: number): NonNullable<Scenario['settings']['verify']> {
  return { asksHaproxy: true, runsCommand: false, timeLimitMs };
}
