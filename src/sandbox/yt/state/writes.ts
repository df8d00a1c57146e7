import { YtError, yt } from '../errors.ts';
import { isMap, type YtMap, type YtValue } from '../values.ts';
import type { Cluster } from './cluster.ts';
import { applyChange, attributeChange, type Change, contentFor } from './content.ts';
import type { LockKey } from './lock-rules.ts';
import { nodeTypeFor } from './node-types.ts';
import type { Transaction } from './transactions.ts';
import { childOf, childrenOf, emptyMap, type Node, noChild, pathOf, type Seed, withDescendants } from './tree.ts';

/** Where to, and for whom, something is written. */
export interface Place {
  readonly from: Node;
  readonly names: readonly string[];
  readonly transaction: Transaction | null;
  readonly recursive: boolean;
}

/** Makes the node, and with `recursive` those above it. One that is there already is left as it is. */
export function createNode(cluster: Cluster, { from, names, transaction, recursive }: Place, seed: Seed): Node {
  return names.reduce((parent, name, at) => {
    const child = childOf(parent, name, transaction);
    if (child !== null) return child;
    const isLast = at === names.length - 1;
    if (parent.type !== 'map_node' || (!isLast && !recursive)) return noChild(parent, name);
    cluster.locks.takeForWrite(parent, { mode: 'shared', key: { kind: 'child', name }, transaction });
    const node = cluster.tree.add(parent, name, isLast ? seed : emptyMap, transaction);
    cluster.locks.takeForWrite(node, { mode: 'exclusive', key: null, transaction });
    return node;
  }, from);
}

/** Makes a node of a value; of a map, one with nodes below it. */
export function createFrom(cluster: Cluster, place: Place, value: YtValue, attributes: YtMap): Node {
  const type = nodeTypeFor(value);
  const node = createNode(cluster, place, { type, value: type === 'map_node' ? null : value, attributes });
  for (const [name, below] of isMap(value) ? Object.entries(value) : []) {
    createFrom(cluster, { ...place, from: node, names: [name] }, below, {});
  }
  return node;
}

/** Makes a node like another one, with all that is below it. */
export function copyNode(cluster: Cluster, source: Node, place: Place): Node {
  const children = childrenOf(source, place.transaction);
  const node = createNode(cluster, place, { type: source.type, ...contentFor(source, place.transaction) });
  for (const child of children) copyNode(cluster, child, { ...place, from: node, names: [child.name] });
  return node;
}

export function writeValue(cluster: Cluster, node: Node, transaction: Transaction | null, value: YtValue): void {
  if (node.type === 'map_node') {
    throw new YtError(yt.generic, '"set" command without "force" flag is forbidden; use "create" instead');
  }
  if (node.type !== 'document' && node.type !== nodeTypeFor(value)) {
    throw new YtError(yt.generic, `Cannot set a value of another type to ${pathOf(node)}, which is a "${node.type}"`);
  }
  change(cluster, node, transaction, null, ({ attributes }) => ({ value, attributes }));
}

/** Sets an attribute, or something inside of it; undefined takes it away. */
export function writeAttribute(
  cluster: Cluster,
  node: Node,
  transaction: Transaction | null,
  names: readonly string[],
  value: YtValue | undefined,
): void {
  const [name] = names;
  if (name === undefined) throw new YtError(yt.generic, 'The sandbox writes attributes one by one');
  change(cluster, node, transaction, { kind: 'attribute', name }, attributeChange(names, value));
}

/** Removes a node with all that is below it, and the locks that are on them. */
export function removeNode(cluster: Cluster, node: Node): void {
  const doomed = withDescendants(node);
  for (const one of doomed) cluster.locks.takeForWrite(one, { mode: 'exclusive', key: null, transaction: null });
  if (node.parent === null) throw new YtError(yt.generic, 'Node cannot be removed');
  const key: LockKey = { kind: 'child', name: node.name };
  cluster.locks.takeForWrite(node.parent, { mode: 'shared', key, transaction: null });
  cluster.tree.remove(node);
  for (const one of doomed) cluster.locks.dropNode(one);
}

function change(
  cluster: Cluster,
  node: Node,
  transaction: Transaction | null,
  key: LockKey | null,
  made: Change,
): void {
  cluster.locks.takeForWrite(node, { mode: key === null ? 'exclusive' : 'shared', key, transaction });
  applyChange(node, transaction, made);
  node.modifiedAt = cluster.wallTime();
}
