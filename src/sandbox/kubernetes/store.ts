import { randomUUID } from 'node:crypto';
import { refuseInvalid } from './checks.ts';
import { apiVersionOf, type Resource, type Target } from './resources.ts';
import { alreadyExists, conflict, expired, invalid, notFound } from './status.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Metadata extends Json {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Stored extends Json {
  readonly metadata: Metadata;
}

export interface StoreEvent {
  readonly version: number;
  readonly resource: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
}

/** What an API server keeps, with what happened to it since it was last compacted. */
export class Store {
  #version = 100;
  #compacted = 0;
  readonly #objects = new Map<string, Stored>();
  #events: StoreEvent[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #newUid: () => string;

  constructor(newUid: () => string = randomUUID) {
    this.#newUid = newUid;
  }

  get version(): number {
    return this.#version;
  }

  find({ resource, namespace, name }: Target): Stored | undefined {
    return this.#objects.get(keyOf(resource, namespace, name));
  }

  /** All of a namespace, by name. */
  list({ resource, namespace }: Target): readonly Stored[] {
    const prefix = keyOf(resource, namespace, '');
    return [...this.#objects.entries()]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => object);
  }

  create({ resource, namespace }: Target, name: string, given: Json): Stored {
    const { metadata = {}, ...rest } = given as { metadata?: Json };
    refuseInvalid(resource, name, given);
    if (this.#objects.has(keyOf(resource, namespace, name))) throw alreadyExists(resource, name);
    const own = { name, namespace, uid: this.#newUid(), creationTimestamp: '2026-01-01T00:00:00Z' };
    return this.#put('ADDED', resource, { ...written(resource, rest), metadata: { ...metadata, ...own } });
  }

  /** Replaces an object; one that is not there is made, unless the update says which it was about. */
  update(
    target: Target & { readonly name: string },
    given: Json,
  ): { readonly object: Stored; readonly isNew: boolean } {
    const { resource, name } = target;
    const { metadata: { resourceVersion, uid, ...metadata } = {}, ...rest } = given as { metadata?: Json };
    const known = this.find(target);
    refuseInvalid(resource, name, given);
    if (uid !== undefined && uid !== known?.metadata.uid) {
      const found = known?.metadata.uid ?? '';
      const why = `StorageError: invalid object, Code: 4, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`;
      throw conflict(resource, name, why);
    }
    if (known === undefined) return { object: this.create(target, name, given), isNew: true };
    if (resourceVersion === undefined && resource.isGuarded) {
      throw invalid(resource, name, 'metadata.resourceVersion', 'Invalid value: 0: must be specified for an update');
    }
    if (resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion) {
      const why = 'the object has been modified; please apply your changes to the latest version and try again';
      throw conflict(resource, name, why);
    }
    const { uid: own, creationTimestamp } = known.metadata;
    const next = { ...metadata, name, namespace: target.namespace, uid: own, creationTimestamp };
    return { object: this.#replace(resource, known, { ...written(resource, rest), metadata: next }), isNew: false };
  }

  patch(target: Target & { readonly name: string }, patch: Json): Stored {
    const known = this.find(target);
    if (known === undefined) throw notFound(target);
    const { resourceVersion: _, ...metadata } = known.metadata;
    const merged = merge({ ...known, metadata }, patch) as Json & { readonly metadata: Json };
    refuseInvalid(target.resource, target.name, merged);
    return this.#replace(target.resource, known, merged);
  }

  remove(target: Target): Stored {
    const known = this.find(target);
    if (known === undefined) throw notFound(target);
    this.#objects.delete(keyOf(target.resource, target.namespace, target.name));
    return this.#happened('DELETED', target.resource, known);
  }

  /** What happened to a resource after a version. Throws for one that is forgotten. */
  eventsSince(resource: Resource, version: number): readonly StoreEvent[] {
    if (version < this.#compacted) throw expired(`too old resource version: ${version} (${this.#compacted})`);
    // Each version is one event.
    const known = version + 1 - (this.#events[0]?.version ?? 0);
    return this.#events.slice(Math.max(0, known)).filter((event) => event.resource === resource.name);
  }

  /** Forgets what happened so far. */
  compact(): void {
    this.#compacted = this.#version;
    this.#events = [];
  }

  get compacted(): number {
    return this.#compacted;
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** An update that changes nothing makes no new version. */
  #replace(resource: Resource, known: Stored, next: Json & { readonly metadata: Json }): Stored {
    const { resourceVersion: _, ...metadata } = known.metadata;
    if (sameJson({ ...known, metadata }, next)) return known;
    return this.#put('MODIFIED', resource, next);
  }

  #put(
    type: 'ADDED' | 'MODIFIED',
    resource: Resource,
    { metadata, ...rest }: Json & { readonly metadata: Json },
  ): Stored {
    const resourceVersion = String(this.#version + 1);
    const object = { ...rest, metadata: { ...metadata, resourceVersion } } as unknown as Stored;
    const { namespace, name } = object.metadata;
    this.#objects.set(keyOf(resource, namespace, name), object);
    return this.#happened(type, resource, object);
  }

  #happened(type: StoreEvent['type'], resource: Resource, object: Stored): Stored {
    this.#version += 1;
    const version = this.#version;
    const seen = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#events.push({ version, resource: resource.name, type, object: seen });
    for (const listener of this.#listeners) listener();
    return seen;
  }
}

function keyOf({ name: resource }: Resource, namespace: string, name: string | null): string {
  return `${resource}/${namespace}/${name ?? ''}`;
}

/** Go's lists that are empty come back as null. */
function written(resource: Resource, rest: Json): Json {
  const typed = { kind: resource.kind, apiVersion: apiVersionOf(resource), ...rest };
  if (resource.kind !== 'EndpointSlice') return typed;
  const { endpoints, ports } = rest as { endpoints?: readonly Json[] | null; ports?: readonly Json[] | null };
  return {
    ...typed,
    endpoints: endpoints?.length ? endpoints.map((each) => ({ conditions: {}, ...each })) : null,
    ports: ports?.length ? ports.map((each) => ({ name: '', protocol: 'TCP', ...each })) : null,
  };
}

/** RFC 7396. */
function merge(into: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(into) ? into : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, sorted(each)] as const)
      .sort(),
  );
}
