import type { ValueType } from './value-types.ts';

/** One row of the table: everything the program says and knows about one configuration key. */
export interface Key<T> {
  /** Flag `--name`, environment `WATCHER_NAME`, file key `name`. */
  readonly name: string;
  readonly type: ValueType<T>;
  /** As one would write it; `<hostname>` stands for this machine's name. */
  readonly default: string;
  readonly group: string;
  /** One sentence. */
  readonly doc: string;
  /** Another name that files may use. */
  readonly alias: string | null;
  /** Its value is shown as `***`. */
  readonly secret: boolean;
  /** Its default is nothing for production: each run that has it says so. */
  readonly isForDevelopment: boolean;
}

/** A row for each field of `T`, in the order of help and documentation. */
export type Keys<T> = { readonly [Field in keyof T]: Key<T[Field]> };

interface More {
  readonly doc: string;
  readonly alias?: string;
  readonly secret?: true;
  readonly isForDevelopment?: true;
}

/** Writes rows of one group. */
export function keyGroup(title: string) {
  return <T>(name: string, type: ValueType<T>, standard: string, more: More): Key<T> => {
    const { doc, alias = null, secret = false, isForDevelopment = false } = more;
    return { name, type, default: standard, group: title, doc, alias, secret, isForDevelopment };
  };
}

/** The groups that a backend's own keys stand in. */
export const sourceKey = keyGroup('Service discovery');
export const lockKey = keyGroup('The cluster lock');

/** The environment's name of a key. */
export function environmentName(key: Pick<Key<unknown>, 'name'>): string {
  return `WATCHER_${key.name.toUpperCase()}`;
}

/** Where the file is: known from flags and environment only. */
export const CONFIG_KEY = 'config';
