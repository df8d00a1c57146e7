import { YtError, yt } from './errors.ts';
import { newGuid } from './guid.ts';
import { isWithin, type Transaction, winnerOf } from './transactions.ts';
import type { YtMap } from './values.ts';

export interface Node {
  readonly id: string;
  readonly name: string;
  readonly parent: Node | null;
  readonly children: Map<string, Node>;
  readonly attributes: YtMap;
  readonly createdAt: Date;
  readonly revision: bigint;
  /** The transaction that created it and has not ended: nobody outside of it sees the node. */
  createdIn: Transaction | null;
}

/** Cypress, as far as a lock needs it: map nodes. */
export class Tree {
  readonly root: Node = newNode('', null, {}, null, new Date(0));

  constructor() {
    for (const name of ['home', 'tmp', 'sys']) this.#add(this.root, name, {}, null, new Date(0));
  }

  /** The node of that path as the transaction sees it; error 500 when there is none. */
  find(path: string, transaction: Transaction | null): Node {
    const names = namesOf(path);
    return names.reduce((node, name) => childOf(node, name, transaction) ?? fail(node, name), this.root);
  }

  exists(path: string, transaction: Transaction | null): boolean {
    let node: Node | null = this.root;
    for (const name of namesOf(path)) node = node && childOf(node, name, transaction);
    return node !== null;
  }

  create(path: string, recursive: boolean, attributes: YtMap, transaction: Transaction | null, now: Date): Node {
    const names = namesOf(path);
    return names.reduce((node, name, at) => {
      const child = childOf(node, name, transaction);
      if (child !== null) return child;
      const last = at === names.length - 1;
      if (!last && !recursive) return fail(node, name);
      const hidden = node.children.get(name);
      if (hidden !== undefined) throw hiddenConflict(hidden);
      return this.#add(node, name, last ? attributes : {}, transaction, now);
    }, this.root);
  }

  remove(node: Node): void {
    node.parent?.children.delete(node.name);
  }

  all(): Node[] {
    return withDescendants(this.root);
  }

  /** What a transaction created becomes its parent's, or everybody's, or goes with it. */
  endTransaction(transaction: Transaction, committed: boolean): void {
    for (const node of this.all().filter(({ createdIn }) => createdIn === transaction)) {
      if (committed) node.createdIn = transaction.parent;
      else this.remove(node);
    }
  }

  #add(parent: Node, name: string, attributes: YtMap, transaction: Transaction | null, now: Date): Node {
    const node = newNode(name, parent, attributes, transaction, now);
    parent.children.set(name, node);
    return node;
  }
}

export function pathOf(node: Node): string {
  return node.parent === null ? '/' : `${pathOf(node.parent)}/${node.name}`;
}

export function withDescendants(node: Node): Node[] {
  return [node, ...[...node.children.values()].flatMap(withDescendants)];
}

/** The child of that name, unless a transaction that is none of ours created it. */
export function childOf(node: Node, name: string, transaction: Transaction | null): Node | null {
  const child = node.children.get(name);
  if (child === undefined) return null;
  return child.createdIn === null || isWithin(transaction, child.createdIn) ? child : null;
}

// Real revisions are 64-bit and do not fit a JavaScript number; neither do these.
let revision = 2n ** 60n;

function newNode(
  name: string,
  parent: Node | null,
  attributes: YtMap,
  createdIn: Transaction | null,
  createdAt: Date,
): Node {
  revision += 1n;
  return { id: newGuid(), name, parent, children: new Map(), attributes, createdAt, revision, createdIn };
}

function namesOf(path: string): string[] {
  if (path === '/') return [];
  if (!path.startsWith('//') || path.endsWith('/') || path.slice(2).includes('//')) {
    throw new YtError(yt.generic, `Malformed path "${path}": expected "/" or "//name/name"`);
  }
  return path.slice(2).split('/');
}

function fail(node: Node, name: string): never {
  throw new YtError(yt.resolve, `Node ${pathOf(node)} has no child with key "${name}"`);
}

function hiddenConflict(node: Node): YtError {
  const owner = node.createdIn!;
  const message = `Cannot create node ${pathOf(node)} since it is being created by concurrent transaction ${owner.id}`;
  return new YtError(yt.concurrentConflict, message, { attributes: { winner_transaction: winnerOf(owner) } });
}
