import type { Holder } from '../../../machines/vocabulary.ts';
import { KubernetesProblem } from '../../kubernetes/problem.ts';
import { isRecord, type Json } from '../../kubernetes/reply.ts';
import { holderFrom } from '../holder.ts';

/** A Lease as the API server gave it, whole: what we do not know of it travels back as it came. */
export interface Lease {
  readonly object: Json;
  readonly uid: string;
  readonly version: string;
  /** Empty: nobody has it. */
  readonly holder: string;
  /** Null where nobody has said. */
  readonly seconds: number | null;
  readonly transitions: number;
  readonly acquired: string | null;
  /** The same for as long as nobody has renewed it or changed its holder. */
  readonly record: string;
}

/** Throws a `KubernetesProblem` about what is no Lease. */
export function leaseOf(object: Json): Lease {
  const { metadata, spec = {}, kind } = object;
  const { uid, resourceVersion: version } = isRecord(metadata) ? metadata : {};
  if (kind !== 'Lease' || typeof uid !== 'string' || typeof version !== 'string' || !isRecord(spec)) {
    throw new KubernetesProblem('unreadable', 'Kubernetes: an answer that is no Lease');
  }
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime } = spec;
  return {
    object,
    uid,
    version,
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    seconds: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : null,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    acquired: typeof acquireTime === 'string' ? acquireTime : null,
    record: JSON.stringify([uid, Object.entries(spec).sort()]),
  };
}

/** The same Lease with some of its words changed, as it is sent back. */
export function leaseWith({ object }: Lease, spec: Json): Json {
  return { ...object, spec: { ...(isRecord(object['spec']) ? object['spec'] : {}), ...spec } };
}

/** Leases count in whole seconds. */
export function secondsOf(leaseMs: number): number {
  return Math.ceil(leaseMs / 1_000);
}

/** Who has it, by the text that it wrote; others, such as client-go, are known by that text alone. */
export function holderOf({ holder, acquired }: Lease, wallMs: number): Holder {
  const [, host, pid, runId, reason] = /^watcher (\S+):(\d+) run=(\S+) reason=(\w+)$/.exec(holder) ?? [];
  const ours = { host, pid: Number(pid), run_id: runId, reason };
  const record = { title: holder, since: acquired, ...(runId === undefined ? {} : ours) };
  return holderFrom(record, wallMs);
}

/** A time as a Lease has it: six digits after the point, and no others. Each is later than the one before. */
export function createMicroTimes(wallMs: () => number): () => string {
  let last = 0;
  return () => {
    // An update that changes nothing is none: nobody would see that we live.
    last = Math.max(wallMs() * 1_000, last + 1);
    const [whole, micros] = [Math.floor(last / 1_000), Math.floor(last % 1_000)];
    return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
  };
}
