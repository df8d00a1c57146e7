import type { AnyEventObject } from 'xstate';
import type { RunInput } from '../../machines/vocabulary.ts';
import { MEANINGS } from '../support/alphabets.ts';
import type { RunMemory } from './run-memory.ts';

/** What a look at the pods finds, with all that was seen before. */
export interface Look {
  readonly isTrusted: boolean;
  readonly shrinks: boolean;
  /** Changes to refresh for that were seen in every look so far. */
  readonly changes: readonly string[];
  readonly generation: number | null;
}

/** Null for an event that is no answer of discovery. */
export function lookAt(before: RunMemory, { type, output }: AnyEventObject, run: RunInput): Look | null {
  if (type !== 'xstate.done.actor.resolveGroups') return null;
  const { generation } = before;
  if (before.groups === 0) return { isTrusted: true, shrinks: false, changes: [], generation };
  const meaning = MEANINGS.get(output)!;
  const isStale = generation !== null && meaning.generation !== null && meaning.generation < generation;
  const isBelieved = meaning.isBelieved && !isStale;
  // Nothing is ever said of the second group.
  const isTrusted = isBelieved && (before.groups === 1 || run.onDiscoveryError === 'tolerate');
  const changes = meaning.changes.filter((change) => run.refreshOn.some((kind) => change.endsWith(` ${kind}`)));
  const { maxShrinkPercent, allowEmpty } = run;
  return {
    isTrusted,
    shrinks:
      isBelieved &&
      maxShrinkPercent !== null &&
      (meaning.isGone ? !allowEmpty : meaning.lostPercent > maxShrinkPercent),
    changes: isBelieved ? changes.filter((change) => before.compared === 0 || before.changes.includes(change)) : [],
    generation: isBelieved ? (meaning.generation ?? generation) : generation,
  };
}
