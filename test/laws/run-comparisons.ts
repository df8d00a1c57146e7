import type { AnyEventObject } from 'xstate';
import type { RunInput } from '../../machines/vocabulary.ts';
import { MEANINGS } from '../support/alphabets.ts';
import type { RunMemory } from './run-memory.ts';

/** What a look at the pods finds, with all that was seen before. */
export interface Look {
  readonly isTrusted: boolean;
  /** No group is without an answer that counts. */
  readonly isSure: boolean;
  readonly shrinks: boolean;
  /** Changes to refresh for that were seen in every look so far. */
  readonly changes: readonly string[];
  readonly generation: number | null;
  /** For how many runs in a row an older one was seen. */
  readonly staleRuns: number;
  /** An older one is believed from here on. */
  readonly isNewBeginning: boolean;
}

/** Null for an event that is no answer of discovery. */
export function lookAt(before: RunMemory, { type, output }: AnyEventObject, run: RunInput): Look | null {
  if (type !== 'xstate.done.actor.resolveGroups') return null;
  const { generation, staleRuns } = before;
  const unseen = {
    isTrusted: true,
    isSure: false,
    shrinks: false,
    changes: [],
    generation,
    staleRuns,
    isNewBeginning: false,
  };
  if (before.groups === 0) return unseen;
  const meaning = MEANINGS.get(output)!;
  const isCompared = meaning.isBelieved && meaning.generation !== null;
  const isOlder = isCompared && generation !== null && meaning.generation! < generation;
  // A run counts once, however often it looks.
  const seen = before.compared === 0 ? staleRuns + 1 : Math.max(staleRuns, 1);
  const isNewBeginning = isOlder && (run.forceRun || seen >= run.staleLimit);
  const isStale = isOlder && !isNewBeginning;
  const isBelieved = meaning.isBelieved && !isStale;
  // Nothing is ever said of the second group.
  const isTrusted = isBelieved && (before.groups === 1 || run.onDiscoveryError === 'tolerate');
  const changes = meaning.changes.filter((change) => run.refreshOn.some((kind) => change.endsWith(` ${kind}`)));
  const { maxShrinkPercent, allowEmpty } = run;
  return {
    isTrusted,
    isSure: isBelieved && (before.groups === 1 || !run.forceRun),
    shrinks:
      isBelieved &&
      maxShrinkPercent !== null &&
      (meaning.isGone ? !allowEmpty : meaning.shrunkPercent > maxShrinkPercent),
    changes: isBelieved ? changes.filter((change) => before.compared === 0 || before.changes.includes(change)) : [],
    generation: isBelieved ? (meaning.generation ?? generation) : generation,
    staleRuns: isStale ? seen : isCompared ? 0 : staleRuns,
    isNewBeginning,
  };
}
