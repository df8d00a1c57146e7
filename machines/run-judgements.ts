import { type Judged, judgeGenerations } from './generations.ts';
import type { RunContext } from './run-context.ts';
import { untrustedGroups } from './trust.ts';
import type { Answer, CommandResult, Group } from './vocabulary.ts';

/** A primer without groups, where that is not meant to be so. */
export function isEmptyPrimer({ run }: RunContext, groups: readonly Group[]): boolean {
  return groups.length === 0 && !run.allowEmpty;
}

/** With `tolerate` one group that can be compared is enough. */
export function isUntrusted({ run, diff }: RunContext): boolean {
  return untrustedGroups(diff!).length > 0 && (run.onDiscoveryError === 'fail' || diff!.groupsCompared === 0);
}

/** The answers of discovery, with those taken for stale that are older than what was accepted before. */
export function judge({ run, memory, diff }: RunContext, answers: readonly Answer[]): Judged {
  const { staleLimit, forceRun } = run;
  return judgeGenerations(answers, memory, { staleLimit, forceRun, isFirstLook: diff === null });
}

/** A handbrake owes an answer and nothing else: what it left behind was stopped, and the answer counts. */
export function endedItself({ how }: CommandResult): boolean {
  return how === 'exited' || how === 'leftOthers';
}
