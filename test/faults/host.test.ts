/**
 * Goal: a host that hardly runs, a file system that hangs, and containers that know each other by pid 1 break no promise.
 * Method: the built program beside busy neighbours, under strace, and in pid namespaces.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Balancer, startBalancers } from '../support/balancers.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { endedWithinBounds } from './bounded.ts';
import { heldUp, injecting } from './slow-calls.ts';

test('a host that gives a run a small part of one processor: it goes its way, and ends in time', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1, { lock_lease: '20s' });
  const node = nodes[0]!;
  for (let neighbour = 0; neighbour < 2; neighbour += 1) startBusyLoop();
  const running = node.start(['--detailed_exitcode'], {}, [...onOneProcessor(), 'nice', '-n', '5']);
  const waits = followWaits(running.child.pid!);
  expect(await endedWithinBounds(running)).toMatchObject({ code: 10, stderr: '' });
  const { ranNs, waitedNs } = waits();
  expect(waitedNs).toBeGreaterThan(ranNs);
  expect(refreshes()).toHaveLength(2);
  expect(yt.inspect.transactions()).toEqual([]);
});

test('a file system that hangs: timeout of the crontab ends the run, and the next one goes on', async () => {
  needs('strace', 'tracing');
  const { yt, nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const hung = injecting({ call: 'openat', path: node.path('primer.json'), fault: 'delay_enter=600s' });
  // GNU's timeout does at TERM what it does when its time is over.
  const running = node.start([], {}, ['timeout', '-k', '5s', '600s', ...hung]);
  await until('it has the run lock', () => existsSync(node.path('watcher.pid')) && isWhole(node.read('watcher.pid')));
  await heldUp(ownerIn(node).pid);
  running.child.kill('SIGTERM');
  const ended = await running.ended;
  expect(ended.signal).toBe('SIGKILL');
  expect(ended.stderr).toMatch(/^watcher: stopped by SIGTERM; HAProxy was left as it is [^\n]+$/m);
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, Errors: 0, HaproxyRefreshTry: 0 });
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
});

test('two containers, in which every run is pid 1, share a pid file: the second refuses, and says what to do', async () => {
  needs('root', 'namespaces');
  const { yp, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yp.faults.hold('*');
  const first = node.start([], {}, CONTAINER);
  await gate.arrived;
  expect(ownerIn(node)).toMatchObject({ pid: 1 });
  const refused = {
    code: 1,
    stderr: expect.stringMatching(/\(pid 1\) in another process-id namespace [^\n]*; if its owner is gone, remove it;/),
  };
  expect(await node.run([], {}, CONTAINER)).toMatchObject(refused);
  first.child.kill('SIGKILL');
  await first.ended;
  gate.release();
  expect(await node.run([], {}, CONTAINER)).toMatchObject(refused);
  rmSync(node.path('watcher.pid'));
  expect((await node.run(['--detailed_exitcode'], {}, CONTAINER)).code).toBe(10);
  expect(refreshes()).toHaveLength(2);
});

/** `--kill-child` has the container's pid 1 go with the one who started it. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

function startBusyLoop(): void {
  const [program, ...words] = [...onOneProcessor(), '/bin/sh', '-c', 'while :; do :; done'];
  const child = spawn(program!, words, { stdio: 'ignore' });
  afterwards(() => child.kill('SIGKILL'));
}

/** Words that keep a program on the first processor that this one may use. */
function onOneProcessor(): readonly string[] {
  const allowed = /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]!;
  return ['taskset', '-c', allowed];
}

/** How long the process ran so far, and how long it waited for a processor, as long as one could see. */
function followWaits(pid: number) {
  let seen = { ranNs: 0, waitedNs: 1 };
  const timer = setInterval(() => {
    try {
      const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
      seen = { ranNs: ranNs!, waitedNs: waitedNs! };
    } catch {
      // It is over, or this kernel does not say.
    }
  }, 20);
  afterwards(() => clearInterval(timer));
  return () => seen;
}

/** It is made before it is written. */
function isWhole(pidFile: string): boolean {
  return pidFile.split('\n').length === 3;
}

function ownerIn(node: Balancer) {
  return JSON.parse(node.read('watcher.pid').split('\n')[1]!);
}
