import { type EtcdRefusal, refusal } from './refusal.ts';
import type { Entry, Store } from './store.ts';

type Json = Readonly<Record<string, unknown>>;

/** Carries out a transaction of compares by `create_revision`, ranges, puts and removals. Throws an `EtcdRefusal`. */
export function transact(
  store: Store,
  { compare = [], success = [], failure = [] }: Json,
  isLease: (id: string) => boolean,
) {
  const succeeded = (compare as readonly Json[]).every((each) => isTrue(store, each));
  const operations = (succeeded ? success : failure) as readonly Json[];
  for (const { request_put: put } of operations) refuseLease(put as Json | undefined, isLease);
  const writes = operations.some((each) => changes(store, each));
  if (writes) store.revision += 1;
  const header = { revision: String(store.revision) };
  const responses = operations.map((each) => carryOut(store, each, header));
  return { ...(succeeded && { succeeded }), ...(responses.length > 0 && { responses }) };
}

function isTrue(store: Store, { key, target, result, create_revision: wanted }: Json): boolean {
  if (target !== 'CREATE' || result !== 'EQUAL') throw unknown('compare');
  return String(store.get(textIn(key))?.createRevision ?? 0) === String(wanted ?? '0');
}

function refuseLease(put: Json | undefined, isLease: (id: string) => boolean): void {
  const lease = String(put?.['lease'] ?? '0');
  if (lease !== '0' && !isLease(lease)) throw refusal(404, 5, 'etcdserver: requested lease not found');
}

function changes(store: Store, { request_put: put, request_delete_range: removal }: Json): boolean {
  return put !== undefined || (removal !== undefined && store.get(textIn((removal as Json)['key'])) !== undefined);
}

function carryOut(store: Store, operation: Json, header: Json): Json {
  const { request_range: range, request_put: put, request_delete_range: removal } = operation;
  if (range !== undefined) return { response_range: { header, ...rangeIn(store, range as Json) } };
  if (put !== undefined) {
    const { key, value, lease } = put as Json;
    store.put(textIn(key), String(value ?? ''), String(lease ?? '0'));
    return { response_put: { header } };
  }
  if (removal === undefined) throw unknown('operation');
  const { key, range_end: end } = removal as Json;
  if (end !== undefined) throw unknown('range of removals');
  const isThere = store.get(textIn(key)) !== undefined;
  store.remove([textIn(key)]);
  return { response_delete_range: { header, ...(isThere && { deleted: '1' }) } };
}

const RANGE_FIELDS = ['key', 'range_end', 'sort_target', 'sort_order', 'limit', 'max_create_revision', 'keys_only'];

function rangeIn(store: Store, range: Json): Json {
  if (Object.keys(range).some((name) => !RANGE_FIELDS.includes(name))) throw unknown('range');
  if (range['sort_target'] !== undefined && range['sort_target'] !== 'CREATE') throw unknown('order');
  const limit = Number(range['limit'] ?? 0);
  const maxCreateRevision = Number(range['max_create_revision'] ?? 0);
  const { found, count } = store.range({
    from: textIn(range['key']),
    end: range['range_end'] === undefined ? null : textIn(range['range_end']),
    maxCreateRevision,
    isDescending: range['sort_order'] === 'DESCEND',
    limit,
  });
  const kvs = found.map((entry) => written(entry, range['keys_only'] === true));
  const hasMore = limit > 0 && count > found.length && found.length === limit;
  return { ...(kvs.length > 0 && { kvs }), ...(hasMore && { more: true }), ...(count > 0 && { count: String(count) }) };
}

/** What is empty or zero is left out. */
function written({ key, value, createRevision, modRevision, version, lease }: Entry, keysOnly: boolean): Json {
  return {
    key: Buffer.from(key, 'utf8').toString('base64'),
    create_revision: String(createRevision),
    mod_revision: String(modRevision),
    version: String(version),
    ...(value !== '' && !keysOnly && { value }),
    ...(lease !== '0' && { lease }),
  };
}

export function textIn(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString('utf8');
}

function unknown(what: string): EtcdRefusal {
  return refusal(400, 3, `what plays etcd knows no such ${what}`);
}
