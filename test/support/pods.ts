import type { Answer, Endpoint, Group, PodName } from '../../machines/vocabulary.ts';

/** One pod; its fqdn follows from its id unless it is said. */
export function pod(id: string, overrides: Partial<Endpoint> = {}): Endpoint {
  return { id, fqdn: `${id}.example.net`, ip4: null, ip6: '2001:db8::1', port: 80, ...overrides };
}

/** A group as the primer has it. */
export function group(endpoints: readonly Endpoint[], overrides: Partial<Group> = {}): Group {
  return { cluster: 'sas', endpointSet: 'front', endpoints, ...overrides };
}

/** What discovery says of the same group. */
export function answer(endpoints: readonly Endpoint[], overrides: Partial<Answer> = {}): Answer {
  return { ...group(endpoints), verdict: 'ok', generation: null, detail: null, ...overrides };
}

/** What a comparison calls pods whose names are in their group only once. */
export function named(...names: readonly string[]): PodName[] {
  return names.map((name) => ({ name, port: null }));
}
