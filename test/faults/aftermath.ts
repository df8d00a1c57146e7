import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { YtProxy } from '../../src/sandbox/yt/server.ts';
import type { Balancer, Refresh } from '../support/balancers.ts';

/** What the statistics of a node say; null while there are none. */
export function statisticsOf(node: Balancer): Record<string, number> | null {
  return existsSync(node.path('stats.json')) ? node.statistics() : null;
}

/** The record of a refresh that is not known to be over. */
export function intentOf(node: Balancer): { readonly run_id: string } | null {
  return existsSync(node.path('state.json')) ? JSON.parse(node.read('state.json')).intent : null;
}

/** What time does in the end: whoever died no longer has its lease. */
export function endLeases({ cluster: { transactions } }: YtProxy): void {
  for (const transaction of transactions.all()) transactions.end(transaction, 'aborted');
}

/** Each refresh has ended before the next one starts. */
export function expectOneAtATime(refreshes: readonly Refresh[]): void {
  for (let index = 0; index < refreshes.length; index += 2) {
    const [start, end] = refreshes.slice(index, index + 2);
    expect([start?.what, end?.what, end?.node]).toEqual(['start', 'end', start?.node]);
  }
}
