import { groupKey } from '../../machines/group-key.ts';
import type { Answer, Endpoint, Group } from '../../machines/vocabulary.ts';

/** The pods that HAProxy was configured with, and those of earlier answers: most answers say the same ones again. */
export interface KnownPods {
  /** How many HAProxy was configured with. */
  readonly count: number;
  /** Sorted by id, as those of an answer are. */
  of(group: Pick<Group, 'cluster' | 'endpointSet'>): readonly Endpoint[];
}

export function knownPods(groups: readonly Group[]): KnownPods {
  const podsOf = new Map(groups.map((group) => [groupKey(group), group.endpoints]));
  return {
    count: groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0),
    of: (group) => podsOf.get(groupKey(group)) ?? [],
  };
}

/** What is known after a look: what discovery said is likely to be said again. */
export function alsoKnown(known: KnownPods, answers: readonly Answer[]): KnownPods {
  const podsOf = new Map(answers.filter(isWhole).map((answer) => [groupKey(answer), answer.endpoints]));
  return { count: known.count, of: (group) => podsOf.get(groupKey(group)) ?? known.of(group) };
}

function isWhole({ verdict }: Answer): boolean {
  return verdict === 'ok';
}

/** The same answer, of what is known already wherever it says the same: of a million pods, one copy is enough. */
export function withKnown(answer: Answer, known: readonly Endpoint[]): Answer {
  if (answer.endpoints === known) return answer;
  let at = 0;
  let shared = 0;
  const endpoints = answer.endpoints.map((pod) => {
    while (at < known.length && known[at]!.id < pod.id) at += 1;
    const twin = known[at];
    if (twin === undefined || !isSame(twin, pod)) return pod;
    shared += 1;
    return twin;
  });
  return { ...answer, endpoints: shared === known.length && shared === endpoints.length ? known : endpoints };
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return (
    one.id === other.id &&
    one.fqdn === other.fqdn &&
    one.ip4 === other.ip4 &&
    one.ip6 === other.ip6 &&
    one.port === other.port
  );
}
