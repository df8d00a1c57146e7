import type { AnyMachineSnapshot, StateValue } from 'xstate';
import type { Notice } from '../../machines/vocabulary.ts';
import { RUN } from '../record/recorded-machines.ts';
import { formatNotice } from '../report/format-notice.ts';
import { phaseOf } from '../report/phases.ts';
import { beginProgress, type RunProgress } from '../report/run-progress.ts';
import { decisionsOf, formatDecision } from './decision.ts';
import type { Fold, FoldedStep } from './fold.ts';
import { formatEvent } from './format-event.ts';
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
  readonly chapters: readonly Segment[];
  readonly notice: readonly Notice[];
  /** What the reporter would know of it at its end. */
  readonly story: RunProgress;
}

/** Tells a run from its steps, in the reporter's own words. */
export function summarizeRun({ steps }: Pick<Fold, 'steps'>): RunSummary {
  let now = 0;
  const story = beginProgress(() => now);
  const chapters: Segment[] = [];
  const notice: Notice[] = [];

  function enter(value: StateValue, why: string, guards: readonly string[]): boolean {
    const before = chapters.at(-1);
    const state = chapterName(value);
    if (before?.state === state) return false;
    if (before !== undefined) Object.assign(before, { tookMs: now - before.at, why, guards });
    chapters.push({ state, at: now, tookMs: 0, why: null, guards: [], notes: [] });
    const phase = phaseOf(value);
    if (phase !== null && phase !== story.phase) story.enter(phase);
    return true;
  }

  function hear(heard: Notice): void {
    notice.push(heard);
    story.hear(heard);
    const lines = formatNotice(heard, story).filter(({ level }) => level !== 'DEBUG');
    chapters.at(-1)?.notes.push(...lines.map(({ message }) => message));
  }

  function goThrough({ recorded, step, notice: heard, trusted }: FoldedStep): void {
    now = recorded.at;
    let why = trusted ? `${formatEvent(recorded.event)} (too long to be kept: believed)` : formatEvent(recorded.event);
    let guards: string[] = [];
    if (step.microsteps.length === 0) {
      enter(step.snapshot.value, why, guards);
      heard.forEach(hear);
    }
    for (const microstep of step.microsteps) {
      // What is said of a state's own work comes once it is entered, everything else before.
      const [early, late] = split(noticesBy(microstep.effects), ({ type }) => !type.startsWith('compared'));
      early.forEach(hear);
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
      late.forEach(hear);
    }
  }

  steps.filter(({ recorded: { actor } }) => actor === RUN).forEach(goThrough);
  now = steps.at(-1)?.recorded.at ?? 0;
  const last = chapters.at(-1);
  if (last !== undefined) Object.assign(last, { tookMs: now - last.at });
  return { chapters, notice, story };
}

/** The state's name without those that it is inside of, down from the one that people know: `releasing.droppingRunLock`. */
export function chapterName(value: StateValue): string {
  const names = statePath(value).split('.');
  return names.slice(Math.max(0, names.indexOf(phaseOf(value) ?? ''))).join('.');
}

/** The end of a part of the run: nothing happens there. */
function isPassing({ _nodes, machine }: AnyMachineSnapshot): boolean {
  return _nodes.some(({ type, parent }) => type === 'final' && parent !== machine.root);
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
