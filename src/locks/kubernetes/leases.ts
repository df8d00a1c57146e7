import type { KubernetesApi } from '../../kubernetes/api.ts';
import { isKubernetes, KubernetesProblem } from '../../kubernetes/problem.ts';
import { type Json, parsed } from '../../kubernetes/reply.ts';
import { type Lease, leaseOf } from './lease.ts';

/** A namespace, and a name in it. */
export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

export interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** How a watch ended: with a Lease, with none any more, with nothing new, or in a way that says nothing. */
export type Watched = { readonly lease: Lease | null } | 'quiet' | 'cut';

/** The one Lease that a lock is. All reject with a `KubernetesProblem`, or a `Failed` when aborted. */
export interface Leases {
  /** Null: there is none. */
  read(limits: Limits): Promise<Lease | null>;
  /** Rejects with `exists` where there is one. */
  create(spec: Json, limits: Limits): Promise<Lease>;
  /** Rejects with `conflict` where it is another one than that, or another version. */
  replace(object: Json, limits: Limits): Promise<{ readonly lease: Lease; readonly isNew: boolean }>;
  /** Looks at what happens after a version, up to what `isEnough`. */
  watch(version: string, isEnough: (lease: Lease | null) => boolean, limits: Limits): Promise<Watched>;
}

export function createLeases(connect: () => Promise<KubernetesApi>, { namespace, name }: LeaseName): Leases {
  const all = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const path = `${all}/${name}`;

  return {
    async read({ deadlineMs, signal }) {
      try {
        return leaseOf((await (await connect()).send({ method: 'GET', path, deadlineMs }, signal)).object);
      } catch (error) {
        if (isKubernetes(error, 'notFound')) return null;
        throw error;
      }
    },

    async create(spec, { deadlineMs, signal }) {
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec };
      try {
        return leaseOf((await (await connect()).send({ method: 'POST', path: all, body, deadlineMs }, signal)).object);
      } catch (error) {
        if (!isKubernetes(error, 'notFound')) throw error;
        throw new KubernetesProblem('refused', `${error.message}: create the namespace, or correct lock_name`);
      }
    },

    async replace(body, { deadlineMs, signal }) {
      const { object, status } = await (await connect()).send({ method: 'PUT', path, body, deadlineMs }, signal);
      return { lease: leaseOf(object), isNew: status === 201 };
    },

    async watch(version, isEnough, { deadlineMs, signal }) {
      const timeoutMs = Math.max(1, Math.ceil(deadlineMs / 1_000)) * 1_000;
      const query = {
        watch: '1',
        fieldSelector: `metadata.name=${name}`,
        resourceVersion: version,
        timeoutSeconds: String(timeoutMs / 1_000),
      };
      let found: Watched = 'quiet';
      const isLast = (line: string): boolean => {
        const happened = read(line);
        if (happened === 'quiet') return false;
        found = happened;
        return happened === 'cut' || isEnough(happened.lease);
      };
      // Where the server ends it in time, the connection lives on.
      const limitMs = timeoutMs > deadlineMs ? deadlineMs : deadlineMs + 1_000;
      await (await connect()).follow({ method: 'GET', path: all, query, deadlineMs: limitMs }, isLast, signal);
      return found;
    },
  };
}

/** One line of a watch. A list and a watch anew are due where the version is too old, or the line makes no sense. */
function read(line: string): Watched {
  if (line.trim() === '') return 'quiet';
  const event = parsed(line) as { readonly type?: unknown; readonly object?: Json } | undefined;
  if (event?.type === 'DELETED') return { lease: null };
  if (event?.type !== 'ADDED' && event?.type !== 'MODIFIED') return 'cut';
  return { lease: leaseOf(event.object ?? {}) };
}
