import * as v from 'valibot';
import { objectOf, ShapeProblem, validated } from '../../json/validate.ts';
import type { Json } from '../../kubernetes/reply.ts';

const nullable = <Schema extends v.GenericSchema>(schema: Schema) => v.nullish(schema, null);
const text = v.string('expected a text');
const flag = nullable(v.boolean('expected true or false'));
/** Go writes null for a list that is empty. */
const listOf = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.nullish(v.array(schema, 'expected a list'), null),
    v.transform((list) => list ?? []),
  );

const endpointSchema = objectOf(
  {
    addresses: v.pipe(v.array(text, 'expected a list of addresses'), v.minLength(1, 'expected an address')),
    conditions: nullable(v.object({ ready: flag, terminating: flag })),
    hostname: nullable(text),
    targetRef: nullable(v.object({ name: nullable(text), uid: nullable(text) })),
  },
  'expected an endpoint',
);

const portSchema = objectOf(
  { name: nullable(text), protocol: nullable(text), port: nullable(v.number('expected a port number')) },
  'expected a port',
);

const sliceSchema = objectOf(
  {
    metadata: v.object({ name: text, labels: nullable(v.record(v.string(), text)) }),
    addressType: v.picklist(['IPv4', 'IPv6', 'FQDN'], 'expected IPv4, IPv6 or FQDN'),
    endpoints: listOf(endpointSchema),
    ports: listOf(portSchema),
  },
  'expected an EndpointSlice',
);

const listSchema = objectOf(
  {
    kind: v.literal('EndpointSliceList', 'expected an EndpointSliceList'),
    metadata: v.object({ resourceVersion: text, continue: nullable(text) }),
    items: listOf(sliceSchema),
  },
  'expected a list of EndpointSlices',
);

export type Slice = v.InferOutput<typeof sliceSchema>;
export type SliceEndpoint = Slice['endpoints'][number];

/** One page of a list. */
export interface SlicePage {
  readonly slices: readonly Slice[];
  /** Of the whole list: the same on all of its pages. */
  readonly version: string;
  /** What the next page is asked for with; null: this is the last. */
  readonly next: string | null;
}

/** The label by which a slice belongs to its service. */
export const SERVICE_LABEL = 'kubernetes.io/service-name';

/** Throws `ShapeProblem`, also about slices of another service. */
export function readSlicePage(object: Json, service: string): SlicePage {
  const { metadata, items: slices } = validated(listSchema, object);
  const stranger = slices.findIndex(({ metadata: { labels } }) => labels?.[SERVICE_LABEL] !== service);
  if (stranger >= 0) throw new ShapeProblem(`items[${stranger}]: an EndpointSlice of another service`);
  return { slices, version: metadata.resourceVersion, next: metadata.continue || null };
}
