import type { ServerResponse } from 'node:http';
import { Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { type Answer, deliver } from '../http/deliver.ts';
import { type Listening, listen, type Received } from '../http/listen.ts';
import { Lists } from './lists.ts';
import { NAMESPACES, type Target, targetOf } from './resources.ts';
import { answerOfError, badRequest, forbidden, notFound, StatusError } from './status.ts';
import { Store } from './store.ts';
import { serveWatch } from './watches.ts';

type Json = Readonly<Record<string, unknown>>;

export interface KubernetesServerOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
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
  const store = options.store ?? new Store();
  const lists = new Lists(store);
  const faults = new Faults();
  const requests: string[] = [];
  const clock = options.clock ?? monotonicClock;
  const tokens = new Map(Object.entries(options.tokens ?? {}));
  const [denied, notAllowed] = [new Set(options.denied), new Set<string>()];
  for (const name of ['default', 'kube-system']) addNamespace(store, name);

  function admit({ headers }: Received, verb: string, target: Target): void {
    const [, token = ''] = /^Bearer (.*)$/.exec(headers.authorization ?? '') ?? [];
    const user = tokens.size === 0 ? 'system:anonymous' : tokens.get(token);
    if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    const isForbidden = denied.has(user) || notAllowed.has(`${user} ${verb} ${target.resource.name}`);
    if (isForbidden) throw forbidden(target, user, verb);
  }

  async function handle(received: Received, response: ServerResponse): Promise<void> {
    const target = targetOf(received.url.pathname);
    const verb = verbOf(received, target);
    const route = `${verb} ${target?.resource.name ?? received.url.pathname}`;
    requests.push(route);
    const struck = faults.take(['*', route]);
    if (target !== null && verb === 'watch' && struck.length === 0) {
      try {
        admit(received, verb, target);
        return await serveWatch({ store, target, query: received.url.searchParams, response, clock });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        response.writeHead(error.code, { 'content-type': 'application/json' });
        return void response.end(answerOfError(error).body);
      }
    }
    await deliver({
      response,
      faults: struck,
      clock,
      apply: () => answered(() => apply(received, verb, target)),
      error: ({ message = '' }) => answerOfError(new StatusError(500, 'InternalError', message)),
    });
  }

  function apply(received: Received, verb: string, target: Target | null): Answer {
    if (target === null) {
      return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
    }
    admit(received, verb, target);
    const { name } = target;
    if (verb === 'list') return lists.answer(target, received.url.searchParams);
    if (verb === 'create') return created(target, objectIn(received));
    if (name === null) throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method');
    const named = { ...target, name };
    if (verb === 'get') return json(200, store.find(target) ?? fail(notFound(target)));
    if (verb === 'delete') return json(200, store.remove(target));
    if (verb === 'patch') return json(200, store.patch(named, objectIn(received, 'application/merge-patch+json')));
    const given = objectIn(received);
    const own = (given['metadata'] as Json | undefined)?.['name'];
    if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
    const { object, isNew } = store.update(named, given);
    return json(isNew ? 201 : 200, object);
  }

  function created(target: Target, given: Json): Answer {
    const name = (given['metadata'] as Json | undefined)?.['name'];
    if (typeof name !== 'string') throw badRequest('name or generateName is required');
    const namespace = namespaceTarget(target.namespace);
    if (target.resource !== NAMESPACES && store.find(namespace) === undefined) throw notFound(namespace);
    return json(201, store.create(target, name, given));
  }

  const listening = await listen(options.host ?? '127.0.0.1', options.port ?? 0, handle);
  return {
    ...listening,
    faults,
    store,
    requests,
    tokens,
    denied,
    forbidden: notAllowed,
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}

function namespaceTarget(name: string): Target {
  return { resource: NAMESPACES, namespace: '', name };
}

function addNamespace(store: Store, name: string): void {
  const target = namespaceTarget(name);
  if (store.find(target) === undefined) store.create(target, name, {});
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function verbOf({ method, url }: Received, target: Target | null): string {
  if (method !== 'GET') return VERBS[method] ?? method.toLowerCase();
  if (url.searchParams.get('watch') === '1' || url.searchParams.get('watch') === 'true') return 'watch';
  return target?.name === null ? 'list' : 'get';
}

function objectIn({ body, headers }: Received, type = 'application/json'): Json {
  if (headers['content-type'] !== type) throw new StatusError(415, 'UnsupportedMediaType', `expected ${type}`);
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    throw badRequest('the object provided is unrecognized');
  }
}

function json(status: number, object: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) };
}

function fail(error: Error): never {
  throw error;
}

function answered(make: () => Answer): Answer {
  try {
    return make();
  } catch (error) {
    if (error instanceof StatusError) return answerOfError(error);
    throw error;
  }
}
