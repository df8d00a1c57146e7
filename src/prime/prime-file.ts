import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { isMap, isNode, isPair, type Node } from 'yaml';
import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { type YamlText, yamlDocument } from '../config/yaml-document.ts';
import { readGuardedFile } from '../files/guarded-file.ts';
import { FileProblem, isFileProblem, messageOf } from '../host/file-problem.ts';
import { quoted, quotedValue } from '../text/quoted.ts';
import { type PrimeFile, primeSchema, tlsOptions } from './prime-schema.ts';

const bytesMax = 1_048_576;

/** What a prime file says, its template's path made whole, and what is to be said of the file itself. */
export interface LoadedPrime {
  readonly prime: PrimeFile;
  readonly warnings: readonly string[];
  /** Where a key stands, or would: file, line and key. */
  placeOf(keys: readonly (string | number)[]): string;
}

/** Reads a prime file. Throws `ConfigError`, with file, line and key. */
export async function readPrimeFile(path: string, allowUnsafe: boolean): Promise<LoadedPrime> {
  const { text, warnings } = await readGuardedFile(path, bytesMax, allowUnsafe).catch((error: unknown) => {
    throw unreadable(error, 'write it (docs/prime.md has one to begin with), or correct prime_file');
  });
  const yaml = yamlDocument(path, text, { uniqueKeys: true });
  if (yaml.document === null) throw new ConfigError([`${path}: says nothing: name the groups`]);
  if (!isMap(yaml.document.contents)) yaml.refuse(0, 'must be a map of keys and values');
  const result = v.safeParse(primeSchema, valuesOf(yaml, path));
  if (!result.success) throw new ConfigError([explain(result.issues[0], yaml, path)]);
  const prime = result.output;
  refuseContradictions(prime, yaml, path);
  const template = prime.template === undefined ? undefined : resolve(dirname(path), prime.template);
  const placeOf = (keys: readonly (string | number)[]) => placeIn(yaml, path, keys);
  return { prime: { ...prime, template }, warnings, placeOf };
}

/** What is wrong with a file that was named, and what to do; any other error speaks for itself. */
export function unreadable(error: unknown, advice: string, place = ''): unknown {
  if (!(error instanceof FileProblem)) return error;
  return new ConfigError([`${place}${error.message}${isFileProblem(error, 'unsafe') ? '' : `: ${advice}`}`]);
}

function valuesOf({ document }: YamlText, path: string): unknown {
  try {
    return document!.toJS();
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
}

function explain(issue: v.BaseIssue<unknown>, yaml: YamlText, path: string): string {
  const keys = (issue.path ?? []).map(({ key }) => key as string | number);
  const place = placeIn(yaml, path, keys);
  if (issue.expected === 'never') {
    return `${place}: unknown key${didYouMean(String(keys.at(-1)), knownBeside(keys))}`;
  }
  if (issue.input === undefined) return `${place}: is missing`;
  return `${place}: ${issue.message}, got ${quotedValue(issue.input)}`;
}

function placeIn(yaml: YamlText, path: string, keys: readonly (string | number)[]): string {
  const where = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${plain(key)}`)).join('');
  return `${path}:${lineAt(yaml, keys)}: ${where.slice(1)}`;
}

/** The keys that could have been meant. */
function knownBeside(keys: readonly (string | number)[]): readonly string[] {
  const { groups, ...others } = primeSchema.entries;
  if (keys[0] !== 'groups') return [...Object.keys(others), 'groups'];
  return Object.keys(keys.length === 3 ? groups.pipe[0].item.entries : tlsOptions.entries);
}

/** The line of a value, or of the last thing on the way to it that is there. */
function lineAt({ document, lineOf }: YamlText, keys: readonly (string | number)[]): number {
  for (let length = keys.length; length > 0; length -= 1) {
    const node = nodeAt(document!.contents, keys.slice(0, length));
    if (node?.range) return lineOf(node.range[0]);
  }
  return 1;
}

function nodeAt(root: Node | null, keys: readonly (string | number)[]): Node | null {
  let node: unknown = root;
  for (const [index, key] of keys.entries()) {
    const { items = [] } = (node ?? {}) as { readonly items?: readonly unknown[] };
    const item = typeof key === 'number' ? items[key] : items.find((each) => isPair(each) && String(each.key) === key);
    // The key's own line says more than that of its value, which may begin on the next.
    if (isPair(item)) node = index === keys.length - 1 ? item.key : item.value;
    else node = item;
  }
  return isNode(node) ? node : null;
}

/** What no single value shows: the same group twice, a check without the file, two words for one thing of a backend. */
function refuseContradictions(prime: PrimeFile, yaml: YamlText, path: string): void {
  const refuse = (keys: readonly (string | number)[], what: string): never => {
    throw new ConfigError([`${path}:${lineAt(yaml, keys)}: ${what}`]);
  };
  if (![prime.check].flat().some((word) => word.includes('{file}'))) {
    refuse(['check'], 'check: must name {file}, which stands for the file to check');
  }
  const seen = new Map<string, number>();
  for (const [index, { cluster_name: cluster, endpoint_set_id: set }] of prime.groups.entries()) {
    const earlier = seen.get(`${cluster}/${set}`);
    if (earlier !== undefined) {
      refuse(['groups', index], `groups[${index}]: is the same group as groups[${earlier}]; remove one`);
    }
    seen.set(`${cluster}/${set}`, index);
  }
}

function plain(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : quoted(key);
}
