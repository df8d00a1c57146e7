import { groupKey } from '../../machines/group-key.ts';
import { matchPods } from '../../machines/match-pods.ts';
import type { Endpoint, Group } from '../../machines/vocabulary.ts';

/** What a pod is to HAProxy: its server line keeps this name and this number for as long as the pod stays. */
export interface Place {
  readonly slot: number;
  readonly server: string;
}

/** A pod with its place in a backend. */
export interface Placed extends Place {
  readonly group: Group;
  readonly pod: Endpoint;
}

/** The places of pods as they were, by group and the pod's id. */
export type Places = ReadonlyMap<string, ReadonlyMap<string, Place>>;

/**
 * Gives each pod of one backend its place. A pod that stays, by id or by name, keeps the place it had, also under another
 * name and at another address. A new pod gets a place that nobody had just now: what HAProxy remembers of a server is
 * never taken for the memory of another one.
 */
export function assignServers(before: readonly Group[], now: readonly Group[], places: Places): readonly Placed[] {
  const earlier = new Map(before.map((group) => [groupKey(group), group]));
  const slots = new Set<number>();
  const names = new Set<string>();
  const had = now.flatMap((group) => [...(places.get(groupKey(group))?.values() ?? [])]);
  const free = lowestFree(new Set(had.map(({ slot }) => slot)));

  const pods = now.flatMap((group) => {
    const old = earlier.get(groupKey(group));
    const { pairs } = matchPods(old?.endpoints ?? [], group.endpoints);
    const twins = new Map(pairs.map(([was, is]) => [is.id, was.id]));
    const had = places.get(groupKey(group));
    return group.endpoints.map((pod) => ({ group, pod, place: had?.get(twins.get(pod.id) ?? '') }));
  });
  const keeps = (place: Place | undefined): boolean => {
    if (place === undefined || slots.has(place.slot) || names.has(place.server)) return false;
    slots.add(place.slot);
    names.add(place.server);
    return true;
  };
  const settled = pods.map(({ group, pod, place }) => ({ group, pod, place: keeps(place) ? place : undefined }));
  const taken = new Set([...names, ...had.map(({ server }) => server)]);
  return settled
    .map(({ group, pod, place }): Placed => {
      const { slot, server } = place ?? { slot: free(), server: unused(serverName(pod), names, taken) };
      return { group, pod, slot, server };
    })
    .sort((one, other) => one.slot - other.slot);
}

function lowestFree(used: ReadonlySet<number>): () => number {
  let last = 0;
  return () => {
    do last += 1;
    while (used.has(last));
    return last;
  };
}

/** HAProxy takes no other characters in the name of a server. */
function serverName({ fqdn }: Endpoint): string {
  return fqdn.replaceAll(/[^A-Za-z0-9_.:-]/g, '_');
}

/** A name that a pod had until now is another pod's only where the pod itself has come back. */
function unused(wanted: string, names: Set<string>, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; names.has(name) || taken.has(name); number += 1) name = `${wanted}-${number}`;
  names.add(name);
  return name;
}
