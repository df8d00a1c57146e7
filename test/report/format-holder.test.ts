import { expect, test } from 'vitest';
import type { Holder } from '../../machines/vocabulary.ts';
import { describeHolder, describeRun, endHangingRun, formatPlace } from '../../src/report/format-holder.ts';

const nobody = { host: null, pid: null, runId: null, reason: null, transaction: null, since: null, heldForMs: null };
const ours = { ...nobody, title: 'watcher vm:77 run=r-1 reason=changed', host: 'vm', pid: 77, runId: 'r-1' };

test.each([
  [{ ...ours, reason: 'changed' }, 'vm (pid 77, run r-1, changed)'],
  [{ ...ours, transaction: '1-2-3-4' }, 'vm (pid 77, run r-1, transaction 1-2-3-4)'],
  [{ ...nobody, title: 'the owner of key /lock/5, lease 5' }, 'the owner of key /lock/5, lease 5'],
  [{ ...nobody, title: 'ytlock on vm', host: 'vm', pid: 7 }, 'ytlock on vm (pid 7)'],
  [{ ...nobody, title: 'pid 7, by a pid file without a record', pid: 7 }, 'pid 7, by a pid file without a record'],
] as const satisfies readonly (readonly [Holder, string])[])('%j is described as %s', (holder, words) => {
  expect(describeHolder(holder)).toBe(words);
});

test.each([
  [
    { ...ours, since: '2026-03-01T11:58:20.000Z', heldForMs: 100_000 },
    'pid 77, run r-1, since 2026-03-01T11:58:20.000Z (1m40s)',
  ],
  [{ ...ours, since: '2026-03-01T11:58:20.000Z' }, 'pid 77, run r-1, since 2026-03-01T11:58:20.000Z'],
  [{ ...ours, pid: null }, 'run r-1'],
] as const satisfies readonly (readonly [Holder, string])[])('%j has the run lock as %s', (holder, words) => {
  expect(describeRun(holder)).toBe(words);
});

test('a run that hangs is ended by its number, where that is known', () => {
  expect(endHangingRun({ pid: 77 })).toMatch(/^kill 77 ends it, or else kill -KILL 77 /);
  expect(endHangingRun({ pid: null })).toMatch(/^TERM ends it, or else KILL /);
});

test.each([
  [{ holder: ours, ahead: null, heldMs: null }, 'held by vm'],
  [{ holder: ours, ahead: 2, heldMs: 1_000 }, 'held by vm for 1.0s, 2 ahead'],
  [{ holder: null, ahead: 2, heldMs: null }, '2 ahead'],
])('a place in line, %j, is %s', (place, words) => {
  expect(formatPlace(place)).toBe(words);
});
