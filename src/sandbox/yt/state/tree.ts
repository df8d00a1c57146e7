import { YtError, yt } from '../errors.ts';
import { type Content, endChanges, type Versioned } from './content.ts';
import type { NewGuid } from './guid.ts';
import type { NodeType } from './node-types.ts';
import { isWithin, type Transaction } from './transactions.ts';

export interface Node extends Versioned {
  readonly id: string;
  readonly type: NodeType;
  readonly name: string;
  readonly parent: Node | null;
  readonly children: Map<string, Node>;
  readonly createdAt: Date;
  modifiedAt: Date;
  readonly revision: bigint;
  /** The transaction that created it and has not ended: nobody outside of it sees the node. */
  createdIn: Transaction | null;
}

/** What a new node is made of. */
export interface Seed extends Content {
  readonly type: NodeType;
}

/** Cypress: nodes by name. */
export class Tree {
  readonly root: Node;
  readonly sys: Node;
  readonly #now: () => Date;
  readonly #newGuid: NewGuid;

  constructor(now: () => Date, newGuid: NewGuid) {
    this.#now = now;
    this.#newGuid = newGuid;
    this.root = this.#newNode('', null, emptyMap, null);
    this.add(this.root, 'home', emptyMap, null);
    this.add(this.root, 'tmp', emptyMap, null);
    this.sys = this.add(this.root, 'sys', emptyMap, null);
  }

  /** The node of these names as the transaction sees it; error 500 when there is none. */
  find(names: readonly string[], transaction: Transaction | null, from = this.root): Node {
    return names.reduce((node, name) => childOf(node, name, transaction) ?? noChild(node, name), from);
  }

  exists(names: readonly string[], transaction: Transaction | null, from = this.root): boolean {
    let node: Node | null = from;
    for (const name of names) node = node && childOf(node, name, transaction);
    return node !== null;
  }

  add(parent: Node, name: string, seed: Seed, transaction: Transaction | null): Node {
    const node = this.#newNode(name, parent, seed, transaction);
    parent.children.set(name, node);
    parent.modifiedAt = node.createdAt;
    return node;
  }

  remove(node: Node): void {
    node.parent?.children.delete(node.name);
  }

  all(): Node[] {
    return withDescendants(this.root);
  }

  /** What a transaction created and changed becomes its parent's, or everybody's, or goes with it. */
  endTransaction(transaction: Transaction, committed: boolean): void {
    for (const node of this.all()) {
      endChanges(node, transaction, committed);
      if (node.createdIn !== transaction) continue;
      if (committed) node.createdIn = transaction.parent;
      else this.remove(node);
    }
  }

  #newNode(name: string, parent: Node | null, seed: Seed, createdIn: Transaction | null): Node {
    const { type, value, attributes } = seed;
    revision += 1n;
    const now = this.#now();
    return {
      id: this.#newGuid(),
      type,
      name,
      parent,
      children: new Map(),
      content: { value, attributes },
      changes: new Map(),
      createdAt: now,
      modifiedAt: now,
      revision,
      createdIn,
    };
  }
}

export const emptyMap: Seed = { type: 'map_node', value: null, attributes: {} };

export function pathOf(node: Node): string {
  return node.parent === null ? '/' : `${pathOf(node.parent)}/${node.name}`;
}

export function withDescendants(node: Node): Node[] {
  return [node, ...[...node.children.values()].flatMap(withDescendants)];
}

/** The children that the transaction sees. */
export function childrenOf(node: Node, transaction: Transaction | null): Node[] {
  return [...node.children.values()].filter((child) => isVisible(child, transaction));
}

export function childOf(node: Node, name: string, transaction: Transaction | null): Node | null {
  const child = node.children.get(name);
  return child !== undefined && isVisible(child, transaction) ? child : null;
}

export function noChild(node: Node, name: string): never {
  throw new YtError(yt.resolve, `Node ${pathOf(node)} has no child with key "${name}"`);
}

// Real revisions are 64-bit and do not fit a JavaScript number; neither do these.
let revision = 2n ** 60n;

function isVisible(node: Node, transaction: Transaction | null): boolean {
  return node.createdIn === null || isWithin(transaction, node.createdIn);
}
