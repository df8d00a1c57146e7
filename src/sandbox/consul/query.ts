import { parseDuration } from '../../config/duration.ts';
import { Refusal } from './reply.ts';

/** The parameters that all reads share. */
export interface ReadQuery {
  readonly consistency: 'leader' | 'stale' | 'consistent';
  /** 0: answer at once. */
  readonly minIndex: number;
  readonly waitMs: number;
}

const WAIT_DEFAULT_MS = 5 * 60_000;
const WAIT_MAX_MS = 10 * 60_000;

export function readQuery(query: URLSearchParams): ReadQuery {
  if (query.has('stale') && query.has('consistent')) {
    throw new Refusal(400, 'Cannot specify ?stale with ?consistent, conflicting semantics.');
  }
  const consistency = query.has('stale') ? 'stale' : query.has('consistent') ? 'consistent' : 'leader';
  return { consistency, minIndex: indexIn(query), waitMs: Math.min(waitIn(query), WAIT_MAX_MS) };
}

/** Refuses what no such route knows: the real one takes no notice, and a client that is wrong would not learn it. */
export function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  if (query.has('ns')) {
    throw new Refusal(400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature');
  }
  for (const name of query.keys()) {
    if (!known.includes(name) && name !== 'dc') throw new Refusal(400, `the sandbox knows no parameter "${name}" here`);
  }
}

function indexIn(query: URLSearchParams): number {
  const text = query.get('index') ?? '0';
  if (!/^\d+$/.test(text)) throw new Refusal(400, 'Invalid index');
  return Number(text);
}

function waitIn(query: URLSearchParams): number {
  const text = query.get('wait');
  if (text === null) return WAIT_DEFAULT_MS;
  try {
    return parseDuration(text);
  } catch {
    throw new Refusal(400, 'Invalid wait time');
  }
}
