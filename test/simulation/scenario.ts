/** A scenario is plain data: all that is random about the world is either in here or a keyed draw from its seed. */
import type { RunInput } from '../../machines/vocabulary.ts';

export const LOCKS = ['yt', 'etcd', 'consul', 'kubernetes'] as const;
export type LockKind = (typeof LOCKS)[number];

/** What can go wrong. Most last for a while; `size` is what their comment says. */
export const FAULT_KINDS = [
  // One process.
  'kill',
  'stop',
  'term',
  'int',
  // One host. `clockStep`: milliseconds; `clockRate`: how fast its clocks run.
  'suspend',
  'reboot',
  'clockStep',
  'clockRate',
  // Its disk and files. `diskSlow`: milliseconds a write takes.
  'diskFull',
  'diskSlow',
  'runLockBroken',
  'primerUnreadable',
  // Its commands. `…Slow`: milliseconds they take.
  'handbrakeOn',
  'handbrakeBroken',
  'handbrakeSlow',
  'refreshFails',
  'refreshSlow',
  'refreshIgnoresTerm',
  'refreshUnkillable',
  'refreshNotStarted',
  'refreshIneffective',
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
  // Discovery. `discoveryStale`: milliseconds its answers are old.
  'discoveryDown',
  'discoveryStale',
  'discoveryInvalid',
  'discoveryEmpty',
  // What people and cron do.
  'cronTwice',
  'forcedRun',
  'dryRun',
  'forcedDryRun',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** At a time, or so long after a run of a node comes to a state for the n-th time. A place survives shrinking. */
export type When =
  | { readonly atMs: number }
  | { readonly state: string; readonly nth: number; readonly afterMs: number };

export interface Fault {
  readonly kind: FaultKind;
  /** Null: everybody. */
  readonly node: number | null;
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
}
