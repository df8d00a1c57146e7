import type { Outcome } from '../../machines/vocabulary.ts';
import type { Recording } from '../replay/read-recording.ts';
import { formatNotice } from '../report/format-notice.ts';
import { isPhase, PHASES, type PhaseName } from '../report/phases.ts';
import { beginProgress } from '../report/run-progress.ts';
import { levelOf, sentenceOf } from '../report/sentence.ts';
import type { LogLevel } from '../settings/settings.ts';
import type { RunStep } from './fold-run.ts';

/** What the log of the run says at one step. */
export interface Words {
  readonly level: LogLevel;
  readonly message: string;
}

/** The lines of the log by step, as the reporter words them, and the one that ends it. */
export interface RunWords {
  readonly bySteps: readonly (readonly Words[])[];
  /** Null for a run that was cut off. */
  readonly end: Words | null;
}

/** Tells a recorded run again, under its own clock. */
export function wordsOf({ end }: Pick<Recording, 'end'>, steps: readonly RunStep[]): RunWords {
  let now = 0;
  const progress = beginProgress(() => now);
  const bySteps = steps.map((step) => {
    now = step.at;
    return step.passes.flatMap((pass) => {
      const words: Words[] = [];
      const phase = step.machine === 'watcher' ? phaseAmong(pass.states) : null;
      if (phase !== null && phase !== progress.phase) {
        progress.enter(phase);
        const { words: message, level } = PHASES[phase];
        if (level !== null) words.push({ level, message });
      }
      for (const notice of step.machine === 'watcher' ? pass.notice : []) {
        progress.add(notice);
        words.push(...formatNotice(notice, progress));
      }
      return words;
    });
  });
  now = end?.at ?? now;
  const outcome = end?.outcome as Outcome | undefined;
  return { bySteps, end: outcome ? { level: levelOf(outcome), message: sentenceOf(outcome, progress) } : null };
}

/** The phase that is shown to people: the outermost state with a name that they know. */
function phaseAmong(states: readonly string[]): PhaseName | null {
  const names = states.map((id) => id.split('.').at(-1)!);
  return names.find(isPhase) ?? null;
}
