import type { Endpoint, PodName } from './vocabulary.ts';

/** Two lists of pods, each pod of them in exactly one place. */
export interface Matched {
  readonly pairs: readonly (readonly [before: Endpoint, after: Endpoint])[];
  readonly onlyBefore: readonly Endpoint[];
  readonly onlyAfter: readonly Endpoint[];
  /** What a pod is called in this comparison: with its port where either list holds its name more than once. */
  readonly nameOf: (pod: Endpoint) => PodName;
}

/**
 * Finds the pods of one list in the other, in two passes: by id; then, among those left, by name, or by name and port
 * where either list holds that name more than once. No order and no repetition in the lists changes what is found.
 */
export function matchPods(before: readonly Endpoint[], after: readonly Endpoint[]): Matched {
  const [old, now] = [byId(before), byId(after)];
  const shared = new Set([...namesHeldTwice(old), ...namesHeldTwice(now)]);
  const nameOf = ({ fqdn, port }: Endpoint): PodName => ({ name: fqdn, port: shared.has(fqdn) ? port : null });

  const pairs: [Endpoint, Endpoint][] = [];
  const left: Endpoint[] = [];
  for (const pod of now.values()) {
    const twin = old.get(pod.id);
    if (twin === undefined) left.push(pod);
    else pairs.push([twin, pod]);
  }
  const gone = [...old.values()].filter(({ id }) => !now.has(id));
  if (gone.length === 0 || left.length === 0) return { pairs, onlyBefore: gone, onlyAfter: left, nameOf };

  const leftBefore = byName(gone, shared);
  const onlyAfter: Endpoint[] = [];
  for (const [name, pods] of byName(left, shared)) {
    const twins = leftBefore.get(name) ?? [];
    pods.forEach((pod, index) => {
      const twin = twins[index];
      if (twin === undefined) onlyAfter.push(pod);
      else pairs.push([twin, pod]);
    });
    if (twins.length > pods.length) leftBefore.set(name, twins.slice(pods.length));
    else leftBefore.delete(name);
  }
  return { pairs, onlyBefore: [...leftBefore.values()].flat(), onlyAfter, nameOf };
}

function byId(pods: readonly Endpoint[]): Map<string, Endpoint> {
  const found = new Map<string, Endpoint>();
  for (const pod of pods) found.set(pod.id, pod);
  return found;
}

function namesHeldTwice(pods: ReadonlyMap<string, Endpoint>): Set<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { fqdn } of pods.values()) {
    const { size } = once;
    if (once.add(fqdn).size === size) twice.add(fqdn);
  }
  return twice;
}

/** Pods that not even their port tells apart are paired in the order of their addresses, which is always the same one. */
function byName(pods: readonly Endpoint[], shared: ReadonlySet<string>): Map<string, Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  for (const pod of pods) {
    const key = shared.has(pod.fqdn) ? `${pod.fqdn} ${pod.port}` : pod.fqdn;
    const others = found.get(key);
    if (others === undefined) found.set(key, [pod]);
    else others.push(pod);
  }
  for (const others of found.values()) if (others.length > 1) others.sort(byAddress);
  return found;
}

function byAddress(one: Endpoint, other: Endpoint): number {
  const [first, second] = [one, other].map(({ ip4, ip6, port, id }) => `${ip4} ${ip6} ${port} ${id}`) as [
    string,
    string,
  ];
  return first < second ? -1 : 1;
}
