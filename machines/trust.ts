import { groupKey } from './group-key.ts';
import type { Answer, Diff, Failure, GroupDiff, RunInput } from './vocabulary.ts';

/** True when the answer may be read as the list of the group's pods. */
export function isAuthoritative({ verdict }: Pick<Answer, 'verdict'>): boolean {
  return verdict === 'ok' || verdict === 'empty' || verdict === 'missing';
}

/** The groups without an answer that may be read as a list of pods. */
export function untrustedGroups({ groups }: Diff): GroupDiff[] {
  return groups.filter((group) => !isAuthoritative(group));
}

/** True when every group was compared. */
export function hasTrustedAll(diff: Diff | null): boolean {
  return diff !== null && untrustedGroups(diff).length === 0;
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

/** How much a group may shrink before its answer is no longer believed. */
export type ShrinkPolicy = Pick<RunInput, 'maxShrinkPercent' | 'allowEmpty'>;

/**
 * Groups that shrank by more than the policy allows; empty and missing ones always have, unless it allows them. A group whose
 * pods were all replaced, as a rollout does, has not shrunk.
 */
export function groupsShrunkTooMuch({ groups }: Diff, { maxShrinkPercent, allowEmpty }: ShrinkPolicy): GroupDiff[] {
  if (maxShrinkPercent === null) return [];
  return groups.filter((group) =>
    isGone(group) ? !allowEmpty : shrunkBy(group) * 100 > group.podsBefore * maxShrinkPercent,
  );
}

function shrunkBy({ removed, added }: GroupDiff): number {
  return removed.length - added.length;
}

/** True for a group that HAProxy has pods for and discovery, with authority, has none. */
export function isGone({ verdict, podsBefore }: GroupDiff): boolean {
  return podsBefore > 0 && (verdict === 'empty' || verdict === 'missing');
}

export function shrunkFailure(diff: Diff, policy: ShrinkPolicy): Failure {
  const names = groupsShrunkTooMuch(diff, policy).map(
    (group) => `${groupKey(group)} shrank from ${group.podsBefore} to ${group.podsBefore - shrunkBy(group)} pods`,
  );
  return { kind: 'shrunkTooMuch', message: `max_shrink_percent is ${policy.maxShrinkPercent}: ${listed(names)}` };
}

const NAMES_SHOWN = 5;

/** The first few names, and how many more there are: one line stays one line. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
