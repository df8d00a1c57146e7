import { resolving, YtError, yt } from '../errors.ts';
import { nodeAttributes } from '../state/attributes.ts';
import { contentFor } from '../state/content.ts';
import { emptyValueOf, type NodeType, nodeTypes } from '../state/node-types.ts';
import { findNode, findObject } from '../state/objects.ts';
import { type Node, pathOf, type Seed } from '../state/tree.ts';
import {
  copyNode,
  createFrom,
  createNode,
  type Place,
  removeNode,
  writeAttribute,
  writeValue,
} from '../state/writes.ts';
import { isMap, takeApart, withoutAttributes, type YtMap, type YtValue } from '../values.ts';
import { parseYPath, type YPath } from '../ypath.ts';
import { type Call, type Command, transactionOf } from './command.ts';
import { named, nothing, type Result } from './result.ts';

const writes = { isVolatile: true, isMutation: true } as const;

export const writingCommands: readonly Command[] = [
  { name: 'create', ...writes, run: create },
  { name: 'set', ...writes, isSilent: true, hasInput: true, run: set },
  { name: 'multiset_attributes', ...writes, isSilent: true, hasInput: true, run: setAttributes },
  { name: 'remove', ...writes, isSilent: true, run: remove },
  { name: 'copy', ...writes, run: copy },
  { name: 'move', ...writes, run: move },
];

function create(call: Call): Result {
  const { cluster, parameters } = call;
  const type = parameters.oneOf('type', nodeTypes);
  const ignoresExisting = parameters.boolean('ignore_existing');
  const replaces = parameters.boolean('force');
  if (replaces && ignoresExisting) {
    throw new YtError(yt.generic, 'Cannot specify both "ignore_existing" and "force" options simultaneously');
  }
  if (replaces) refuseInTransaction(call);
  const { place, existing } = target(call, parameters.string('path'));
  if (existing !== null && !replaces) {
    if (!ignoresExisting) throw alreadyThere(existing);
    if (existing.type === type) return named('node_id', existing.id);
    const message = `${pathOf(existing)} already exists and has type "${existing.type}" while node of "${type}" type is about to be created`;
    throw new YtError(yt.exists, message);
  }
  if (existing !== null) removeNode(cluster, existing);
  return named('node_id', createNode(cluster, place, seedOf(type, parameters.attributes())).id);
}

/** What a document holds is an attribute of it, which can be given as such. */
function seedOf(type: NodeType, { value, ...attributes }: YtMap): Seed {
  if (type === 'document') return { type, value: value ?? null, attributes };
  return { type, value: emptyValueOf(type), attributes: value === undefined ? attributes : { ...attributes, value } };
}

function set(call: Call): Result {
  const { cluster, parameters } = call;
  const { bare, attributes } = takeApart(call.input());
  const value = withoutAttributes(bare);
  const path = parameters.string('path');
  const { attribute } = parsed(path);
  if (attribute !== null) {
    setAttribute(call, findNode(cluster, path, transactionOf(call)), attribute, value);
    return nothing;
  }
  const { place, existing } = target(call, path);
  if (existing === null) createFrom(cluster, place, value, attributes);
  else writeValue(cluster, existing, place.transaction, value);
  return nothing;
}

function setAttributes(call: Call): Result {
  const values = withoutAttributes(call.input());
  if (!isMap(values)) throw new YtError(yt.generic, 'A map of attributes is expected');
  const path = call.parameters.string('path');
  const node = findNode(call.cluster, path, transactionOf(call));
  const above = parsed(path).attribute ?? [];
  for (const [name, value] of Object.entries(values)) setAttribute(call, node, [...above, name], value);
  return nothing;
}

function setAttribute(call: Call, node: Node, names: readonly string[], value: YtValue): void {
  const transaction = transactionOf(call);
  const [name, ...below] = names;
  if (node.type === 'document' && name === 'value' && below.length === 0) {
    writeValue(call.cluster, node, transaction, value);
    return;
  }
  const written = contentFor(node, transaction).attributes;
  if (name !== undefined && !(name in written) && name in nodeAttributes(call.cluster, node, transaction)) {
    throw new YtError(yt.generic, `Builtin attribute "${name}" cannot be set`);
  }
  writeAttribute(call.cluster, node, transaction, names, value);
}

function remove(call: Call): Result {
  const { cluster, parameters } = call;
  const path = parameters.string('path');
  const { attribute } = parsed(path);
  if (attribute !== null) {
    writeAttribute(cluster, findNode(cluster, path, transactionOf(call)), transactionOf(call), attribute, undefined);
    return nothing;
  }
  refuseInTransaction(call);
  const { existing } = target(call, path);
  if (existing === null && parameters.boolean('force')) return nothing;
  const node = existing ?? findNode(cluster, path, null);
  if (node.children.size > 0 && !parameters.boolean('recursive')) {
    throw new YtError(yt.generic, `Cannot remove non-empty composite node ${pathOf(node)}`);
  }
  removeNode(cluster, node);
  return nothing;
}

function copy(call: Call): Result {
  const { cluster, parameters } = call;
  const source = findNode(cluster, parameters.string('source_path'), transactionOf(call));
  const { place, existing } = target(call, parameters.string('destination_path'));
  if (existing === null) return named('node_id', copyNode(cluster, source, place).id);
  if (!parameters.boolean('ignore_existing')) throw alreadyThere(existing);
  return named('node_id', existing.id);
}

function move(call: Call): Result {
  refuseInTransaction(call);
  const moved = copy(call);
  removeNode(call.cluster, findNode(call.cluster, call.parameters.string('source_path'), null));
  return moved;
}

/** Where a path leads to, whether or not there is something yet. */
function target(call: Call, path: string): { place: Place; existing: Node | null } {
  const { cluster, parameters } = call;
  const transaction = transactionOf(call);
  const { id, names } = parsed(path);
  const from = id === null ? cluster.tree.root : findNode(cluster, `#${id}`, transaction);
  const place = { from, names, transaction, recursive: parameters.boolean('recursive') };
  const isThere = names.length === 0 || cluster.tree.exists(names, transaction, from);
  return { place, existing: isThere ? findObject(cluster, path, transaction).object.node : null };
}

function parsed(path: string): YPath {
  return resolving(path, () => parseYPath(path));
}

function alreadyThere(node: Node): YtError {
  return new YtError(yt.exists, `Node ${pathOf(node)} already exists`);
}

function refuseInTransaction(call: Call): void {
  if (transactionOf(call) === null) return;
  throw new YtError(yt.generic, 'The sandbox removes nodes outside of transactions only');
}
