/** A kind of object that the API server keeps, by its name in paths. */
export interface Resource {
  readonly name: string;
  readonly kind: string;
  /** Empty: the core. */
  readonly group: string;
  /** An update must say which version it replaces. */
  readonly isGuarded: boolean;
}

export const NAMESPACES: Resource = { name: 'namespaces', kind: 'Namespace', group: '', isGuarded: true };

const RESOURCES: readonly Resource[] = [
  { name: 'leases', kind: 'Lease', group: 'coordination.k8s.io', isGuarded: true },
  { name: 'endpointslices', kind: 'EndpointSlice', group: 'discovery.k8s.io', isGuarded: true },
  { name: 'services', kind: 'Service', group: '', isGuarded: true },
  { name: 'configmaps', kind: 'ConfigMap', group: '', isGuarded: false },
];

export function apiVersionOf({ group }: Resource): string {
  return group === '' ? 'v1' : `${group}/v1`;
}

/** `leases.coordination.k8s.io`, as errors have it. */
export function fullName({ name, group }: Resource): string {
  return group === '' ? name : `${name}.${group}`;
}

/** Which objects a path is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string;
  /** Null: all of a namespace. */
  readonly name: string | null;
}

/** Null for a path that no such resource has. */
export function targetOf(path: string): Target | null {
  const [, own] = /^\/api\/v1\/namespaces(?:\/([^/]+))?$/.exec(path) ?? [path, ''];
  if (own !== '') return { resource: NAMESPACES, namespace: '', name: own ?? null };
  const [, group = '', namespace, plural, name = null] =
    /^\/(?:api|apis\/([^/]+))\/v1\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const resource = RESOURCES.find((each) => each.name === plural && each.group === group);
  return resource === undefined || namespace === undefined ? null : { resource, namespace, name };
}
