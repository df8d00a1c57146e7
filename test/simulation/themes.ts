import { type Dice, diceOf } from './draw.ts';
import { drawFault } from './draw-fault.ts';
import type { Fault, FaultKind, Scenario, When } from './scenario.ts';

type Theme = (tools: Tools) => readonly Fault[];

interface Tools {
  readonly dice: Dice;
  readonly scenario: Scenario;
  /** One fault on this node, drawn but for what is said here. */
  fault(kind: FaultKind, node: number, when: When, more?: Partial<Fault>): Fault;
}

const SOON: When = { atMs: 0 };
const RUNNING = 'refresh.running';
const HELD = 'watcher.holdingRunLock.takingTurn.delaying';

const WRITING = 'watcher.holdingRunLock.reporting.writingReport';

/** What may happen to the lock while the record of a refresh is on its way to the disk. */
const AT_THE_START = ['lockPartition', 'lockDown', 'lockDenied', 'lockTakenAway', 'leaseCutShort', 'kill'] as const;

/** Where a run does something that can be stopped. */
const WHILE = [
  'handbrake.running',
  'clusterLock.requesting',
  'clusterLock.leased.position.queued',
  HELD,
  'watcher.holdingRunLock.takingTurn.confirming.resolvingAgain',
  'watcher.holdingRunLock.takingTurn.confirming.confirmingLock',
  'refresh.starting',
  RUNNING,
] as const;

/** Misfortunes that seldom come alone. A draw of single faults would take very long to bring them together. */
const THEMES: Readonly<Record<string, Theme>> = {
  /** The lock is lost while a long refresh runs, and others wait for it. */
  lease: ({ dice, scenario, fault }) => {
    const { leaseMs } = scenario.settings;
    const kinds = ['lockPartition', 'lockRequestLost', 'lockReplyLost', 'lockSlow', 'lockDown', 'lockDenied'] as const;
    const size = dice.pick([0.5, 0.8, 1], 'size');
    const kind = dice.pick(kinds, 'kind');
    return scenario.nodes.flatMap((_, node) => [
      fault('refreshSlow', node, SOON, { size: 5 * leaseMs }),
      fault(kind, node, at(dice.pick([RUNNING, HELD], 'place', node), 1, dice.between(0, leaseMs, 'while', node)), {
        forMs: 5 * leaseMs,
        ...(kind === 'lockPartition' || kind === 'lockSlow' ? {} : { size }),
      }),
    ]);
  },
  /** Every answer of the lock service is late, and then none comes any more. */
  late: ({ dice, scenario, fault }) => {
    const { leaseMs } = scenario.settings;
    return scenario.nodes.flatMap((_, node) => [
      fault(dice.pick(['refreshIgnoresTerm', 'refreshSlow'], 'kind', node), node, SOON, { size: 3 * leaseMs }),
      fault('lockSlow', node, at(HELD, 1, 0), { size: Math.round(leaseMs * 0.2), forMs: 20 * leaseMs }),
      fault('lockPartition', node, at(RUNNING, 1, dice.between(0, leaseMs, 'while', node)), {
        forMs: 4 * leaseMs,
        size: 0,
      }),
    ]);
  },
  /** A slow disk lets the refresh start late in the lease, and then no renewal is answered, or every one is refused. */
  refused: ({ dice, scenario, fault }) => {
    const { leaseMs } = scenario.settings;
    return scenario.nodes.flatMap((_, node) => [
      fault(dice.pick(['refreshSlow', 'refreshIgnoresTerm'], 'kind', node), node, SOON, {
        size: 2 * leaseMs,
        forMs: 10 * leaseMs,
      }),
      fault('diskSlow', node, SOON, {
        size: Math.round(leaseMs * dice.pick([0.15, 0.22, 0.24, 0.26], 'disk', node)),
        forMs: 10 * leaseMs,
      }),
      fault(
        dice.pick(['lockDenied', 'lockPartition'], 'trouble', node),
        node,
        at(dice.pick([RUNNING, 'refresh.starting'], 'place', node), 1, 1),
        { forMs: 2 * leaseMs, size: 0 },
      ),
    ]);
  },
  /** One group of several has no answer that can be trusted. */
  half: ({ scenario, fault }) =>
    scenario.nodes.map((_, node) => fault('discoveryInvalid', node, SOON, { forMs: scenario.periodMs })),
  /** A watcher dies or loses its host while its command runs or is about to, or while it writes what it leaves; the next one starts at once. */
  crash: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) => {
      const isWriting = node % 3 === 1;
      const places = isWriting
        ? ([WRITING, WRITING, 'refresh.starting'] as const)
        : ([RUNNING, RUNNING, HELD] as const);
      const place = dice.pick<string>(places, 'place', node);
      const afterMs = dice.between(0, isWriting ? 250 : 3_000, 'after', node);
      return [
        ...(isWriting
          ? [fault('diskSlow', node, SOON, { size: 100 })]
          : [fault(dice.pick(['refreshSlow', 'refreshIgnoresTerm'], 'kind', node), node, SOON, { size: 20_000 })]),
        fault(dice.pick(['kill', 'kill', 'reboot'], 'death', node), node, at(place, 1, afterMs)),
        fault('cronTwice', node, at(place, 1, afterMs + dice.between(1, 4_000, 'again', node))),
      ];
    }),
  /** The command does not end, and takes no notice of TERM. */
  hang: ({ dice, scenario, fault }) => [
    fault('refreshIgnoresTerm', 0, SOON, { forMs: 600_000 }),
    fault(dice.pick(['term', 'stop', 'otherSignal'], 'kind'), 0, at(RUNNING, 1, dice.between(0, 20_000, 'while'))),
    ...scenario.nodes.slice(1).map((_, other) => fault('refreshSlow', other + 1, SOON, { size: 3_000 })),
  ],
  /** People start runs of their own while the handbrake, discovery or the lock service say no. */
  people: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) => {
      // The first is before cron's, when there is something to do for whoever comes first.
      const atMs = dice.pick([600, dice.between(700, 30_000, 'at', node)], 'isFirst', node);
      const run = dice.pick(['forcedRun', 'dryRun', 'forcedDryRun', 'cronTwice'] as const, 'run', node);
      const trouble = dice.pick(
        ['handbrakeOn', 'handbrakeBroken', 'discoveryInvalid', 'discoveryDown', 'runLockBroken', 'lockDenied'] as const,
        'trouble',
        node,
      );
      // What a dry run would do is seen where nothing else is in its way.
      const isTroubled = run !== 'dryRun' && dice.chance(0.6, 'isTroubled', node);
      return [
        fault(run, node, { atMs }),
        ...(isTroubled ? [fault(trouble, node, { atMs: dice.between(0, atMs, 'troubleAt', node) })] : []),
      ];
    }),
  /** Discovery says different things at different times. */
  discovery: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) =>
      (['discoveryStale', 'discoveryInvalid', 'discoveryDown', 'discoveryEmpty'] as const).flatMap((kind) => {
        const lateMs = dice.between(0, scenario.periodMs * scenario.faultyPeriods, 'at', node, kind);
        const atMs = dice.pick([0, lateMs], 'soon', node, kind);
        return dice.chance(0.5, 'has', node, kind) ? [fault(kind, node, { atMs })] : [];
      }),
    ),
  /** A replica of discovery that is behind answers the second time. */
  behind: ({ dice, scenario, fault }) =>
    scenario.nodes.map((_, node) =>
      fault('discoveryStale', node, at(HELD, dice.pick([1, 2], 'nth', node), 0), { size: -1, forMs: 600_000 }),
    ),
  /** No refresh brings anything. */
  vain: ({ dice, scenario, fault }) => {
    const forMs = { forMs: 4 * scenario.periodMs };
    const kinds = ['refreshIneffective', 'haproxyOld', 'haproxyBroken'] as const;
    return scenario.nodes.flatMap((_, node) => {
      if (!scenario.settings.verify) return [fault('refreshIneffective', node, SOON, forMs)];
      const atMs = dice.between(30_000, scenario.periodMs, 'again', node);
      return [fault(dice.pick(kinds, 'kind', node), node, SOON, forMs), fault('forcedRun', node, { atMs })];
    });
  },
  /** The disk is slow where it matters: under the record of a refresh. */
  disk: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) => [
      fault('diskSlow', node, SOON, { size: dice.pick([500, 2_000, 4_000, 9_000], 'size', node), forMs: 600_000 }),
      fault(dice.pick(AT_THE_START, 'kind', node), node, at('refresh.starting', 1, 1), {
        forMs: 4 * scenario.settings.leaseMs,
        size: 0,
      }),
    ]),
  /** Somebody stops runs wherever they are, while all that they do takes long. */
  signals: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) => [
      fault('handbrakeSlow', node, SOON, { size: dice.pick([500, 1_500, 5_000], 'size', node), forMs: 600_000 }),
      fault('refreshSlow', node, SOON, { size: 20_000 }),
      fault('diskSlow', node, SOON, { size: dice.pick([0, 1_500], 'disk', node), forMs: 600_000 }),
      fault(
        dice.pick(['term', 'otherSignal'], 'kind', node),
        node,
        at(dice.pick(WHILE, 'place', node), dice.pick([1, 2], 'nth', node), dice.between(0, 300, 'while', node)),
      ),
    ]),
  /** A node stands still while it has the lock. */
  stillness: ({ dice, scenario, fault }) =>
    scenario.nodes.flatMap((_, node) => {
      const place = dice.pick([RUNNING, HELD, 'refresh.starting', 'clusterLock.leased.position.queued'], 'place', node);
      return [
        fault('refreshSlow', node, SOON, { size: 10_000 }),
        fault(dice.pick(['stop', 'suspend'], 'kind', node), node, at(place, 1, dice.between(0, 1_000, 'while', node))),
      ];
    }),
};

export function themed(scenario: Scenario): Fault[] {
  const dice = diceOf(scenario.seed, 'theme');
  const tools: Tools = {
    dice,
    scenario,
    fault: (kind, node, when, more = {}) => ({
      ...drawFault(diceOf(scenario.seed, 'themed', kind, node), kind, node, scenario),
      when,
      ...more,
    }),
  };
  return [...THEMES[themeOf(scenario.seed)]!(tools)];
}

/** The themes take turns. */
export function themeOf(seed: number): string {
  const names = Object.keys(THEMES);
  return names[Math.floor(seed / 2) % names.length]!;
}

function at(state: string, nth: number, afterMs: number): When {
  return { state, nth, afterMs };
}
