import { YtError, yt } from '../errors.ts';
import { findObject, type YtObject } from '../state/objects.ts';
import { isMap, type YtMap, type YtValue } from '../values.ts';
import { type Call, type Command, transactionOf } from './command.ts';
import { named, type Result } from './result.ts';

export const readingCommands: readonly Command[] = [
  { name: 'get', isVolatile: false, run: (call) => valued(call, get(call)) },
  { name: 'list', isVolatile: false, run: (call) => valued(call, list(call)) },
  { name: 'exists', isVolatile: false, run: (call) => named('value', exists(call)) },
];

function valued({ parameters }: Call, value: YtValue): Result {
  return parameters.boolean('return_only_value') ? { v3: value, v4: value } : named('value', value);
}

function get(call: Call): YtValue {
  const { object, attribute } = lookUp(call);
  if (attribute !== null) return attributeValue(object.attributes, attribute);
  return tree(object, call.parameters.attributeFilter());
}

function list(call: Call): YtValue {
  const { object, attribute } = lookUp(call);
  const filter = call.parameters.attributeFilter();
  if (attribute === null && object.children !== null) {
    return [...object.children].map(([name, child]) => annotated(name, child, filter));
  }
  const value = attribute === null ? null : attributeValue(object.attributes, attribute);
  if (!isMap(value)) throw new YtError(yt.noSuchMethod, '"List" method is not supported');
  return Object.keys(value);
}

function exists(call: Call): boolean {
  try {
    const { object, attribute } = lookUp(call);
    if (attribute !== null) attributeValue(object.attributes, attribute);
    return true;
  } catch (error) {
    if (error instanceof YtError && error.code === yt.resolve) return false;
    throw error;
  }
}

function lookUp(call: Call) {
  return findObject(call.cluster, call.parameters.string('path'), transactionOf(call));
}

/** A map with all that is below it, or the value. */
function tree(object: YtObject, filter: readonly string[]): YtValue {
  const value =
    object.children === null
      ? object.value
      : Object.fromEntries([...object.children].map(([name, child]) => [name, tree(child, filter)]));
  return annotated(value, object, filter);
}

/** The value with those attributes of the object that are asked for and there. */
function annotated(value: YtValue, { attributes }: YtObject, filter: readonly string[]): YtValue {
  const wanted = filter.filter((name) => attributes[name] !== undefined);
  if (wanted.length === 0) return value;
  return { $attributes: Object.fromEntries(wanted.map((name) => [name, attributes[name]!])), $value: value };
}

function attributeValue(attributes: YtMap, names: readonly string[]): YtValue {
  return names.reduce<YtValue>((value, name) => {
    const below = isMap(value) ? value[name] : Array.isArray(value) ? value.at(Number(name)) : undefined;
    if (below === undefined) throw new YtError(yt.resolve, `Attribute "${name}" is not found`);
    return below;
  }, attributes);
}
