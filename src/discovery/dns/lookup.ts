import type { Answer } from 'dns-packet';
import { normalPodName } from '../names.ts';
import type { DnsQuestion, DnsReply, RecordType } from './message.ts';
import { DnsProblem } from './problem.ts';

/** What a name has; null: there is no such name. */
export interface Found {
  readonly records: readonly Answer[];
  readonly additionals: readonly Answer[];
}

export type AskAbout = (question: DnsQuestion) => Promise<DnsReply>;

const HOPS_MAX = 16;

/** The records of a name, wherever its aliases lead. Rejects with `DnsProblem`. */
export async function lookUp(ask: AskAbout, name: string, type: RecordType): Promise<Found | null> {
  let at = normalPodName(name);
  for (let hops = 0; hops < HOPS_MAX; hops += 1) {
    const reply = await ask({ name: at, type });
    if (!reply.isNameThere) return null;
    const end = followAliases(reply.answers, at);
    const records = recordsOf(reply.answers, end, type);
    if (records.length > 0 || (end !== at && reply.isFinal)) return { records, additionals: reply.additionals };
    if (end === at) return { records, additionals: [] };
    at = end;
  }
  throw new DnsProblem('invalid', `more than ${HOPS_MAX} aliases (CNAME) follow one another`);
}

export function recordsOf(records: readonly Answer[], name: string, type: RecordType): readonly Answer[] {
  return records.filter(
    (record) => record.type === type && record.class === 'IN' && normalPodName(record.name) === name,
  );
}

function followAliases(records: readonly Answer[], name: string): string {
  const aliases = new Map(
    records.flatMap((record) =>
      record.type === 'CNAME' ? [[normalPodName(record.name), normalPodName(record.data)] as const] : [],
    ),
  );
  const seen = new Set<string>();
  let at = name;
  for (let next = aliases.get(at); next !== undefined; next = aliases.get(at)) {
    if (seen.has(at)) throw new DnsProblem('invalid', 'the aliases (CNAME) lead in a circle');
    seen.add(at);
    at = next;
  }
  return at;
}
