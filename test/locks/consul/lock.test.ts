/** Goal: the lock rests on no more than Consul promises, and each of Consul's answers is taken for what it means. */
import { describe, expect, test } from 'vitest';
import type { Clocks } from '../../../src/locks/lease-clock.ts';
import { startServer } from '../../http/test-server.ts';
import { standingOf } from '../../support/standing-of.ts';
import { until } from '../../support/until.ts';
import { failureOf } from '../yt/lab.ts';
import { agent, CLAIM, driver, KEY, NAME, never } from './lab.ts';

const flags = 3_304_740_253_564_472_344n;
const value = Buffer.from('by hand');

describe('the session', () => {
  test('lives by its TTL alone, and holds the key back for as long as a holder may need to stop', async () => {
    const { url, dc1 } = await agent();
    await driver(url, { leaseMs: 30_000 }).requestLock(CLAIM, never);
    await driver(url, { leaseMs: 90_000, name: 'other' }).requestLock(CLAIM, never);
    expect(dc1.sessions.all()).toMatchObject([
      { ttlMs: 30_000, lockDelayMs: 30_000, behavior: 'release', nodeChecks: [], node: 'agent-1' },
      { ttlMs: 90_000, lockDelayMs: 60_000 },
    ]);
    expect(dc1.sessions.all()[0]!.name).toBe('watcher node-a:4242 run=run-node-a reason=changed');
  });

  test('that Consul made without a TTL is not used', async () => {
    const { url } = await startServer(({ path }, response) => {
      response.writeHead(200, { 'x-consul-default-acl-policy': 'allow' });
      response.end(JSON.stringify(path.includes('create') ? { ID: 'a-b' } : [{ ID: 'a-b', Node: 'n', TTL: '' }]));
    });
    expect(await failureOf(driver(url).requestLock(CLAIM, never))).toMatchObject({
      kind: 'lockDenied',
      message: expect.stringMatching(/without the TTL .* something on the way to consul_url changes requests/),
    });
  });

  test('of which an answer says nothing is not renewed by what the answer says of another', async () => {
    const { url } = await startServer(({ path }, response) => {
      response.writeHead(200, { 'x-consul-default-acl-policy': 'allow' });
      response.end(JSON.stringify(path.includes('create') ? { ID: 'a-b' } : [{ ID: 'c-d', Node: 'n', TTL: '10s' }]));
    });
    expect(await failureOf(driver(url).requestLock(CLAIM, never))).toEqual({
      kind: 'lockUnavailable',
      message: expect.stringContaining('not about our session'),
    });
  });

  test('that is shorter than Consul allows is refused with what to set', async () => {
    const { url } = await agent({ sessionTtlMinMs: 30_000 });
    expect(await failureOf(driver(url).requestLock(CLAIM, never))).toMatchObject({
      kind: 'lockDenied',
      message: expect.stringMatching(/between \[30s=24h0m0s\].*: set lock_lease to what session_ttl_min/),
    });
  });

  test('stands on a server where the lock is in another datacenter, and one that is not there is named', async () => {
    const { url, agent: there } = await agent({ datacenters: ['dc1', 'dc2'] });
    const far = driver(url, { datacenter: 'dc2' });
    expect(await far.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
    expect(there.datacenter('dc2').sessions.all()).toMatchObject([{ node: 'dc2-server-1' }]);
    expect(there.datacenter('dc2').keys.get(KEY)).toMatchObject({ lockIndex: 1 });
    expect(await far.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await far.releaseLock(null, never);
    expect(there.datacenter('dc2').sessions.all()).toEqual([]);
    expect(await failureOf(driver(url, { datacenter: 'dc9' }).requestLock(CLAIM, never))).toEqual({
      kind: 'lockDenied',
      message: 'consul has no datacenter "dc9", it knows "dc1", "dc2"',
    });
  });

  test('counts from the sending of what was answered, and never for longer than its TTL', async () => {
    let nowMs = 0;
    const clocks: Clocks = { monotonicMs: () => nowMs, bootMs: () => nowMs, wallMs: () => nowMs };
    const { url, faults } = await agent();
    const gate = faults.hold('/v1/session/create');
    const lock = driver(url, { clocks });
    const asking = standingOf(lock.requestLock(CLAIM, never));
    await gate.arrived;
    nowMs += 4_000;
    gate.release();
    // The look at what was made is a renewal, sent at 4 s.
    expect((await asking).leaseLeftMs).toBe(10_000);
    const slow = faults.hold('/v1/kv/watcher/test/.lock');
    const renewing = lock.renewLock(null, never);
    await slow.arrived;
    nowMs += 3_000;
    slow.release();
    expect(await renewing).toEqual({ standing: 'renewed', leaseLeftMs: 7_000 });
  });
});

describe('the loss of the lock', () => {
  test.each([
    ['the session has ended', (dc, id) => dc.sessions.destroy(id), /session has expired, or was ended/],
    ['the node was reaped', (dc) => dc.dropNode('agent-1'), /session has expired, or was ended/],
    ['the key was deleted', (dc) => dc.keys.remove(KEY), /the key watcher\/test\/\.lock was deleted/],
    [
      'the key was taken from it, and written to by somebody',
      (dc, id) => {
        dc.keys.release(KEY, id, { value, flags: 0n });
        dc.keys.put(KEY, { value, flags: 0n });
      },
      /was taken from us/,
    ],
    [
      'another session has the key',
      (dc) => {
        dc.keys.remove(KEY);
        const other = dc.sessions.create({ ...dc.sessions.all()[0]!, ttlMs: 0 });
        dc.keys.acquire(KEY, other, { value, flags });
      },
      /is held by another session/,
    ],
  ] as const satisfies readonly (readonly [
    string,
    (dc: Awaited<ReturnType<typeof agent>>['dc1'], id: string) => unknown,
    RegExp,
  ])[])('because %s is the word of the next renewal', async (_, happen, detail) => {
    const { url, dc1 } = await agent();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    happen(dc1, dc1.sessions.all()[0]!.id);
    expect(await lock.renewLock(null, never)).toEqual({ standing: 'gone', detail: expect.stringMatching(detail) });
    expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  });

  test('is found out though the renewal of its session brought no answer', async () => {
    const { url, dc1, faults } = await agent();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    dc1.keys.remove(KEY);
    const { id } = dc1.sessions.all()[0]!;
    faults.add(`/v1/session/renew/${id}`, { kind: 'status', status: 503 });
    expect(await lock.renewLock(null, never)).toEqual({
      standing: 'gone',
      detail: expect.stringContaining('was deleted'),
    });
    expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  });

  test('is nothing that a plain write brings about, whatever it does to index and flags', async () => {
    const { url, dc1 } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b' })];
    await a.requestLock(CLAIM, never);
    dc1.keys.put(KEY, { value, flags: 0n });
    expect(dc1.keys.get(KEY)).toMatchObject({ lockIndex: 0 });
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    expect(await b.requestLock(CLAIM, never)).toMatchObject({
      standing: 'queued',
      holder: { title: /run=run-node-a/ },
    });
    await a.releaseLock(null, never);
    expect(await b.checkLock(null, never)).toMatchObject({ standing: 'held' });
    expect(dc1.keys.get(KEY)).toMatchObject({ flags });
  });

  test('is nothing that somebody else than Consul says', async () => {
    const { url, faults } = await agent();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    for (const status of [404, 403, 500, 502]) {
      const heal = faults.add('*', { kind: 'status', status, body: '<html>no such page</html>' });
      const { message } = await failureOf(lock.renewLock(null, never));
      expect(message).not.toContain('html');
      heal();
    }
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });
});

describe('in the queue', () => {
  test('a key that was lost by its holder is nobody’s for the lock-delay, which is asked about again after a pause', async () => {
    const { url, dc1 } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b', leaseMs: 10_000 })];
    await a.requestLock(CLAIM, never);
    const second = await standingOf(b.requestLock(CLAIM, never));
    expect(second).toMatchObject({
      standing: 'queued',
      ahead: null,
      checkWaits: true,
      holder: { runId: 'run-node-a' },
    });
    dc1.sessions.destroy(dc1.sessions.all()[0]!.id);
    const third = await standingOf(b.checkLock(null, never));
    expect(third).toMatchObject({ standing: 'queued', holder: null });
    expect(third.checkWaits).toBeUndefined();
  });

  test('a check comes back when the key is free, and has it then', async () => {
    const { url } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b', watchMs: 60_000 })];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const checking = b.checkLock(null, never);
    await a.releaseLock(null, never);
    expect(await checking).toMatchObject({ standing: 'held' });
  });

  test('a key that changes and is still the same holder’s is asked about after a pause', async () => {
    const { url, dc1 } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b', watchMs: 60_000 })];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const checking = standingOf(b.checkLock(null, never));
    dc1.keys.put(KEY, { value, flags });
    expect(await checking).toMatchObject({ standing: 'queued', checkWaits: false });
  });

  test('a check in which nothing happened waits again', async () => {
    const { url } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b', watchMs: 100 })];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    expect(await b.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: true });
  });

  test('a session that ended there gets in anew by the next request', async () => {
    const { url, dc1 } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b' })];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    dc1.sessions.destroy(dc1.sessions.all().find(({ name }) => name.includes('node-b'))!.id);
    await a.releaseLock(null, never);
    expect(await b.checkLock(null, never)).toEqual({
      standing: 'gone',
      detail: expect.stringContaining('invalid session'),
    });
    expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  });

  test.each([
    ['its session’s name and node', {}, 'Consul lock for a test on node agent-1'],
    [
      'its session alone, where that may not be seen',
      { acl: { defaultPolicy: 'deny', tokens: { 'a-token': { keyWrite: '', session: 'agent-1' } } } },
      /^the session [\w-]{36}$/,
    ],
  ] as const)('who is no watcher is known by %s', async (_, options, title) => {
    const { url, dc1 } = await agent(options);
    dc1.nodes.add('node-x');
    const node = 'acl' in options ? 'node-x' : 'agent-1';
    const other = dc1.sessions.create({
      ...{ name: 'Consul lock for a test', node, lockDelayMs: 0, behavior: 'release', ttl: '15s', ttlMs: 0 },
      nodeChecks: ['serfHealth'],
    });
    dc1.keys.acquire(KEY, other, { value: Buffer.alloc(0), flags });
    const { holder } = await standingOf(
      driver(url, 'acl' in options ? { token: 'a-token' } : {}).requestLock(CLAIM, never),
    );
    expect(holder).toMatchObject({
      title: title instanceof RegExp ? expect.stringMatching(title) : title,
      since: null,
    });
  });
});

test('another who is no watcher, and has the key by then, is known by its own session', async () => {
  const { url, dc1 } = await agent();
  const take = (name: string) => {
    const id = dc1.sessions.create({
      ...{ name, node: 'agent-1', lockDelayMs: 0, behavior: 'release', ttl: '15s', ttlMs: 0 },
      nodeChecks: ['serfHealth'],
    });
    dc1.keys.acquire(KEY, id, { value: Buffer.alloc(0), flags });
    return id;
  };
  const lock = driver(url);
  const first = take('the first');
  expect((await standingOf(lock.requestLock(CLAIM, never))).holder?.title).toBe('the first on node agent-1');
  dc1.keys.remove(KEY);
  dc1.sessions.destroy(first.id);
  take('the second');
  expect((await standingOf(lock.requestLock(CLAIM, never))).holder?.title).toBe('the second on node agent-1');
});

describe('giving back', () => {
  test('frees the key before the session ends, and leaves nothing behind', async () => {
    const { url, dc1 } = await agent();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    await lock.releaseLock(null, never);
    expect(dc1.sessions.all()).toEqual([]);
    expect(dc1.keys.get(KEY)).toMatchObject({ session: '', flags, value: Buffer.alloc(0) });
    // No lock-delay.
    expect(await driver(url, { host: 'node-b' }).requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  });

  test('of a key that is another’s by now hurts nobody', async () => {
    const { url, dc1 } = await agent();
    const [a, b] = [driver(url), driver(url, { host: 'node-b' })];
    await a.requestLock(CLAIM, never);
    dc1.keys.remove(KEY);
    await b.requestLock(CLAIM, never);
    await a.releaseLock(null, never);
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  test('by another is said only of what was taken away, and ends no session that lost the key meanwhile', async () => {
    const { url, dc1, faults } = await agent();
    await driver(url).requestLock(CLAIM, never);
    const found = await driver(url, { host: 'node-b' }).held(never);
    const look = faults.hold(`/v1/kv/${KEY}`);
    const taking = found!.takeAway(never);
    await look.arrived;
    const release = faults.hold(`/v1/kv/${KEY}`);
    look.release();
    await release.arrived;
    dc1.keys.remove(KEY);
    release.release();
    expect(await taking).toBe(false);
    expect(dc1.sessions.all()).toHaveLength(1);
  });

  test('by another hurts no session that has given it back meanwhile, and has it again', async () => {
    const { url, dc1 } = await agent();
    await driver(url).requestLock(CLAIM, never);
    const found = await driver(url, { host: 'node-b' }).held(never);
    const [session] = dc1.sessions.all();
    const write = (how: string) => fetch(`${url}/v1/kv/${KEY}?${how}=${session!.id}&flags=${flags}`, { method: 'PUT' });
    for (const how of ['release', 'acquire']) expect(await (await write(how)).json()).toBe(true);
    expect(await found!.takeAway(never)).toBe(false);
    expect(dc1.keys.get(KEY)).toMatchObject({ session: session!.id });
  });

  test('by another ends the hold of a session whose key somebody wrote to meanwhile', async () => {
    const { url, dc1 } = await agent();
    await driver(url).requestLock(CLAIM, never);
    const found = await driver(url, { host: 'node-b' }).held(never);
    await fetch(`${url}/v1/kv/${KEY}`, { method: 'PUT', body: 'by hand' });
    expect(await found!.takeAway(never)).toBe(true);
    expect(dc1.keys.get(KEY)).toMatchObject({ session: '' });
  });

  test('fails where Consul cannot be asked, and can be tried again', async () => {
    const { url, agent: there, dc1 } = await agent();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    there.leader.isKnown = false;
    expect(await failureOf(lock.releaseLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    there.leader.isKnown = true;
    await lock.releaseLock(null, never);
    expect(dc1.keys.get(KEY)).toMatchObject({ session: '' });
  });
});

test('a request that was stopped in the middle is found again, and given back', async () => {
  const { url, faults, dc1 } = await agent();
  const lock = driver(url);
  const held = faults.hold(`/v1/kv/${KEY}`, { when: 'after' });
  const controller = new AbortController();
  const asking = failureOf(lock.requestLock(CLAIM, controller.signal));
  await held.arrived;
  controller.abort();
  expect(await asking).toMatchObject({ kind: 'aborted' });
  held.release();
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  await lock.releaseLock(null, never);
  await until('the key is free', () => dc1.keys.get(KEY)?.session === '');
});

test.each([
  ['a semaphore’s', 16_210_313_421_097_356_768n],
  ['somebody’s', 42n],
  ['a plain write’s', 0n],
])('a key with %s flags is no lock, and is left alone', async (_, strange) => {
  const { url, dc1 } = await agent();
  dc1.keys.put(KEY, { value, flags: strange });
  expect(await failureOf(driver(url).requestLock(CLAIM, never))).toEqual({
    kind: 'lockDenied',
    message: expect.stringMatching(
      `the key ${NAME}/.lock is used by something else than a lock \\(flags ${strange}\\), and left alone: give another lock_name, or remove it`,
    ),
  });
  expect(dc1.keys.get(KEY)).toMatchObject({ value, flags: strange });
});

test('a key that somebody wrote to while it was held is no lock’s any more once nobody has it', async () => {
  const { url, dc1 } = await agent();
  const [a, b] = [driver(url), driver(url, { host: 'node-b' })];
  await a.requestLock(CLAIM, never);
  await b.requestLock(CLAIM, never);
  dc1.keys.put(KEY, { value, flags: 0n });
  expect(await b.checkLock(null, never)).toMatchObject({ standing: 'queued' });
  dc1.sessions.destroy(dc1.sessions.all()[0]!.id);
  expect(await failureOf(b.checkLock(null, never))).toMatchObject({ kind: 'lockDenied' });
  expect(dc1.keys.get(KEY)).toMatchObject({ value, session: '' });
});

describe('rights', () => {
  const acl = {
    defaultPolicy: 'deny',
    tokens: { good: { keyWrite: 'watcher/', session: '' }, keys: { keyWrite: '' }, sessions: { session: '' } },
  } as const;

  test.each([
    ['good', null],
    ['keys', /'session:write' on "agent-1"/],
    ['sessions', /'key:read' on "watcher\/test\/\.lock"/],
    ['unknown', /ACL not found.*consul_token_file/],
    [undefined, /'session:write'.*: set consul_token_file/],
  ])('of the token %s', async (token, words) => {
    const { url } = await agent({ acl });
    const lock = driver(url, token === undefined ? {} : { token });
    if (words === null) return expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
    const failure = await failureOf(lock.requestLock(CLAIM, never));
    expect(failure).toMatchObject({ kind: 'lockDenied', message: expect.stringMatching(words) });
  });

  test('a board that the token may not see is not an empty one', async () => {
    const { url } = await agent({ acl });
    await driver(url, { token: 'good' }).board!.write({ name: 'nodes/a', text: 'x' }, never);
    for (const token of ['sessions', undefined]) {
      const { board } = driver(url, token === undefined ? {} : { token });
      expect(await failureOf(board!.nodes(never))).toMatchObject({
        kind: 'lockDenied',
        message: expect.stringContaining('the token needs key:read below lock_name'),
      });
    }
  });
});
