import { type ConsulServer, startConsulServer } from '../consul/server.ts';
import type { EndpointSet } from '../pods.ts';
import { prepareConsul } from '../real/consul.ts';
import { type Chosen, realOr } from './real-or.ts';
import { LOCK_NAME, oneServer, type SourceStandIn, type StandIn, type StandInOptions } from './stand-in.ts';

const SERVICE = 'market-front';

/** An instance of the service, on a node of its own. */
interface Instance {
  readonly node: string;
  readonly address: string;
  readonly tag: string;
  readonly port: number;
}

interface ConsulPlayer extends Chosen {
  readonly url: string;
  /** Says which instances there are from now on. */
  register(instances: readonly Instance[]): Promise<void>;
  close(): Promise<void>;
}

/** Consul as the lock: the real one where it is installed. */
export async function startConsulLock(options: StandInOptions = {}): Promise<StandIn> {
  const server = await consulOf(options);
  const { lockName = LOCK_NAME } = options;
  return {
    ...shown(server),
    equip: () => ({ consul_url: server.url, lock_name: lockName }),
    close: () => server.close(),
  };
}

/** Consul as the source: clusters are tags of one service, and each pod is a node. */
export async function startConsulSource(options: StandInOptions = {}): Promise<SourceStandIn> {
  const server = await consulOf(options);
  return {
    ...shown(server),
    equip: () => ({ consul_url: server.url }),
    inOwnWords: (sets) =>
      sets.map(({ cluster_name: tag, endpoints }) => ({
        cluster_name: '',
        endpoint_set_id: `${tag}.${SERVICE}`,
        endpoints: endpoints.map((pod) => ({ ...pod, id: `${pod.fqdn}/${SERVICE}` })),
      })),
    setPods: (sets) => server.register(sets.flatMap(instancesOf)),
    close: () => server.close(),
  };
}

function shown(server: ConsulPlayer) {
  const about = `Consul    ${server.url}  ${server.which}`;
  return { name: 'Consul', isReal: server.isReal, about, port: Number(new URL(server.url).port) };
}

function instancesOf({ cluster_name: tag, endpoints }: EndpointSet): readonly Instance[] {
  return endpoints.map(({ fqdn: node, ip6_address: address = '', port = 0 }) => ({ node, address, tag, port }));
}

function consulOf(options: StandInOptions): Promise<ConsulPlayer> {
  const { host = '127.0.0.1', port = 0 } = options;
  return oneServer(options, 'consul', () =>
    realOr(options, {
      programs: ['consul'],
      real: ({ consul }, folder) => startReal(consul, folder, port),
      played: async () => played(await startConsulServer({ host, port })),
    }),
  );
}

function played(server: ConsulServer) {
  return {
    ...server,
    async register(instances: readonly Instance[]) {
      const { catalog } = server.agent.datacenter();
      catalog.set(
        SERVICE,
        instances.map(({ tag, ...rest }) => ({ ...rest, service: SERVICE, tags: [tag] })),
      );
    },
  };
}

async function startReal(program: string, folder: string, port: number) {
  const server = await prepareConsul({ program, folder, port });
  await server.start();
  let known: readonly string[] = [];
  return {
    url: server.url,
    async register(instances: readonly Instance[]) {
      const nodes = instances.map(({ node }) => node);
      for (const Node of known.filter((node) => !nodes.includes(node))) {
        await server.ask('PUT', 'catalog/deregister', { Node });
      }
      for (const { node: Node, address: Address, tag, port: Port } of instances) {
        const Service = { Service: SERVICE, ID: SERVICE, Port, Tags: [tag] };
        const Check = { CheckID: `service:${SERVICE}`, Name: SERVICE, Status: 'passing', ServiceID: SERVICE };
        await server.ask('PUT', 'catalog/register', { Node, Address, Service, Check });
      }
      known = nodes;
    },
    close: () => server.stop(),
  };
}
