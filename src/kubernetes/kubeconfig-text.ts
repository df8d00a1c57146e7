import type { Document } from 'yaml';
import { yamlDocument } from '../config/yaml-document.ts';
import { quoted } from '../text/quoted.ts';

/** A map of a kubeconfig, whose values may be secrets: no message repeats one. */
export interface Section {
  /** Null where there is none, or an empty one. Throws an `Error` that says what is wrong, and where. */
  text(key: string): string | null;
  flag(key: string): boolean;
  map(key: string): Section | null;
  list(key: string): readonly Section[];
  texts(key: string): readonly string[];
  /** The item of a list of names and maps, `{ name, [key]: … }`. */
  named(list: string, name: string, key: string): Section;
  /** The names of such a list. */
  names(list: string): readonly string[];
  has(key: string): boolean;
  /** Where this map stands in its file. */
  readonly place: string;
}

/** The root of a kubeconfig, which is YAML or JSON. Throws a `ConfigError`, or an `Error`, that repeats no value. */
export function readKubeconfigText(path: string, content: string): Section {
  return mapOf(plainData(yamlDocument(path, content, { uniqueKeys: true }).document), '');
}

function plainData(document: Document.Parsed | null): unknown {
  try {
    // An alias stands for a value that is there once; a handful is enough for any kubeconfig.
    return document?.toJS({ maxAliasCount: 100 });
  } catch {
    throw new Error('has aliases that lead nowhere, or too many of them');
  }
}

function mapOf(value: unknown, place: string): Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(place === '' ? 'is no kubeconfig: expected a map of keys and values' : `${place}: expected a map`);
  }
  const at = (key: string) => (place === '' ? key : `${place}.${key}`);
  const get = (key: string): unknown => (Object.hasOwn(value, key) ? (Reflect.get(value, key) ?? null) : null);

  function items(key: string): readonly unknown[] {
    const found = get(key) ?? [];
    if (!Array.isArray(found)) throw new Error(`${at(key)}: expected a list`);
    return found;
  }

  function text(key: string): string | null {
    const found = get(key);
    if (found === null || found === '') return null;
    if (typeof found !== 'string') throw new Error(`${at(key)}: expected a text (put it in quotes)`);
    return found;
  }

  const list = (key: string) => items(key).map((item, index) => mapOf(item, `${at(key)}[${index}]`));
  const names = (key: string) => list(key).flatMap((item) => item.text('name') ?? []);

  return {
    place,
    text,
    list,
    names,
    has: (key) => get(key) !== null,
    flag(key) {
      const found = get(key) ?? false;
      if (typeof found !== 'boolean') throw new Error(`${at(key)}: expected true or false`);
      return found;
    },
    map: (key) => (get(key) === null ? null : mapOf(get(key), at(key))),
    texts: (key) =>
      items(key).map((item, index) => {
        if (typeof item !== 'string') throw new Error(`${at(key)}[${index}]: expected a text (put it in quotes)`);
        return item;
      }),
    named(key, name, inner) {
      const found = list(key)
        .find((item) => item.text('name') === name)
        ?.map(inner);
      if (found) return found;
      const others = names(key).map((each) => quoted(each));
      const known = others.length === 0 ? 'it has none' : `it has ${others.slice(0, 10).join(', ')}`;
      throw new Error(`${at(key)}: there is no ${inner} ${quoted(name)}; ${known}`);
    },
  };
}
