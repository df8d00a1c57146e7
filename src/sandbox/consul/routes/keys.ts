import { refuseUnknown } from '../query.ts';
import { Refusal } from '../reply.ts';
import type { Entry } from '../state/keys.ts';
import type { Asked, Read, Route } from './route.ts';

const BYTES_MAX = 524_288;
const FLAGS_MAX = 2n ** 64n;

export const keyRoute: Route = {
  pattern: /^\/v1\/kv\/(.*)$/,
  read(asked) {
    refuseUnknown(asked.query, ['recurse', 'index', 'wait', 'stale', 'consistent']);
    return asked.query.has('recurse') ? below(asked) : one(asked);
  },
  change: { PUT: write, DELETE: remove },
};

function one({ name, datacenter: { keys }, asker }: Asked): Read {
  if (name === '') throw new Refusal(400, 'Missing key name');
  if (!asker.may('keyRead', name)) throw new Refusal(403, asker.refusal('keyRead', name));
  return {
    index: () => keys.indexOf(name),
    answer() {
      const found = keys.get(name);
      return { body: found === null ? null : [written(found)] };
    },
  };
}

/** What may not be seen is left out. */
function below({ name, datacenter: { keys }, asker }: Asked): Read {
  return {
    index: () => keys.indexBelow(name),
    answer() {
      const all = keys.below(name);
      const seen = all.filter(({ key }) => asker.may('keyRead', key));
      return { body: seen.length === 0 ? null : seen.map(written), isFiltered: seen.length < all.length };
    },
  };
}

function write({ name, query, body, datacenter: { keys, sessions }, asker }: Asked): boolean {
  refuseUnknown(query, ['flags', 'acquire', 'release', 'cas']);
  if (name === '') throw new Refusal(400, 'Missing key name');
  const ways = ['cas', 'acquire', 'release'].filter((each) => query.has(each));
  if (ways.length > 1) {
    throw new Refusal(400, `Conflicting flags: ${ways.map((way) => `${way}=${query.get(way)}`).join('&')}`);
  }
  if (body.length > BYTES_MAX) {
    throw new Refusal(413, `Request body(${body.length} bytes) too large, max size: ${BYTES_MAX} bytes.`);
  }
  if (!asker.may('keyWrite', name)) throw new Refusal(403, asker.refusal('keyWrite', name));
  const entry = { value: body, flags: flagsIn(query) };
  const [way] = ways;
  if (way === undefined) keys.put(name, entry);
  if (way === 'cas') return keys.putIf(name, Number(query.get('cas')), entry);
  if (way === 'release') return keys.release(name, query.get('release')!, entry);
  if (way !== 'acquire') return true;
  const session = sessions.get(query.get('acquire')!);
  if (session === null) throw new Refusal(500, `raft apply failed: invalid session "${query.get('acquire')}"`);
  return keys.acquire(name, session, entry);
}

function remove({ name, query, datacenter: { keys }, asker }: Asked): boolean {
  refuseUnknown(query, ['cas']);
  if (!asker.may('keyWrite', name)) throw new Refusal(403, asker.refusal('keyWrite', name));
  const found = keys.get(name);
  // A key that is not there is removed already.
  if (query.has('cas') && found !== null && found.modifyIndex !== Number(query.get('cas'))) return false;
  keys.remove(name);
  return true;
}

function flagsIn(query: URLSearchParams): bigint {
  const text = query.get('flags') ?? '0';
  if (/^\d{1,20}$/.test(text) && BigInt(text) < FLAGS_MAX) return BigInt(text);
  throw new Refusal(500, `strconv.ParseUint: parsing "${text}": value out of range`);
}

/** Flags go beyond 2^53, and a session that is none is left out. */
function written({ key, value, flags, session, lockIndex, createIndex, modifyIndex }: Entry): object {
  return {
    ...{ LockIndex: lockIndex, Key: key, Flags: flags },
    Value: value.length === 0 ? null : value.toString('base64'),
    ...(session === '' ? {} : { Session: session }),
    ...{ CreateIndex: createIndex, ModifyIndex: modifyIndex },
  };
}
