import { groupKey } from './group-key.ts';
import { isAuthoritative } from './trust.ts';
import type { Answer, ChangeKind, Diff, Endpoint, Group, GroupDiff, Renaming } from './vocabulary.ts';

/** Compares what HAProxy was configured with against what discovery says; answers without authority are not compared. */
export function diffGroups(groups: readonly Group[], answers: readonly Answer[]): Diff {
  const answerOf = new Map(answers.map((answer) => [groupKey(answer), answer]));
  const pairs = groups.map((group) => ({ group, answer: answerOf.get(groupKey(group)) ?? unanswered(group) }));
  return {
    groupsCompared: pairs.filter(({ answer }) => isAuthoritative(answer)).length,
    groups: pairs.map(({ group, answer }) => diffGroup(group, answer)).filter(isWorthTelling),
  };
}

/** True when something changed of a kind that HAProxy is refreshed for. */
export function needsRefresh(diff: Diff, refreshOn: readonly ChangeKind[]): boolean {
  return diff.groups.some((group) => refreshOn.some((kind) => group[kind].length > 0));
}

/** Silence about a group is no word about its pods. */
function unanswered({ cluster, endpointSet }: Group): Answer {
  return { cluster, endpointSet, endpoints: [], verdict: 'invalid', generation: null, detail: 'no answer' };
}

/** What both comparisons of one run saw: a change must be seen twice to count. The second one's verdicts stand. */
export function seenTwice(first: Diff, second: Diff): Diff {
  const before = new Map(first.groups.map((group) => [groupKey(group), group]));
  const groups = second.groups.map((group) => {
    const known = before.get(groupKey(group));
    const both = (names: readonly string[], knownNames: readonly string[] = []) =>
      names.filter((name) => knownNames.includes(name));
    const isKnown = ({ id, to }: Renaming) =>
      known?.renamed.some((other) => other.id === id && other.to === to) ?? false;
    return {
      ...group,
      added: both(group.added, known?.added),
      renamed: group.renamed.filter(isKnown),
      moved: both(group.moved, known?.moved),
      removed: both(group.removed, known?.removed),
    };
  });
  return { groupsCompared: second.groupsCompared, groups: groups.filter(isWorthTelling) };
}

function diffGroup(group: Group, answer: Answer): GroupDiff {
  const known = { byId: indexBy(group.endpoints, 'id'), byFqdn: indexBy(group.endpoints, 'fqdn') };
  const now = isAuthoritative(answer) ? answer.endpoints : group.endpoints;
  const nowById = indexBy(now, 'id');
  const nowByFqdn = indexBy(now, 'fqdn');
  const twins = now.map((endpoint) => ({ endpoint, before: known.byId.get(endpoint.id) }));
  return {
    cluster: group.cluster,
    endpointSet: group.endpointSet,
    verdict: answer.verdict,
    detail: answer.detail,
    podsBefore: group.endpoints.length,
    added: twins
      .filter(({ endpoint, before }) => before === undefined && !known.byFqdn.has(endpoint.fqdn))
      .map(({ endpoint }) => endpoint.fqdn)
      .sort(),
    renamed: twins
      .flatMap(({ endpoint, before }) =>
        before !== undefined && before.fqdn !== endpoint.fqdn
          ? [{ id: endpoint.id, from: before.fqdn, to: endpoint.fqdn }]
          : [],
      )
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    moved: twins
      .filter(({ endpoint, before }) => before?.fqdn === endpoint.fqdn && hasMoved(before, endpoint))
      .map(({ endpoint }) => endpoint.fqdn)
      .sort(),
    removed: group.endpoints
      .filter(({ id, fqdn }) => !nowById.has(id) && !nowByFqdn.has(fqdn))
      .map(({ fqdn }) => fqdn)
      .sort(),
  };
}

/** An address or a port that either side does not know is no difference. */
function hasMoved(before: Endpoint, after: Endpoint): boolean {
  return (['ip4', 'ip6', 'port'] as const).some(
    (key) => before[key] !== null && after[key] !== null && before[key] !== after[key],
  );
}

function isWorthTelling({ verdict, added, renamed, moved, removed }: GroupDiff): boolean {
  return verdict !== 'ok' || added.length + renamed.length + moved.length + removed.length > 0;
}

function indexBy(endpoints: readonly Endpoint[], key: 'id' | 'fqdn'): Map<string, Endpoint> {
  return new Map(endpoints.map((endpoint) => [endpoint[key], endpoint]));
}
