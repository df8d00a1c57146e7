import type { Traffic } from './traffic.ts';

/** By node. */
export type AllTraffic = ReadonlyMap<string, Pick<Traffic, 'requests' | 'failures' | 'perSecond'>>;

export const NO_TRAFFIC: AllTraffic = new Map();

/** `traffic: 181/s, 179/s, 180/s; no error`. */
export function describeTraffic(traffic: AllTraffic): string {
  const all = [...traffic.values()];
  const rates = all.map((each) => `${each.perSecond()}/s`).join(', ');
  return `traffic: ${rates}; ${errors(all.reduce((sum, { failures }) => sum + failures.length, 0))}`;
}

/** What one node's line shows of it. */
export function trafficOf(traffic: AllTraffic, node: string): string | null {
  const own = traffic.get(node);
  return own === undefined ? null : `${own.perSecond()}/s, ${errors(own.failures.length)}`;
}

/** One line for each node whose HAProxy did not answer every request. */
export function failuresOf(traffic: AllTraffic): readonly string[] {
  return [...traffic].flatMap(([node, { requests, failures }]) =>
    failures.length === 0 ? [] : [`${node}: ${failures.length} of ${requests} requests failed: ${failures[0]}`],
  );
}

function errors(count: number): string {
  if (count === 0) return 'no error';
  return count === 1 ? '1 error' : `${count} errors`;
}
