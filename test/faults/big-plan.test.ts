import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pod, startBalancers } from '../support/balancers.ts';

const PODS = 100_000;

/** The shortest lease that is worth having, and how often it is renewed. */
const LEASE_MS = 2_000;
const RENEWAL_MS = LEASE_MS / 4;

const WATCH_LOOP = join(import.meta.dirname, '..', 'bench', 'programs', 'watch-loop.cjs');

// What other processes of the host take away can stop any process for longer than such a lease: then it is tried again.
test('a hundred thousand new pods: both looks leave time for each renewal of a short lease', { retry: 3 }, async () => {
  const { yt, yp, nodes, refreshes } = await startBalancers(1, {
    lock_lease: `${LEASE_MS}ms`,
    kill_grace: '100ms',
    haproxy_refresh_delay: '1s',
    log_level: 'INFO',
  });
  yp.set(
    'sas',
    'front',
    Array.from({ length: PODS }, (_, at) => ({ ...pod(at), ip6_address: `2001:db8::${(at >> 16) + 1}:${at & 0xfff}` })),
  );
  const node = nodes[0]!;
  const loop = node.path('loop');
  const ended = await node.run(['--detailed_exitcode'], {
    NODE_OPTIONS: `--require=${WATCH_LOOP}`,
    WATCHED_LOOP: loop,
  });
  expect(ended).toMatchObject({ code: 10, stderr: '' });
  expect(node.read('watcher.log')).toContain(`${PODS - 1} pods added`);
  expect(refreshes()).toHaveLength(2);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(Number(readFileSync(loop, 'utf8'))).toBeLessThan(RENEWAL_MS);
});
