/** The words for pods: what HAProxy has, what discovery says, and how they differ. */

/** How a pod differs between what HAProxy has and what discovery says (docs/operating.md describes each one). */
export type ChangeKind = 'added' | 'renamed' | 'moved' | 'removed';

/** What one group's answer is worth. `ok`, `empty` and `missing` are authoritative; no other verdict is ever read as a list of pods. */
export type Verdict = 'ok' | 'empty' | 'missing' | 'unchanged' | 'stale' | 'denied' | 'unavailable' | 'invalid';

/**
 * One pod of a group. `id` is the source's own name for it, once in a group. `fqdn` is its persistent name in the one
 * spelling that such a name has: a host name or an address, and its `id` where it has neither.
 */
export interface Endpoint {
  readonly id: string;
  readonly fqdn: string;
  readonly ip4: string | null;
  readonly ip6: string | null;
  readonly port: number | null;
}

/** A group of pods, keyed by cluster and endpoint set: what one HAProxy backend is made from. */
export interface Group {
  readonly cluster: string;
  readonly endpointSet: string;
  readonly endpoints: readonly Endpoint[];
}

/** What discovery says of one group now. */
export interface Answer extends Group {
  readonly verdict: Verdict;
  /** A decimal number as text (it may exceed 2^53), or null where the source has none. */
  readonly generation: string | null;
  /** Why the answer is not authoritative, or which server gave it; for people. */
  readonly detail: string | null;
}

/** What a comparison calls a pod: `port` only where its group holds the name more than once. */
export interface PodName {
  readonly name: string;
  readonly port: number | null;
}

/** One pod whose name changed under the same id. */
export interface Renaming {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** One pod that is somewhere else now. */
export interface Moving extends PodName {
  readonly to: Pick<Endpoint, 'ip4' | 'ip6' | 'port'>;
}

/** What happened to one group since HAProxy was configured. */
export interface GroupDiff {
  readonly cluster: string;
  readonly endpointSet: string;
  readonly verdict: Verdict;
  readonly detail: string | null;
  readonly podsBefore: number;
  readonly added: readonly PodName[];
  readonly renamed: readonly Renaming[];
  readonly moved: readonly Moving[];
  readonly removed: readonly PodName[];
}

/** The comparison of all groups. Only groups that differ, or whose answer is not `ok`, are listed. */
export interface Diff {
  readonly groupsCompared: number;
  readonly groups: readonly GroupDiff[];
}
