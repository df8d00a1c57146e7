import type { Answer } from '../http/deliver.ts';
import type { Received } from '../http/listen.ts';
import { Lists } from './lists.ts';
import { NAMESPACES, type Target, targetOf } from './resources.ts';
import { answerOfError, badRequest, forbidden, notFound, StatusError } from './status.ts';
import type { Store } from './store.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request as the API server understands it. */
export interface Asked {
  readonly received: Received;
  readonly verb: string;
  /** Null: a path that no resource has. */
  readonly target: Target | null;
}

export interface ApiServerOptions {
  /** Users by token; without it everybody is `system:anonymous`. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Those who may do nothing. */
  readonly denied?: Iterable<string>;
  readonly store: Store;
}

/** What an API server answers, whatever way the requests come. */
export class ApiServer {
  readonly store: Store;
  readonly tokens: Map<string, string>;
  readonly denied: Set<string>;
  readonly forbidden = new Set<string>();
  readonly #lists: Lists;

  constructor({ store, tokens = {}, denied }: ApiServerOptions) {
    this.store = store;
    this.tokens = new Map(Object.entries(tokens));
    this.denied = new Set(denied);
    this.#lists = new Lists(store);
    for (const name of ['default', 'kube-system']) addNamespace(store, name);
  }

  understand(received: Received): Asked {
    const target = targetOf(received.url.pathname);
    return { received, target, verb: verbOf(received, target) };
  }

  /** Throws a `StatusError` for one who may not do that. */
  admit({ received: { headers }, verb }: Asked, target: Target): void {
    const [, token = ''] = /^Bearer (.*)$/.exec(headers.authorization ?? '') ?? [];
    const user = this.tokens.size === 0 ? 'system:anonymous' : this.tokens.get(token);
    if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    const isForbidden = this.denied.has(user) || this.forbidden.has(`${user} ${verb} ${target.resource.name}`);
    if (isForbidden) throw forbidden(target, user, verb);
  }

  /** Answers everything but a watch. */
  answer(asked: Asked): Answer {
    try {
      return this.#apply(asked);
    } catch (error) {
      if (error instanceof StatusError) return answerOfError(error);
      throw error;
    }
  }

  #apply(asked: Asked): Answer {
    const { received, verb, target } = asked;
    if (target === null) {
      return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
    }
    this.admit(asked, target);
    const { name } = target;
    const { store } = this;
    if (verb === 'list') return this.#lists.answer(target, received.url.searchParams);
    if (verb === 'create') return this.#create(target, objectIn(received));
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

  #create(target: Target, given: Json): Answer {
    const name = (given['metadata'] as Json | undefined)?.['name'];
    if (typeof name !== 'string') throw badRequest('name or generateName is required');
    const namespace = namespaceTarget(target.namespace);
    if (target.resource !== NAMESPACES && this.store.find(namespace) === undefined) throw notFound(namespace);
    return json(201, this.store.create(target, name, given));
  }
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
