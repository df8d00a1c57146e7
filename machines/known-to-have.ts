import { groupKey } from './group-key.ts';
import { matchPods } from './match-pods.ts';
import type { Answer, Group } from './vocabulary.ts';

/**
 * What HAProxy is known to have, where no refresh since `before` was seen to be effective: the primer may have what such a
 * refresh was for, and HAProxy not. A pod that stands in one of both lists alone may be there or not: it counts as there
 * where discovery has none like it, and as missing where it has, so that either way it is a reason to refresh.
 */
export function knownToHave(
  groups: readonly Group[],
  before: readonly Group[] | null | undefined,
  answers: readonly Answer[],
): readonly Group[] {
  if (before === null || before === undefined) return groups;
  const listsOf = (lists: readonly Group[]) => new Map(lists.map((group) => [groupKey(group), group.endpoints]));
  const [earlier, now] = [listsOf(before), listsOf(answers)];
  return groups.map((group) => {
    const key = groupKey(group);
    const { pairs, onlyBefore, onlyAfter } = matchPods(earlier.get(key) ?? [], group.endpoints);
    const unwanted = matchPods([...onlyBefore, ...onlyAfter], now.get(key) ?? []).onlyBefore;
    return { ...group, endpoints: [...pairs.map(([pod]) => pod), ...unwanted] };
  });
}
