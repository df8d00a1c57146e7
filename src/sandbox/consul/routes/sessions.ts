import { parseDuration } from '../../../config/duration.ts';
import { refuseUnknown } from '../query.ts';
import { Refusal } from '../reply.ts';
import type { Session, SessionRequest } from '../state/sessions.ts';
import type { Asked, Route } from './route.ts';

const TTL_MAX_MS = 86_400_000;
const LOCK_DELAY_DEFAULT_MS = 15_000;

const create: Route = {
  pattern: /^\/v1\/session\/create()$/,
  change: {
    PUT(asked) {
      const request = requestIn(asked);
      refuseWithout(asked, request.node);
      if (!asked.datacenter.nodes.has(request.node)) throw new Refusal(500, 'apply failed: Missing node registration');
      return { ID: asked.datacenter.sessions.create(request).id };
    },
  },
};

const renew: Route = {
  pattern: /^\/v1\/session\/renew\/([^/]+)$/,
  change: {
    PUT(asked) {
      refuseUnknown(asked.query, []);
      const found = asked.datacenter.sessions.get(asked.name);
      if (found === null) throw new Refusal(404, `Session id '${asked.name}' not found`);
      refuseWithout(asked, found.node);
      asked.datacenter.sessions.renew(asked.name);
      return [written(found)];
    },
  },
};

const destroy: Route = {
  pattern: /^\/v1\/session\/destroy\/([^/]+)$/,
  change: {
    PUT(asked) {
      refuseUnknown(asked.query, []);
      const found = asked.datacenter.sessions.get(asked.name);
      if (found !== null) refuseWithout(asked, found.node);
      asked.datacenter.sessions.destroy(asked.name);
      return true;
    },
  },
};

const info: Route = {
  pattern: /^\/v1\/session\/info\/([^/]+)$/,
  read({ name, query, datacenter, asker }) {
    refuseUnknown(query, ['index', 'wait', 'stale', 'consistent']);
    return {
      index: () => datacenter.index,
      answer() {
        const found = datacenter.sessions.get(name);
        const isSeen = found !== null && asker.may('session', found.node);
        return { body: isSeen ? [written(found)] : [], isFiltered: found !== null && !isSeen };
      },
    };
  },
};

export const sessionRoutes: readonly Route[] = [create, renew, destroy, info];

function refuseWithout({ asker }: Asked, node: string): void {
  if (!asker.may('session', node)) throw new Refusal(403, asker.refusal('session', node));
}

const FIELDS = ['Name', 'Node', 'TTL', 'LockDelay', 'Behavior', 'NodeChecks', 'ServiceChecks'];

function requestIn({ query, body, node, sessionTtlMinMs }: Asked): SessionRequest {
  refuseUnknown(query, []);
  const asked = fieldsIn(body);
  const text = (name: string, otherwise: string): string => (asked[name] ?? otherwise) as string;
  const behavior = text('Behavior', 'release');
  if (behavior !== 'release' && behavior !== 'delete') throw new Refusal(400, `Invalid Behavior setting '${behavior}'`);
  const ttl = text('TTL', '');
  return {
    name: text('Name', ''),
    node: text('Node', node ?? ''),
    lockDelayMs: lockDelayIn(asked['LockDelay']),
    behavior,
    ttl,
    ttlMs: ttl === '' ? 0 : ttlIn(ttl, sessionTtlMinMs),
    nodeChecks: (asked['NodeChecks'] ?? ['serfHealth']) as readonly string[],
  };
}

/** No body is one without fields. Unlike the real one, this takes no field that it does not know. */
function fieldsIn(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const asked = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const unknown = Object.keys(asked).find((name) => !FIELDS.includes(name));
    if (unknown === undefined) return asked;
    throw new Refusal(400, `Request decode failed: unknown field "${unknown}"`);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'Request decode failed: unexpected EOF');
  }
}

function ttlIn(ttl: string, minMs: number): number {
  const ms = durationIn(ttl);
  if (ms === null) throw new Refusal(500, `Session TTL '${ttl}' invalid: time: invalid duration "${ttl}"`);
  if (ms >= minMs && ms <= TTL_MAX_MS) return ms;
  throw new Refusal(500, `Invalid Session TTL '${ms * 1e6}', must be between [${minMs / 1_000}s=24h0m0s]`);
}

/** Text with a unit, or a number: of seconds when it is small, else of nanoseconds. */
function lockDelayIn(value: unknown): number {
  if (value === undefined) return LOCK_DELAY_DEFAULT_MS;
  if (typeof value === 'number') return value < 1_000 ? value * 1_000 : value / 1e6;
  const ms = durationIn(String(value));
  if (ms === null) throw new Refusal(400, `Request decode failed: time: invalid duration "${value}"`);
  return ms;
}

function durationIn(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

function written({ id, name, node, lockDelayMs, behavior, ttl, nodeChecks, createIndex }: Session): object {
  return {
    ...{ ID: id, Name: name, Node: node, LockDelay: lockDelayMs * 1e6, Behavior: behavior, TTL: ttl },
    ...{ NodeChecks: nodeChecks, ServiceChecks: null, CreateIndex: createIndex, ModifyIndex: createIndex },
  };
}
