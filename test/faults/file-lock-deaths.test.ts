/**
 * Goal: under `lock: file` no end of a run lets the next one refresh while any of its own refresh still lives.
 * Method: a run whose refresh ignores TERM is ended in every way there is while another waits for the lock; the refresh
 * of the other looks for the first.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, vi } from 'vitest';
import { ABORT_SIGNALS } from '../../machines/vocabulary.ts';
import { type Balancer, startBalancers } from '../support/balancers.ts';
import type { Running } from '../support/built-program.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { CELLS_AT_ONCE } from './states.ts';

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

/** What ends a run past its machine. A real-time signal has no name here. */
const DEATHS = ['SIGKILL', 'SIGILL', 'SIGTRAP', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS', 34] as const;

/** What is wrong with the program itself. */
const BUGS = {
  'an error that nobody catches': 'throw new Error("planted")',
  'a rejection that nobody handles': 'Promise.reject(new Error("planted"))',
  'an exit in the middle': 'process.exit(0)',
} as const;

describe('the other run waits for the refresh', () => {
  for (let at = 0; at < ABORT_SIGNALS.length; at += 2) {
    // Which signal it is matters to nothing but the first of them and its words, and those the kill matrix has of each.
    const signals = ABORT_SIGNALS.slice(at, at + 2);
    testBesideOthers(`of one that is stopped by ${signals.join(' and ')}, twice`, async () => {
      const scene = await startScene();
      for (const signal of [...signals, ...signals]) scene.first.child.kill(signal);
      const { code, stderr } = await scene.first.ended;
      const first = signals.find((signal) => code === 128 + constants.signals[signal]);
      expect(first, `it ended with ${code}`).toBeDefined();
      expect(stderr).toMatch(`watcher: stopped by ${first}; the refresh command had been started`);
      expect(scene.node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1, Errors: 0 });
      expect(existsSync(scene.node.path('watcher.pid'))).toBe(false);
      await scene.expectNoOverlap();
    });
  }

  for (const death of DEATHS) {
    testBesideOthers(`of one that dies of ${death}`, async () => {
      const scene = await startScene();
      process.kill(scene.first.child.pid!, death);
      await scene.first.ended;
      await scene.expectNoOverlap();
    });
  }

  for (const [title, act] of Object.entries(BUGS)) {
    testBesideOthers(`of one that ends by ${title}`, async () => {
      const scene = await startScene(act);
      scene.first.child.kill('SIGWINCH');
      await scene.first.ended;
      await scene.expectNoOverlap();
    });
  }
});

interface Scene {
  readonly node: Balancer;
  readonly first: Running;
  expectNoOverlap(): Promise<void>;
}

/** The first run refreshes, the other is in line. `bug` is what the first does when it gets SIGWINCH. */
async function startScene(bug = ''): Promise<Scene> {
  const { nodes } = await startBalancers(2, { lock: 'file', lock_file: '../cluster.lock', kill_grace: '700ms' });
  const [node, other] = nodes as [Balancer, Balancer];
  const pids = node.path('refresh.pids');
  const looks = other.path('looks');
  const planted = node.path('planted.cjs');
  writeFileSync(planted, `process.on('SIGWINCH', () => { ${bug} });`);
  const stubborn = `trap '' TERM; sleep 600 & echo $! $$ > ${pids}.new; mv ${pids}.new ${pids}; wait`;
  const first = node.start(['--haproxy_refresh_command', stubborn], { NODE_OPTIONS: `-r ${planted}` });
  await until('the first refreshes', () => existsSync(pids));
  const look = `for pid in $(cat ${pids}); do cut -d' ' -f3 /proc/$pid/stat 2>/dev/null || echo gone; done > ${looks}`;
  const second = other.start(['--detailed_exitcode', '--haproxy_refresh_command', look]);
  await until('the other is in line', () => readdirSync(node.path('..')).some((name) => name.endsWith('.waiting')));
  return {
    node,
    first,
    async expectNoOverlap() {
      expect(await second.ended).toMatchObject({ code: 10, stderr: '' });
      expect(readFileSync(looks, 'utf8')).toMatch(/^((gone|Z|X)\n){2}$/);
    },
  };
}
