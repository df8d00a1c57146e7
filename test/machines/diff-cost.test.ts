import { expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { expectedPods } from '../../machines/expected-pods.ts';
import { planOf } from '../../machines/plan.ts';
import { seenTwice } from '../../machines/second-look.ts';
import type { ChangeKind, Endpoint } from '../../machines/vocabulary.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { answer, group, pod } from '../support/pods.ts';

// Goal: the time of a comparison grows as its pods do, in both looks, whatever has become of them.
// Method: twice as many pods; what grows with the square takes four times as long, on whatever host.

const ALL: readonly ChangeKind[] = ['added', 'renamed', 'moved', 'removed'];
const FEW = 25_000;
const TIMES_MORE = 2;
const ROUNDS = 30;
const LIMIT = 2.6;

const shapes: Readonly<Record<string, (count: number) => readonly [readonly Endpoint[], readonly Endpoint[]]>> = {
  'all are new': (count) => [[], many(count, 'new')],
  'all have new ids': (count) => [many(count, 'old'), many(count, 'new', (at) => ({ fqdn: `old-${at}.example.net` }))],
  'all have moved': (count) => [many(count, 'p'), many(count, 'p', () => ({ port: 81 }))],
  'all have one name': (count) => [
    many(count, 'old', () => ({ fqdn: 'x' })),
    many(count, 'new', (at) => ({ fqdn: 'x', port: 1 + (at % 65_535) })),
  ],
};

test.each(Object.keys(shapes))('linear when %s', (shape) => {
  const few = shapes[shape]!(FEW);
  const more = shapes[shape]!(TIMES_MORE * FEW);
  let [fastest, fastestOfMore] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round += 1) {
    fastest = Math.min(
      fastest,
      cpuTimeOf(() => compare(few), 1),
    );
    fastestOfMore = Math.min(
      fastestOfMore,
      cpuTimeOf(() => compare(more), 1),
    );
    if (fastestOfMore / fastest < LIMIT) return;
  }
  expect(fastestOfMore / fastest).toBeLessThan(LIMIT);
});

/** Both looks, and what comes of them. */
function compare([before, after]: readonly [readonly Endpoint[], readonly Endpoint[]]): void {
  const first = diffGroups([group(before)], [answer(after)]);
  const twice = seenTwice(first, first);
  planOf(twice, ALL);
  expectedPods(twice, [answer(after)]);
}

function many(count: number, name: string, more: (at: number) => Partial<Endpoint> = () => ({})): Endpoint[] {
  return Array.from({ length: count }, (_, at) => pod(`${name}-${at}`, more(at)));
}
