import { instant } from '../instant.ts';
import type { YtMap, YtValue } from '../values.ts';
import type { Cluster } from './cluster.ts';
import { contentFor } from './content.ts';
import { nullGuid } from './guid.ts';
import type { Lock } from './locks.ts';
import type { Transaction } from './transactions.ts';
import { childrenOf, type Node, pathOf } from './tree.ts';

/** The attributes of a node as the reader sees them: those that were written, and those that YT adds. */
export function nodeAttributes(cluster: Cluster, node: Node, reader: Transaction | null): YtMap {
  const locks = cluster.locks.of(node);
  const mine = locks.find((lock) => lock.transaction === reader && lock.state === 'acquired');
  const { value, attributes } = contentFor(node, reader);
  return {
    ...attributes,
    ...(node.type === 'document' ? { value } : {}),
    id: node.id,
    type: node.type,
    path: pathOf(node),
    ...(node.parent === null ? {} : { key: node.name, parent_id: node.parent.id }),
    ...(node.type === 'map_node' ? { count: childrenOf(node, reader).length } : {}),
    account: 'sandbox',
    resource_usage: { node_count: 1, disk_space: 0 },
    creation_time: instant(node.createdAt),
    modification_time: instant(node.modifiedAt),
    revision: node.revision,
    lock_mode: mine?.mode ?? 'none',
    lock_count: locks.length,
    locks: locks.map(lockInList),
  };
}

export function transactionAttributes(cluster: Cluster, transaction: Transaction): YtMap {
  const locks = cluster.locks.held(transaction);
  const nested = cluster.transactions.all().filter(({ parent }) => parent === transaction);
  return {
    ...transaction.attributes,
    id: transaction.id,
    type: 'transaction',
    owner: transaction.owner,
    timeout: transaction.timeoutMs,
    start_time: instant(transaction.startedAt),
    last_ping_time: instant(transaction.lastPingAt),
    parent_id: transaction.parent?.id ?? nullGuid,
    nested_transaction_ids: nested.map(({ id }) => id),
    lock_ids: locks.map(({ id }) => id),
    locked_node_ids: [...new Set(locks.filter(({ state }) => state === 'acquired').map(({ node }) => node.id))],
  };
}

export function lockAttributes(lock: Lock): YtMap {
  return {
    ...lockInList(lock),
    type: 'lock',
    node_id: lock.node.id,
    implicit: lock.implicit,
    creation_time: instant(lock.createdAt),
    ...(lock.acquiredAt === null ? {} : { acquisition_time: instant(lock.acquiredAt) }),
  };
}

function lockInList({ id, state, mode, transaction, key }: Lock): YtMap {
  const keyed: Record<string, YtValue> = key === null ? {} : { [`${key.kind}_key`]: key.name };
  return { id, state, mode, transaction_id: transaction.id, ...keyed };
}
