import type { Admin } from './admin.ts';

const SLICES = '/apis/discovery.k8s.io/v1/namespaces';

/** Makes a namespace, unless it is there. */
export async function makeNamespace(admin: Admin, name: string): Promise<void> {
  const { status } = await admin('POST', '/api/v1/namespaces', { metadata: { name } });
  if (status !== 201 && status !== 409) throw new Error(`the namespace ${name} cannot be made: ${status}`);
}

export async function makeService(admin: Admin, namespace: string, name: string): Promise<void> {
  const body = { metadata: { name }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } };
  const { status } = await admin('POST', `/api/v1/namespaces/${namespace}/services`, body);
  if (status !== 201 && status !== 409) throw new Error(`the service ${name} cannot be made: ${status}`);
}

/** One EndpointSlice, in the words of the API. */
export interface WrittenSlice {
  readonly addressType?: string;
  readonly endpoints?: readonly object[] | null;
  readonly ports?: readonly object[] | null;
}

/** Says what the slices of a service are from now on. */
export async function setSlices(
  admin: Admin,
  namespace: string,
  service: string,
  slices: readonly WrittenSlice[],
): Promise<void> {
  const path = `${SLICES}/${namespace}/endpointslices`;
  const { object: known } = await admin('GET', path);
  for (const { metadata } of known.items) {
    if (metadata.labels?.['kubernetes.io/service-name'] === service) await admin('DELETE', `${path}/${metadata.name}`);
  }
  for (const [index, slice] of slices.entries()) {
    const metadata = {
      name: `${service}-${String(index).padStart(4, '0')}`,
      labels: { 'kubernetes.io/service-name': service },
    };
    const body = { metadata, addressType: 'IPv4', endpoints: [], ports: [], ...slice };
    const { status, object } = await admin('POST', path, body);
    if (status !== 201) throw new Error(`a slice cannot be made: ${JSON.stringify(object)}`);
  }
}

/** An endpoint as the controller of Kubernetes writes it. */
export function endpointOf(name: string, address: string, more: object = {}): object {
  return {
    addresses: [address],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: 'shop', name, uid: `uid-of-${name}` },
    ...more,
  };
}
