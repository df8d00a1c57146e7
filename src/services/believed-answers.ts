import { judgeGenerations } from '../../machines/generations.ts';
import type { Answer } from '../../machines/vocabulary.ts';
import type { AskedGroup, Source } from '../discovery/source.ts';
import { readState } from '../node-files/state-file.ts';
import type { Settings } from '../settings/settings.ts';

export interface BelievedOptions {
  readonly source: Source;
  readonly settings: Pick<Settings, 'stateFile' | 'staleLimit'>;
  readonly groups: readonly AskedGroup[];
  readonly signal: AbortSignal;
  /** An older generation than one that was accepted before is believed. */
  readonly isForced: boolean;
  readonly note: (line: string) => void;
}

/** What discovery says, each answer held to the generations that runs of this node have accepted, as a run would. */
export async function believedAnswers(options: BelievedOptions): Promise<readonly Answer[]> {
  const { source, settings, groups, signal, isForced, note } = options;
  const [{ answers }, { state, notes }] = await Promise.all([
    source({ groups }, signal),
    readState(settings.stateFile),
  ]);
  notes.forEach(note);
  const memory = { generations: state.generations, staleRuns: state.stale_runs, lastRefresh: null };
  const rule = { staleLimit: settings.staleLimit, forceRun: isForced, isFirstLook: true };
  const judged = judgeGenerations(answers, memory, rule);
  if (judged.newBeginning !== null) note(judged.newBeginning);
  return judged.answers;
}
