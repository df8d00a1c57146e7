/**
 * Goal: pods are looked up among HAProxy's servers in a time that grows as they do.
 * Method: twice as many take about twice the time.
 */
import { expect, test } from 'vitest';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { findDrift } from '../../src/drift/find-drift.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { answer, group, pod } from '../support/pods.ts';

const FEW = 20_000;
const LIMIT = 2.6;

test.each([
  ['each has an address of its own', (at: number) => ({ ip4: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` })],
  ['all are at one address', (at: number) => ({ ip4: '10.0.0.1', port: 1 + at })],
])('linear where %s', (_, placeOf) => {
  const [few, more] = [drift(FEW, placeOf), drift(2 * FEW, placeOf)];
  let [fastest, fastestOfMore] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 30 && !(fastestOfMore / fastest < LIMIT); round += 1) {
    fastest = Math.min(fastest, cpuTimeOf(few, 1));
    fastestOfMore = Math.min(fastestOfMore, cpuTimeOf(more, 1));
  }
  expect(fastestOfMore / fastest).toBeLessThan(LIMIT);
});

/** So many pods, of which HAProxy has all but their names. */
function drift(count: number, placeOf: (at: number) => Partial<Endpoint>): () => void {
  const endpoints = Array.from({ length: count }, (_, at) => pod(`p${at}`, { ip6: null, ...placeOf(at) }));
  const found = endpoints.map(({ ip4: address, port: at }, index) => ({ name: `s${index}`, address, port: at }));
  const all = found.map((each) => ({ backend: 'shop', fqdn: null, ...each }));
  return () => findDrift([group(endpoints)], [answer(endpoints)], all);
}
