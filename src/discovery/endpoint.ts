import * as v from 'valibot';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { objectOf } from '../json/validate.ts';
import { distinctPods } from './distinct-pods.ts';
import { isIp4OrEmpty, isIp6OrEmpty, isName, isPodNameOrEmpty, normalIp6, normalPodName } from './names.ts';

const expectsEndpoint = 'expected an object that describes an endpoint';

/** One endpoint in YP.SD's words, wherever it was written. Every name and address comes out in its one spelling. */
const endpointSchema = v.pipe(
  objectOf(
    {
      id: v.custom<string>(isName, 'expected an id: 1 to 255 visible ASCII characters'),
      fqdn: v.nullish(v.custom<string>(isPodNameOrEmpty, 'expected a host name, an IPv4 or an IPv6 address'), ''),
      ip4_address: v.nullish(v.custom<string>(isIp4OrEmpty, 'expected an IPv4 address'), ''),
      ip6_address: v.nullish(v.custom<string>(isIp6OrEmpty, 'expected an IPv6 address'), ''),
      port: v.nullish(v.custom<number>(isPortOrZero, 'expected a port number from 1 to 65535'), 0),
    },
    expectsEndpoint,
  ),
  v.transform(
    (written): Endpoint => ({
      id: written.id,
      fqdn: normalPodName(written.fqdn === '' ? written.id : written.fqdn),
      ip4: written.ip4_address === '' ? null : written.ip4_address,
      ip6: written.ip6_address === '' ? null : normalIp6(written.ip6_address),
      port: written.port === 0 ? null : written.port,
    }),
  ),
);

/**
 * A list of endpoints, each pod once, sorted by id: the same pods give the same list, in whatever order, spelling and
 * number they were written. Protobuf's JSON leaves out a list that is empty, Go's writes null.
 */
export const endpointsSchema = v.pipe(
  v.nullish(v.array(endpointSchema, 'expected a list of endpoints'), []),
  distinctPods,
  v.transform((endpoints) => endpoints.toSorted((one, other) => (one.id < other.id ? -1 : 1))),
);

/** Zero is how protobuf says absent. */
function isPortOrZero(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}
