import { type Call, type Command, transactionOf } from './command.ts';
import { YtError, yt } from './errors.ts';
import { findNode, findObject } from './objects.ts';
import { nothing, type Result } from './result.ts';
import { pathOf, withDescendants } from './tree.ts';
import { isMap, type YtValue } from './values.ts';

export const cypressCommands: readonly Command[] = [
  { name: 'create', verb: 'POST', run: create },
  { name: 'remove', verb: 'POST', run: remove },
  { name: 'get', verb: 'GET', run: (call) => valued(get(call)) },
  { name: 'list', verb: 'GET', run: (call) => valued(list(call)) },
  { name: 'exists', verb: 'GET', run: (call) => valued(exists(call)) },
];

function valued(value: YtValue): Result {
  return { v3: value, v4: { value } };
}

function create(call: Call): Result {
  const { cluster, parameters } = call;
  const path = parameters.string('path');
  const type = parameters.string('type');
  const recursive = parameters.boolean('recursive');
  const ignoreExisting = parameters.boolean('ignore_existing');
  if (ignoreExisting && parameters.boolean('force')) {
    throw new YtError(yt.generic, '"ignore_existing" and "force" cannot be given together');
  }
  const transaction = transactionOf(call);
  if (cluster.tree.exists(path, transaction)) {
    const node = cluster.tree.find(path, transaction);
    if (!ignoreExisting || type !== 'map_node') {
      throw new YtError(yt.exists, `Node ${pathOf(node)} already exists and has type "map_node"`);
    }
    return created(node.id);
  }
  if (type !== 'map_node') throw new YtError(yt.generic, `The sandbox creates map nodes only, not "${type}"`);
  return created(cluster.tree.create(path, recursive, parameters.attributes(), transaction, cluster.wallTime()).id);
}

function created(id: string): Result {
  return { v3: id, v4: { node_id: id } };
}

function remove(call: Call): Result {
  const { cluster, parameters } = call;
  const transaction = transactionOf(call);
  if (transaction !== null) throw new YtError(yt.generic, 'The sandbox removes nodes outside of transactions only');
  const path = parameters.string('path');
  if (parameters.boolean('force') && !cluster.tree.exists(path, null)) return nothing;
  const node = findNode(cluster, path, null);
  if (node.children.size > 0 && !parameters.boolean('recursive')) {
    throw new YtError(yt.generic, `Cannot remove non-empty node ${pathOf(node)}`);
  }
  const doomed = withDescendants(node);
  for (const one of doomed) {
    const conflict = cluster.locks.conflictOf(one, null);
    if (conflict !== null) throw conflict;
  }
  cluster.tree.remove(node);
  for (const one of doomed) cluster.locks.dropNode(one);
  return nothing;
}

function get(call: Call): YtValue {
  const { object, attribute } = lookUp(call);
  if (attribute === null)
    return object.node === null ? null : Object.fromEntries(object.children.map((name) => [name, null]));
  return attributeValue(object.attributes, attribute);
}

function list(call: Call): YtValue {
  const { object, attribute } = lookUp(call);
  if (attribute === null) return [...object.children];
  const value = attributeValue(object.attributes, attribute);
  if (!isMap(value)) throw new YtError(yt.generic, `Attribute "${attribute.join('/')}" has no list of names`);
  return Object.keys(value);
}

function exists(call: Call): boolean {
  try {
    get(call);
    return true;
  } catch (error) {
    if (error instanceof YtError && error.code === yt.resolve) return false;
    throw error;
  }
}

/** Splits `path/@name/below` and finds the object; `attribute` is null when the path is that of the object itself. */
function lookUp(call: Call) {
  const path = call.parameters.string('path');
  const [objectPath, attributePath] = path.split('/@', 2);
  const object = findObject(call.cluster, objectPath!, transactionOf(call));
  const attribute = attributePath?.split('/').filter((name) => name !== '') ?? null;
  return { object, attribute };
}

function attributeValue(attributes: YtValue, names: readonly string[]): YtValue {
  return names.reduce((value, name) => {
    const below = isMap(value) ? value[name] : Array.isArray(value) ? value[Number(name)] : undefined;
    if (below === undefined) throw new YtError(yt.resolve, `Attribute "${name}" is not found`);
    return below;
  }, attributes);
}
