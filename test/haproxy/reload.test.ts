/** The whole way with a real HAProxy: what discovery tells, the built program, a refresh script, and who answers then. */
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { type HaproxyNode, startNode, startPod } from './balancer.ts';

beforeEach(() => needs('haproxy'));

test('a pod that discovery names gets its share of the requests, and none fails meanwhile', async () => {
  const [one, two] = [await startPod('front-1.sas.example.net'), await startPod('front-2.sas.example.net')];
  const node = await startNode([one]);
  expect(await node.answering()).toEqual([one.name]);
  expect(await node.run()).toMatchObject({ code: 11, stderr: '' });

  node.discover([one, two]);
  const load = askWithoutPause(node);
  expect(await node.run()).toMatchObject({ code: 10, stderr: '' });
  expect(await until('both pods answer', () => bothAnswer(node))).toEqual([one.name, two.name]);
  expect(await load.failures()).toEqual([]);

  expect(await node.run()).toMatchObject({ code: 11, stderr: '' });
});

test('a configuration that HAProxy refuses fails the run, and HAProxy serves on with the old one', async () => {
  const [one, two] = [await startPod('front-1.sas.example.net'), await startPod('front-2.sas.example.net')];
  const node = await startNode([one]);

  node.discover([one, two]);
  node.breakTemplate('balancee roundrobin');
  const { code, stderr } = await node.run();
  expect(code).toBe(5);
  expect(stderr).toMatch(/^watcher: .*the refresh command exited with 1.*\n$/);
  expect(readFileSync(node.path('watcher.log'), 'utf8')).toContain("unknown keyword 'balancee'");
  expect(await node.answering()).toEqual([one.name]);

  // HAProxy was not given the pods, and the next run knows.
  node.breakTemplate('');
  expect(await node.run()).toMatchObject({ code: 10, stderr: '' });
  expect(await until('both pods answer', () => bothAnswer(node))).toEqual([one.name, two.name]);
});

async function bothAnswer(node: HaproxyNode): Promise<readonly string[] | null> {
  const names = await node.answering();
  return names.length === 2 ? names : null;
}

/** One request after another until somebody asks which of them failed. */
function askWithoutPause(node: HaproxyNode): { failures(): Promise<readonly string[]> } {
  const failures: string[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) await node.ask().catch((error: Error) => failures.push(error.message));
  })();
  return {
    async failures() {
      isOver = true;
      await asking;
      return failures;
    },
  };
}
