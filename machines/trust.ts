import { groupKey } from './group-key.ts';
import type { Answer, Diff, Failure, GroupDiff, Memory } from './vocabulary.ts';

/** The same answers, with those that are older than one already accepted turned into `stale`. */
export function judgeAnswers(answers: readonly Answer[], memory: Memory): Answer[] {
  return answers.map((answer) => {
    const accepted = memory.generations[groupKey(answer)];
    if (!isAuthoritative(answer) || accepted === undefined || answer.generation === null) return answer;
    if (BigInt(answer.generation) >= BigInt(accepted)) return answer;
    return {
      ...answer,
      verdict: 'stale',
      detail: `generation ${answer.generation} is older than ${accepted}, accepted before`,
    };
  });
}

/** True when the answer may be read as the list of the group's pods. */
export function isAuthoritative({ verdict }: Pick<Answer, 'verdict'>): boolean {
  return verdict === 'ok' || verdict === 'empty' || verdict === 'missing';
}

/** The newest generation accepted for each group, these answers included. */
export function rememberGenerations(answers: readonly Answer[], memory: Memory): Memory {
  const accepted = answers.flatMap((answer) =>
    isAuthoritative(answer) && answer.generation !== null ? [[groupKey(answer), answer.generation] as const] : [],
  );
  return { generations: { ...memory.generations, ...Object.fromEntries(accepted) } };
}

/** The groups without an answer that may be read as a list of pods. */
export function untrustedGroups({ groups }: Diff): GroupDiff[] {
  return groups.filter((group) => !isAuthoritative(group));
}

/** Says which groups have no answer that can be trusted, and why. */
export function untrustedFailure(diff: Diff): Failure {
  const bad = untrustedGroups(diff);
  const names = bad.map(
    (group) => `${groupKey(group)} ${group.verdict}${group.detail === null ? '' : ` (${group.detail})`}`,
  );
  return {
    kind: 'discoveryUntrusted',
    message: `discovery cannot be trusted for ${bad.length} of ${bad.length + diff.groupsCompared} groups: ${listed(names)}`,
  };
}

/** Groups that lost more of their pods than `maxShrinkPercent` allows; empty and missing ones always have. */
export function groupsShrunkTooMuch(groups: readonly GroupDiff[], maxShrinkPercent: number): GroupDiff[] {
  return groups.filter((group) => isGone(group) || group.removed.length * 100 > group.podsBefore * maxShrinkPercent);
}

/** True for a group that HAProxy has pods for and discovery, with authority, has none. */
export function isGone({ verdict, podsBefore }: GroupDiff): boolean {
  return podsBefore > 0 && (verdict === 'empty' || verdict === 'missing');
}

export function shrunkFailure(groups: readonly GroupDiff[], maxShrinkPercent: number): Failure {
  const names = groupsShrunkTooMuch(groups, maxShrinkPercent).map(
    (group) => `${groupKey(group)} lost ${group.removed.length} of ${group.podsBefore} pods`,
  );
  return { kind: 'shrunkTooMuch', message: `max_shrink_percent is ${maxShrinkPercent}: ${listed(names)}` };
}

const NAMES_SHOWN = 5;

/** The first few names, and how many more there are: one line stays one line. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
