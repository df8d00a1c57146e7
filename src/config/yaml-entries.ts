import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Raw } from './value-types.ts';
import { yamlDocument } from './yaml-document.ts';

/** One `key: value` of the file, as it was written, or why the value cannot be used. */
export interface Entry {
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
  readonly value: Written<Raw>;
}

type Written<T> = { readonly raw: T } | { readonly problem: string };

/**
 * The entries of a YAML or JSON text whose root is a map, in its own order and with every line known. Scalars come as
 * they were written, `010` as `010`, so that a file means what the same words mean as a flag. Throws `ConfigError`
 * when the text as a whole is unusable.
 */
export function yamlEntries(path: string, content: string): readonly Entry[] {
  const { document, lineOf, refuse } = yamlDocument(path, content);
  const root = document?.contents ?? null;
  if (root === null || (isScalar(root) && root.value === null)) return [];
  if (!isMap<Node, Node | null>(root) || root.tag) return refuse(start(root), 'must be a map of keys and values');
  return root.items.map(({ key, value }) => {
    if (!isScalar(key) || key.tag) return refuse(start(key), 'a key must be one word');
    return {
      key: String(key.source ?? key.value),
      line: lineOf(start(key)),
      value: isSeq<Node>(value) && !value.tag ? list(value.items) : scalar(value),
    };
  });
}

function list(items: readonly Node[]): Written<Raw> {
  const raws: string[] = [];
  for (const item of items.map(scalar)) {
    if ('problem' in item) return item;
    raws.push(item.raw);
  }
  return { raw: raws };
}

function scalar(node: Node | null): Written<string> {
  if (isAlias(node)) return { problem: 'aliases are not supported: write the value itself' };
  if (node?.tag) return { problem: 'tags are not supported: write the plain value' };
  if (node !== null && !isScalar(node)) return { problem: 'needs a value or a list of values' };
  if (node === null || node.value === null) return { problem: 'has no value: write one, or remove the line' };
  return { raw: node.source ?? String(node.value) };
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}
