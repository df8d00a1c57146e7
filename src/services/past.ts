import type { Orphan } from '../../machines/vocabulary.ts';
import { findOrphan } from './orphan.ts';
import { type Intent, readState, type State } from './state-file.ts';

/** What earlier runs left on this node. */
export interface Past {
  readonly state: State;
  /** The record of a refresh that its run never got to clear. */
  readonly intent: Intent | null;
  /** Set while that refresh is still alive. */
  readonly orphan: Orphan | null;
  readonly notes: readonly string[];
}

/** Reads the state file, and looks whether a refresh that it records is still alive. */
export async function readPast(stateFile: string): Promise<Past> {
  const { state, notes } = await readState(stateFile);
  const { intent } = state;
  const orphan = intent === null ? null : findOrphan(intent);
  const gone =
    intent === null || orphan !== null
      ? []
      : [`the run ${intent.run_id} was killed while it refreshed; how its refresh command ended is unknown`];
  return { state, intent, orphan, notes: [...notes, ...gone] };
}
