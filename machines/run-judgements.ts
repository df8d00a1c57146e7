import { type Judged, judgeGenerations } from './generations.ts';
import type { RunContext } from './run-context.ts';
import { untrustedGroups } from './trust.ts';
import type { Answer, Diff, Group, RunInput } from './vocabulary.ts';

/** A primer without groups, where that is not meant to be so. */
export function isEmptyPrimer(groups: readonly Group[], { allowEmpty }: Pick<RunInput, 'allowEmpty'>): boolean {
  return groups.length === 0 && !allowEmpty;
}

/** With `tolerate` one group that can be compared is enough. */
export function isUntrusted(diff: Diff, { onDiscoveryError }: Pick<RunInput, 'onDiscoveryError'>): boolean {
  return untrustedGroups(diff).length > 0 && (onDiscoveryError === 'fail' || diff.groupsCompared === 0);
}

/** The answers of discovery, with those taken for stale that are older than what was accepted before. */
export function judge({ run, memory, diff }: RunContext, answers: readonly Answer[]): Judged {
  const { staleLimit, forceRun } = run;
  return judgeGenerations(answers, memory, { staleLimit, forceRun, isFirstLook: diff === null });
}

/** A run that is to have no effect beyond its own node, and none on HAProxy: one that is forced refreshes all the same. */
export function isDryRun({ dryRun, forceRun }: Pick<RunInput, 'dryRun' | 'forceRun'>): boolean {
  return dryRun && !forceRun;
}
