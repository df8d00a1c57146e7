/** What the driver does with a Lease, on the API server of the sandbox and with clocks that the test moves. */
import { describe, expect, test } from 'vitest';
import { standingOf } from '../../support/standing-of.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, handClocks, never, openLab } from './lab.ts';

const OTHER = {
  holderIdentity: 'node-7_9c2b6d1e',
  leaseDurationSeconds: 15,
  acquireTime: '2026-01-01T00:00:00.000000Z',
  renewTime: '2026-01-01T00:00:00.000000Z',
  leaseTransitions: 4,
};

test('a Lease that is not there is made, and one that was given back is taken', async () => {
  const { driver, lease } = await openLab();
  const a = driver('a');
  expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held', holder: null });
  expect((await lease()).spec).toEqual({
    holderIdentity: 'watcher a:4242 run=run-a reason=changed',
    leaseDurationSeconds: 10,
    acquireTime: expect.stringMatching(/\.\d{6}Z$/),
    renewTime: expect.stringMatching(/\.\d{6}Z$/),
    leaseTransitions: 0,
  });
  await a.releaseLock(null, never);
  expect((await lease()).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
  expect(await driver('b').requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  expect((await lease()).spec).toMatchObject({ leaseDurationSeconds: 10, leaseTransitions: 1 });
});

test('one of another is taken when it was seen unchanged for as long as its holder said, by no clock but ours', async () => {
  const { driver, write, lease } = await openLab();
  await write(OTHER);
  const clocks = handClocks();
  const a = driver('a', { clocks, watchMs: 20 });
  const asked = await standingOf(a.requestLock(CLAIM, never));
  expect(asked).toMatchObject({ standing: 'queued', ahead: null, checkWaits: true, leaseLeftMs: 10_000 });
  expect(asked.holder).toMatchObject({ title: 'node-7_9c2b6d1e', runId: null, since: '2026-01-01T00:00:00.000Z' });
  clocks.step(3_600_000);
  clocks.pass(14_900);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  // A renewal, whatever time it names, begins the watching anew.
  await write({ renewTime: '2020-01-01T00:00:00.000000Z' });
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  clocks.pass(14_900);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  clocks.pass(200);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'held', leaseLeftMs: 10_000 });
  expect((await lease()).spec).toMatchObject({ leaseTransitions: 5, leaseDurationSeconds: 10 });
});

test('who only labels the Lease keeps nobody waiting longer, and takes it from nobody', async () => {
  const { driver, write, lease } = await openLab();
  const clocks = handClocks();
  const [a, b] = [driver('a', { clocks }), driver('b', { clocks, watchMs: 20 })];
  await a.requestLock(CLAIM, never);
  await b.requestLock(CLAIM, never);
  clocks.pass(9_000);
  await write({}, { labels: { team: 'mslb' }, annotations: { note: 'ours' } });
  expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed', leaseLeftMs: 10_000 });
  expect((await lease()).metadata.labels).toEqual({ team: 'mslb' });
  await b.checkLock(null, never);
  clocks.pass(5_000);
  await write({}, { labels: {} });
  expect(await b.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  clocks.pass(5_001);
  expect(await b.checkLock(null, never)).toMatchObject({ standing: 'held' });
  expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
});

test('each renewal is another time, though the clock stands still or goes back', async () => {
  const { driver, lease } = await openLab();
  const clocks = handClocks();
  const a = driver('a', { clocks });
  await a.requestLock(CLAIM, never);
  const times = [(await lease()).spec.renewTime];
  for (const stepMs of [0, 0, -60_000]) {
    clocks.step(stepMs);
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    times.push((await lease()).spec.renewTime);
  }
  expect(times.map((time) => time.slice(-8))).toEqual(
    ['678000Z', '678001Z', '678002Z', '678003Z'].map((t) => `.${t}`.slice(-8)),
  );
});

test('a renewal that makes the Lease anew is a loss', async () => {
  const { driver, lease, faults } = await openLab();
  const a = driver('a');
  await a.requestLock(CLAIM, never);
  faults.add('update leases', { kind: 'status', status: 201, body: JSON.stringify(await lease()) }, { times: 1 });
  expect(await a.renewLock(null, never)).toMatchObject({
    standing: 'gone',
    detail: expect.stringContaining('deleted'),
  });
});

test('a deleted Lease is lost, and is not made anew by the renewal', async () => {
  const { driver, drop, lease } = await openLab();
  const a = driver('a');
  await a.requestLock(CLAIM, never);
  await drop();
  expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await lease()).toMatchObject({ kind: 'Status', code: 404 });
  await a.releaseLock(null, never);
});

test.each(['create leases', 'update leases'])('a lost reply to %s is found to be ours', async (route) => {
  const { driver, write, faults } = await openLab();
  if (route === 'update leases') await write({ holderIdentity: '' });
  const clocks = handClocks();
  const a = driver('a', { clocks });
  faults.add(route, { kind: 'dropReply' }, { times: 1 });
  expect(await failureOf(a.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
  clocks.pass(4_000);
  // It counts from the first request, as far as anybody knows.
  expect(await a.renewLock(null, never)).toEqual({ standing: 'renewed', leaseLeftMs: 6_000 });
  expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held', leaseLeftMs: 6_000 });
  expect(await a.renewLock(null, never)).toEqual({ standing: 'renewed', leaseLeftMs: 10_000 });
  await a.releaseLock(null, never);
  expect(await driver('b').requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
});

test('a reply that was lost is given back, though nobody asked again', async () => {
  const { driver, faults, lease } = await openLab();
  const a = driver('a');
  faults.add('create leases', { kind: 'dropReply' }, { times: 1 });
  await failureOf(a.requestLock(CLAIM, never));
  await a.releaseLock(null, never);
  expect((await lease()).spec.holderIdentity).toBe('');
});

test('a renewal whose reply was lost is followed by one that succeeds', async () => {
  const { driver, faults } = await openLab();
  const a = driver('a');
  await a.requestLock(CLAIM, never);
  faults.add('update leases', { kind: 'dropReply' }, { times: 1 });
  expect(await failureOf(a.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
});

test('a check waits by a watch, and takes the Lease with one request when it is given back', async () => {
  const { driver, requests, faults } = await openLab();
  const [a, b] = [driver('a'), driver('b', { watchMs: 60_000 })];
  await a.requestLock(CLAIM, never);
  await b.requestLock(CLAIM, never);
  const before = requests.length;
  const checking = b.checkLock(null, never);
  await expect.poll(() => requests.slice(before)).toEqual(['watch leases']);
  expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  await a.releaseLock(null, never);
  expect(await checking).toMatchObject({ standing: 'held' });
  expect(requests.slice(before)).toEqual(['watch leases', 'update leases', 'update leases', 'update leases']);
  faults.clear();
});

test('a watch from a version that is forgotten is followed by a look, and a pause', async () => {
  const { driver, store, write } = await openLab();
  await write(OTHER);
  const a = driver('a', { watchMs: 60_000 });
  await a.requestLock(CLAIM, never);
  await write({ renewTime: '2026-01-01T00:00:10.000000Z' });
  store.compact();
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: false });
  await write({ holderIdentity: '' });
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'held' });
});

test('without the right to watch it asks again and again, and says so once', async () => {
  const { driver, forbidden, write, requests } = await openLab();
  await write(OTHER);
  forbidden.add('watcher watch leases');
  const notes: string[] = [];
  const a = driver('a', { note: (line) => notes.push(line) });
  await a.requestLock(CLAIM, never);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: false });
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: false });
  expect(requests.filter((each) => each === 'watch leases')).toHaveLength(1);
  expect(notes).toEqual([expect.stringMatching(/cannot watch resource "leases".*: the lock is asked about again/)]);
});

test('who is faster gets it: the other one waits on', async () => {
  const { driver, write, faults, requests } = await openLab();
  await write({ holderIdentity: '' });
  const [a, b] = [driver('a'), driver('b')];
  const gate = faults.hold('update leases', { when: 'before', times: 1 });
  const slow = a.requestLock(CLAIM, never);
  await gate.arrived;
  expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  gate.release();
  expect(await slow).toMatchObject({ standing: 'queued', holder: { runId: 'run-b' } });
  expect(requests.filter((each) => each === 'update leases')).toHaveLength(2);
});

test('what others keep in a Lease stays there', async () => {
  const { driver, write, lease } = await openLab();
  await write({ holderIdentity: '', strategy: 'OldestEmulationVersion' }, { labels: { app: 'haproxy' } });
  const a = driver('a');
  await a.requestLock(CLAIM, never);
  await a.renewLock(null, never);
  await a.releaseLock(null, never);
  expect(await lease()).toMatchObject({
    metadata: { labels: { app: 'haproxy' } },
    spec: { strategy: 'OldestEmulationVersion', holderIdentity: '' },
  });
});

test('a Lease without times and lengths is waited for as long as our own lease is', async () => {
  const { driver, write } = await openLab();
  await write({ holderIdentity: 'somebody' });
  const clocks = handClocks();
  const a = driver('a', { clocks, watchMs: 20 });
  expect(await a.requestLock(CLAIM, never)).toMatchObject({
    standing: 'queued',
    holder: { title: 'somebody', since: null },
  });
  clocks.pass(9_900);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  clocks.pass(101);
  expect(await a.checkLock(null, never)).toMatchObject({ standing: 'held' });
});

test('a namespace that is not there ends it at once, with what to do', async () => {
  const { driver, store } = await openLab();
  store.remove({
    resource: { name: 'namespaces', kind: 'Namespace', group: '', isGuarded: true },
    namespace: '',
    name: 'balancers',
  });
  const { kind, message } = await failureOf(driver('a').requestLock(CLAIM, never));
  expect(kind).toBe('lockDenied');
  expect(message).toMatch(/namespaces "balancers" not found.*: create the namespace, or correct lock_name$/);
});

test.each([
  ['a page', { kind: 'html' } as const, 'lockDenied'],
  ['its trouble', { kind: 'status', status: 503 } as const, 'lockUnavailable'],
  ['a lot', { kind: 'huge', bytes: 200_000 } as const, 'lockUnavailable'],
  ['half an answer', { kind: 'cut' } as const, 'lockUnavailable'],
])('an answer with %s is a failure of one line', async (_, fault, kind) => {
  const { driver, faults } = await openLab();
  faults.add('get leases', fault);
  const failure = await failureOf(driver('a').requestLock(CLAIM, never));
  expect(failure.kind).toBe(kind);
  expect(failure.message).toMatch(/^[^\n]{10,400}$/);
});

describe('a Lease of a client whose name outlives its runs', () => {
  const [second, third] = ['2026-01-01T00:00:10.000000Z', '2026-01-01T00:00:20.000000Z'];

  async function seen() {
    const lab = await openLab();
    await lab.write(OTHER);
    return { ...lab, found: (await lab.driver('operator').held(never))! };
  }

  test('is taken away although it was renewed meanwhile', async () => {
    const { found, write, lease } = await seen();
    await write({ renewTime: second });
    expect(await found.takeAway(never)).toBe(true);
    expect((await lease()).spec.holderIdentity).toBe('');
  });

  test('is left alone once it was given back and taken again', async () => {
    const { found, write, lease } = await seen();
    await write({ holderIdentity: '', leaseDurationSeconds: 1, acquireTime: second, renewTime: second });
    const retaken = { ...OTHER, acquireTime: third, renewTime: third, leaseTransitions: 5 };
    await write(retaken);
    expect(await found.takeAway(never)).toBe(false);
    expect((await lease()).spec).toEqual(retaken);
  });
});
