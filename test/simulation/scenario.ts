/** A scenario is plain data: all that is random about the world is either in here or a keyed draw from its seed. */
import type { RunInput } from '../../machines/vocabulary.ts';

/** The services that a lock may be in. */
export const LOCKS = ['yt', 'etcd', 'consul', 'kubernetes'] as const;

/** With `file` all nodes are on one host. */
export type LockKind = (typeof LOCKS)[number] | 'file';

/** What a run meets on its own node. */
export const ON_THE_NODE = [
  // Its disk and files. `diskBroken`, `runLockBroken`: in which way; `diskSlow`: milliseconds a write takes.
  'diskBroken',
  'diskSlow',
  'runLockBroken',
  'primerUnreadable',
  // Its commands. `…Slow`: milliseconds they take; `commandLeaves`: how long what it leaves in its group would live.
  'handbrakeOn',
  'handbrakeBroken',
  'handbrakeSlow',
  'refreshFails',
  'refreshSlow',
  'refreshIgnoresTerm',
  'refreshUnkillable',
  'refreshNotStarted',
  'refreshIneffective',
  'commandLeaves',
  // Its HAProxy. `haproxyBroken`: in which way it cannot be asked; `haproxyOld`: milliseconds for which the process from
  // before goes on after a reload; -1: it stays.
  'haproxyBroken',
  'haproxyOld',
] as const;

/** What a run meets where it asks for pods. */
export const IN_DISCOVERY = [
  // Discovery. `discoveryStale`: milliseconds its answers are old; -1: one change behind.
  'discoveryDown',
  'discoveryStale',
  'discoveryInvalid',
  'discoveryEmpty',
] as const;

/** What can go wrong. Most last for a while; `size` is what their comment says. */
export const FAULT_KINDS = [
  // One process. `otherSignal`: which one of those that stop a run.
  'kill',
  'stop',
  'term',
  'otherSignal',
  // One host. `clockStep`: milliseconds; `clockRate`: how fast its clocks run.
  'suspend',
  'reboot',
  'clockStep',
  'clockRate',
  ...ON_THE_NODE,
  // The way to the lock service. `size`: how likely for one message, or how many milliseconds longer it takes.
  'lockPartition',
  'lockRequestLost',
  'lockReplyLost',
  'lockSlow',
  'lockTwice',
  'lockDenied',
  // The lock service itself. `leaseExtended`: milliseconds.
  'lockDown',
  'lockRestart',
  'leaseExtended',
  'leaseCutShort',
  'lockWiped',
  'lockTakenAway',
  ...IN_DISCOVERY,
  // What people and cron do.
  'cronTwice',
  'forcedRun',
  'dryRun',
  'forcedDryRun',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** These strike everybody at once, wherever a run has to come for that. */
export const OF_THE_SERVICE: ReadonlySet<FaultKind> = new Set([
  'lockDown',
  'lockRestart',
  'leaseExtended',
  'leaseCutShort',
  'lockWiped',
  'lockTakenAway',
] as const);

/** These strike every node that is on the host. */
export const OF_THE_HOST: ReadonlySet<FaultKind> = new Set(['suspend', 'reboot', 'clockStep', 'clockRate'] as const);

/** At a time, or so long after a run of a node comes to a state for the n-th time. A place survives shrinking. */
export type When =
  | { readonly atMs: number }
  | { readonly state: string; readonly nth: number; readonly afterMs: number };

export interface Fault {
  readonly kind: FaultKind;
  /** Whom it strikes, or whose run has to come to its place. */
  readonly node: number;
  readonly when: When;
  readonly forMs: number;
  readonly size: number;
}

/** What happens to the pods that discovery knows. */
export interface Change {
  readonly atMs: number;
  readonly what: 'add' | 'remove' | 'rename' | 'move';
  readonly group: number;
}

export interface NodePlan {
  /** How fast its clocks run: 1 is right. */
  readonly clockRate: number;
  readonly cronAtMs: number;
  /** One way to a server, at most. */
  readonly latencyMs: number;
  /** Which lock it is configured with. */
  readonly domain: number;
}

export interface Scenario {
  readonly seed: number;
  readonly lock: LockKind;
  readonly settings: Omit<RunInput, 'forceRun' | 'dryRun' | 'jitterSeed'>;
  readonly nodes: readonly NodePlan[];
  readonly groups: number;
  readonly podsPerGroup: number;
  readonly periodMs: number;
  /** How long faults strike; then everything heals, and the cluster has to show that it lives. */
  readonly faultyPeriods: number;
  readonly healthyPeriods: number;
  readonly changes: readonly Change[];
  readonly faults: readonly Fault[];
  /** What begins when all else is healed, and never ends: one node out of order must not hold up the others. */
  readonly permanent: Fault | null;
}
