/**
 * What happened, as somebody would know who sees the whole cluster at once: the only thing the checkers are told. Times
 * are milliseconds of true time; a node's own clocks are never in it.
 */
import type { Answer, FailureKind, Group, Outcome, SeenMark } from '../../machines/vocabulary.ts';
import type { NodeFile } from './node/node-witness.ts';
import type { FaultKind } from './scenario.ts';

export type Verdict = Answer['verdict'];

/** The pods of one group, as `id=fqdn@port`. */
export interface SeenGroup {
  readonly group: string;
  readonly pods: readonly string[];
}

export interface SeenAnswer extends SeenGroup {
  readonly verdict: Verdict;
  readonly generation: string | null;
}

/** The pods of each group, as `id=fqdn@port`; null: no primer is remembered. */
export type PrimerMemory = Readonly<Record<string, readonly string[]>> | null;

/** The counters of the statistics file. */
export type Counters = Readonly<Record<string, number>>;

type OfRun = { readonly node: number; readonly run: string };

export type Happening =
  | ({ readonly what: 'runStarted'; readonly forceRun: boolean; readonly dryRun: boolean } & OfRun)
  | ({ readonly what: 'runEnded'; readonly outcome: Outcome } & OfRun)
  /** The machine stands in an `error` status: it broke. */
  | ({ readonly what: 'runBroke'; readonly message: string } & OfRun)
  /** kill -9, or the machine under it. */
  | ({ readonly what: 'runKilled' } & OfRun)
  /** Its process, or its whole host, is not scheduled any more; then it is again. */
  | ({ readonly what: 'runStopped' } & OfRun)
  | ({ readonly what: 'runWentOn' } & OfRun)
  /** Nothing on the host is scheduled: neither its watchers nor their commands. */
  | { readonly what: 'hostStopped'; readonly node: number }
  | { readonly what: 'hostWentOn'; readonly node: number }
  | { readonly what: 'hostRebooted'; readonly node: number }
  /** A signal reached the run while it lived. */
  | ({ readonly what: 'signalled' } & OfRun)
  /** A machine of the run is in a state that it was not in before; `machine.path`. */
  | ({ readonly what: 'entered'; readonly state: string } & OfRun)
  | ({ readonly what: 'runLockTaken' } & OfRun)
  | ({ readonly what: 'runLockFreed' } & OfRun)
  /** The handbrake command runs; then no living process is left of it. */
  | ({ readonly what: 'handbrakeStarted'; readonly group: number } & OfRun)
  | ({ readonly what: 'handbrakeGone'; readonly group: number } & OfRun)
  /** The handbrake command told the run; `answer` is what it exited with. */
  | ({ readonly what: 'handbrakeNotice'; readonly lookedAtMs: number; readonly answer: number | null } & OfRun)
  | ({ readonly what: 'primerNotice'; readonly groups: readonly SeenGroup[] } & OfRun)
  | ({ readonly what: 'discoveryNotice'; readonly answers: readonly SeenAnswer[] } & OfRun)
  /** The run asks for the cluster lock, for the first time; whether that arrives is another matter. */
  | ({ readonly what: 'lockWanted' } & OfRun)
  /** The run begins to give the lock back, or to leave the line. */
  | ({ readonly what: 'lockLetGo' } & OfRun)
  /** What the run asked of the lock service came to nothing. */
  | ({ readonly what: 'lockTroubled'; readonly request: string; readonly failure: FailureKind } & OfRun)
  /** A request of the run reached the lock service. */
  | ({ readonly what: 'lockAsked'; readonly request: string } & OfRun)
  /** The lock service gave the lock to this session of the run. */
  | ({ readonly what: 'lockGranted'; readonly session: string } & OfRun)
  /** The lock service will keep the lock for this session until then, if nobody renews it; null: it never expires by itself. */
  | ({ readonly what: 'lockKept'; readonly session: string; readonly untilMs: number | null } & OfRun)
  /** The session has the lock no more. `by` is the run whose request ended it. */
  | ({ readonly what: 'lockFreed'; readonly session: string; readonly why: Freed; readonly by: string | null } & OfRun)
  /** The run asked for a renewal; whether that arrives is another matter. */
  | ({ readonly what: 'renewalSent' } & OfRun)
  /** The run was told that it holds the lock, or that the lock was renewed. */
  | ({
      readonly what: 'lockNotice';
      readonly answer: 'held' | 'renewed' | 'gone';
      /** What it had asked; the answer to `check` extends no lease. */
      readonly request: 'request' | 'check' | 'renew';
      readonly askedAtMs: number;
      readonly leaseLeftMs: number;
    } & OfRun)
  /** The record of a refresh is in the state file, and with it what is remembered of an earlier primer. */
  | ({ readonly what: 'refreshRecorded'; readonly primerBefore: PrimerMemory } & OfRun)
  /** The command runs. `isUnkillable`: the kernel will not let go of it before its time. */
  | ({ readonly what: 'refreshStarted'; readonly group: number; readonly isUnkillable: boolean } & OfRun)
  /** The watcher or the guard of the command has sent its whole group this signal. */
  | ({ readonly what: 'refreshSignalled'; readonly group: number; readonly signal: 'SIGTERM' | 'SIGKILL' } & OfRun)
  /** The command itself has ended; what it started in its group may live on. */
  | ({ readonly what: 'refreshExited'; readonly group: number; readonly code: number | null } & OfRun)
  /** No living process is left of it. */
  | ({ readonly what: 'refreshGone'; readonly group: number } & OfRun)
  /** The board told the run which plans have failed. */
  | ({ readonly what: 'brakeNotice'; readonly marks: readonly SeenMark[] } & OfRun)
  /** The run heard that the board has it: a refresh of the run failed, as the so-many-th for its plan. */
  | ({ readonly what: 'brakeMarked'; readonly failures: number } & OfRun)
  /** The run heard that the board has it how the run ended. */
  | ({ readonly what: 'nodeRecordWritten'; readonly outcome: string; readonly plan: string | null } & OfRun)
  /** The run begins to write its report: from here on its ending stands. */
  | ({ readonly what: 'reportBegun' } & OfRun)
  | ({ readonly what: 'statisticsWritten'; readonly counters: Counters } & OfRun)
  /** The state file has what the run leaves to the next one. `remembersRefresh`: as its own, the refresh of this run. */
  | ({
      readonly what: 'generationsWritten';
      readonly generations: Readonly<Record<string, string>>;
      readonly remembersRefresh: boolean;
      readonly primerBefore: PrimerMemory;
    } & OfRun)
  /** A file has another text; a service says that it will keep it; what a power cut has left. */
  | ({ readonly what: 'fileWritten'; readonly file: NodeFile; readonly text: string } & OfRun)
  | ({ readonly what: 'fileKept'; readonly file: NodeFile } & OfRun)
  | { readonly what: 'fileFound'; readonly node: number; readonly file: NodeFile; readonly text: string | null }
  /** What a service has to say that stops nothing. */
  | ({ readonly what: 'noted'; readonly line: string } & OfRun)
  /** Another process of HAProxy serves from now on, and what it serves. */
  | { readonly what: 'haproxyStarted'; readonly node: number; readonly groups: readonly SeenGroup[] }
  /** The run asked HAProxy after its refresh, and understood this. */
  | ({ readonly what: 'haproxyNotice'; readonly missing: readonly string[]; readonly isOld: boolean } & OfRun)
  | { readonly what: 'truthChanged'; readonly groups: readonly SeenGroup[] }
  /** A fault struck; it lasts for `forMs`, or until everything is healed. */
  | {
      readonly what: 'struck';
      readonly fault: FaultKind;
      readonly node: number | null;
      readonly run: string | null;
      readonly states: readonly string[];
      readonly forMs: number;
      readonly size: number;
    }
  /** From here on nothing is broken any more, except on the nodes named. */
  | { readonly what: 'healed'; readonly outsideTheCore: readonly number[] };

/**
 * X1: a node was not scheduled, or the kernel would not let a command go. X2: an operator's hand. X3: the lock service
 * broke its word. X4: the two nodes share no lock. X5: a clock that runs wrong.
 */
export type PermittedCause = 'X1' | 'X2' | 'X3' | 'X4' | 'X5';

export type Freed = 'released' | 'expired' | 'takenOver' | 'operator' | 'wiped' | 'cutShort';

export type Fact = Happening & { readonly atMs: number };

export function podsOf(groups: readonly Group[]): SeenGroup[] {
  return groups.map(({ cluster, endpointSet, endpoints }) => ({
    group: `${cluster}/${endpointSet}`,
    pods: endpoints.map(({ id, fqdn, port }) => `${id}=${fqdn}@${port}`),
  }));
}
