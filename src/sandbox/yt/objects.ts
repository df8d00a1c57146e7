import type { Cluster } from './cluster.ts';
import { YtError, yt } from './errors.ts';
import { parseGuid } from './guid.ts';
import type { Lock } from './locks.ts';
import type { Transaction } from './transactions.ts';
import { childOf, type Node } from './tree.ts';
import type { YtMap, YtValue } from './values.ts';

/** Something that a path can lead to. */
export interface YtObject {
  readonly node: Node | null;
  /** The names below it: the children of a map node. */
  readonly children: readonly string[];
  readonly attributes: YtMap;
}

/** What a path leads to, for a reader inside of that transaction: `//path`, `#id`, `//sys/transactions/id`. */
export function findObject(cluster: Cluster, path: string, transaction: Transaction | null): YtObject {
  if (path === transactionsPath) {
    return { node: null, children: cluster.transactions.all().map(({ id }) => id), attributes: { type: 'map_node' } };
  }
  if (path.startsWith(`${transactionsPath}/`)) {
    const id = path.slice(transactionsPath.length + 1);
    const found = cluster.transactions.find(parseGuid(id));
    if (found === null) throw new YtError(yt.resolve, `Node ${transactionsPath} has no child with key "${id}"`);
    return transactionObject(cluster, found);
  }
  return path.startsWith('#')
    ? findById(cluster, path, transaction)
    : nodeObject(cluster, cluster.tree.find(path, transaction), transaction);
}

/** The map node that a path leads to. */
export function findNode(cluster: Cluster, path: string, transaction: Transaction | null): Node {
  const { node } = findObject(cluster, path, transaction);
  if (node === null) throw new YtError(yt.generic, `${path} is not a Cypress node`);
  return node;
}

const transactionsPath = '//sys/transactions';

function findById(cluster: Cluster, path: string, transaction: Transaction | null): YtObject {
  const id = parseGuid(path.slice(1));
  const lock = cluster.locks.find(id);
  if (lock !== null) return { node: null, children: [], attributes: lockAttributes(lock) };
  const found = cluster.transactions.find(id);
  if (found !== null) return transactionObject(cluster, found);
  const node = cluster.tree.all().find((candidate) => candidate.id === id);
  if (node === undefined) throw new YtError(yt.resolve, `No such object ${id}`);
  return nodeObject(cluster, node, transaction);
}

function nodeObject(cluster: Cluster, node: Node, reader: Transaction | null): YtObject {
  const locks = cluster.locks.of(node);
  const mine = locks.find((lock) => lock.transaction === reader && lock.state === 'acquired');
  const children = [...node.children.keys()].filter((name) => childOf(node, name, reader) !== null);
  const attributes = {
    ...node.attributes,
    id: node.id,
    type: 'map_node',
    count: children.length,
    creation_time: node.createdAt.toISOString(),
    revision: node.revision,
    lock_mode: mine?.mode ?? 'none',
    lock_count: locks.length,
    locks: locks.map(lockInList),
  };
  return { node, children, attributes };
}

function transactionObject(cluster: Cluster, transaction: Transaction): YtObject {
  const locks = cluster.locks.held(transaction);
  const attributes = {
    ...transaction.attributes,
    id: transaction.id,
    type: 'transaction',
    owner: transaction.owner,
    timeout: transaction.timeoutMs,
    start_time: transaction.startedAt.toISOString(),
    last_ping_time: transaction.lastPingAt.toISOString(),
    parent_id: transaction.parent?.id ?? '0-0-0-0',
    lock_ids: locks.map(({ id }) => id),
    locked_node_ids: [...new Set(locks.map(({ node }) => node.id))],
  };
  return { node: null, children: [], attributes };
}

function lockAttributes(lock: Lock): YtMap {
  return {
    ...lockInList(lock),
    type: 'lock',
    node_id: lock.node.id,
    implicit: false,
    creation_time: lock.createdAt.toISOString(),
    ...(lock.acquiredAt === null ? {} : { acquisition_time: lock.acquiredAt.toISOString() }),
  };
}

function lockInList({ id, state, mode, transaction, key }: Lock): YtMap {
  const [kind, name] = key?.split('=', 2) ?? [];
  const keyed: Record<string, YtValue> = kind === undefined ? {} : { [kind]: name! };
  return { id, state, mode, transaction_id: transaction.id, ...keyed };
}
