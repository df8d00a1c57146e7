import type { ServerResponse } from 'node:http';
import { Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { deliver } from '../http/deliver.ts';
import { type Listening, listen, type Place, type Received } from '../http/listen.ts';
import { ApiServer, type Asked } from './api-server.ts';
import type { Target } from './resources.ts';
import { answerOfError, StatusError } from './status.ts';
import { Store } from './store.ts';
import { openWatch } from './watches.ts';

export interface KubernetesServerOptions extends Place {
  /** Users by token; without it everybody is `system:anonymous`. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Those who may do nothing. */
  readonly denied?: Iterable<string>;
  /** Runs the faults' delays and the watches; the process's own by default. */
  readonly clock?: SandboxClock;
  /** Shares what is kept with a server that was closed. */
  readonly store?: Store;
}

export interface KubernetesServer extends Listening {
  /** By verb and resource, such as `get leases` or `watch leases`, or `*`. */
  readonly faults: Faults;
  readonly store: Store;
  /** Requests as `verb resource`, in the order they came. */
  readonly requests: readonly string[];
  /** Users by token, and those who may do nothing, from now on. */
  readonly tokens: Map<string, string>;
  readonly denied: Set<string>;
  /** What a user may not do, as `user verb resource`. */
  readonly forbidden: Set<string>;
}

/** Starts an API server of Kubernetes that knows Leases, EndpointSlices, Services and ConfigMaps, over plain HTTP. */
export async function startKubernetes(options: KubernetesServerOptions = {}): Promise<KubernetesServer> {
  const api = new ApiServer({ ...options, store: options.store ?? new Store() });
  const { store, tokens, denied, forbidden } = api;
  const faults = new Faults();
  const requests: string[] = [];
  const clock = options.clock ?? monotonicClock;

  async function handle(received: Received, response: ServerResponse): Promise<void> {
    const asked = api.understand(received);
    const { verb, target } = asked;
    const route = `${verb} ${target?.resource.name ?? received.url.pathname}`;
    requests.push(route);
    const struck = faults.take(['*', route]);
    if (target !== null && verb === 'watch' && struck.length === 0) return watch(asked, target, response);
    await deliver({
      response,
      faults: struck,
      clock,
      apply: () => api.answer(asked),
      error: ({ message = '' }) => answerOfError(new StatusError(500, 'InternalError', message)),
    });
  }

  /** Until its time is over or the client has gone. */
  async function watch(asked: Asked, target: Target, response: ServerResponse): Promise<void> {
    try {
      api.admit(asked, target);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      response.writeHead(error.code, { 'content-type': 'application/json' });
      return void response.end(answerOfError(error).body);
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const query = asked.received.url.searchParams;
    const hangUp = openWatch({
      ...{ store, target, query, clock },
      write: (line) => void response.write(`${line}\n`),
      end: () => void response.end(),
    });
    return new Promise((resolve) => {
      response.once('close', () => {
        hangUp();
        resolve();
      });
    });
  }

  const listening = await listen(options, handle);
  return {
    ...listening,
    faults,
    store,
    requests,
    tokens,
    denied,
    forbidden,
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}
