import { bytesOf, type Fields, integerOf, isOn, listOf, partOf, toWire, withoutZeros } from './fields.ts';
import { invalid, noKey } from './status.ts';
import type { Batch, Pair, Store } from './store.ts';

/** What is asked of keys, as etcd's JSON gateway has it: each answer without its header. */
export function range(store: Store, asked: Fields): object {
  const found = store.range(keyIn(asked), bytesOf(asked, 'range_end'));
  if (integerOf(asked, 'revision') !== 0n) throw invalid('etcdserver: mvcc: required revision has been compacted');
  const [least, most] = [integerOf(asked, 'min_create_revision'), integerOf(asked, 'max_create_revision')];
  const kept = found.filter((pair) => pair.createRevision >= least && (most === 0n || pair.createRevision <= most));
  const sorted = sort(kept, asked);
  const limit = Number(integerOf(asked, 'limit'));
  const listed = limit > 0 ? sorted.slice(0, limit) : sorted;
  const kvs = isOn(asked, 'count_only') ? [] : listed.map((pair) => pairOnWire(pair, isOn(asked, 'keys_only')));
  return withoutZeros({
    kvs: kvs.length === 0 ? undefined : kvs,
    more: !isOn(asked, 'count_only') && listed.length < sorted.length,
    count: String(found.length),
  });
}

export function put(batch: Batch, asked: Fields): object {
  batch.put(keyIn(asked), bytesOf(asked, 'value'), integerOf(asked, 'lease'));
  return {};
}

export function deleteRange(batch: Batch, asked: Fields): object {
  return withoutZeros({ deleted: String(batch.remove(keyIn(asked), bytesOf(asked, 'range_end'))) });
}

/** Compares, and does the one or the other: all of it at one revision. A lease that is not there is found before. */
export function txn(store: Store, asked: Fields): object {
  const isGood = listOf(asked, 'compare').every((each) => holds(store, each));
  const operations = listOf(asked, isGood ? 'success' : 'failure');
  for (const each of operations) check(store, each);
  const responses = store.write((batch) => operations.map((each) => operate(store, batch, each)));
  return withoutZeros({ succeeded: isGood, responses: responses.length === 0 ? undefined : responses });
}

export function pairOnWire({ key, value, createRevision, modRevision, version, lease }: Pair, isBare = false): object {
  return withoutZeros({
    key: toWire(key),
    create_revision: String(createRevision),
    mod_revision: String(modRevision),
    version: String(version),
    value: isBare ? '' : toWire(value),
    lease: String(lease),
  });
}

function keyIn(asked: Fields): string {
  const key = bytesOf(asked, 'key');
  if (key === '') throw noKey();
  return key;
}

function check(store: Store, operation: Fields): void {
  const lease = integerOf(partOf(operation, 'request_put'), 'lease');
  if (lease !== 0n) store.leases.check(lease);
}

const OPERATIONS = {
  request_range: (store: Store, _: Batch, asked: Fields) => range(store, asked),
  request_put: (_: Store, batch: Batch, asked: Fields) => put(batch, asked),
  request_delete_range: (_: Store, batch: Batch, asked: Fields) => deleteRange(batch, asked),
};

function operate(store: Store, batch: Batch, operation: Fields): object {
  for (const [name, run] of Object.entries(OPERATIONS)) {
    if (operation[name] === undefined) continue;
    const answer = run(store, batch, partOf(operation, name));
    return { [name.replace('request', 'response')]: { header: { revision: String(batch.revision) }, ...answer } };
  }
  throw noKey();
}

const TARGETS = {
  VERSION: ['version', ({ version }: Pair) => version],
  CREATE: ['create_revision', ({ createRevision }: Pair) => createRevision],
  MOD: ['mod_revision', ({ modRevision }: Pair) => modRevision],
  LEASE: ['lease', ({ lease }: Pair) => lease],
} as const;

/** A comparison of numbers; a key that is not there has zeros. */
function holds(store: Store, asked: Fields): boolean {
  const { target = 'VERSION', result = 'EQUAL' } = asked;
  if (!isWordOf(TARGETS, target)) throw invalid(`unknown value ${JSON.stringify(target)} for enum CompareTarget`);
  const [name, read] = TARGETS[target];
  const [pair] = store.range(keyIn(asked), '');
  const [found, wanted] = [pair === undefined ? 0n : read(pair), integerOf(asked, name)];
  if (result === 'EQUAL') return found === wanted;
  if (result === 'NOT_EQUAL') return found !== wanted;
  if (result === 'GREATER') return found > wanted;
  if (result === 'LESS') return found < wanted;
  throw invalid(`unknown value ${JSON.stringify(result)} for enum CompareResult`);
}

const SORTS = {
  ...TARGETS,
  KEY: ['key', ({ key }: Pair) => key],
  VALUE: ['value', ({ value }: Pair) => value],
} as const;

function sort(pairs: readonly Pair[], { sort_target: target = 'KEY', sort_order: order = 'NONE' }: Fields) {
  if (!isWordOf(SORTS, target)) throw invalid(`unknown value ${JSON.stringify(target)} for enum SortTarget`);
  const [, read] = SORTS[target];
  const sign = order === 'DESCEND' ? -1 : 1;
  // As etcd has it: another target than the key is sorted by, whatever the order says.
  return [...pairs].sort((one, other) => (read(one) < read(other) ? -sign : read(one) > read(other) ? sign : 0));
}

function isWordOf<Table extends object>(table: Table, word: unknown): word is keyof Table {
  return typeof word === 'string' && Object.hasOwn(table, word);
}
