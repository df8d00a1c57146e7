import type { Source } from '../../../src/discovery/source.ts';
import { consulOfFile, type RealConsul } from '../../support/consul-server.ts';
import type { BenchPod, SourceBench } from '../source-bench.ts';
import { consulSource, SERVICE } from './consul.ts';
import { TWO_PODS } from './written.ts';

const TOKEN = '11111111-2222-3333-4444-555555555555';
const BLIND = '66666666-7777-8888-9999-000000000000';

/** The bench of a Consul that is shared by the tests of the file. */
export function realConsulBench(): SourceBench {
  const server = consulOfFile({ management: TOKEN });

  async function serve(pods: readonly BenchPod[], status: 'passing' | 'critical' = 'passing'): Promise<Source> {
    await register(server(), pods, status);
    return consulSource(server().url, TOKEN, 3_000);
  }

  return {
    needs: ['consul'],
    endpointSet: SERVICE,
    podsMax: 200,
    serve,
    missing: () => serve([]),
    empty: () => serve(TWO_PODS, 'critical'),
    async denied() {
      await serve(TWO_PODS);
      const rules = 'service_prefix "" { policy = "read" }';
      await server()
        .ask('PUT', 'acl/policy', { Name: 'services', Rules: rules })
        .catch(() => {});
      await server()
        .ask('PUT', 'acl/token', { SecretID: BLIND, Policies: [{ Name: 'services' }] })
        .catch(() => {});
      return consulSource(server().url, BLIND);
    },
    stale: 'a server that has lost its leader is not to be had with one server',
    partial: 'its answers are whole',
    async slow() {
      const source = await serve(TWO_PODS);
      server().pause();
      return source;
    },
    cutOff: 'it cuts no answer off',
    wrongType: 'it takes no such pods',
    async wrongService() {
      await serve(TWO_PODS);
      return consulSource(`${server().url}/ui`, TOKEN);
    },
  };
}

/** Each pod is a node with one instance; a node that is not among them goes. */
async function register(server: RealConsul, pods: readonly BenchPod[], Status: string): Promise<void> {
  const nodes = (await server.ask('GET', 'catalog/nodes')) as readonly { readonly Node: string }[];
  const gone = nodes.filter(({ Node }) => Node !== 'agent-1' && !pods.some(({ name }) => name === Node));
  // It allows one address 200 connections.
  for (const { Node } of gone) await server.ask('PUT', 'catalog/deregister', { Node });
  for (const { name: Node, port: Port } of pods) {
    const Service = { Service: SERVICE, ID: `${SERVICE}-${Port}`, Port };
    const Check = { CheckID: `service:${SERVICE}`, Name: SERVICE, Status, ServiceID: Service.ID };
    await server.ask('PUT', 'catalog/register', { Node, Address: '127.0.0.1', Service, Check });
  }
}
