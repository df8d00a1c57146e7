import type { Cluster } from './state/cluster.ts';
import type { LockMode } from './state/lock-rules.ts';
import { textOf, type YtMap } from './values.ts';
import { parseYPath } from './ypath.ts';

/** A request as the proxy saw it; without its credentials. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The command's name in v4; null for a path that is no command. */
  readonly command: string | null;
  readonly parameters: YtMap | null;
  readonly user: string | null;
  readonly correlationId: string | null;
  readonly userAgent: string | null;
  /** When it had arrived, on the cluster's clock. */
  readonly atMs: number;
  /** The status that was sent; null while there is none, and for a connection that was cut. */
  readonly status: number | null;
}

export interface SeenTransaction {
  readonly id: string;
  readonly title: string | null;
  readonly owner: string;
  readonly timeoutMs: number;
  readonly leaseLeftMs: number;
  readonly parentId: string | null;
  readonly attributes: YtMap;
}

export interface SeenLock {
  readonly id: string;
  readonly mode: LockMode;
  readonly state: 'acquired' | 'pending';
  readonly transactionId: string;
}

/** Looks into the server without asking it over HTTP. */
export interface Inspection {
  transactions(): SeenTransaction[];
  /** The locks of a node: those that are held, then those that wait in line; none where there is no node. */
  locks(path: string): SeenLock[];
  readonly requests: readonly SeenRequest[];
}

export function inspectCluster(cluster: Cluster, requests: readonly SeenRequest[]): Inspection {
  return {
    requests,
    transactions() {
      cluster.transactions.expireOverdue();
      return cluster.transactions.all().map((transaction) => {
        const { id, owner, timeoutMs, attributes, parent } = transaction;
        const title = attributes['title'];
        return {
          id,
          title: typeof title === 'string' ? textOf(title) : null,
          owner,
          timeoutMs,
          leaseLeftMs: cluster.transactions.leaseLeftMs(transaction),
          parentId: parent?.id ?? null,
          attributes,
        };
      });
    },
    locks(path) {
      cluster.transactions.expireOverdue();
      const { names } = parseYPath(path);
      if (!cluster.tree.exists(names, null)) return [];
      return cluster.locks
        .of(cluster.tree.find(names, null))
        .map(({ id, mode, state, transaction }) => ({ id, mode, state, transactionId: transaction.id }));
    },
  };
}
