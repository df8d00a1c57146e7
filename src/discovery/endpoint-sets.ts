import * as v from 'valibot';
import { groupKey } from '../../machines/group-key.ts';
import type { Group } from '../../machines/vocabulary.ts';
import { objectOf, ShapeProblem, validated } from '../json/validate.ts';
import type { Work } from '../slices.ts';
import { quotedValue } from '../text/quoted.ts';
import { isClusterName, isName } from './names.ts';
import { readPods } from './pods.ts';

/** What a file of endpoint sets says. `generation` is as it was written: only one of its readers wants it. */
export interface EndpointSets {
  readonly groups: readonly Group[];
  readonly generation: unknown;
}

const fileSchema = objectOf(
  {
    // Go writes null for a list that is empty.
    endpoint_sets: v.nullable(
      v.array(
        objectOf(
          {
            cluster_name: v.custom<string>(
              isClusterName,
              'expected a cluster name: visible ASCII characters, no slash',
            ),
            endpoint_set_id: v.custom<string>(isName, 'expected an endpoint set id: 1 to 255 visible ASCII characters'),
            endpoints: v.optional(v.unknown()),
          },
          'expected an object that describes an endpoint set',
        ),
        'expected a list of endpoint sets',
      ),
      [],
    ),
    generation: v.optional(v.unknown()),
  },
  'expected an object with the key endpoint_sets',
);

/** Reads parsed JSON in the primer's shape; unknown keys are ignored. Throws `ShapeProblem`. */
export function* toEndpointSets(json: unknown): Work<EndpointSets> {
  const { endpoint_sets: sets, generation } = validated(fileSchema, json);
  const groups: Group[] = [];
  for (const [index, { cluster_name: cluster, endpoint_set_id: endpointSet, endpoints }] of sets.entries()) {
    groups.push({ cluster, endpointSet, endpoints: yield* readPods(endpoints, `endpoint_sets[${index}].endpoints`) });
  }
  return { groups: distinctGroups(groups), generation };
}

/** Endpoint sets are compared by what they say, as their pods are: the same twice counts once. */
function distinctGroups(groups: readonly Group[]): Group[] {
  const seen = new Map<string, Group>();
  groups.forEach((group, index) => {
    const key = groupKey(group);
    const before = seen.get(key);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(group)) {
      throw new ShapeProblem(
        `endpoint_sets[${index}]: the endpoint set ${quotedValue(key)} is there twice and differs`,
      );
    }
    seen.set(key, group);
  });
  return [...seen.values()];
}
