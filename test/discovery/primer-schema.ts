/** docs/primer.schema.json: the shape of the primer, in words that do not come from the reader that it is tested against. */

const label = '[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const hostName = `^(?=.{1,253}[.]?$)${label}([.]${label})*[.]?$`;
const byte = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ip4 = `${byte}([.]${byte}){3}`;

const ip4Schema = { type: 'string', pattern: `^${ip4}$` };
const ip6Schema = { type: 'string', pattern: `^(${ip6Forms().join('|')})$` };
const absent = [{ const: null }, { const: '' }];

const endpoint = {
  type: 'object',
  required: ['id'],
  properties: {
    id: {
      description: 'The source’s own name of the pod, once in a set; entries that say the same count once.',
      type: 'string',
      pattern: '^[!-~]{1,255}$',
    },
    fqdn: {
      description: 'The pod’s persistent name: a host name, an IPv4 or an IPv6 address. Without it, id is the name.',
      anyOf: [...absent, { type: 'string', pattern: hostName }, ip6Schema],
    },
    ip4_address: { description: 'Where it is; absent: unknown.', anyOf: [...absent, ip4Schema] },
    ip6_address: { description: 'Where it is; absent: unknown. No zone.', anyOf: [...absent, ip6Schema] },
    port: {
      description: '0 is absent: unknown.',
      anyOf: [{ const: null }, { type: 'integer', minimum: 0, maximum: 65_535 }],
    },
  },
};

const endpointSet = {
  type: 'object',
  required: ['cluster_name', 'endpoint_set_id'],
  properties: {
    cluster_name: {
      description:
        'Empty is where the source is configured to ask: a Consul agent’s datacenter, a context of Kubernetes.',
      type: 'string',
      pattern: '^[!-.0-~]{0,255}$',
    },
    endpoint_set_id: { type: 'string', pattern: '^[!-~]{1,255}$' },
    endpoints: {
      description: 'The pods; absent or null is an empty list.',
      anyOf: [{ const: null }, { type: 'array', items: { $ref: '#/$defs/endpoint' } }],
    },
  },
};

export const primerSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Endpoint sets as watcher reads them: the primer, and the file of source: file',
  description:
    'Unknown keys are ignored. What a schema cannot say: the same id, or the same endpoint set, twice must say the same.',
  type: 'object',
  required: ['endpoint_sets'],
  properties: {
    endpoint_sets: { anyOf: [{ const: null }, { type: 'array', items: { $ref: '#/$defs/endpointSet' } }] },
    generation: {
      description:
        'Only of source: file: grows with each change, a whole number below 2^64 or its digits in quotes; an older file is not trusted.',
    },
  },
  $defs: { endpointSet, endpoint },
};

/** An address in full, and with `::` in each place; its end may be an IPv4 address. */
function ip6Forms(): string[] {
  const part = '[0-9A-Fa-f]{1,4}';
  const upTo = (count: number) => `(:${part}){1,${count}}`;
  const withIp4 = (count: number) => `(:${part}){0,${count}}:${ip4}`;
  return [
    `(${part}:){7}${part}`,
    `(${part}:){6}${ip4}`,
    ...[1, 2, 3, 4, 5, 6].map((before) => `(${part}:){${before}}(:|${upTo(7 - before)})`),
    `(${part}:){7}:`,
    ...[1, 2, 3, 4, 5].map((before) => `(${part}:){${before}}${withIp4(5 - before)}`),
    `:(:|${upTo(7)})`,
    `:${withIp4(5)}`,
  ];
}
