/** What the machines ask of the world, by name; src/ does it, and decides nothing. */

import type {
  Answer,
  BrakeMark,
  CommandName,
  CommandOutput,
  Endpoint,
  FailedPlan,
  Failure,
  Group,
  Holder,
  Memory,
  NodeRecord,
  Orphan,
  Reason,
  RunReport,
  SeenMark,
  SeenNodeRecord,
} from './vocabulary.ts';

/** Who asks for the cluster lock, and why; the lock shows it to the others. */
export interface Claim {
  readonly reason: Reason;
}

/** Where a request for the cluster lock stands. */
export interface Standing {
  readonly standing: 'held' | 'queued';
  /** Who has it now, when it is not us and it can be known. */
  readonly holder: Holder | null;
  /** How many are before us, the holder included, when it can be known. */
  readonly ahead: number | null;
  /** What is left of our lease, counted from the sending of the last good request, in milliseconds. */
  readonly leaseLeftMs: number;
  /** True: the next check waits by itself until something has changed, so that nobody pauses before it. */
  readonly checkWaits?: boolean;
}

/** The lock service's own word that the lock, or our place in its line, is no longer ours. A driver then forgets it. */
export interface Gone {
  readonly standing: 'gone';
  readonly detail: string;
}

export type LockAnswer = Standing | Gone;

/** What a renewal found. */
export type RenewAnswer = { readonly standing: 'renewed'; readonly leaseLeftMs: number } | Gone;

/** What the last run left. */
export interface PreviousRun {
  readonly memory: Memory;
  /** Set while the refresh of an earlier, killed run is alive. */
  readonly orphan: Orphan | null;
  /** Set where what the last run left could not be read: a refresh of its may still be alive. */
  readonly memoryFailure?: Failure;
}

/** What HAProxy says of itself. */
export interface HaproxyLook {
  /** Names of the expected pods that are none of its servers. */
  readonly missing: readonly string[];
  /** True when the process that answers ran before the refresh command was started. */
  readonly isOld: boolean;
}

/**
 * Everything the run asks of the world. Each call stops early when its signal aborts, and rejects with a `Failed`
 * (src/failure.ts) that carries a `Failure`.
 */
export interface RunServices {
  /** Is another watcher alive on this node? Touches nothing. */
  checkRunLock(input: null, signal: AbortSignal): Promise<{ readonly owner: Holder | null }>;
  /** Whether this node has what a real run needs; rejects with what it lacks. */
  checkReadiness(input: null, signal: AbortSignal): Promise<{ readonly notes: readonly string[] }>;
  /** Takes the run lock, then reads what the last run left; `owner` is set when another watcher was faster. */
  takeRunLock(
    input: null,
    signal: AbortSignal,
  ): Promise<PreviousRun & { readonly owner: Holder | null; readonly notes: readonly string[] }>;
  readPrimer(input: null, signal: AbortSignal): Promise<{ readonly groups: readonly Group[] }>;
  resolveGroups(
    input: { readonly groups: readonly Pick<Group, 'cluster' | 'endpointSet'>[] },
    signal: AbortSignal,
  ): Promise<{ readonly answers: readonly Answer[] }>;
  /** Asks HAProxy whether it has these pods. */
  lookAtHaproxy(input: { readonly expected: readonly Endpoint[] }, signal: AbortSignal): Promise<HaproxyLook>;
  writeReport(input: RunReport, signal: AbortSignal): Promise<{ readonly notes: readonly string[] }>;
  dropRunLock(input: null, signal: AbortSignal): Promise<{ readonly notes: readonly string[] }>;
}

/** What a run reads and writes on the board beside the cluster lock: records, which others judge. */
export interface BoardServices {
  /** Which plans have failed, the last one first. */
  readBrake(
    input: null,
    signal: AbortSignal,
  ): Promise<{ readonly marks: readonly SeenMark[]; readonly notes: readonly string[] }>;
  /** Marks a plan as failed here and now, and keeps those others. */
  writeBrake(
    input: { readonly failed: FailedPlan; readonly others: readonly BrakeMark[] },
    signal: AbortSignal,
  ): Promise<{ readonly written: true }>;
  /** What the board has of this node, and which version this one is. */
  readNodeRecord(
    input: null,
    signal: AbortSignal,
  ): Promise<{ readonly record: SeenNodeRecord | null; readonly version: string }>;
  writeNodeRecord(input: NodeRecord, signal: AbortSignal): Promise<{ readonly written: true }>;
}

/**
 * A cluster lock is a dumb driver, which does one thing, once, when it is asked to: machines/cluster-lock.ts does all
 * pausing, trying again, renewing and giving up.
 */
export interface LockServices {
  /** Gets in line for the lock. Called again, it finds the place that an earlier call got, and never gets in line twice. */
  requestLock(input: Claim, signal: AbortSignal): Promise<LockAnswer>;
  /** Asks where the request stands, and may wait for a while until that has changed. Extends no lease, gets in no line. */
  checkLock(input: null, signal: AbortSignal): Promise<LockAnswer>;
  renewLock(input: null, signal: AbortSignal): Promise<RenewAnswer>;
  /** Gives the lock back, or gets out of the line. A lock that is already gone is a success. */
  releaseLock(input: null, signal: AbortSignal): Promise<{ readonly released: true }>;
}

/** What the machine that owns a child process hears of it. */
export type ChildEvent =
  /** Its wrapper is up in a process group of its own, and waits for `go`. */
  | { readonly type: 'childReady'; readonly pgid: number }
  | { readonly type: 'childNotStarted'; readonly message: string }
  /** The command itself has ended and its output was drained for a short while. */
  | {
      readonly type: 'childExited';
      readonly code: number | null;
      readonly signal: string | null;
      readonly output: CommandOutput;
      readonly survivors: number;
      /** How long it ran, from `go` to its end. */
      readonly ranMs: number;
    }
  /** No living process is left in its group, which was to end or had lost the command itself. */
  | { readonly type: 'groupGone' }
  /** Answers `lookAtGroup`: somebody lives. Where nobody does, `groupGone` comes as soon as the command's own end was seen. */
  | { readonly type: 'groupLives' };

/** What the machine that owns a child process asks of it. */
export type ChildOrder =
  | { readonly type: 'go' }
  /** Sends the signal to the whole process group. */
  | { readonly type: 'signalGroup'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** Asks, of a group that was signalled, whether anybody of it lives now. */
  | { readonly type: 'lookAtGroup' };

export interface ChildInput {
  readonly command: CommandName;
  readonly reason: Reason | null;
}

/**
 * Owns one child process for as long as the machine wants it: started paused, sent `go`, signalled. The returned
 * function lets go of it: what then still lives in the group is stopped by the dead man's switch.
 */
export type ChildService = (
  input: ChildInput,
  sendBack: (event: ChildEvent) => void,
  receive: (handler: (order: ChildOrder) => void) => void,
) => () => void;

/** Every side effect of the machines, by name. */
export interface Services extends RunServices, BoardServices, LockServices {
  child: ChildService;
}
