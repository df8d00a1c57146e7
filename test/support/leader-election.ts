import type { Admin } from '../../src/sandbox/kubernetes/admin.ts';

/** The Lease of a namespace, as its administrator sees it. */
export function leasePath(namespace: string, name: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
}

/** Takes a Lease that is free or not there, in the words of client-go, and answers how it is given back. */
export async function electLeader(admin: Admin, namespace: string, name: string): Promise<() => Promise<unknown>> {
  const path = leasePath(namespace, name);
  const now = () => new Date().toISOString().replace('Z', '000Z');
  const known = await admin('GET', path);
  const transitions = known.status === 200 ? (known.object.spec.leaseTransitions ?? 0) + 1 : 0;
  const spec = {
    holderIdentity: 'node-7_9c2b6d1e-3f7a-4f0e-8a56-0d6a1f2b3c4d',
    leaseDurationSeconds: 15,
    acquireTime: now(),
    renewTime: now(),
    leaseTransitions: transitions,
  };
  const { status, object } =
    known.status === 404
      ? await admin('POST', path.replace(/\/[^/]+$/, ''), {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name, namespace },
          spec,
        })
      : await admin('PUT', path, { ...known.object, spec });
  if (status !== 200 && status !== 201) throw new Error(`the Lease cannot be taken: ${JSON.stringify(object)}`);
  return () => {
    const released = { leaseDurationSeconds: 1, acquireTime: now(), renewTime: now(), holderIdentity: '' };
    return admin('PUT', path, { ...object, spec: { ...released, leaseTransitions: transitions } });
  };
}
