/**
 * Goal: what plays the API server answers like a real one. Method: one conversation with both, every answer of which is
 * compared with what is written here.
 */
import { describe, expect, test } from 'vitest';
import { type Admin, adminOf } from '../../../src/sandbox/kubernetes/admin.ts';
import { apiserverOfFile } from '../../support/kube-apiserver.ts';
import { type KubernetesCluster, sandboxCluster } from '../../support/kubernetes.ts';
import { needs } from '../../support/needs.ts';

const apiserver = apiserverOfFile();

const SERVERS: readonly (readonly [string, () => Promise<KubernetesCluster>])[] = [
  ['the sandbox’s', sandboxCluster],
  [
    'a real one',
    async () => {
      needs('kube-apiserver', 'etcd');
      return apiserver();
    },
  ],
];

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/wire/leases';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/wire/endpointslices';
const MAPS = '/api/v1/namespaces/wire/configmaps';
const TIME = '2026-01-02T03:04:05.000000Z';

const error = (status: number, reason: string | undefined, message: string | RegExp) => ({
  status,
  object: {
    kind: 'Status',
    status: 'Failure',
    code: status,
    ...(reason !== undefined && { reason }),
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  },
});

const lease = (spec: object, metadata: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'a', ...metadata },
  spec,
});

describe.each(SERVERS)('%s', (_, open) => {
  async function opened(): Promise<Admin> {
    const admin = adminOf(await open());
    await admin('POST', '/api/v1/namespaces', { metadata: { name: 'wire' } });
    return admin;
  }

  test('keeps a Lease by its version and its uid', async () => {
    const admin = await opened();
    const path = `${LEASES}/a`;
    expect(await admin('GET', path)).toMatchObject(error(404, 'NotFound', 'leases.coordination.k8s.io "a" not found'));
    const nowhere = LEASES.replace('wire', 'nowhere');
    expect(await admin('POST', nowhere, lease({}))).toMatchObject(
      error(404, 'NotFound', 'namespaces "nowhere" not found'),
    );
    for (const time of ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.0000000Z']) {
      expect(await admin('POST', LEASES, lease({ renewTime: time }))).toMatchObject(
        error(400, 'BadRequest', /^Lease in version "v1" cannot be handled as a Lease: parsing time /),
      );
    }
    expect(await admin('POST', LEASES, lease({ leaseDurationSeconds: 0 }))).toMatchObject(
      error(422, 'Invalid', /spec\.leaseDurationSeconds: Invalid value: 0: must be greater than 0/),
    );
    const spec = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: TIME, leaseTransitions: 0 };
    const made = await admin('POST', LEASES, lease(spec));
    expect(made).toMatchObject({ status: 201, object: { kind: 'Lease', metadata: { name: 'a' }, spec } });
    expect(await admin('POST', LEASES, lease({}))).toMatchObject(
      error(409, 'AlreadyExists', 'leases.coordination.k8s.io "a" already exists'),
    );
    const { uid, resourceVersion } = made.object.metadata;
    expect(await admin('PUT', path, lease(spec))).toMatchObject(
      error(422, 'Invalid', /metadata\.resourceVersion: Invalid value: .*must be specified for an update$/),
    );
    expect(await admin('PUT', path, lease(spec, { name: 'b', resourceVersion }))).toMatchObject(
      error(400, 'BadRequest', 'the name of the object (b) does not match the name on the URL (a)'),
    );
    const same = await admin('PUT', path, made.object);
    expect(same).toMatchObject({ status: 200, object: { metadata: { uid, resourceVersion } } });
    const next = await admin('PUT', path, { ...made.object, spec: { ...spec, holderIdentity: '' } });
    expect(next).toMatchObject({ status: 200, object: { metadata: { uid } } });
    expect(next.object.spec.holderIdentity ?? '').toBe('');
    expect(next.object.metadata.resourceVersion).not.toBe(resourceVersion);
    expect(await admin('PUT', path, made.object)).toMatchObject(
      error(
        409,
        'Conflict',
        /^Operation cannot be fulfilled on leases\.coordination\.k8s\.io "a": the object has been/,
      ),
    );
    expect((await admin('DELETE', path)).status).toBe(200);
    expect(await admin('PUT', path, next.object)).toMatchObject(
      error(409, 'Conflict', /Precondition failed: UID in precondition/),
    );
    // Without its uid, an update of what is not there makes it.
    expect(await admin('PUT', path, lease(spec, { resourceVersion }))).toMatchObject({ status: 201 });
    expect((await admin('DELETE', path)).status).toBe(200);
  });

  test('lists EndpointSlices in pages of one version, and writes null for what is empty', async () => {
    const admin = await opened();
    const slice = (name: string, more: object = {}) => ({
      metadata: { name, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [],
      ports: [],
      ...more,
    });
    expect(await admin('POST', SLICES, slice('web-1'))).toMatchObject({
      status: 201,
      object: { kind: 'EndpointSlice', endpoints: null, ports: null },
    });
    const filled = { endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] };
    await admin('POST', SLICES, slice('web-2', filled));
    await admin('POST', SLICES, slice('web-3'));
    const query = '?labelSelector=kubernetes.io%2Fservice-name%3Dweb&limit=2';
    const first = await admin('GET', `${SLICES}${query}`);
    expect(first).toMatchObject({
      status: 200,
      object: {
        kind: 'EndpointSliceList',
        apiVersion: 'discovery.k8s.io/v1',
        metadata: { continue: expect.any(String) },
      },
    });
    const items: readonly { kind?: string; metadata: { name: string } }[] = first.object.items;
    expect(items.map(({ kind, metadata: { name } }) => [kind, name])).toEqual([
      [undefined, 'web-1'],
      [undefined, 'web-2'],
    ]);
    expect(items[1]).toMatchObject({
      endpoints: [{ addresses: ['10.0.0.1'], conditions: {} }],
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
    });
    await admin('POST', SLICES, slice('web-4'));
    const token = encodeURIComponent(first.object.metadata.continue);
    const second = await admin('GET', `${SLICES}${query}&continue=${token}`);
    expect(second.object.items.map(({ metadata: { name } }: { metadata: { name: string } }) => name)).toEqual([
      'web-3',
    ]);
    expect(second.object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion);
    expect(second.object.metadata.continue).toBeUndefined();
    expect(await admin('GET', `${SLICES}?limit=2&continue=abc`)).toMatchObject(
      error(400, 'BadRequest', /^invalid continue token: continue key is not valid/),
    );
    const none = await admin('GET', `${SLICES}?labelSelector=kubernetes.io%2Fservice-name%3Dnothing`);
    expect(none).toMatchObject({ status: 200, object: { kind: 'EndpointSliceList', items: [] } });
    for (const name of ['web-1', 'web-2', 'web-3', 'web-4']) await admin('DELETE', `${SLICES}/${name}`);
  });

  test('merges into a ConfigMap, and knows which keys it may have', async () => {
    const cluster = await open();
    const admin = adminOf(cluster);
    await admin('POST', '/api/v1/namespaces', { metadata: { name: 'wire' } });
    const merging = adminOf(cluster, 'application/merge-patch+json');
    expect(await merging('PATCH', `${MAPS}/b`, { data: { x: '1' } })).toMatchObject(
      error(404, 'NotFound', 'configmaps "b" not found'),
    );
    expect(await admin('POST', MAPS, { metadata: { name: 'b' }, data: { 'a/b': '1' } })).toMatchObject(
      error(422, 'Invalid', /^ConfigMap "b" is invalid: data\[a\/b\]: Invalid value: "a\/b": a valid config key must/),
    );
    await admin('POST', MAPS, { metadata: { name: 'b' }, data: { x: '1' } });
    const { object } = await merging('PATCH', `${MAPS}/b`, { data: { x: null, y: '\u0001' } });
    expect(object.data).toEqual({ y: '\u0001' });
    await admin('DELETE', `${MAPS}/b`);
  });

  test('knows nobody without a token, and says what is not allowed', async () => {
    const cluster = await open();
    const as = (adminToken: string) => adminOf({ ...cluster, adminToken });
    expect(await as('no-such-token')('GET', `${LEASES}/a`)).toMatchObject(error(401, 'Unauthorized', 'Unauthorized'));
    expect(await as('denied-token')('GET', `${LEASES}/a`)).toMatchObject(
      error(
        403,
        'Forbidden',
        'leases.coordination.k8s.io "a" is forbidden: User "stranger" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "wire"',
      ),
    );
    expect(await adminOf(cluster)('GET', '/apis/other.k8s.io/v1/namespaces/wire/leases')).toEqual({
      status: 404,
      object: null,
    });
  });
});
