import type { Answer, Endpoint, Group } from '../../machines/vocabulary.ts';
import type { Conditions } from './conditions.ts';
import { podsOf } from './facts.ts';
import type { Change, Scenario } from './scenario.ts';
import type { World } from './world.ts';

interface Version {
  readonly sinceMs: number;
  readonly generation: number;
  readonly groups: readonly Group[];
}

/** Where every pod is; whoever asks may be answered by a replica that lags behind. */
export class Discovery {
  readonly #world: World;
  readonly #conditions: Conditions;
  readonly #versions: Version[];
  #podsMade: number;

  constructor(world: World, conditions: Conditions, { groups, podsPerGroup }: Scenario) {
    this.#world = world;
    this.#conditions = conditions;
    this.#podsMade = groups * podsPerGroup;
    const first = Array.from({ length: groups }, (_, group) => ({
      cluster: 'sas',
      endpointSet: `set-${group}`,
      endpoints: byId(Array.from({ length: podsPerGroup }, (_, pod) => podNumber(group * podsPerGroup + pod))),
    }));
    this.#versions = [{ sinceMs: 0, generation: 98, groups: first }];
  }

  /** What is true now. */
  get groups(): readonly Group[] {
    return this.#versions.at(-1)!.groups;
  }

  change({ what, group }: Pick<Change, 'what' | 'group'>): void {
    const { generation } = this.#versions.at(-1)!;
    const groups = this.groups.map((each, at) =>
      at === group ? { ...each, endpoints: byId(this.#changed(each.endpoints, what)) } : each,
    );
    this.#versions.push({ sinceMs: this.#world.nowMs, generation: generation + 1, groups });
    this.#world.note({ what: 'truthChanged', groups: podsOf(groups) });
  }

  #changed(pods: readonly Endpoint[], what: Change['what']): readonly Endpoint[] {
    const [first, ...rest] = pods;
    this.#podsMade += 1;
    const fresh = podNumber(this.#podsMade);
    if (what === 'add' || first === undefined) return [...pods, fresh];
    if (what === 'remove') return rest;
    if (what === 'rename') return [...rest, { ...first, fqdn: fresh.fqdn }];
    return [...rest, { ...first, port: (first.port ?? 80) + 1 }];
  }

  /** What a node is told about the groups it asks for. */
  answer(node: number, asked: readonly Pick<Group, 'cluster' | 'endpointSet'>[]): readonly Answer[] {
    const lagMs = this.#conditions.find('discoveryStale', node)?.size ?? 0;
    const { groups, generation } =
      (lagMs === -1
        ? this.#versions.at(-2)
        : this.#versions.findLast(({ sinceMs }) => sinceMs <= this.#world.nowMs - lagMs)) ?? this.#versions[0]!;
    const isInvalid = this.#conditions.has('discoveryInvalid', node);
    // Only one group is hit: the others may well have something new.
    const isEmpty = this.#conditions.has('discoveryEmpty', node);
    return asked.map(({ cluster, endpointSet }) => {
      const found = groups.find((group) => group.cluster === cluster && group.endpointSet === endpointSet);
      const isHit = endpointSet === 'set-0';
      const endpoints = (isHit && isInvalid) || (isHit && isEmpty) || found === undefined ? [] : found.endpoints;
      const verdict =
        isHit && isInvalid ? 'invalid' : found === undefined ? 'missing' : endpoints.length === 0 ? 'empty' : 'ok';
      return { cluster, endpointSet, endpoints, verdict, generation: String(generation), detail: null };
    });
  }
}

/** As every source answers. */
function byId(pods: readonly Endpoint[]): readonly Endpoint[] {
  return [...pods].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function podNumber(number: number): Endpoint {
  const ip6 = `2001:db8::1:${(number + 1).toString(16)}`;
  return { id: `pod-${number}`, fqdn: `pod-${number}.example.net`, ip4: null, ip6, port: 80 };
}
