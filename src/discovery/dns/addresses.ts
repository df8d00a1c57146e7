import type { Answer, StringAnswer } from 'dns-packet';
import { normalPodName } from '../names.ts';
import { type AskAbout, lookUp, recordsOf } from './lookup.ts';
import type { RecordType } from './message.ts';

export interface Addresses {
  readonly ip4: string | null;
  readonly ip6: string | null;
}

/**
 * One address of each kind for each host: the lowest one, because servers shuffle them. Servers mostly send them along
 * with the answer; about hosts of which they sent none they are asked.
 */
export async function addressesOf(
  hosts: ReadonlySet<string>,
  sent: readonly Answer[],
  ask: AskAbout,
): Promise<ReadonlyMap<string, Addresses>> {
  const known = byName(sent);
  const found = [...hosts].map(async (host): Promise<readonly [string, Addresses]> => {
    const along = known.get(host) ?? [];
    const [ip4, ip6] = [lowest(along, host, 'A'), lowest(along, host, 'AAAA')];
    if (ip4 !== null || ip6 !== null) return [host, { ip4, ip6 }];
    return [host, { ip4: await askFor(ask, host, 'A'), ip6: await askFor(ask, host, 'AAAA') }];
  });
  return new Map(await Promise.all(found));
}

async function askFor(ask: AskAbout, host: string, type: RecordType): Promise<string | null> {
  const found = await lookUp(ask, host, type);
  return found === null ? null : lowestOf(found.records);
}

function lowest(records: readonly Answer[], host: string, type: RecordType): string | null {
  return lowestOf(recordsOf(records, host, type));
}

function lowestOf(records: readonly Answer[]): string | null {
  return records.map((record) => (record as StringAnswer).data).sort()[0] ?? null;
}

function byName(records: readonly Answer[]): ReadonlyMap<string, Answer[]> {
  const named = new Map<string, Answer[]>();
  for (const record of records) {
    const name = normalPodName(record.name);
    const others = named.get(name);
    if (others === undefined) named.set(name, [record]);
    else others.push(record);
  }
  return named;
}
