import * as v from 'valibot';
import type { Answer, Endpoint } from '../../../machines/vocabulary.ts';
import { JsonProblem, strictJson } from '../../json/strict-json.ts';
import { objectOf, ShapeProblem, validated } from '../../json/validate.ts';
import type { Work } from '../../slices.ts';
import { quotedValue } from '../../text/quoted.ts';
import { generationSchema } from '../generation.ts';
import { isHostName } from '../names.ts';
import { readPods } from '../pods.ts';
import { type AskedGroup, answerWithout } from '../source.ts';

/** What the body of a good reply of YP.SD says of the asked group. Whatever cannot be believed is `invalid`. */
export function* readYpAnswer(asked: AskedGroup, body: string, known: readonly Endpoint[] = []): Work<Answer> {
  try {
    return yield* judge(asked, yield* strictJson(body, { bigNumbersAs: 'string' }), known);
  } catch (error) {
    if (error instanceof JsonProblem) return answerWithout(asked, 'invalid', `not JSON: ${error.message}`);
    if (error instanceof ShapeProblem) return answerWithout(asked, 'invalid', error.message);
    throw error;
  }
}

const headSchema = objectOf(
  {
    timestamp: generationSchema,
    // The numbers behind the status words are not published.
    resolve_status: v.nullish(v.string('expected a status in words'), ''),
    host: v.optional(v.unknown()),
    cluster_name: v.nullish(v.string('expected a cluster name'), ''),
    endpoint_set: v.nullish(
      objectOf(
        {
          endpoint_set_id: v.nullish(v.string('expected an endpoint set id'), ''),
          endpoints: v.optional(v.unknown()),
        },
        'expected an object that describes an endpoint set',
      ),
      {},
    ),
  },
  'expected an object',
);

function* judge(asked: AskedGroup, json: unknown, known: readonly Endpoint[]): Work<Answer> {
  const { timestamp, resolve_status, host, cluster_name, endpoint_set } = validated(headSchema, json);
  refuseEcho('cluster_name', cluster_name, asked.cluster);
  refuseEcho('endpoint_set.endpoint_set_id', endpoint_set.endpoint_set_id, asked.endpointSet);
  const status = resolve_status.toUpperCase();
  const detail = isHostName(host) ? `answered by ${host}` : null;
  // Its list is likely empty and never the new one.
  if (status === 'NOT_CHANGED') return answerWithout(asked, 'unchanged', detail, timestamp);
  const endpoints = yield* readPods(endpoint_set.endpoints, 'endpoint_set.endpoints', known);
  const verdict = verdictOf(status, endpoints.length);
  return verdict === 'ok'
    ? { cluster: asked.cluster, endpointSet: asked.endpointSet, endpoints, verdict, generation: timestamp, detail }
    : answerWithout(asked, verdict, detail, timestamp);
}

function refuseEcho(where: string, echo: string, asked: string): void {
  if (echo === '' || echo === asked) return;
  throw new ShapeProblem(`${where}: expected an answer about ${quotedValue(asked)}, got ${quotedValue(echo)}`);
}

const withoutPods: ReadonlyMap<string, 'empty' | 'missing'> = new Map([
  ['EMPTY', 'empty'],
  ['NOT_EXISTS', 'missing'],
]);

function verdictOf(status: string, endpoints: number): 'ok' | 'empty' | 'missing' {
  if (status === 'OK') return endpoints > 0 ? 'ok' : 'empty';
  // Protobuf's JSON leaves out a status that is the first of its enum; with a list it can only have been OK.
  if (status === '' && endpoints > 0) return 'ok';
  if (status === '') throw new ShapeProblem('resolve_status: is missing, and there are no endpoints');
  const verdict = withoutPods.get(status);
  if (verdict === undefined)
    throw new ShapeProblem(`resolve_status: expected a known status, got ${quotedValue(status)}`);
  if (endpoints > 0) throw new ShapeProblem(`resolve_status: ${status} contradicts a list of ${endpoints} endpoints`);
  return verdict;
}
