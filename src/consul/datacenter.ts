import * as v from 'valibot';
import { ShapeProblem, validated } from '../json/validate.ts';
import { quoted } from '../text/quoted.ts';
import type { Consul, Limits } from './client.ts';
import { ConsulProblem } from './problem.ts';
import { jsonOf } from './reply.ts';

const datacentersSchema = v.array(v.string());

/**
 * What to make of an error about a datacenter: one that Consul does not have is a mistake, one that it has lost the way to
 * may come back. Rejects with a `Failed` when it was aborted.
 */
export async function explainDatacenter(consul: Consul, datacenter: string, error: ConsulProblem, limits: Limits) {
  const known = await consul
    .send({ method: 'GET', path: 'catalog/datacenters' }, limits)
    .then((reply) => validated(datacentersSchema, jsonOf(reply)))
    .catch((problem: unknown) => {
      if (problem instanceof ConsulProblem || problem instanceof ShapeProblem) return null;
      throw problem;
    });
  if (known === null || known.includes(datacenter)) return new ConsulProblem('noDatacenter', error.message, true);
  const names = known.map((name) => quoted(name)).join(', ');
  return new ConsulProblem('noDatacenter', `consul has no datacenter ${quoted(datacenter)}, it knows ${names}`);
}
