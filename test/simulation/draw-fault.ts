import { ABORT_SIGNALS } from '../../machines/vocabulary.ts';
import type { Dice } from './draw.ts';
import { DISK_FAILURES, RUN_LOCK_FAILURES } from './node/disk-faults.ts';
import { NEVER_MS } from './node/haproxy.ts';
import { HAPROXY_TROUBLES } from './node/haproxy-troubles.ts';
import { type Fault, type FaultKind, IN_DISCOVERY, ON_THE_NODE, type Scenario, type When } from './scenario.ts';
import { PLACES } from './states.ts';

/** One fault of a kind on a node: when, for how long, how bad. */
export function drawFault(dice: Dice, kind: FaultKind, node: number, scenario: Scenario): Fault {
  return {
    kind,
    node,
    when: drawWhen(dice, scenario),
    forMs: forMs(dice, kind, scenario),
    size: sizeOf(dice, kind, scenario),
  };
}

function drawWhen(dice: Dice, { faultyPeriods, periodMs }: Scenario): When {
  if (dice.chance(0.4, 'byTime')) return { atMs: dice.between(0, faultyPeriods * periodMs, 'at') };
  return {
    state: dice.pick(PLACES, 'place'),
    nth: dice.between(1, 3, 'nth'),
    afterMs: dice.pick([0, 0, 1, dice.between(0, 5_000, 'while')], 'after'),
  };
}

function forMs(dice: Dice, kind: FaultKind, { settings: { leaseMs }, periodMs }: Scenario): number {
  if (kind === 'stop' || kind === 'suspend') {
    return Math.round(leaseMs * dice.pick([0.02, 0.05, 0.5, 1.2, 3], 'forLeases'));
  }
  if (LASTS_LONG.has(kind)) return Math.round(periodMs * dice.pick([0.1, 0.5, 1.5], 'forPeriods'));
  return Math.round(leaseMs * dice.pick([0.1, 0.5, 1, 2, 4], 'forLeases'));
}

/** Faults that only the next run may meet. */
const LASTS_LONG: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...ON_THE_NODE,
  'lockDenied',
  ...IN_DISCOVERY,
  'clockRate',
]);

const OTHER_SIGNALS = ABORT_SIGNALS.filter((name) => name !== 'SIGTERM');

/** The `size` of an `otherSignal`; they take turns. */
export function otherSignal(nth: number): number {
  return ABORT_SIGNALS.indexOf(OTHER_SIGNALS[nth % OTHER_SIGNALS.length]!);
}

function sizeOf(dice: Dice, kind: FaultKind, { settings: { leaseMs }, periodMs }: Scenario): number {
  switch (kind) {
    case 'otherSignal':
      return otherSignal(dice.between(0, OTHER_SIGNALS.length - 1, 'size'));
    case 'clockStep':
      return dice.pick([-3_600_000, -10_000, 1_000, 60_000, 3_600_000], 'size');
    case 'clockRate':
      return dice.pick([0.6, 0.9, 1.1, 1.6], 'size');
    case 'diskBroken':
      return dice.between(0, DISK_FAILURES.length - 1, 'size');
    case 'runLockBroken':
      return dice.between(0, RUN_LOCK_FAILURES.length - 1, 'size');
    case 'haproxyBroken':
      return dice.between(0, HAPROXY_TROUBLES.length - 1, 'size');
    case 'haproxyOld':
      return dice.pick([NEVER_MS, 500, 2_000, 8_000, 20_000], 'size');
    case 'diskSlow':
      return dice.pick([100, 1_500, 9_000, 12_000, 45_000], 'size');
    case 'handbrakeSlow':
      return dice.pick([500, 3_000, 20_000], 'size');
    case 'commandLeaves':
      return dice.pick([1_000, 15_000, 600_000], 'size');
    case 'refreshSlow':
      return dice.pick([1_000, leaseMs, 60_000], 'size');
    case 'lockPartition':
      return dice.pick([0, 0, 1, 2], 'size');
    case 'lockRequestLost':
    case 'lockReplyLost':
    case 'lockTwice':
      return dice.pick([0.2, 0.5, 1], 'size');
    case 'lockSlow':
      return Math.round(leaseMs * dice.pick([0.1, 0.5, 1.5], 'size'));
    case 'leaseExtended':
      return Math.round(leaseMs * dice.pick([0.5, 2], 'size'));
    case 'discoveryStale':
      return dice.pick([-1, Math.round(periodMs * 0.2), periodMs, 3 * periodMs], 'size');
    default:
      return 0;
  }
}
