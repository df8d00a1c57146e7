/** What a token may do: names that begin so; none where it is left out. */
export interface Rights {
  readonly service?: string;
  readonly node?: string;
  readonly keyRead?: string;
  readonly keyWrite?: string;
  readonly session?: string;
}

export interface AclOptions {
  readonly defaultPolicy: 'allow' | 'deny';
  /** By SecretID. */
  readonly tokens?: Readonly<Record<string, Rights>>;
}

export type Resource = keyof Rights;

/** Who asks, and what they may. */
export interface Asker {
  readonly isAnonymous: boolean;
  may(resource: Resource, name: string): boolean;
  /** Consul's own words for a refusal. */
  refusal(resource: Resource, name: string): string;
}

/** Null for a token that is not known. */
export function askerOf({ defaultPolicy, tokens = {} }: AclOptions, secret: string | null): Asker | null {
  const isAnonymous = secret === null || secret === '';
  if (defaultPolicy === 'allow' && isAnonymous) return { isAnonymous, may: () => true, refusal };
  if (!isAnonymous && !Object.hasOwn(tokens, secret)) return null;
  const rights = isAnonymous ? {} : tokens[secret]!;
  return { isAnonymous, may: (resource, name) => isPrefixOf(rights, resource, name), refusal };
}

function isPrefixOf(rights: Rights, resource: Resource, name: string): boolean {
  // Who may write may read.
  const prefixes = resource === 'keyRead' ? [rights.keyRead, rights.keyWrite] : [rights[resource]];
  return prefixes.some((prefix) => prefix !== undefined && name.startsWith(prefix));
}

const words: Readonly<Record<Resource, string>> = {
  service: 'service:read',
  node: 'node:read',
  keyRead: 'key:read',
  keyWrite: 'key:write',
  session: 'session:write',
};

function refusal(resource: Resource, name: string): string {
  const accessor = '00000000-0000-0000-0000-000000000002';
  return `Permission denied: token with AccessorID '${accessor}' lacks permission '${words[resource]}' on "${name}"`;
}
