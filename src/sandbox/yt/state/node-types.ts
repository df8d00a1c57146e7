import { YtError, yt } from '../errors.ts';
import { isMap, type YtValue } from '../values.ts';

/** The types of nodes that the sandbox keeps, and what a new one holds; all but maps hold a value. */
const emptyValues = {
  map_node: null,
  string_node: '',
  int64_node: 0,
  uint64_node: 0n,
  double_node: 0,
  boolean_node: false,
  document: null,
  file: null,
  table: null,
} as const satisfies Record<string, YtValue>;

export type NodeType = keyof typeof emptyValues;

export const nodeTypes = Object.keys(emptyValues) as readonly NodeType[];

export function emptyValueOf(type: NodeType): YtValue {
  return emptyValues[type];
}

/** The type of node that holds such a value. */
export function nodeTypeFor(value: YtValue): NodeType {
  if (isMap(value)) return 'map_node';
  if (typeof value === 'string') return 'string_node';
  if (typeof value === 'boolean') return 'boolean_node';
  if (typeof value === 'bigint') return 'uint64_node';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64_node' : 'double_node';
  throw new YtError(yt.generic, 'The sandbox keeps no lists and no entities as nodes');
}
