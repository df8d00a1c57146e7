import type { Failure } from '../../machines/vocabulary.ts';
import { FileProblem } from '../host/file-problem.ts';
import { findOrphan, type Remains } from './orphan.ts';
import { emptyState, type Intent, readState, type State } from './state-file.ts';

/** What earlier runs left on this node. */
export interface PreviousRun {
  readonly state: State;
  /** Set while the refresh on record is still alive. */
  readonly orphan: Remains['orphan'];
  /** Why it is not known whether a refresh was left alive; null where it is. */
  readonly problem: Failure | null;
  readonly notes: readonly string[];
}

/** Reads the state file, and looks whether a refresh that it records is still alive. */
export async function readPreviousRun(stateFile: string): Promise<PreviousRun> {
  try {
    const { state, notes } = await readState(stateFile);
    const { intent } = state;
    const remains = intent === null ? NOTHING_LEFT : findOrphan(intent);
    const gone = intent === null || remains.orphan !== null ? [] : [whatWas(intent)];
    return { state, orphan: remains.orphan, problem: null, notes: [...notes, ...remains.notes, ...gone] };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { state: emptyState(), orphan: null, problem: unreadable(error), notes: [] };
  }
}

function whatWas({ run_id, succeeded, counted }: Intent): string {
  if (counted === true)
    return `the refresh of the run ${run_id} outlived its run, and is over by now; how it ended is unknown`;
  if (succeeded !== undefined) return `the refresh of the run ${run_id} is not in the statistics yet`;
  return `the run ${run_id} was killed while it refreshed; how its refresh command ended is unknown`;
}

const NOTHING_LEFT: Remains = { orphan: null, notes: [] };

function unreadable({ message }: FileProblem): Failure {
  const why = `it cannot be determined whether an earlier refresh is still alive: ${message}`;
  return { kind: 'stateUnreadable', message: `${why} (correct state_file, or see to its folder)` };
}
