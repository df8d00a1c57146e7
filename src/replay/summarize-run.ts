import type { AnyMachineSnapshot, StateValue } from 'xstate';
import type { Notice } from '../../machines/vocabulary.ts';
import { RUN } from '../record/recorded-machines.ts';
import { formatNotice } from '../report/format-notice.ts';
import { phaseOf } from '../report/phases.ts';
import { beginProgress, type RunProgress } from '../report/run-progress.ts';
import { decisionsOf, formatDecision } from './decision.ts';
import type { Fold, FoldedStep } from './fold.ts';
import { formatEvent } from './format-event.ts';
import { activeStates } from './pure-machine.ts';
import { statePath } from './state-path.ts';
import { noticesBy } from './take-step.ts';

/** A state that a run was in, if only for a moment. Times in milliseconds. */
export interface Segment {
  readonly state: string;
  readonly at: number;
  readonly tookMs: number;
  /** Why it went on; null where the recording ends. */
  readonly why: string | null;
  /** What the guards said that were asked for it. */
  readonly guards: readonly string[];
  /** What the log says of it. */
  readonly notes: string[];
}

/** A run as its recording shows it. */
export interface RunSummary {
  readonly segments: readonly Segment[];
  readonly notice: readonly Notice[];
  /** What the reporter would know of it at its end. */
  readonly progress: RunProgress;
}

/** Tells a run from its steps, in the reporter's own words. */
export function summarizeRun({ steps }: Pick<Fold, 'steps'>): RunSummary {
  let now = 0;
  const progress = beginProgress(() => now);
  const segments: Segment[] = [];
  const notice: Notice[] = [];

  function enter(value: StateValue, why: string, guards: readonly string[]): boolean {
    const before = segments.at(-1);
    const state = segmentName(value);
    if (before?.state === state) return false;
    if (before !== undefined) Object.assign(before, { tookMs: now - before.at, why, guards });
    segments.push({ state, at: now, tookMs: 0, why: null, guards: [], notes: [] });
    const phase = phaseOf(value);
    if (phase !== null && phase !== progress.phase) progress.enter(phase);
    return true;
  }

  function addNotice(added: Notice): void {
    notice.push(added);
    progress.add(added);
    const lines = formatNotice(added, progress).filter(({ level }) => level !== 'DEBUG');
    segments.at(-1)?.notes.push(...lines.map(({ message }) => message));
  }

  function goThrough({ recorded, step, notice: noticed, trusted }: FoldedStep): void {
    now = recorded.at;
    let why = trusted ? `${formatEvent(recorded.event)} (too long to be kept: believed)` : formatEvent(recorded.event);
    let guards: string[] = [];
    if (step.microsteps.length === 0) {
      enter(step.snapshot.value, why, guards);
      noticed.forEach(addNotice);
    }
    for (const microstep of step.microsteps) {
      // What is said of a state's own work comes once it is entered, everything else before.
      const [early, late] = split(noticesBy(microstep.effects), ({ type }) => !type.startsWith('compared'));
      early.forEach(addNotice);
      guards = [
        ...guards,
        ...decisionsOf(microstep)
          .map(formatDecision)
          .filter((words) => words !== ''),
      ];
      if (!isPassing(microstep.snapshot) && enter(microstep.snapshot.value, why, guards)) {
        why = 'at once';
        guards = [];
      }
      late.forEach(addNotice);
    }
  }

  steps.filter(({ recorded: { actor } }) => actor === RUN).forEach(goThrough);
  now = steps.at(-1)?.recorded.at ?? 0;
  const last = segments.at(-1);
  if (last !== undefined) Object.assign(last, { tookMs: now - last.at });
  return { segments, notice, progress };
}

/** The state's name without those that it is inside of, down from the one that people know: `releasing.droppingRunLock`. */
export function segmentName(value: StateValue): string {
  const names = statePath(value).split('.');
  return names.slice(Math.max(0, names.indexOf(phaseOf(value) ?? ''))).join('.');
}

/** The end of a part of the run: nothing happens there. */
function isPassing(snapshot: AnyMachineSnapshot): boolean {
  return activeStates(snapshot).some(({ type, parent }) => type === 'final' && parent !== snapshot.machine.root);
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
