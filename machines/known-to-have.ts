import { groupKey } from './group-key.ts';
import { matchPods } from './match-pods.ts';
import type { Answer, Endpoint, Group } from './vocabulary.ts';

/**
 * What HAProxy is known to have, where no refresh since `before` was seen to be effective: the primer may have what such a
 * refresh was for, and HAProxy not. A pod that stands in one of both lists alone may be there or not: it counts as there
 * where discovery has none like it, and as missing where it has; and of one that both lists have, each otherwise, HAProxy
 * is taken to have what discovery does not say. So it is a reason to refresh either way.
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
    const wanted = now.get(key) ?? [];
    const unwanted = matchPods([...onlyBefore, ...onlyAfter], wanted).onlyBefore;
    const twins = new Map(
      matchPods(
        pairs.map(([pod]) => pod),
        wanted,
      ).pairs,
    );
    const kept = pairs.map(([pod, later]) => (isSame(pod, twins.get(pod)) ? later : pod));
    return { ...group, endpoints: [...kept, ...unwanted] };
  });
}

function isSame(one: Endpoint, other: Endpoint | undefined): boolean {
  if (other === undefined) return false;
  const { fqdn, ip4, ip6, port } = other;
  return one.fqdn === fqdn && one.ip4 === ip4 && one.ip6 === ip6 && one.port === port;
}
