import type { BenchPod } from '../source-bench.ts';

/** The primer's shape with the group that is asked about, and these pods in it. */
export function writtenSet(pods: readonly BenchPod[], more: object = {}): string {
  const endpoints = pods.map(({ name, port }) => ({ id: `${name}:${port}`, fqdn: name, port }));
  return JSON.stringify({ endpoint_sets: [{ cluster_name: 'dc1', endpoint_set_id: 'shop', endpoints, ...more }] });
}

export const TWO_PODS: readonly BenchPod[] = [
  { name: 'web-1.example.net', port: 80 },
  { name: 'web-2.example.net', port: 80 },
];
