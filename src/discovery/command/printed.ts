import * as v from 'valibot';
import { groupKey } from '../../../machines/group-key.ts';
import type { Answer, Group, Verdict } from '../../../machines/vocabulary.ts';
import { JsonProblem, parseStrictJson } from '../../json/strict-json.ts';
import { ShapeProblem, validated } from '../../json/validate.ts';
import { atOnce } from '../../slices.ts';
import { asPhrase } from '../../text/printable.ts';
import { toEndpointSets } from '../endpoint-sets.ts';
import { generationSchema } from '../generation.ts';
import { type AskedGroup, answerWithout } from '../source.ts';

/**
 * What a command printed, as answers to what it was asked. A group that it did not print is `missing`, one that was not
 * asked for is passed over. Throws `ShapeProblem`.
 */
export function readPrinted(text: string): (asked: AskedGroup) => Answer {
  const json = parsed(text);
  const sets = atOnce(toEndpointSets(json));
  const { generation } = validated(v.object({ generation: generationSchema }), sets);
  const said = verdictsIn(json);
  const printed = new Map(sets.groups.map((group) => [groupKey(group), answerOf(group, said, generation)]));
  return (asked) =>
    printed.get(groupKey(asked)) ?? answerWithout(asked, 'missing', 'the source command did not print it', generation);
}

function parsed(text: string): unknown {
  if (text.trim() === '') throw new ShapeProblem('nothing at all');
  try {
    return parseStrictJson(text, { bigNumbersAs: 'string' });
  } catch (error) {
    throw error instanceof JsonProblem ? new ShapeProblem(`not JSON: ${error.message}`) : error;
  }
}

const verdicts: readonly Verdict[] = [
  'ok',
  'empty',
  'missing',
  'unchanged',
  'stale',
  'denied',
  'unavailable',
  'invalid',
];

const saidSchema = v.object({
  endpoint_sets: v.nullable(
    v.array(
      v.object({
        cluster_name: v.string(),
        endpoint_set_id: v.string(),
        verdict: v.nullish(v.picklist(verdicts, `expected one of ${verdicts.join(', ')}`), null),
        detail: v.nullish(v.string('expected a text'), null),
      }),
    ),
    [],
  ),
});

interface Said {
  readonly verdict: Verdict | null;
  readonly detail: string | null;
}

function verdictsIn(json: unknown): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  validated(saidSchema, json).endpoint_sets.forEach((set, index) => {
    const { cluster_name: cluster, endpoint_set_id: endpointSet, verdict, detail } = set;
    const key = groupKey({ cluster, endpointSet });
    const before = said.get(key);
    if (before !== undefined && before.verdict !== verdict) {
      throw new ShapeProblem(`endpoint_sets[${index}].verdict: differs from that of the same endpoint set before`);
    }
    said.set(key, { verdict, detail: detail === null ? null : asPhrase(detail) });
  });
  return said;
}

function answerOf(group: Group, said: ReadonlyMap<string, Said>, generation: string | null): Answer {
  const { verdict, detail } = said.get(groupKey(group))!;
  const found = group.endpoints.length;
  if (found > 0 && (verdict === 'empty' || verdict === 'missing')) {
    throw new ShapeProblem(`the verdict ${verdict} of ${groupKey(group)} contradicts a list of ${found} endpoints`);
  }
  // A list that came with a verdict against it is not looked at.
  if (verdict !== null && verdict !== 'ok') return answerWithout(group, verdict, detail, generation);
  if (found === 0) return answerWithout(group, 'empty', detail, generation);
  return { ...group, verdict: 'ok', generation, detail };
}
