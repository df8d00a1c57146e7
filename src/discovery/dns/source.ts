import type { SrvAnswer } from 'dns-packet';
import type { Answer, Endpoint } from '../../../machines/vocabulary.ts';
import { Failed } from '../../failure.ts';
import { ShapeProblem } from '../../json/validate.ts';
import { atOnce } from '../../slices.ts';
import { quoted } from '../../text/quoted.ts';
import { isHostName, normalPodName } from '../names.ts';
import { readPods } from '../pods.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { addressesOf } from './addresses.ts';
import { type AskAbout, type Found, lookUp } from './lookup.ts';
import { DnsProblem } from './problem.ts';
import { createResolver, type ResolverLimits } from './resolver.ts';
import type { DnsServer } from './server-address.ts';
import { type Resolution, readSystemServers, STANDARD } from './system-servers.ts';

export interface DnsOptions {
  /** Null: the system's. */
  readonly servers: readonly DnsServer[] | null;
  /** Names alone are compared without. */
  readonly wantsAddresses: boolean;
  readonly systemFile?: string;
  readonly resolution?: Partial<Omit<Resolution, 'servers'>>;
  readonly limits?: Partial<ResolverLimits>;
}

const defaults: ResolverLimits = { concurrent: 8, totalMs: 60_000 };

/** SRV records: a group is a name of theirs, a pod is a target and its port. */
export function createDnsSource(options: DnsOptions): Source {
  return async ({ groups }, signal) => {
    const refuseAll = (problem: DnsProblem) => ({ answers: groups.map((asked) => answerOf(asked, problem)) });
    try {
      const system =
        options.servers === null ? await readSystemServers(options.systemFile ?? '/etc/resolv.conf') : null;
      const resolution = { ...STANDARD, servers: options.servers ?? [], ...system, ...options.resolution };
      const resolver = createResolver(resolution, { ...defaults, ...options.limits }, signal);
      try {
        return { answers: await Promise.all(groups.map((asked) => answerAbout(asked, resolver.ask))) };
      } finally {
        resolver.close();
      }
    } catch (error) {
      if (signal.aborted) throw new Failed('aborted', 'aborted while asking discovery');
      if (error instanceof DnsProblem) return refuseAll(error);
      throw error;
    }
  };

  async function answerAbout(asked: AskedGroup, ask: AskAbout): Promise<Answer> {
    try {
      if (!isHostName(asked.endpointSet)) {
        throw new DnsProblem('invalid', 'the endpoint set id is no DNS name, like _http._tcp.shop.example.net');
      }
      const found = await lookUp(ask, asked.endpointSet, 'SRV');
      if (found === null) return answerWithout(asked, 'missing', 'there is no such name (NXDOMAIN)');
      const services = servicesIn(found);
      if (services.length === 0) return answerWithout(asked, 'empty', null);
      const endpoints = await endpointsOf(services, found, ask);
      return { ...asked, verdict: 'ok', endpoints, generation: null, detail: null };
    } catch (error) {
      if (error instanceof DnsProblem) return answerOf(asked, error);
      if (error instanceof ShapeProblem) return answerWithout(asked, 'invalid', error.message);
      throw error;
    }
  }

  async function endpointsOf(services: readonly Service[], found: Found, ask: AskAbout): Promise<readonly Endpoint[]> {
    const targets = new Set(services.map(({ target }) => target));
    const addresses = options.wantsAddresses ? await addressesOf(targets, found.additionals, ask) : null;
    const written = services.map(({ target, port }) => ({
      id: `${target}:${port}`,
      fqdn: target,
      port,
      ip4_address: addresses?.get(target)?.ip4,
      ip6_address: addresses?.get(target)?.ip6,
    }));
    return atOnce(readPods(written, ''));
  }
}

interface Service {
  readonly target: string;
  readonly port: number;
}

/** RFC 2782: one record whose target is the root says that the service is decidedly not there. */
function servicesIn({ records }: Found): readonly Service[] {
  const services = (records as readonly SrvAnswer[]).map(({ data }) => ({
    target: normalPodName(data.target),
    port: data.port,
  }));
  const isRoot = ({ target }: Service) => target === '.' || target === '';
  const strange = services.find((service) => !isRoot(service) && !isHostName(service.target));
  if (strange !== undefined) throw new DnsProblem('invalid', `the target ${quoted(strange.target)} is no host name`);
  if (!services.some(isRoot)) return services;
  if (services.every(isRoot)) return [];
  throw new DnsProblem('invalid', 'a target "." (no such service) stands beside others');
}

function answerOf(asked: AskedGroup, { kind: verdict, message }: DnsProblem): Answer {
  return answerWithout(asked, verdict, message);
}
