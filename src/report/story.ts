import type { Diff, Holder, Told } from '../../machines/vocabulary.ts';
import { hasChanges } from './changes-in-words.ts';
import { hasPrinted } from './printed-lines.ts';

/** What is known of a run so far. All times are elapsed milliseconds. */
export interface Story {
  /** The phase it is in; null before the first. */
  readonly phase: string | null;
  readonly inPhaseMs: number;
  readonly tookMs: number;
  /** How long it was, or is, in a phase; null when it never was. */
  spentMs(phase: string): number | null;
  readonly diff: Diff | null;
  /** True once the refresh command was told to go. */
  readonly refreshStarted: boolean;
  /** True once it exited with 0. */
  readonly refreshSucceeded: boolean;
  /** Whether the refresh command printed anything; null before its end. */
  readonly refreshPrinted: boolean | null;
  /** Its place in the line for the cluster lock; null before that and once the lock is its own. */
  readonly place: Place | null;
}

export interface Place {
  readonly holder: Holder | null;
  readonly ahead: number | null;
  /** For how long the holder has had the lock by now; null where nobody says. */
  readonly heldMs: number | null;
}

/** A story that goes on with what it is told. */
export interface GrowingStory extends Story {
  enter(phase: string): void;
  hear(told: Told): void;
}

export function beginStory(monotonicMs: () => number): GrowingStory {
  const beganAt = monotonicMs();
  const spent = new Map<string, number>();
  let current: { readonly phase: string; readonly since: number } | null = null;
  let diff: Diff | null = null;
  let refreshStarted = false;
  let refreshSucceeded = false;
  let refreshPrinted: boolean | null = null;
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
      return refreshStarted;
    },
    get refreshSucceeded() {
      return refreshSucceeded;
    },
    get refreshPrinted() {
      return refreshPrinted;
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
    enter(phase) {
      if (current !== null) spent.set(current.phase, (spent.get(current.phase) ?? 0) + inPhaseMs());
      current = { phase, since: monotonicMs() };
    },
    hear(told) {
      if (told.type === 'compared') diff = told.diff;
      // A difference that is gone at the second look is still what the run was about.
      if (told.type === 'comparedAgain' && told.diff.groups.some(hasChanges)) diff = told.diff;
      if (told.type === 'lockQueued') queued = { holder: told.holder, ahead: told.ahead, at: monotonicMs() };
      if (told.type === 'lockHeld') queued = null;
      if (told.type === 'commandStarted' && told.command === 'refresh') refreshStarted = true;
      if (told.type === 'commandEnded' && told.command === 'refresh') {
        refreshSucceeded = told.result.how === 'exited' && told.result.code === 0;
        refreshPrinted = hasPrinted(told.result.output);
      }
    },
  };
}
