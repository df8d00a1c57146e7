import { resolving, YtError, yt } from '../errors.ts';
import type { YtMap, YtValue } from '../values.ts';
import { parseYPath, type YPath } from '../ypath.ts';
import { lockAttributes, nodeAttributes, transactionAttributes } from './attributes.ts';
import type { Cluster } from './cluster.ts';
import { contentFor } from './content.ts';
import { parseGuid } from './guid.ts';
import type { Lock } from './locks.ts';
import type { Transaction } from './transactions.ts';
import { childrenOf, type Node, noChild } from './tree.ts';

/** Something that a path can lead to. */
export interface YtObject {
  readonly node: Node | null;
  /** What is below it, by name; null for what can have nothing below it. */
  readonly children: ReadonlyMap<string, YtObject> | null;
  /** What it holds, if it is no map. */
  readonly value: YtValue;
  readonly attributes: YtMap;
}

/** What a path leads to, for a reader inside of that transaction; error 500 when that is nothing. */
export function findObject(cluster: Cluster, path: string, reader: Transaction | null) {
  return resolving(path, () => {
    const parsed = parseYPath(path);
    return { object: objectAt(cluster, parsed, reader), attribute: parsed.attribute };
  });
}

/** The node that a path leads to. */
export function findNode(cluster: Cluster, path: string, reader: Transaction | null): Node {
  const { node } = findObject(cluster, path, reader).object;
  if (node === null) throw new YtError(yt.generic, `${path} is not a Cypress node`);
  return node;
}

function objectAt(cluster: Cluster, { id, names }: YPath, reader: Transaction | null): YtObject {
  let object = id === null ? nodeObject(cluster, cluster.tree.root, reader) : objectById(cluster, id, reader);
  for (const name of names) {
    object = object.children?.get(name) ?? (object.node === null ? nothingBelow(name) : noChild(object.node, name));
  }
  return object;
}

function objectById(cluster: Cluster, text: string, reader: Transaction | null): YtObject {
  const id = parseGuid(text);
  const lock = cluster.locks.find(id);
  if (lock !== null) return lockObject(lock);
  const transaction = cluster.transactions.find(id);
  if (transaction !== null) return transactionObject(cluster, transaction);
  const node = cluster.tree.all().find((candidate) => candidate.id === id);
  if (node === undefined) throw new YtError(yt.resolve, `No such object ${id}`);
  return nodeObject(cluster, node, reader);
}

function nodeObject(cluster: Cluster, node: Node, reader: Transaction | null): YtObject {
  return {
    node,
    get children() {
      if (node.type !== 'map_node') return null;
      const nodes = childrenOf(node, reader).map((child) => [child.name, nodeObject(cluster, child, reader)] as const);
      return new Map(node === cluster.tree.sys ? [...nodes, ...systemMaps(cluster)] : nodes);
    },
    value: contentFor(node, reader).value,
    get attributes() {
      return nodeAttributes(cluster, node, reader);
    },
  };
}

/** The maps of `//sys` that list what is there at the moment. */
function systemMaps(cluster: Cluster): [string, YtObject][] {
  const transactions = cluster.transactions.all().map((one) => [one.id, transactionObject(cluster, one)] as const);
  const locks = cluster.locks.all().map((one) => [one.id, lockObject(one)] as const);
  return [
    ['transactions', systemMap('transaction_map', new Map(transactions))],
    ['locks', systemMap('lock_map', new Map(locks))],
  ];
}

function systemMap(type: string, children: ReadonlyMap<string, YtObject>): YtObject {
  return { node: null, children, value: null, attributes: { type, count: children.size } };
}

function transactionObject(cluster: Cluster, transaction: Transaction): YtObject {
  return { node: null, children: null, value: null, attributes: transactionAttributes(cluster, transaction) };
}

function lockObject(lock: Lock): YtObject {
  return { node: null, children: null, value: null, attributes: lockAttributes(lock) };
}

function nothingBelow(name: string): never {
  throw new YtError(yt.resolve, `Object has no child with key "${name}"`);
}
