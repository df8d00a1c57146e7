import * as v from 'valibot';
import type { Answer } from '../../../machines/vocabulary.ts';
import { type ConsulReply, jsonOf } from '../../consul/reply.ts';
import { isIp6 } from '../../http/ip6.ts';
import { objectOf, ShapeProblem, validated } from '../../json/validate.ts';
import { atOnce } from '../../slices.ts';
import { quotedValue } from '../../text/quoted.ts';
import { generationSchema } from '../generation.ts';
import { isIp4OrEmpty } from '../names.ts';
import { readPods } from '../pods.ts';
import { type AskedGroup, answerWithout } from '../source.ts';
import type { Doubt } from './doubt.ts';
import { doubtOfAge } from './freshness.ts';
import type { AskedService } from './question.ts';
import { type Health, isWell } from './well.ts';

export interface Reading {
  readonly health: Health;
  /** Null: the node's name is the pod's. */
  readonly nameMeta: string | null;
  readonly maxStaleMs: number;
  readonly hasToken: boolean;
}

/** What Consul said of the asked group. Whatever cannot be believed has a verdict of its own. */
export function readHealth(asked: AskedGroup, about: AskedService, reply: ConsulReply, reading: Reading): Answer {
  try {
    const { 'x-consul-index': index = null } = reply.headers;
    if (index === null) throw new ShapeProblem('an answer without X-Consul-Index: is consul_url right?');
    const generation = validated(generationSchema, index);
    const doubt = doubtOfRights(reply.headers) ?? doubtOfAge(reply.headers, reading.maxStaleMs);
    if (doubt !== null) return answerWithout(asked, doubt.verdict, doubt.detail);
    const instances = validated(instancesSchema, jsonOf(reply));
    for (const instance of instances) refuseStrangers(instance, about);
    if (instances.length === 0) return withoutInstances(asked, reply.headers, reading, generation);
    const well = instances.filter(({ Checks: checks }) => isWell(checks, reading.health));
    if (well.length === 0) {
      const detail = `none of its ${instances.length} instances is healthy (consul_health is ${reading.health})`;
      return answerWithout(asked, 'empty', detail, generation);
    }
    const endpoints = atOnce(
      readPods(
        well.map((instance) => written(instance, reading.nameMeta)),
        '',
      ),
    );
    return { ...asked, endpoints, verdict: 'ok', generation, detail: null };
  } catch (error) {
    if (error instanceof ShapeProblem) return answerWithout(asked, 'invalid', error.message);
    throw error;
  }
}

const instancesSchema = v.array(
  objectOf(
    {
      Node: objectOf(
        {
          Node: v.string('expected the name of a node'),
          Address: v.nullish(v.string('expected an address'), ''),
          Datacenter: v.nullish(v.string('expected a datacenter'), ''),
        },
        'expected an object that describes a node',
      ),
      Service: objectOf(
        {
          ID: v.string('expected the id of a service'),
          Service: v.string('expected the name of a service'),
          Address: v.nullish(v.string('expected an address'), ''),
          Port: v.nullish(v.number('expected a port number'), 0),
          Meta: v.nullish(v.record(v.string(), v.string('expected text')), {}),
        },
        'expected an object that describes a service',
      ),
      Checks: v.nullish(
        v.array(objectOf({ Status: v.string('expected a status') }, 'expected an object that describes a check')),
        [],
      ),
    },
    'expected an object that describes an instance',
  ),
  'expected a list of instances',
);

type Instance = v.InferOutput<typeof instancesSchema>[number];

/** A list that lacks what the token may not see looks like any other. Of lists from a stream Consul does not say it. */
function doubtOfRights(headers: ConsulReply['headers']): Doubt | null {
  if (headers['x-consul-results-filtered-by-acls'] === 'true') {
    const detail = 'Consul left out what the token may not see: it needs service:read and node:read for all of it';
    return { verdict: 'denied', detail };
  }
  const backend = headers['x-consul-query-backend'] ?? 'blocking-query';
  if (backend === 'blocking-query') return null;
  return {
    verdict: 'unavailable',
    detail: `the answer comes from ${quotedValue(backend)}, which may leave out pods in silence`,
  };
}

function refuseStrangers(
  { Node: node, Service: service }: Instance,
  { datacenter, service: name }: AskedService,
): void {
  if (service.Service.toLowerCase() !== name.toLowerCase()) {
    throw new ShapeProblem(`expected an answer about ${quotedValue(name)}, got ${quotedValue(service.Service)}`);
  }
  if (datacenter !== null && node.Datacenter !== '' && node.Datacenter !== datacenter) {
    throw new ShapeProblem(`expected an answer about ${quotedValue(datacenter)}, got ${quotedValue(node.Datacenter)}`);
  }
}

/** Nobody in particular gets an empty list where the ACLs hide everything, and nothing else says so. */
function withoutInstances(
  asked: AskedGroup,
  headers: ConsulReply['headers'],
  { hasToken }: Reading,
  generation: string | null,
): Answer {
  if (!hasToken && headers['x-consul-default-acl-policy'] === 'deny') {
    return answerWithout(asked, 'denied', 'Consul shows nothing without a token: set consul_token_file');
  }
  return answerWithout(asked, 'missing', 'Consul’s catalog has no instance of it', generation);
}

/** A service's id is its own within its node only. */
function written({ Node: node, Service: service }: Instance, nameMeta: string | null) {
  const id = `${node.Node}/${service.ID}`;
  const address = service.Address === '' ? node.Address : service.Address;
  return {
    id,
    fqdn: nameMeta === null ? node.Node : nameIn(service.Meta, nameMeta, id),
    ip4_address: isIp4OrEmpty(address) ? address : '',
    ip6_address: isIp6(address) ? address : '',
    port: service.Port,
  };
}

function nameIn(meta: Readonly<Record<string, string>>, key: string, id: string): string {
  const name = Object.hasOwn(meta, key) ? meta[key]! : '';
  if (name !== '') return name;
  throw new ShapeProblem(`${quotedValue(id)} has no metadata ${quotedValue(key)}, which consul_name_meta asks for`);
}
