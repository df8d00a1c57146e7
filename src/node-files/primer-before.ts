import * as v from 'valibot';
import { groupKey } from '../../machines/group-key.ts';
import type { Endpoint, Group } from '../../machines/vocabulary.ts';

/** Room for a hundred thousand pods with long names. */
export const PRIMER_BEFORE_BYTES_MAX = 16 * 1024 * 1024;

const expectsPod = 'expected a pod as id, name, IPv4, IPv6 and port, with - for what it has not';

/** The pods of a primer by `cluster/endpointSet`, one short line each. */
export const primerBeforeSchema = v.record(
  v.string(),
  v.array(
    v.pipe(v.string(expectsPod), v.regex(/^[!-~]+ [!-~]+ (-|[0-9.]+) (-|[0-9a-f.:]+) (-|[0-9]{1,5})$/, expectsPod)),
    'expected a list of pods',
  ),
  'expected null, or an object with pods',
);

export type PrimerBefore = v.InferOutput<typeof primerBeforeSchema>;

/** A primer in as few words as it can be remembered; null where it has too many pods for that. */
export function primerBeforeOf(groups: readonly Group[]): PrimerBefore | null {
  const primer: Record<string, string[]> = {};
  let bytes = 0;
  for (const group of groups) {
    const pods = group.endpoints.map(textOf);
    bytes += [groupKey(group), ...pods].reduce((sum, text) => sum + text.length + AROUND_BYTES, 0);
    if (bytes > PRIMER_BEFORE_BYTES_MAX) return null;
    primer[groupKey(group)] = pods;
  }
  return primer;
}

/** The groups that were remembered so. */
export function groupsBefore(primer: PrimerBefore): readonly Group[] {
  return Object.entries(primer).map(([key, pods]) => {
    const slash = key.indexOf('/');
    return { cluster: key.slice(0, slash), endpointSet: key.slice(slash + 1), endpoints: pods.map(podOf) };
  });
}

/** What stands around a pod in the file. */
const AROUND_BYTES = 12;

function textOf({ id, fqdn, ip4, ip6, port }: Endpoint): string {
  return [id, fqdn, ip4 ?? '-', ip6 ?? '-', port ?? '-'].join(' ');
}

function podOf(text: string): Endpoint {
  // Each has its five words: so the schema says.
  const [id, fqdn, ip4, ip6, port] = text.split(' ') as [string, string, string, string, string];
  return { id, fqdn, ip4: orNull(ip4), ip6: orNull(ip6), port: port === '-' ? null : Number(port) };
}

function orNull(word: string): string | null {
  return word === '-' ? null : word;
}
