/** What becomes of the slices of a service, on the API server of the sandbox. */
import { expect, test } from 'vitest';
import type { Answer } from '../../../machines/vocabulary.ts';
import { adminOf } from '../../../src/sandbox/kubernetes/admin.ts';
import {
  endpointOf,
  makeNamespace,
  makeService,
  setSlices,
  type WrittenSlice,
} from '../../../src/sandbox/kubernetes/services.ts';
import { kubernetesSource } from '../../conformance/sources/kubernetes.ts';
import { kubeconfigOf, sandboxCluster, writeKubeconfig } from '../../support/kubernetes.ts';

const never = new AbortController().signal;
const http = { name: 'http', protocol: 'TCP', port: 8080 };

async function shop(slices: readonly WrittenSlice[], attempts = 1) {
  const cluster = await sandboxCluster();
  const admin = adminOf(cluster);
  await makeNamespace(admin, 'shop');
  await makeService(admin, 'shop', 'web');
  await setSlices(admin, 'shop', 'web', slices);
  const kubeconfig = kubeconfigOf(cluster, 'watcher-token');
  const source = kubernetesSource(kubeconfig, { pageSize: 2, attempts });
  async function ask(endpointSet: string, cluster = ''): Promise<Answer> {
    return (await source({ groups: [{ cluster, endpointSet }] }, never)).answers[0]!;
  }
  return { cluster, admin, ask, source };
}

test('an endpoint that stands in two slices is one pod', async () => {
  const slices = [
    { ports: [http], endpoints: [endpointOf('web-a', '10.0.0.1'), endpointOf('web-b', '10.0.0.2')] },
    { ports: [http], endpoints: [endpointOf('web-b', '10.0.0.2'), endpointOf('web-c', '10.0.0.3')] },
  ];
  const { ask } = await shop(slices);
  const answer = await ask('shop/web:http');
  expect(answer).toMatchObject({ verdict: 'ok', generation: null, detail: null });
  expect(answer.endpoints).toEqual([
    { id: 'uid-of-web-a', fqdn: 'web-a', ip4: '10.0.0.1', ip6: null, port: 8080 },
    { id: 'uid-of-web-b', fqdn: 'web-b', ip4: '10.0.0.2', ip6: null, port: 8080 },
    { id: 'uid-of-web-c', fqdn: 'web-c', ip4: '10.0.0.3', ip6: null, port: 8080 },
  ]);
});

test('a pod with an address of each kind is one pod', async () => {
  const { ask } = await shop([
    { ports: [http], endpoints: [endpointOf('web-a', '10.0.0.1')] },
    { ports: [http], addressType: 'IPv6', endpoints: [endpointOf('web-a', '2001:DB8::1')] },
  ]);
  expect((await ask('shop/web:http')).endpoints).toEqual([
    { id: 'uid-of-web-a', fqdn: 'web-a', ip4: '10.0.0.1', ip6: '2001:db8::1', port: 8080 },
  ]);
});

test('a pod of a StatefulSet has the name that outlives it, others that of the pod, or their address', async () => {
  const { ask } = await shop([
    {
      ports: [http],
      endpoints: [
        endpointOf('web-0', '10.0.0.1', { hostname: 'web-0' }),
        endpointOf('web-6f7c9d-x2x', '10.0.0.2'),
        { addresses: ['10.0.0.3'] },
      ],
    },
    { ports: [http], addressType: 'FQDN', endpoints: [{ addresses: ['db.example.net'] }] },
  ]);
  expect((await ask('shop/web:http')).endpoints.map(({ id, fqdn }) => [id, fqdn])).toEqual([
    ['10.0.0.3', '10.0.0.3'],
    ['db.example.net', 'db.example.net'],
    ['uid-of-web-0', 'web-0.web.shop.svc.cluster.local'],
    ['uid-of-web-6f7c9d-x2x', 'web-6f7c9d-x2x'],
  ]);
});

test('what is not ready, or is being ended, is left out, and what does not say counts as ready', async () => {
  const conditions = (more: object) => ({ conditions: more });
  const { ask, admin } = await shop([
    {
      ports: [http],
      endpoints: [
        endpointOf('ready', '10.0.0.1'),
        endpointOf('silent', '10.0.0.2', conditions({})),
        endpointOf('unready', '10.0.0.3', conditions({ ready: false })),
        endpointOf('ending', '10.0.0.4', conditions({ ready: true, serving: true, terminating: true })),
      ],
    },
    { ports: [http], endpoints: [endpointOf('unready', '10.0.0.3', conditions({ ready: false }))] },
  ]);
  expect((await ask('shop/web:http')).endpoints.map(({ fqdn }) => fqdn)).toEqual(['ready', 'silent']);
  await setSlices(admin, 'shop', 'web', [
    { ports: [http], endpoints: [endpointOf('unready', '10.0.0.3', conditions({ ready: false }))] },
  ]);
  expect(await ask('shop/web:http')).toMatchObject({
    verdict: 'empty',
    detail: 'none of its 1 endpoints is ready',
    endpoints: [],
  });
});

test('one name of a port may stand for other numbers in other slices, and a slice without it has no pods of it', async () => {
  const { ask } = await shop([
    { ports: [http, { name: 'metrics', port: 9100 }], endpoints: [endpointOf('old', '10.0.0.1')] },
    { ports: [{ name: 'http', port: 8081 }], endpoints: [endpointOf('new', '10.0.0.2')] },
  ]);
  const portsOf = async (name: string) => (await ask(name)).endpoints.map(({ fqdn, port }) => [fqdn, port]);
  expect(await portsOf('shop/web:http')).toEqual([
    ['new', 8081],
    ['old', 8080],
  ]);
  expect(await portsOf('shop/web:metrics')).toEqual([['old', 9100]]);
  expect(await portsOf('shop/web:8081')).toEqual([['new', 8081]]);
  expect(await ask('shop/web')).toMatchObject({
    verdict: 'invalid',
    detail: expect.stringMatching(/several ports: name one, .* http \(8080\), http \(8081\), metrics \(9100\)$/),
  });
  expect(await ask('shop/web:https')).toMatchObject({
    verdict: 'invalid',
    detail: expect.stringContaining('no pod has the TCP port "https": there are http (8080)'),
  });
});

test('the port may be left out where there is one, whatever its name, or none', async () => {
  const { ask, admin } = await shop([{ ports: [{ port: 80 }], endpoints: [endpointOf('a', '10.0.0.1')] }]);
  expect((await ask('shop/web')).endpoints).toMatchObject([{ port: 80 }]);
  await setSlices(admin, 'shop', 'web', [
    {
      ports: [{ name: 'dns', protocol: 'UDP', port: 53 }, { name: 'sig', protocol: 'SCTP', port: 36_412 }, http],
      endpoints: [endpointOf('a', '10.0.0.1')],
    },
  ]);
  expect((await ask('shop/web')).endpoints).toMatchObject([{ port: 8080 }]);
  await setSlices(admin, 'shop', 'web', [{ ports: null, endpoints: [endpointOf('a', '10.0.0.1')] }]);
  expect((await ask('shop/web')).endpoints).toMatchObject([{ port: null }]);
});

test('where one slice says any port and the other one which, that one counts', async () => {
  const any = { name: 'http', protocol: 'TCP', port: null };
  for (const ports of [[any], [http]]) {
    const other = ports[0] === any ? http : any;
    const { ask } = await shop([
      { ports, endpoints: [endpointOf('web-a', '10.0.0.1')] },
      { ports: [other], addressType: 'IPv6', endpoints: [endpointOf('web-a', '2001:db8::1')] },
    ]);
    expect((await ask('shop/web:http')).endpoints).toMatchObject([{ ip4: '10.0.0.1', ip6: '2001:db8::1', port: 8080 }]);
  }
});

test('two slices that say different things of one pod are not believed', async () => {
  const { ask } = await shop([
    { ports: [http], endpoints: [endpointOf('web-a', '10.0.0.1')] },
    { ports: [http], endpoints: [endpointOf('web-a', '10.0.0.2')] },
  ]);
  expect(await ask('shop/web:http')).toMatchObject({
    verdict: 'invalid',
    endpoints: [],
    detail: 'two slices say different things of "web-a": ip4_address 10.0.0.1 and 10.0.0.2',
  });
});

test('a list that is read in pages is the list of one moment, and asked for again where its place is too old', async () => {
  const slices = Array.from({ length: 5 }, (_, at) => ({
    ports: [http],
    endpoints: [endpointOf(`web-${at}`, `10.0.0.${at + 1}`)],
  }));
  const { ask, cluster, admin } = await shop(slices, 2);
  const { faults, requests, store } = cluster.server();
  expect((await ask('shop/web:http')).endpoints).toHaveLength(5);
  expect(requests.filter((each) => each === 'list endpointslices').length).toBeGreaterThanOrEqual(3);

  const gate = faults.hold('list endpointslices', { when: 'after', times: 1 });
  const asking = ask('shop/web:http');
  await gate.arrived;
  await admin('DELETE', '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/web-0004');
  store.compact();
  gate.release();
  expect((await asking).endpoints.map(({ fqdn }) => fqdn)).toEqual(['web-0', 'web-1', 'web-2', 'web-3']);
});

test('any page that is missing makes the whole list unavailable', async () => {
  const slices = Array.from({ length: 3 }, (_, at) => ({
    ports: [http],
    endpoints: [endpointOf(`w${at}`, `10.0.0.${at}`)],
  }));
  const { ask, cluster } = await shop(slices);
  const { faults } = cluster.server();
  const gate = faults.hold('list endpointslices', { when: 'after', times: 1 });
  const asking = ask('shop/web:http');
  await gate.arrived;
  faults.add('list endpointslices', { kind: 'status', status: 503 });
  gate.release();
  expect(await asking).toMatchObject({ verdict: 'unavailable', endpoints: [], detail: expect.stringContaining('503') });
});

test('ports of one service share its list', async () => {
  const { source, cluster } = await shop([
    { ports: [http, { name: 'metrics', port: 9100 }], endpoints: [endpointOf('a', '10.0.0.1')] },
  ]);
  const { requests } = cluster.server();
  const before = requests.length;
  const groups = ['http', 'metrics'].map((port) => ({ cluster: '', endpointSet: `shop/web:${port}` }));
  const { answers } = await source({ groups }, never);
  expect(answers.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  expect(requests.slice(before)).toEqual(['list endpointslices']);
});

test('without the right to get services, a service without slices is missing, and why is said', async () => {
  const { ask, cluster } = await shop([]);
  cluster.server().forbidden.add('watcher get services');
  expect(await ask('shop/web:http')).toMatchObject({
    verdict: 'missing',
    detail: expect.stringContaining('the right to get services'),
  });
});

test.each([
  ['who has no right', 'denied-token', /User "stranger" cannot list resource "endpointslices"/],
  ['an unknown token', 'no-such-token', /"Unauthorized" \(401\): what the user of context "dc1" of .* renew it$/],
])('%s is denied', async (_, token, words) => {
  const cluster = await sandboxCluster();
  const source = kubernetesSource(kubeconfigOf(cluster, token));
  const { answers } = await source({ groups: [{ cluster: '', endpointSet: 'shop/web:http' }] }, never);
  expect(answers).toMatchObject([{ verdict: 'denied', detail: expect.stringMatching(words) }]);
  expect(JSON.stringify(answers)).not.toContain(token);
});

test.each(['web:http', 'shop/web/http', 'Shop/web', 'shop/web:', '', 'shop/web:HTTP', `${'a'.repeat(64)}/web`])(
  'the endpoint set %j is none',
  async (endpointSet) => {
    const source = kubernetesSource(writeKubeconfig({ cluster: {}, user: {} }));
    const { answers } = await source({ groups: [{ cluster: '', endpointSet }] }, never);
    expect(answers).toMatchObject([{ verdict: 'invalid', detail: expect.stringContaining('namespace/service:port') }]);
  },
);
