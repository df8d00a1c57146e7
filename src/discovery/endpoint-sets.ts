import * as v from 'valibot';
import { groupKey } from '../../machines/group-key.ts';
import type { Endpoint, Group } from '../../machines/vocabulary.ts';
import { inWords, objectOf, ShapeProblem, shaped } from '../files/shape.ts';
import { endpointsSchema } from './endpoint.ts';
import { isClusterName, isName } from './names.ts';

/** What a file of endpoint sets says. `generation` is as it was written: only one of its readers wants it. */
export interface EndpointSets {
  readonly groups: readonly Group[];
  readonly generation: unknown;
}

const fileSchema = objectOf(
  {
    endpoint_sets: v.array(
      objectOf(
        {
          cluster_name: v.custom<string>(isClusterName, 'expected a cluster name: visible ASCII characters, no slash'),
          endpoint_set_id: v.custom<string>(isName, 'expected an endpoint set id: 1 to 255 visible ASCII characters'),
          endpoints: endpointsSchema,
        },
        'expected an object that describes an endpoint set',
      ),
      'expected a list of endpoint sets',
    ),
    generation: v.optional(v.unknown()),
  },
  'expected an object with the key endpoint_sets',
);

/** Reads parsed JSON in the primer's shape; unknown keys are ignored. Throws `ShapeProblem`. */
export function toEndpointSets(json: unknown): EndpointSets {
  const { endpoint_sets: sets, generation } = shaped(fileSchema, json);
  const groups = sets.map((set) => ({
    cluster: set.cluster_name,
    endpointSet: set.endpoint_set_id,
    endpoints: set.endpoints,
  }));
  refuseTwice('endpoint_sets', 'endpoint set', groups, groupKey);
  groups.forEach(({ endpoints }, index) => {
    refuseTwice(`endpoint_sets[${index}].endpoints`, 'id', endpoints, ({ id }: Endpoint) => id);
    refuseTwice(`endpoint_sets[${index}].endpoints`, 'fqdn', endpoints, ({ fqdn }: Endpoint) => fqdn);
  });
  return { groups, generation };
}

function refuseTwice<Item>(where: string, what: string, items: readonly Item[], keyOf: (item: Item) => string): void {
  const seen = new Set<string>();
  for (const key of items.map(keyOf)) {
    if (seen.has(key)) throw new ShapeProblem(`${where}: the ${what} ${inWords(key)} is there twice`);
    seen.add(key);
  }
}
