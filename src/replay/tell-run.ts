import type { AnyMachineSnapshot, StateValue } from 'xstate';
import type { Told } from '../../machines/vocabulary.ts';
import { RUN } from '../record/recorded-machines.ts';
import { phaseOf } from '../report/phases.ts';
import { beginStory, type Story } from '../report/story.ts';
import { toldInWords } from '../report/told-in-words.ts';
import { decisionInWords, decisionsOf } from './decision.ts';
import { eventInWords } from './event-in-words.ts';
import type { Fold, FoldedStep } from './fold.ts';
import { statePath } from './state-path.ts';
import { toldBy } from './take-step.ts';

/** A state that a run was in, if only for a moment. Times in milliseconds. */
export interface Chapter {
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

/** A run as its recording tells it. */
export interface ToldRun {
  readonly chapters: readonly Chapter[];
  readonly told: readonly Told[];
  /** What the reporter would know of it at its end. */
  readonly story: Story;
}

/** Tells a run from its steps, in the reporter's own words. */
export function tellRun({ steps }: Pick<Fold, 'steps'>): ToldRun {
  let now = 0;
  const story = beginStory(() => now);
  const chapters: Chapter[] = [];
  const told: Told[] = [];

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

  function hear(heard: Told): void {
    told.push(heard);
    story.hear(heard);
    const lines = toldInWords(heard, story).filter(({ level }) => level !== 'DEBUG');
    chapters.at(-1)?.notes.push(...lines.map(({ message }) => message));
  }

  function goThrough({ recorded, step, told: heard, trusted }: FoldedStep): void {
    now = recorded.at;
    let why = trusted
      ? `${eventInWords(recorded.event)} (too long to be kept: believed)`
      : eventInWords(recorded.event);
    let guards: string[] = [];
    if (step.microsteps.length === 0) {
      enter(step.snapshot.value, why, guards);
      heard.forEach(hear);
    }
    for (const microstep of step.microsteps) {
      // What is said of a state's own work comes once it is entered, everything else before.
      const [early, late] = split(toldBy(microstep.effects), ({ type }) => !type.startsWith('compared'));
      early.forEach(hear);
      guards = [
        ...guards,
        ...decisionsOf(microstep)
          .map(decisionInWords)
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
  return { chapters, told, story };
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
