/** The words of a run. Everything here is plain data that survives JSON, so a recorded run replays to the same states. */

import type { ChangeKind, Diff, Group } from './pod-words.ts';

export type * from './board-words.ts';
export type * from './pod-words.ts';

/** Why HAProxy is refreshed: pods changed, or an operator forces it. */
export type Reason = 'changed' | 'forced';

/** Who has the run lock or the cluster lock, as far as it can be known. */
export interface Holder {
  readonly title: string;
  readonly host: string | null;
  readonly pid: number | null;
  readonly runId: string | null;
  readonly reason: string | null;
  /** The transaction that holds it, which an operator can abort; null where the lock has none. */
  readonly transaction: string | null;
  /** When it got the lock, ISO 8601, or null where nobody says. */
  readonly since: string | null;
  /** Milliseconds it has had the lock, by the clock of the one who says: to be shown, and no lock’s safety hangs on it. */
  readonly heldForMs: number | null;
  /** For so long at most its run has the lock while it is well, by its own settings or those of who looks; absent where nobody says. */
  readonly longestMs?: number | null;
}

/** A refresh command that an earlier, killed run of this node left alive. */
export interface Orphan {
  readonly runId: string;
  readonly pgid: number;
  readonly startedAt: string;
}

/** The last refresh of this node that succeeded. */
export interface LastRefresh {
  /** What it was for (machines/plan.ts); null when nobody had compared. */
  readonly plan: string | null;
  /** How many times in a row a refresh was for this same plan, since what it was for was last in the primer. */
  readonly times: number;
}

/** What one run leaves to the next. */
export interface Memory {
  /** The newest generation accepted for each group, keyed `cluster/endpointSet`. */
  readonly generations: Readonly<Record<string, string>>;
  /** How many runs in a row saw an older one, by the same keys; recordings of earlier versions have none. */
  readonly staleRuns?: Readonly<Record<string, number>>;
  /** `agoMs` is by the wall clock; null where that makes no sense, because it was set back. */
  readonly lastRefresh: (LastRefresh & { readonly agoMs: number | null }) | null;
  /**
   * The primer before the first refresh since which none was seen to be effective; null, or missing, where the primer can
   * be believed.
   */
  readonly primerBefore?: readonly Group[] | null;
}

export type FailureKind =
  | 'runLockBroken'
  | 'handbrakeBroken'
  | 'primerUnreadable'
  | 'discoveryUntrusted'
  | 'shrunkTooMuch'
  | 'lockUnavailable'
  | 'lockDenied'
  | 'lockTimeout'
  | 'lockLost'
  | 'refreshFailed'
  | 'refreshLeftOthers'
  | 'refreshTimeout'
  | 'refreshNotStarted'
  | 'refreshIneffective'
  | 'brakeEngaged'
  | 'statisticsUnwritable'
  | 'stateUnreadable'
  | 'aborted'
  | 'unexpected';

/** A failure as data: `kind` for machines, `message` for people. `lockUnavailable` is the only kind that is worth another try. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** The signals that stop a run where it is, each of which would otherwise end the process (src/stop-signals.ts). */
export const ABORT_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGXCPU',
  'SIGVTALRM',
  'SIGPROF',
  'SIGIO',
  'SIGPWR',
] as const;
export type AbortSignalName = (typeof ABORT_SIGNALS)[number];

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'refreshed'; readonly reason: Reason }
  | { readonly kind: 'unchanged'; readonly why: 'noDifference' | 'noLongerNeeded' }
  | { readonly kind: 'wouldRefresh' }
  | {
      readonly kind: 'skipped';
      readonly why: 'runLockHeld';
      /** Set where the run that has it has lasted longer than any run that is well. */
      readonly isOverdue?: true;
    }
  | { readonly kind: 'skipped'; readonly why: 'handbrakeEngaged' | 'orphanRefresh' | 'refreshedRecently' }
  | { readonly kind: 'aborted'; readonly signal: AbortSignalName }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A command as it was configured: text goes to `/bin/sh -c`, a list is executed as it is. */
export type CommandName = 'handbrake' | 'refresh' | 'verify' | 'source';

/** What a command printed: the last 64 KiB of each stream, control characters escaped, without secrets. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that were printed before the part that was kept, both streams together. */
  readonly droppedBytes: number;
}

/** How a command ended; `leftOthers`: it exited, and others of its group had to be stopped. `code` is null without an exit. */
export interface CommandResult {
  readonly how: 'exited' | 'leftOthers' | 'timedOut' | 'stopped' | 'notStarted' | 'unkillable';
  /** True once it was sent `go`: from then on it may have changed the world. */
  readonly started: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: CommandOutput;
  /** Processes of its group that were still alive when it exited. */
  readonly survivors: number;
  /** Why it could not be started; null otherwise. */
  readonly message: string | null;
}

/** What a run that took the run lock leaves to the statistics and to the next run. */
export interface RunReport {
  readonly outcome: Outcome;
  /** True when the refresh command was started in this run. */
  readonly refreshStarted: boolean;
  /** True when it exited with 0. */
  readonly refreshSucceeded: boolean;
  /** True when a refresh was still unfinished business: the intent record must outlive this run. */
  readonly keepIntent: boolean;
  readonly reason: Reason | null;
  /** What was compared, or null when the run did not get that far. */
  readonly diff: Diff | null;
  /** The newest generation accepted for each group, keyed `cluster/endpointSet`. */
  readonly generations: Memory['generations'];
  readonly staleRuns: NonNullable<Memory['staleRuns']>;
  /** Set when this run refreshed. */
  readonly lastRefresh: LastRefresh | null;
  /** True when what earlier refreshes were for is in the primer: the count of ineffective ones begins anew. */
  readonly hasArrived: boolean;
  /** True when this run refreshed with effect: HAProxy has what the primer says now, whatever came of earlier refreshes. */
  readonly isEffective: boolean;
}

/** What a run gives notice of while it goes on; the reporter puts it into words. */
export type Notice =
  | { readonly type: 'noted'; readonly notes: readonly string[] }
  | { readonly type: 'warned'; readonly failure: Failure }
  | { readonly type: 'compared'; readonly diff: Diff }
  /** Compared once more right before the refresh; `diff` has what both looks saw. */
  | { readonly type: 'comparedAgain'; readonly diff: Diff }
  | { readonly type: 'runLockHeld'; readonly holder: Holder }
  | { readonly type: 'lockQueued'; readonly holder: Holder | null; readonly ahead: number | null }
  | { readonly type: 'lockHeld' }
  | { readonly type: 'lockLost'; readonly failure: Failure }
  | { readonly type: 'commandStarted'; readonly command: CommandName; readonly pgid: number }
  | { readonly type: 'commandEnded'; readonly command: CommandName; readonly result: CommandResult };

/** What a run is given at its start; nothing else enters the machine from outside. All times in milliseconds. */
export interface RunInput {
  /** Where the primer is, for people. */
  readonly primerFile: string;
  readonly forceRun: boolean;
  readonly dryRun: boolean;
  readonly refreshOn: readonly ChangeKind[];
  readonly onDiscoveryError: 'fail' | 'tolerate';
  /** So many runs in a row that see an older generation make it a new beginning. */
  readonly staleLimit: number;
  /** Null: any shrinking is believed. */
  readonly maxShrinkPercent: number | null;
  /** True: a primer without groups is believed, and a group that is empty or missing even where `maxShrinkPercent` is set. */
  readonly allowEmpty: boolean;
  /** A run refreshes only when the last refresh of this node is at least this old; a forced run always does. */
  readonly minRefreshIntervalMs: number;
  /** After this many refreshes for the same changes, which are still not in the primer, the run fails instead. */
  readonly maxIneffective: number;
  readonly onLockLost: 'terminate' | 'finish';
  /** `brake`: a failed refresh keeps the other nodes from the same one, and theirs keeps this node. */
  readonly onRefreshFailure: 'continue' | 'brake';
  /** So many refreshes for one plan may fail before it is stopped, */
  readonly brakeLimit: number;
  /** for so long. */
  readonly brakeTtlMs: number;
  readonly refreshDelayMs: number;
  /** The budget of waiting for the lock, the delay and the refresh together. */
  readonly budgetMs: number;
  /** Null: the refresh command may use what is left of the budget. */
  readonly refreshTimeoutMs: number | null;
  readonly handbrakeTimeoutMs: number;
  /** How it is seen that a refresh was effective; null, or missing in older recordings: its exit is believed. */
  readonly verify?: {
    /** HAProxy is asked itself. */
    readonly asksHaproxy: boolean;
    readonly runsCommand: boolean;
    readonly timeLimitMs: number;
  } | null;
  readonly killGraceMs: number;
  readonly leaseMs: number;
  /** Seeds the jitter of polls and back-offs, so that a replay waits as the run did. */
  readonly jitterSeed: number;
}
