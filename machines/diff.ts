import { groupKey } from './group-key.ts';
import { matchPods } from './match-pods.ts';
import { isAuthoritative } from './trust.ts';
import type { Answer, ChangeKind, Diff, Endpoint, Group, GroupDiff, PodName } from './vocabulary.ts';

/** Compares what HAProxy was configured with against what discovery says; answers without authority are not compared. */
export function diffGroups(groups: readonly Group[], answers: readonly Answer[]): Diff {
  const answerOf = new Map(answers.map((answer) => [groupKey(answer), answer]));
  const pairs = groups.map((group) => ({ group, answer: answerOf.get(groupKey(group)) ?? unanswered(group) }));
  return {
    groupsCompared: pairs.filter(({ answer }) => isAuthoritative(answer)).length,
    groups: pairs.map(({ group, answer }) => diffGroup(group, answer)).filter(isWorthLogging),
  };
}

/** True when something changed of a kind that HAProxy is refreshed for. */
export function needsRefresh(diff: Diff, refreshOn: readonly ChangeKind[]): boolean {
  return diff.groups.some((group) => refreshOn.some((kind) => group[kind].length > 0));
}

export function isWorthLogging({ verdict, added, renamed, moved, removed }: GroupDiff): boolean {
  return verdict !== 'ok' || added.length + renamed.length + moved.length + removed.length > 0;
}

/** Silence about a group is no word about its pods. */
function unanswered({ cluster, endpointSet }: Group): Answer {
  return { cluster, endpointSet, endpoints: [], verdict: 'invalid', generation: null, detail: 'no answer' };
}

function diffGroup(group: Group, answer: Answer): GroupDiff {
  const now = isAuthoritative(answer) ? answer.endpoints : group.endpoints;
  const what = {
    cluster: group.cluster,
    endpointSet: group.endpointSet,
    verdict: answer.verdict,
    detail: answer.detail,
    podsBefore: group.endpoints.length,
  };
  // The very same list is what a source answers with where it says what is known already.
  if (now === group.endpoints) return { ...what, added: [], renamed: [], moved: [], removed: [] };
  const { pairs, onlyBefore, onlyAfter, nameOf } = matchPods(group.endpoints, now);
  const renamed = pairs.filter(([before, after]) => before.fqdn !== after.fqdn);
  const moved = pairs.filter(([before, after]) => before.fqdn === after.fqdn && hasMoved(before, after));
  return {
    ...what,
    added: onlyAfter.map(nameOf).sort(byName),
    renamed: renamed
      .map(([{ fqdn: from }, { id, fqdn: to }]) => ({ id, from, to }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    moved: moved
      .map(([, after]) => ({ ...nameOf(after), to: { ip4: after.ip4, ip6: after.ip6, port: after.port } }))
      .sort(byName),
    removed: onlyBefore.map(nameOf).sort(byName),
  };
}

/** An address or a port that either side does not know is no difference. */
function hasMoved(before: Endpoint, after: Endpoint): boolean {
  return (['ip4', 'ip6', 'port'] as const).some(
    (key) => before[key] !== null && after[key] !== null && before[key] !== after[key],
  );
}

function byName(one: PodName, other: PodName): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return (one.port ?? 0) - (other.port ?? 0);
}
