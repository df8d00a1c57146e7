import { type ErrorFault, Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { type Answer, deliver } from '../http/deliver.ts';
import { type Listening, listen, type Place, type Received } from '../http/listen.ts';
import { type SetOptions, Sets, type YpEndpoint } from './sets.ts';
import { type ResolveRequest, readRequest, writeAnswer } from './wire.ts';

export interface YpServerOptions extends Place {
  /** Names of the provider's instances, which answer in turn; one by default. */
  readonly replicas?: readonly string[];
  /** Runs the faults' delays; the process's own by default. */
  readonly clock?: SandboxClock;
}

/** A well-formed request as the server saw it. */
export interface SeenResolve extends ResolveRequest {
  /** The replica that answered; null while none has, and for a request that a fault kept from them. */
  readonly replica: string | null;
}

export interface YpServer extends Listening {
  readonly faults: Faults;
  readonly requests: readonly SeenResolve[];
  /** The most requests that were ever open at once. */
  readonly concurrencyMax: number;
  /** Says what a set has from now on, on every replica or on one. */
  set(cluster: string, setId: string, endpoints: readonly YpEndpoint[], options?: SetOptions): void;
  /** Answers 503 for that cluster until the returned function is called. */
  outage(cluster: string): () => void;
}

/** Starts a YP.SD provider over HTTP/JSON. */
export async function startYpServer(options: YpServerOptions = {}): Promise<YpServer> {
  const sets = new Sets(options.replicas ?? ['sd-1.sandbox']);
  const faults = new Faults();
  const requests: SeenResolve[] = [];
  let open = 0;
  let concurrencyMax = 0;

  const listening = await listen(options, async (received, response) => {
    open += 1;
    concurrencyMax = Math.max(concurrencyMax, open);
    const asked = readRequest(received.body.toString('utf8'));
    const seen = typeof asked === 'string' ? null : { ...asked, replica: null };
    if (seen !== null) requests.push(seen);
    const delivery = {
      response,
      faults: faults.take(routesOf(asked)),
      clock: options.clock ?? monotonicClock,
      apply: () => refusal(received, asked) ?? resolve(seen!),
      error: ({ code, message = '' }: ErrorFault) => plain(500, `${code} ${message}`),
    };
    try {
      await deliver(delivery);
    } finally {
      open -= 1;
    }
  });

  function resolve(seen: SeenResolve): Answer {
    const replica = sets.nextReplica();
    Object.assign(seen, { replica });
    const body = writeAnswer(seen.setId, sets.get(replica, seen.cluster, seen.setId), replica);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  return {
    ...listening,
    faults,
    requests,
    get concurrencyMax() {
      return concurrencyMax;
    },
    set: (cluster, setId, endpoints, setOptions = {}) => sets.set(cluster, setId, endpoints, setOptions),
    outage: (cluster) => faults.add(cluster, { kind: 'status', status: 503, body: `no provider in ${cluster}` }),
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}

function routesOf(asked: ResolveRequest | string): string[] {
  return typeof asked === 'string' ? ['*'] : ['*', asked.cluster, `${asked.cluster}/${asked.setId}`];
}

function refusal({ method, url }: Received, asked: ResolveRequest | string): Answer | null {
  if (url.pathname !== '/resolve_endpoints/json') return plain(404, 'not found');
  if (method !== 'POST') return plain(405, 'POST only');
  return typeof asked === 'string' ? plain(400, asked) : null;
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
