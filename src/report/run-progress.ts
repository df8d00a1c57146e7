import { hasSucceeded } from '../../machines/command-answer.ts';
import type { Diff, Holder, Notice } from '../../machines/vocabulary.ts';
import { hasChanges } from './format-changes.ts';
import type { PhaseName } from './phases.ts';
import { hasPrinted } from './printed-lines.ts';

/** What is known of a run so far. All times are elapsed milliseconds. */
export interface RunProgress {
  /** The phase it is in; null before the first. */
  readonly phase: PhaseName | null;
  readonly inPhaseMs: number;
  readonly tookMs: number;
  /** How long it was, or is, in a phase; null when it never was. */
  spentMs(phase: PhaseName): number | null;
  /** The same of all phases that it was in, in seconds. */
  phaseSeconds(): ReadonlyMap<PhaseName, number>;
  readonly diff: Diff | null;
  /** True once the refresh command was started. */
  readonly refreshStarted: boolean;
  /** For how long the refresh command has run by now; null before its start. */
  readonly refreshRanMs: number | null;
  /** True once it exited with 0. */
  readonly refreshSucceeded: boolean;
  /** Whether the refresh command printed anything; null before its end. */
  readonly refreshPrinted: boolean | null;
  /** Who has the run lock, where that kept the run from its work; null otherwise. */
  readonly runLockHolder: Holder | null;
  /** Its place in the line for the cluster lock; null before that and once the lock is its own. */
  readonly place: Place | null;
}

export interface Place {
  readonly holder: Holder | null;
  readonly ahead: number | null;
  /** For how long the holder has had the lock by now; null where nobody says. */
  readonly heldMs: number | null;
}

/** Progress that is updated by phases and notices. */
export interface GrowingProgress extends RunProgress {
  enter(phase: PhaseName): void;
  add(notice: Notice): void;
}

export function beginProgress(monotonicMs: () => number): GrowingProgress {
  const beganAt = monotonicMs();
  const spent = new Map<PhaseName, number>();
  let current: { readonly phase: PhaseName; readonly since: number } | null = null;
  let diff: Diff | null = null;
  let refreshStartedAt: number | null = null;
  let refreshSucceeded = false;
  let refreshPrinted: boolean | null = null;
  let runLockHolder: Holder | null = null;
  let queued: { readonly holder: Holder | null; readonly ahead: number | null; readonly at: number } | null = null;

  function inPhaseMs(): number {
    return monotonicMs() - (current?.since ?? beganAt);
  }

  return {
    get phase() {
      return current?.phase ?? null;
    },
    get inPhaseMs() {
      return inPhaseMs();
    },
    get tookMs() {
      return monotonicMs() - beganAt;
    },
    get diff() {
      return diff;
    },
    get refreshStarted() {
      return refreshStartedAt !== null;
    },
    get refreshRanMs() {
      return refreshStartedAt === null ? null : monotonicMs() - refreshStartedAt;
    },
    get refreshSucceeded() {
      return refreshSucceeded;
    },
    get refreshPrinted() {
      return refreshPrinted;
    },
    get runLockHolder() {
      return runLockHolder;
    },
    get place() {
      if (queued === null) return null;
      const { holder, ahead, at } = queued;
      const heldForMs = holder?.heldForMs ?? null;
      return { holder, ahead, heldMs: heldForMs === null ? null : heldForMs + monotonicMs() - at };
    },
    spentMs(phase) {
      const before = spent.get(phase) ?? null;
      return current?.phase === phase ? (before ?? 0) + inPhaseMs() : before;
    },
    phaseSeconds() {
      const all = new Map(spent);
      if (current !== null) all.set(current.phase, (spent.get(current.phase) ?? 0) + inPhaseMs());
      return new Map([...all].map(([phase, ms]) => [phase, ms / 1000]));
    },
    enter(phase) {
      if (current !== null) spent.set(current.phase, (spent.get(current.phase) ?? 0) + inPhaseMs());
      current = { phase, since: monotonicMs() };
    },
    add(notice) {
      if (notice.type === 'compared') diff = notice.diff;
      // A difference that is gone at the second look is still what the run was about.
      if (notice.type === 'comparedAgain' && notice.diff.groups.some(hasChanges)) diff = notice.diff;
      if (notice.type === 'runLockHeld') runLockHolder = notice.holder;
      if (notice.type === 'lockQueued') queued = { holder: notice.holder, ahead: notice.ahead, at: monotonicMs() };
      if (notice.type === 'lockHeld') queued = null;
      if (notice.type === 'commandStarted' && notice.command === 'refresh') refreshStartedAt = monotonicMs();
      if (notice.type === 'commandEnded' && notice.command === 'refresh') {
        refreshSucceeded = hasSucceeded(notice.result);
        refreshPrinted = hasPrinted(notice.result.output);
      }
    },
  };
}
