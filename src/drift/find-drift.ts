import { groupKey } from '../../machines/group-key.ts';
import { matchPods } from '../../machines/match-pods.ts';
import { type HaproxyServer, servedBy, servingOneOf } from '../../machines/pods-and-servers.ts';
import { isAuthoritative } from '../../machines/trust.ts';
import type { Answer, Endpoint, Group, Verdict } from '../../machines/vocabulary.ts';

/** One pod on which the three do not agree; null where it is not known. */
export interface DriftingPod {
  readonly name: string;
  readonly discovery: boolean | null;
  readonly primer: boolean;
  readonly haproxy: boolean | null;
  /** What else became of it, in a clause; null where nothing did. */
  readonly change: string | null;
}

export interface DriftingGroup {
  readonly group: string;
  readonly verdict: Verdict;
  readonly detail: string | null;
  readonly pods: readonly DriftingPod[];
}

export interface Drift {
  /** All groups of the primer; one that has not drifted has no pods. */
  readonly groups: readonly DriftingGroup[];
  /** Servers that stand beside the primer’s pods in a backend, and are none of them: `backend/server`. */
  readonly strangers: readonly string[];
}

/** Compares what the primer, discovery and HAProxy itself have; `servers` is null where HAProxy cannot be asked. */
export function findDrift(
  groups: readonly Group[],
  answers: readonly Answer[],
  servers: readonly HaproxyServer[] | null,
): Drift {
  const answerOf = new Map(answers.map((answer) => [groupKey(answer), answer]));
  const serving = servers === null ? () => null : servedBy(servers);
  return {
    groups: groups.map((group) => driftOf(group, answerOf.get(groupKey(group)), serving)),
    strangers: strangersAmong(servers ?? [], [...groups, ...answers]),
  };
}

type Serving = (pod: Endpoint) => boolean | null;

function driftOf(group: Group, answer: Answer | undefined, serving: Serving): DriftingGroup {
  const isBelieved = answer !== undefined && isAuthoritative(answer);
  const now = isBelieved ? answer.endpoints : group.endpoints;
  const { pairs, onlyBefore, onlyAfter } = matchPods(group.endpoints, now);
  const isKnown = isBelieved ? true : null;
  const pods: readonly DriftingPod[] = [
    ...onlyAfter.map((pod) => row(pod, { discovery: true, primer: false, haproxy: serving(pod), change: null })),
    ...onlyBefore.map((pod) => row(pod, { discovery: false, primer: true, haproxy: serving(pod), change: null })),
    ...pairs.map(([was, is]) =>
      row(is, { discovery: isKnown, primer: true, haproxy: serving(is) || serving(was), change: changeOf(was, is) }),
    ),
  ];
  return {
    group: groupKey(group),
    verdict: answer?.verdict ?? 'invalid',
    detail: answer?.detail ?? null,
    pods: pods.filter(hasDrifted).sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function row({ fqdn }: Endpoint, rest: Omit<DriftingPod, 'name'>): DriftingPod {
  return { name: fqdn, ...rest };
}

function hasDrifted({ discovery, primer, haproxy, change }: DriftingPod): boolean {
  return change !== null || discovery === false || !primer || haproxy === false;
}

function changeOf(was: Endpoint, is: Endpoint): string | null {
  if (was.fqdn !== is.fqdn) return `renamed, was ${was.fqdn}`;
  const moved = (['ip4', 'ip6', 'port'] as const).filter(
    (key) => was[key] !== null && is[key] !== null && was[key] !== is[key],
  );
  return moved.length === 0 ? null : `moved, was at ${moved.map((key) => was[key]).join(' ')}`;
}

/** Backends without any of the pods are somebody else's. */
function strangersAmong(servers: readonly HaproxyServer[], groups: readonly Group[]): readonly string[] {
  const isServing = servingOneOf(groups.flatMap(({ endpoints }) => endpoints));
  const isKnown = new Map(servers.map((server) => [server, isServing(server)]));
  const backends = new Set(servers.filter((server) => isKnown.get(server)).map(({ backend }) => backend));
  return servers
    .filter((server) => backends.has(server.backend) && !isKnown.get(server))
    .map(({ backend, name }) => `${backend}/${name}`);
}
