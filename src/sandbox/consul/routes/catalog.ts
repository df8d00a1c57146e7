import { refuseUnknown } from '../query.ts';
import { Refusal } from '../reply.ts';
import { healthOf, isPassing, type Registration } from '../state/catalog.ts';
import type { Route } from './route.ts';

const PARAMETERS = ['passing', 'tag', 'stale', 'consistent', 'index', 'wait', 'near'];

/** Which instances of a service there are, and how they are. */
const health: Route = {
  pattern: /^\/v1\/health\/service\/([^/]+)$/,
  read({ name, query, datacenter, asker }) {
    refuseUnknown(query, PARAMETERS);
    const isPassingAsked = passingAsked(query);
    const mayBeSeen = ({ node, service }: Registration) => asker.may('service', service) && asker.may('node', node);
    return {
      index: () => datacenter.catalog.indexOf(name),
      answer() {
        const all = datacenter.catalog.instancesOf(name, query.get('tag'));
        const seen = all.filter(mayBeSeen);
        const shown = isPassingAsked ? seen.filter(isPassing) : seen;
        return {
          body: shown.map((each) => healthOf(each, datacenter.name)),
          isFiltered: seen.length < all.length,
          saysConsistency: true,
        };
      },
    };
  },
};

const datacenterNames: Route = {
  pattern: /^\/v1\/catalog\/datacenters()$/,
  read: ({ datacenters }) => ({ index: () => null, answer: () => ({ body: datacenters }) }),
};

/** The official client asks for no more of it. */
const self: Route = {
  pattern: /^\/v1\/agent\/self()$/,
  read: ({ datacenter, node }) => ({
    index: () => null,
    answer: () => ({ body: { Config: { Datacenter: datacenter.name, NodeName: node } } }),
  }),
};

/** Of the servers alone, each of which is an instance of the service `consul`. */
const servers: Route = {
  pattern: /^\/v1\/catalog\/service\/(consul)$/,
  read({ query, datacenter, asker }) {
    refuseUnknown(query, []);
    return {
      index: () => datacenter.index,
      answer() {
        const all = [...datacenter.nodes];
        const seen = all.filter((node) => asker.may('service', 'consul') && asker.may('node', node));
        return { body: seen.map((Node) => ({ Node, ServiceName: 'consul' })), isFiltered: seen.length < all.length };
      },
    };
  },
};

export const catalogRoutes: readonly Route[] = [health, servers, datacenterNames, self];

function passingAsked(query: URLSearchParams): boolean {
  const value = query.get('passing');
  if (value === null || /^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  if (/^(|1|t|T|TRUE|true|True)$/.test(value)) return true;
  throw new Refusal(400, 'Invalid value for ?passing');
}
