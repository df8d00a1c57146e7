/** The pages of one list, as an API server may give them. */
import { expect, test, vi } from 'vitest';
import { listSlices } from '../../../src/discovery/kubernetes/list-slices.ts';
import { createKubernetesSource } from '../../../src/discovery/kubernetes/source.ts';
import type { ApiRequest, KubernetesApi } from '../../../src/kubernetes/api.ts';
import { KubernetesProblem } from '../../../src/kubernetes/problem.ts';
import { afterwards } from '../../support/current-test.ts';

const asked = { namespace: 'shop', service: 'web', port: null };
const never = new AbortController().signal;

/** Pages by their versions; each takes so long. */
async function list(versions: readonly string[], tookMs = 0) {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  afterwards(() => vi.restoreAllMocks());
  const requests: ApiRequest[] = [];
  const api = {
    async send(request: ApiRequest) {
      const at = requests.push(request);
      nowMs += tookMs;
      const metadata = { name: `web-${at}`, labels: { 'kubernetes.io/service-name': 'web' } };
      const more = at < versions.length ? { continue: `page-${at + 1}` } : {};
      const items = [{ metadata, addressType: 'IPv4', endpoints: null, ports: null }];
      return {
        status: 200,
        object: { kind: 'EndpointSliceList', metadata: { resourceVersion: versions[at - 1], ...more }, items },
      };
    },
  } as unknown as KubernetesApi;
  const slices = await listSlices(api, asked, { pageSize: 50, deadlineMs: 1_000 }, never);
  return { names: slices.map(({ metadata }) => metadata.name), requests };
}

test('each page is asked for with what the one before it says, and for what is left of the time', async () => {
  const { names, requests } = await list(['7', '7', '7'], 300);
  expect(names).toEqual(['web-1', 'web-2', 'web-3']);
  const labelSelector = 'kubernetes.io/service-name=web';
  expect(requests.map(({ query, deadlineMs }) => ({ ...query, deadlineMs }))).toEqual([
    { labelSelector, limit: '50', deadlineMs: 1_000 },
    { labelSelector, limit: '50', continue: 'page-2', deadlineMs: 700 },
    { labelSelector, limit: '50', continue: 'page-3', deadlineMs: 400 },
  ]);
  expect(requests[0]!.path).toBe('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices');
});

test('pages of different versions are no list', async () => {
  await expect(list(['7', '8'])).rejects.toMatchObject({ kind: 'expired' });
});

test('a list that takes too long is not had', async () => {
  await expect(list(['7', '7'], 1_000)).rejects.toMatchObject({ kind: 'transient', message: 'no whole list in time' });
});

test('a server that asks to be left alone is left alone, where another attempt may help', async () => {
  const pauses: number[] = [];
  const source = createKubernetesSource({
    clusterDomain: 'cluster.local',
    apiOf: async () => {
      throw new KubernetesProblem('transient', 'too many requests', 4_000);
    },
    random: () => 0,
    now: () => 0,
    sleep: async (ms) => void pauses.push(ms),
    limits: { attempts: 3 },
  });
  const { answers } = await source({ groups: [{ cluster: '', endpointSet: 'shop/web' }] }, never);
  expect(answers).toMatchObject([{ verdict: 'unavailable', detail: 'too many requests, after 3 attempts' }]);
  expect(pauses).toEqual([4_000, 4_000]);
});

test('a list that cannot be read is asked for again, from its beginning', async () => {
  let asked = 0;
  const send = async () => {
    asked += 1;
    const kind = asked === 1 ? 'Status' : 'EndpointSliceList';
    const metadata = { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } };
    const endpoints = [{ addresses: ['192.0.2.1'] }];
    const slice = { metadata, addressType: 'IPv4', endpoints, ports: [{ name: 'http', port: 80 }] };
    // The second list has two ports, and does not say which is meant.
    const items = asked === 2 ? [slice, { ...slice, ports: [{ name: 'other', port: 81 }] }] : [slice];
    return { status: 200, object: { kind, metadata: { resourceVersion: '7' }, items } };
  };
  const source = createKubernetesSource({
    clusterDomain: 'cluster.local',
    apiOf: async () => ({ send }) as unknown as KubernetesApi,
    ...{ random: () => 0, now: () => 0, sleep: async () => {}, limits: { attempts: 3 } },
  });
  const { answers } = await source({ groups: [{ cluster: '', endpointSet: 'shop/web' }] }, never);
  expect(answers).toMatchObject([{ verdict: 'ok', endpoints: [{ id: '192.0.2.1' }] }]);
  expect(asked).toBe(3);
});

test('services of one name in two clusters, or two namespaces, are two lists', async () => {
  const asked: string[] = [];
  const source = createKubernetesSource({
    clusterDomain: 'cluster.local',
    apiOf: async (cluster) => {
      const send = async ({ path }: ApiRequest) => {
        asked.push(`${cluster} ${path.split('/namespaces/')[1]!.replaceAll('/', ' ')}`);
        const object = { kind: 'EndpointSliceList', metadata: { resourceVersion: '7' }, items: null };
        return { status: 200, object };
      };
      return { send } as unknown as KubernetesApi;
    },
  });
  const groups = ['one', 'two'].map((cluster) => ({ cluster, endpointSet: 'shop/web' }));
  await source({ groups: [...groups, { cluster: 'one', endpointSet: 'test/web' }] }, never);
  expect(asked.toSorted()).toEqual([
    'one shop endpointslices',
    'one shop services web',
    'one test endpointslices',
    'one test services web',
    'two shop endpointslices',
    'two shop services web',
  ]);
});
