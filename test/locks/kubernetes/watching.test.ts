/** A check that waits: what comes of each way in which its watch goes, on a Lease in memory and by clocks of the test. */
import { describe, expect, test } from 'vitest';
import type { ApiRequest, KubernetesApi } from '../../../src/kubernetes/api.ts';
import { KubernetesProblem } from '../../../src/kubernetes/problem.ts';
import { createLeases, type Watched } from '../../../src/locks/kubernetes/leases.ts';
import { createKubernetesLock } from '../../../src/locks/kubernetes/lock.ts';
import { CLAIM, handClocks, never } from './lab.ts';

const NAME = { namespace: 'balancers', name: 'mslb' };
const OTHER = { holderIdentity: 'node-7_9c2b6d1e', leaseDurationSeconds: 15, renewTime: 'then' };

type Say = (line: string) => boolean;

/** A Lease in memory: what its watch does, and whether another is faster to write, is up to the test. */
function world(spec: object = OTHER) {
  const clocks = handClocks();
  const asked: ApiRequest[] = [];
  let [stored, version] = [spec, 1];
  let watch: (say: Say) => void = () => {};
  let faster: object | null = null;

  const object = () => ({ kind: 'Lease', metadata: { uid: 'uid-1', resourceVersion: String(version) }, spec: stored });
  const write = (words: object) => {
    [stored, version] = [{ ...stored, ...words }, version + 1];
    return object();
  };
  const api: KubernetesApi = {
    async send({ method, body }) {
      if (method === 'GET') return { object: object(), status: 200 };
      if (faster !== null) {
        write(faster);
        throw new KubernetesProblem('conflict', 'it has changed');
      }
      return { object: write(body!['spec'] as object), status: 200 };
    },
    async follow(request, isLast) {
      asked.push(request);
      watch(isLast);
    },
    show: (text) => text,
  };
  const identity = { host: 'a', pid: 4_242, runId: 'run-a' };
  const lock = createKubernetesLock({ name: NAME, leaseMs: 10_000, identity, connect: async () => api, clocks });
  return {
    clocks,
    asked,
    write,
    lock,
    request: () => lock.requestLock(CLAIM, never),
    check: () => lock.checkLock(null, never),
    watching: (next: typeof watch) => {
      watch = next;
    },
    makeFaster: (words: object | null) => {
      faster = words;
    },
  };
}

const changed = (object: object) => JSON.stringify({ type: 'MODIFIED', object });

test('a renewal is counted from when the watch brought it, not from when the watch ended', async () => {
  const { request, check, watching, write, clocks } = world();
  await request();
  watching((say) => {
    say(changed(write({ renewTime: 'now' })));
    clocks.pass(10_000);
  });
  expect(await check()).toMatchObject({ standing: 'queued' });
  clocks.pass(4_999);
  watching(() => clocks.pass(0));
  expect(await check()).toMatchObject({ standing: 'queued' });
  clocks.pass(1);
  expect(await check()).toMatchObject({ standing: 'held' });
});

test('one who was faster counts from when that was found out', async () => {
  const { request, check, makeFaster, clocks } = world({ holderIdentity: '' });
  makeFaster(OTHER);
  expect(await request()).toMatchObject({ standing: 'queued', holder: { title: OTHER.holderIdentity } });
  makeFaster(null);
  clocks.pass(15_000);
  expect(await check()).toMatchObject({ standing: 'held' });
});

test('a check waits no longer than the holder may still live without a renewal', async () => {
  const { request, check, asked, clocks } = world();
  await request();
  await check();
  clocks.pass(14_700);
  await check();
  expect(asked.map(({ deadlineMs, query }) => [deadlineMs, query!['timeoutSeconds']])).toEqual([
    [6_000, '5'],
    [300, '1'],
  ]);
});

test.each([
  ['that ends long before its time', 2_499, false],
  ['that has lasted for half its time', 2_500, true],
])('after a watch %s and brings nothing, the next check waits by itself: %d ms, %s', async (_, ms, checkWaits) => {
  const { request, check, watching, clocks } = world();
  await request();
  watching(() => clocks.pass(ms));
  expect(await check()).toMatchObject({ standing: 'queued', checkWaits });
});

describe('a line of a watch', () => {
  async function watchedBy(line: string): Promise<readonly [Watched, isLast: boolean]> {
    let isLast = false;
    const api: Pick<KubernetesApi, 'follow'> = {
      follow: async (_, end) => {
        isLast = end(line);
      },
    };
    const leases = createLeases(async () => api as KubernetesApi, NAME);
    return [await leases.watch('1', () => false, { deadlineMs: 1_000, signal: never }), isLast];
  }

  test.each([
    ['that is an error', '{"type":"ERROR","object":{"kind":"Status","code":410}}'],
    ['of a kind that was not asked for', '{"type":"BOOKMARK","object":{"kind":"Lease"}}'],
    ['that is no event', '{}'],
    ['that is no JSON', 'HTTP/1.1'],
  ])('%s ends it at once', async (_, line) => {
    expect(await watchedBy(line)).toEqual(['cut', true]);
  });

  test('that is empty says nothing, and a deletion says that there is no Lease', async () => {
    expect(await watchedBy(' ')).toEqual(['quiet', false]);
    expect(await watchedBy('{"type":"DELETED"}')).toEqual([{ lease: null }, false]);
  });
});
