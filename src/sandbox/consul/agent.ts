import type { SandboxClock } from '../http/clock.ts';
import type { Answer } from '../http/deliver.ts';
import type { Received } from '../http/listen.ts';
import { type AclOptions, askerOf } from './acl.ts';
import { readQuery } from './query.ts';
import { jsonReply, Refusal, refusalReply, type ServerMeta, unknownPath } from './reply.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { keyRoute } from './routes/keys.ts';
import type { Asked, Read, Route } from './routes/route.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { Datacenter } from './state/datacenter.ts';
import type { SessionRules } from './state/sessions.ts';

const ROUTES: readonly Route[] = [...catalogRoutes, ...sessionRoutes, keyRoute];

/** What the agent that is asked is called. */
const NAME = 'agent-1';

export interface AgentOptions {
  /** The agent's own comes first. */
  readonly datacenters: readonly string[];
  readonly acl: AclOptions;
  readonly clock: SandboxClock;
  readonly sessionTtlMinMs: number;
  /** Those of Consul by default. */
  readonly sessions?: SessionRules;
}

/** An agent of Consul, and the servers behind it. */
export class Agent {
  /** What the server knows of its leader. Without one, only what may be stale is read. */
  readonly leader = { isKnown: true, lastContactMs: 0 };
  readonly #acl: AclOptions;
  readonly #sessionTtlMinMs: number;
  readonly #names: readonly string[];
  readonly #datacenters: ReadonlyMap<string, Datacenter>;

  constructor({ datacenters, acl, clock, sessionTtlMinMs, sessions }: AgentOptions) {
    this.#acl = acl;
    this.#sessionTtlMinMs = sessionTtlMinMs;
    this.#names = datacenters;
    const nodesOf = (name: string) => [name === datacenters[0] ? NAME : `${name}-server-1`];
    this.#datacenters = new Map(
      datacenters.map((name) => [name, new Datacenter(name, nodesOf(name), clock, sessions)]),
    );
  }

  datacenter(name = this.#names[0]!): Datacenter {
    return this.#datacenters.get(name)!;
  }

  /** Waits where a read is to wait. What is then answered, and changed, is found out when it is asked for. */
  async prepare(received: Received): Promise<() => Answer> {
    const { route, name } = routeOf(received);
    if (route === null) return unknownPath;
    try {
      const asked = this.#askedOf(received, name);
      const { read, change = {} } = route;
      if (asked.method === 'GET' && read !== undefined) return await this.#prepareRead(read(asked), asked);
      const apply = change[asked.method];
      if (apply === undefined) throw new Refusal(405, `method ${asked.method} not allowed`);
      return () => this.#guarded(() => jsonReply(apply(asked), this.#meta(), null));
    } catch (error) {
      return () => this.#refused(error);
    }
  }

  async #prepareRead(read: Read, { query, datacenter, asker }: Asked): Promise<() => Answer> {
    const { consistency, minIndex, waitMs } = readQuery(query);
    await datacenter.waitFor(() => read.index() ?? 0, minIndex, waitMs);
    return () =>
      this.#guarded(() => {
        if (!this.leader.isKnown && consistency !== 'stale') throw new Refusal(500, 'No cluster leader');
        const { body, isFiltered = false, saysConsistency = false } = read.answer();
        const index = read.index();
        if (index === null) return jsonReply(body, this.#meta(), null);
        const isToldFiltered = isFiltered && !asker.isAnonymous;
        const consistencyReport = saysConsistency ? { effectiveConsistency: consistency } : {};
        return jsonReply(body, this.#meta(), { index, isFiltered: isToldFiltered, ...consistencyReport });
      });
  }

  #askedOf({ method, url, headers, body }: Received, name: string): Asked {
    const query = url.searchParams;
    const datacenter = this.#datacenters.get(query.get('dc') ?? this.#names[0]!);
    if (datacenter === undefined) throw new Refusal(500, 'No path to datacenter');
    const asker = askerOf(this.#acl, headers['x-consul-token']?.toString() ?? null);
    if (asker === null) throw new Refusal(403, 'ACL not found');
    if (!this.leader.isKnown && method !== 'GET') throw new Refusal(500, 'No cluster leader');
    // The real one takes no notice of a body whose length is not announced.
    const announced = Number(headers['content-length'] ?? 0) > 0 ? body : Buffer.alloc(0);
    const node = datacenter.name === this.#names[0] ? NAME : null;
    return {
      method,
      name,
      query,
      body: announced,
      datacenter,
      datacenters: this.#names,
      asker,
      node,
      sessionTtlMinMs: this.#sessionTtlMinMs,
    };
  }

  #meta(): ServerMeta {
    const { isKnown: isLeaderKnown, lastContactMs } = this.leader;
    return { defaultPolicy: this.#acl.defaultPolicy, isLeaderKnown, lastContactMs };
  }

  #guarded(answer: () => Answer): Answer {
    try {
      return answer();
    } catch (error) {
      return this.#refused(error);
    }
  }

  #refused(error: unknown): Answer {
    if (error instanceof Refusal) return refusalReply(error, this.#meta());
    throw error;
  }
}

function routeOf({ url }: Received): { readonly route: Route | null; readonly name: string } {
  for (const route of ROUTES) {
    const found = route.pattern.exec(url.pathname);
    if (found !== null) return { route, name: decodeURIComponent(found[1]!) };
  }
  return { route: null, name: '' };
}
