import { expect, test } from 'vitest';
import type { Holder } from '../../machines/vocabulary.ts';
import { describeHolder } from '../../src/report/format-holder.ts';

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
