import type { KubernetesApi } from '../../kubernetes/api.ts';
import { isKubernetes, KubernetesProblem } from '../../kubernetes/problem.ts';
import { isRecord, type Json } from '../../kubernetes/reply.ts';
import { BOARD_DEADLINE_MS, type Board, type RecordName } from '../board.ts';
import { failureOf } from './failures.ts';
import type { LeaseName } from './leases.ts';

/** A board as a ConfigMap beside the Lease, whose keys are the names of the records. */
export function createKubernetesBoard(connect: () => Promise<KubernetesApi>, lease: LeaseName): Board {
  const all = `/api/v1/namespaces/${lease.namespace}/configmaps`;
  const name = `${lease.name}-board`;
  const path = `${all}/${name}`;

  async function send(request: object, signal: AbortSignal): Promise<Json> {
    const asked = { deadlineMs: BOARD_DEADLINE_MS, ...request } as Parameters<KubernetesApi['send']>[0];
    return (await (await connect()).send(asked, signal)).object;
  }

  /** Merges keys into it; null takes one out. What nobody has made yet is made by `otherwise`. */
  async function patch(data: Json, otherwise: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    try {
      await send({ method: 'PATCH', path, body: { data } }, signal).catch((error: unknown) => {
        if (isKubernetes(error, 'notFound')) return otherwise();
        throw error;
      });
    } catch (error) {
      throw failureOf(error);
    }
  }

  async function make(data: Json, signal: AbortSignal): Promise<unknown> {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: lease.namespace }, data };
    return send({ method: 'POST', path: all, body }, signal).catch((error: unknown) => {
      if (isKubernetes(error, 'exists')) return send({ method: 'PATCH', path, body: { data } }, signal);
      if (!isKubernetes(error, 'notFound')) throw error;
      throw new KubernetesProblem('refused', `${error.message}: create the namespace, or correct lock_name`);
    });
  }

  async function records(signal: AbortSignal): Promise<readonly (readonly [string, string])[]> {
    try {
      const { data } = await send({ method: 'GET', path }, signal);
      const entries = Object.entries(isRecord(data) ? data : {});
      return entries.flatMap(([key, text]) => (typeof text === 'string' ? [[nameOf(key), text] as const] : []));
    } catch (error) {
      if (isKubernetes(error, 'notFound')) return [];
      throw failureOf(error);
    }
  }

  return {
    async nodes(signal) {
      const found = await records(signal);
      return found.flatMap(([each, text]) => (isNode(each) ? [{ name: each, text }] : []));
    },
    async read(wanted, signal) {
      return (await records(signal)).find(([each]) => each === wanted)?.[1] ?? null;
    },
    write: ({ name: record, text }, signal) =>
      patch({ [keyOf(record)]: text }, () => make({ [keyOf(record)]: text }, signal), signal),
    remove: (record, signal) => patch({ [keyOf(record)]: null }, async () => {}, signal),
  };
}

/** A key has letters, digits, dots and dashes; every other byte is `_` and two digits, which no other byte is. */
function keyOf(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[-.a-zA-Z0-9]/.test(char) ? char : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function nameOf(key: string): string {
  const bytes = key.replace(/_([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function isNode(name: string): name is Extract<RecordName, `nodes/${string}`> {
  return name.startsWith('nodes/');
}
