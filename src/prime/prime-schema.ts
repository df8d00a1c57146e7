import * as v from 'valibot';
import { isClusterName, isName } from '../discovery/names.ts';

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && !/(?![\n\t])\p{Cc}/u.test(value);

const line = v.custom<string>(isLine, 'expected one line of text');
const text = v.pipe(
  v.custom<string>(isText, 'expected text'),
  v.transform((given) => given.replace(/\s+$/, '')),
);
const lines = v.pipe(
  v.union([line, v.array(line)], 'expected a line of text, or a list of such'),
  v.transform((given) => [given].flat()),
);
const file = v.custom<string>((value) => isLine(value) && value.startsWith('/'), 'expected the whole path of a file');
const flag = v.boolean('expected true or false');
const map = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a map of keys and values',
);

function whole(least: number, most: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected), v.maxValue(most, expected));
}

/** Names that HAProxy takes for a backend. */
const backendName = v.custom<string>(
  (value) => typeof value === 'string' && /^[A-Za-z0-9_.:-]+$/.test(value),
  'expected a name of letters, digits and _ . : -',
);

/** The words for TLS of a group. */
export const tlsOptions = v.strictObject(
  {
    verify: v.optional(v.picklist(['required', 'none'], 'expected required or none'), 'required'),
    ca_file: v.optional(file),
    sni: v.optional(line),
    alpn: v.optional(line),
    cert_file: v.optional(file),
  },
  'expected true, false, or a map with some of verify, ca_file, sni, alpn, cert_file',
);

type Tls = boolean | v.InferOutput<typeof tlsOptions>;

const tls = v.lazy((given): v.GenericSchema<unknown, Tls> => (typeof given === 'boolean' ? flag : tlsOptions));

const group = v.strictObject(
  {
    cluster_name: v.custom<string>(isClusterName, 'expected a cluster name: visible ASCII characters, no slash'),
    endpoint_set_id: v.custom<string>(isName, 'expected an endpoint set id: 1 to 255 visible ASCII characters'),
    backend: v.optional(backendName),
    port: v.optional(whole(1, 65_535)),
    address: v.optional(v.picklist(['ip4', 'ip6', 'name'], 'expected ip4, ip6 or name')),
    weight: v.optional(whole(0, 256)),
    maxconn: v.optional(whole(1, 1_000_000)),
    check: v.optional(flag, true),
    backup: v.optional(flag, false),
    tls: v.optional(tls, false),
    server_options: v.optional(line),
    bind: v.optional(lines),
    mode: v.optional(v.picklist(['http', 'tcp'], 'expected http or tcp')),
    balance: v.optional(line),
    http_check: v.optional(
      v.custom<string>((value) => isLine(value) && /^\/\S*$/.test(value), 'expected a path like /ping'),
    ),
    backend_options: v.optional(lines),
    values: v.optional(map, {}),
  },
  'expected a map that describes a group',
);

/** What a prime file says. */
export const primeSchema = v.strictObject(
  {
    haproxy_config: v.optional(file, '/etc/haproxy/haproxy.cfg'),
    template: v.optional(line),
    check: v.optional(v.union([line, v.array(line)], 'expected a command: text or a list'), [
      'haproxy',
      '-c',
      '-f',
      '{file}',
    ]),
    haproxy_global: v.optional(text),
    haproxy_defaults: v.optional(text),
    haproxy_extra: v.optional(text),
    values: v.optional(map, {}),
    groups: v.pipe(v.array(group, 'expected a list of groups'), v.minLength(1, 'expected at least one group')),
  },
  'expected a map of keys and values',
);

export type PrimeFile = v.InferOutput<typeof primeSchema>;
export type PrimeGroup = v.InferOutput<typeof group>;
