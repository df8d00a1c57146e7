import type { Holder } from '../../../machines/vocabulary.ts';
import { holderFromText } from '../holder.ts';
import { isRecord } from './errors.ts';
import { EtcdProblem } from './problem.ts';
import type { Result } from './reply.ts';

/** A key of the line: who made it first has the lock. */
export interface Place {
  readonly key: string;
  /** In whose order the line is; a key that was deleted and made anew has another one. */
  readonly createRevision: string;
  /** `0`: none. */
  readonly lease: string;
  readonly value: string;
}

/** Of how many at most it is known that they are in line: the number is for people. */
export const LINE_MAX = 1_000;

/** The line as it was at one revision. */
export interface Line {
  readonly revision: string;
  readonly own: Place | null;
  readonly first: Place | null;
  /** Who is right before us, and how many are before us altogether. */
  readonly predecessor: Place | null;
  readonly ahead: number;
}

/** The revision of an answer. */
export function revisionOf({ header }: Result): string {
  const revision = isRecord(header) ? header['revision'] : null;
  if (typeof revision === 'string' && /^[1-9]\d*$/.test(revision)) return revision;
  throw new EtcdProblem('transient', 'etcd: an answer without a revision; is etcd_endpoints right?');
}

/** The keys that each of the parts of a transaction found; those that wrote found none. */
export function placesIn({ responses }: Result, parts: number): readonly (readonly Place[])[] {
  if (!Array.isArray(responses) || responses.length !== parts) {
    throw new EtcdProblem('transient', 'etcd: an answer that lacks a part of what was asked');
  }
  return responses.map((each) => {
    const range = isRecord(each) ? each['response_range'] : null;
    const kvs = isRecord(range) ? range['kvs'] : null;
    return (Array.isArray(kvs) ? kvs : []).map(placeOf);
  });
}

/** What is empty or zero is left out on the wire. */
function placeOf(kv: unknown): Place {
  const { key, value, create_revision: createRevision, lease } = isRecord(kv) ? kv : {};
  if (typeof key !== 'string' || typeof createRevision !== 'string') {
    throw new EtcdProblem('transient', 'etcd: an answer with a key that cannot be read');
  }
  return {
    key: fromWire(key),
    createRevision,
    lease: typeof lease === 'string' ? lease : '0',
    value: typeof value === 'string' ? fromWire(value) : '',
  };
}

/** Who has the lock, by the record that it wrote; others, such as etcdctl, are known by key and lease alone. */
export function holderOf({ key, lease, value }: Place, wallMs: number, show: (text: string) => string): Holder {
  const hex = BigInt(lease).toString(16);
  const foreign = `the owner of key ${key}, ${lease === '0' ? 'which has no lease' : `lease ${hex}`}`;
  return holderFromText(value, foreign, { wallMs, show });
}

/** Bytes travel in base64. */
export function toWire(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function fromWire(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

/** The end of all keys that begin with a prefix, which ends with a character that is not the last of all. */
export function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
