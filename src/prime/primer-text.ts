import * as v from 'valibot';
import { groupKey } from '../../machines/group-key.ts';
import type { Endpoint, Group } from '../../machines/vocabulary.ts';
import { isPodNameOrEmpty } from '../discovery/names.ts';
import { readEndpointSets, SETS_BYTES_MAX } from '../discovery/read-endpoint-sets.ts';
import { Failed } from '../failure.ts';
import { readSmallFile } from '../files/read-small-file.ts';
import { FileProblem } from '../host/file-problem.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import type { Place, Placed, Places } from './assign-servers.ts';

/** What HAProxy has, and the places of its pods; `text` is null where there is no primer yet. */
export interface FoundPrimer {
  readonly text: string | null;
  readonly groups: readonly Group[];
  readonly places: Places;
}

/** What the primer has beside what every reader of it wants: a pod's place. One that says none, or nonsense, has none. */
const placesSchema = v.object({
  endpoint_sets: v.nullable(
    v.array(
      v.object({
        cluster_name: v.string(),
        endpoint_set_id: v.string(),
        endpoints: v.nullish(v.array(v.object({ id: v.string(), slot: v.unknown(), server: v.unknown() })), []),
      }),
    ),
    [],
  ),
});

const placeSchema = v.object({
  slot: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1)),
  server: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.:-]{1,300}$/)),
});

/** Reads the primer that prime itself wrote, or somebody else. Throws `Failed` of the kind `primerUnreadable`. */
export async function findPrimer(path: string): Promise<FoundPrimer> {
  try {
    const text = await readSmallFile(path, SETS_BYTES_MAX);
    const { groups } = await readEndpointSets(path);
    return { text, groups, places: placesIn(parseStrictJson(text, { bigNumbersAs: 'string' })) };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (error.code === 'ENOENT') return { text: null, groups: [], places: new Map() };
    const advice = 'correct primer_json_file, or remove the file to begin anew';
    throw new Failed('primerUnreadable', `the primer cannot be used: ${error.message} (${advice})`);
  }
}

function placesIn(json: unknown): Places {
  const found = v.safeParse(placesSchema, json);
  if (!found.success) return new Map();
  return new Map(
    found.output.endpoint_sets.map((set) => [
      groupKey({ cluster: set.cluster_name, endpointSet: set.endpoint_set_id }),
      new Map(
        set.endpoints.flatMap((endpoint): [string, Place][] => {
          const place = v.safeParse(placeSchema, endpoint);
          return place.success ? [[endpoint.id, place.output]] : [];
        }),
      ),
    ]),
  );
}

/** The primer of these groups, each pod with its place. */
export function primerText(groups: readonly Group[], placed: readonly Placed[]): string {
  const places = new Map(placed.map((each) => [`${groupKey(each.group)} ${each.pod.id}`, each]));
  const sets = groups.map((group) => ({
    cluster_name: group.cluster,
    endpoint_set_id: group.endpointSet,
    endpoints: group.endpoints.map((pod) => written(pod, places.get(`${groupKey(group)} ${pod.id}`)!)),
  }));
  return `${JSON.stringify({ endpoint_sets: sets }, null, 2)}\n`;
}

function written({ id, fqdn, ip4, ip6, port }: Endpoint, { slot, server }: Place) {
  return {
    id,
    ...(isPodNameOrEmpty(fqdn) && { fqdn }),
    ...(ip4 !== null && { ip4_address: ip4 }),
    ...(ip6 !== null && { ip6_address: ip6 }),
    ...(port !== null && { port }),
    slot,
    server,
  };
}
