import { expect, test } from 'vitest';
import { monotonicClock } from '../../../src/sandbox/http/clock.ts';
import { errorOf, lockPath, value, ytForTest } from '../support/yt.ts';

test('A transaction lives as long as it is pinged in time, and dies when its timeout has passed without a ping.', async () => {
  const { begin, post, clock } = await ytForTest();
  const id = await begin({ timeout: 5000 });
  for (let round = 0; round < 3; round += 1) {
    clock.advance(4999);
    expect((await post('ping_transaction', { transaction_id: id })).body).toBe('{}');
  }
  clock.advance(5000);
  expect(errorOf(await post('ping_transaction', { transaction_id: id })).code).toBe(11000);
});

test('The lease of a dead holder ends on the process clock too, and frees its lock.', async () => {
  const yt = await ytForTest({ clock: monotonicClock });
  await yt.makeLockNode();
  await yt.lock(await yt.begin({ timeout: 1000 }));
  expect(yt.states()).toEqual(['acquired']);
  await expect.poll(() => yt.states()).toEqual([]);
});

test('The timeout is 15 seconds unless it is given, and an hour at most.', async () => {
  const { begin, proxy } = await ytForTest();
  await begin();
  await begin({ timeout: 7_200_000 });
  expect(proxy.inspect.transactions().map(({ timeoutMs }) => timeoutMs)).toEqual([15_000, 3_600_000]);
});

test('A ping without a transaction renews nothing and is called a success.', async () => {
  const { post } = await ytForTest();
  for (const parameters of [{}, { transaction_id: '0-0-0-0' }]) {
    expect(await post('ping_transaction', parameters)).toMatchObject({ status: 200, body: '' });
  }
});

test.each(['abort_transaction', 'commit_transaction'])(
  'After %s nothing but error 11000 is left of it.',
  async (command) => {
    const { begin, post } = await ytForTest();
    const id = await begin();
    expect((await post(command, { transaction_id: id })).status).toBe(200);
    expect(errorOf(await post(command, { transaction_id: id })).code).toBe(11000);
    expect(errorOf(await post('ping_transaction', { transaction_id: id })).code).toBe(11000);
  },
);

test('Title, timeout, owner and custom attributes can be read from a live transaction, by both of its paths.', async () => {
  const { begin, read, get } = await ytForTest();
  const id = await begin({ timeout: 9000, attributes: { title: 'watcher on lb-1', host: 'lb-1', pid: 42 } });
  expect(await read(`#${id}/@`)).toMatchObject({
    title: 'watcher on lb-1',
    host: 'lb-1',
    pid: 42,
    timeout: 9000,
    owner: 'root',
  });
  expect(await read(`#${id}/@title`)).toBe('watcher on lb-1');
  expect(await read(`//sys/transactions/${id}/@host`)).toBe('lb-1');
  expect(value(await get('exists', { path: `#${id}/@leader_url` }))['value']).toBe(false);
});

test('A transaction that has ended can be found by neither of its paths.', async () => {
  const { begin, post, get } = await ytForTest();
  const id = await begin();
  await post('abort_transaction', { transaction_id: id });
  expect(errorOf(await get('get', { path: `#${id}/@title` })).code).toBe(500);
  expect(errorOf(await get('get', { path: `//sys/transactions/${id}/@` })).code).toBe(500);
  expect(value(await get('exists', { path: `#${id}` }))['value']).toBe(false);
});

test('Nested transactions end with their parent, and a ping keeps ancestors alive only when it is asked to.', async () => {
  const { begin, post, clock, proxy } = await ytForTest();
  const parent = await begin({ timeout: 1000 });
  const child = await begin({ timeout: 60_000, transaction_id: parent });
  clock.advance(900);
  await post('ping_transaction', { transaction_id: child, ping_ancestor_transactions: true });
  clock.advance(900);
  await post('ping_transaction', { transaction_id: child });
  expect(proxy.inspect.transactions().map(({ id }) => id)).toEqual([parent, child]);
  clock.advance(100);
  expect(proxy.inspect.transactions()).toEqual([]);
});

test('A new master leader gives every live transaction a full new lease.', async () => {
  const { begin, clock, proxy } = await ytForTest();
  await begin({ timeout: 1000 });
  clock.advance(999);
  proxy.cluster.transactions.failover();
  clock.advance(999);
  expect(proxy.inspect.transactions()).toHaveLength(1);
  clock.advance(1);
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('An id that is no GUID, such as a UUID, is an error of its own.', async () => {
  const { post } = await ytForTest();
  const reply = await post('ping_transaction', { transaction_id: '6fa459ea-ee8a-3ca4-894e-db77e160355e' });
  expect(errorOf(reply)).toMatchObject({ code: 1, message: expect.stringContaining('GUID') });
});

test('The state outlives the proxy when it is shared, so that a restarted proxy knows its transactions.', async () => {
  const first = await ytForTest();
  const second = await ytForTest({ cluster: first.proxy.cluster });
  const id = await first.begin();
  expect((await second.post('ping_transaction', { transaction_id: id })).status).toBe(200);
  await second.makeLockNode();
  expect((await first.get('exists', { path: lockPath })).body).toBe('{"value":true}');
});

test('A closed proxy leaves no timer behind.', async () => {
  const { begin, proxy, clock } = await ytForTest();
  await begin();
  expect(clock.timers).toBe(1);
  await proxy.close();
  expect(clock.timers).toBe(0);
});

test('An abort has nothing to say, a commit says when.', async () => {
  const { begin, post } = await ytForTest();
  expect((await post('abort_transaction', { transaction_id: await begin() })).body).toBe('{}');
  const reply = await post('commit_transaction', { transaction_id: await begin() });
  expect(reply.body).toMatch(/^\{"primary_commit_timestamp":\d{18,},"commit_timestamps":\{"1":\d{18,}\}\}$/);
});

test('A deadline ends a transaction in spite of its pings.', async () => {
  const { begin, post, clock, proxy } = await ytForTest();
  const deadline = new Date(proxy.cluster.wallTime().getTime() + 1500).toISOString();
  const id = await begin({ timeout: 1000, deadline });
  clock.advance(900);
  await post('ping_transaction', { transaction_id: id });
  clock.advance(599);
  expect(proxy.inspect.transactions()).toHaveLength(1);
  clock.advance(1);
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('What has a prerequisite neither starts nor lives without it.', async () => {
  const { begin, post, proxy } = await ytForTest();
  const prerequisite = await begin();
  const needy = { prerequisite_transaction_ids: [prerequisite] };
  await begin(needy);
  expect((await post('create', { path: lockPath, type: 'map_node', recursive: true, ...needy })).status).toBe(200);
  await post('abort_transaction', { transaction_id: prerequisite });
  expect(proxy.inspect.transactions()).toEqual([]);
  expect(errorOf(await post('start_transaction', needy)).code).toBe(1000);
});

test('Times have six digits behind the second.', async () => {
  const { begin, read, makeLockNode, lock } = await ytForTest();
  await makeLockNode();
  const id = await begin();
  const lockId = value(await lock(id))['lock_id'];
  const times = [`#${id}/@start_time`, `#${id}/@last_ping_time`, `${lockPath}/@creation_time`];
  for (const path of [...times, `#${lockId}/@creation_time`, `#${lockId}/@acquisition_time`]) {
    expect(await read(path)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
});

test('What is there at the moment is listed below //sys.', async () => {
  const { begin, get, makeLockNode, lock } = await ytForTest();
  await makeLockNode();
  const id = await begin();
  const lockId = value(await lock(id))['lock_id'];
  const list = async (path: string) => value(await get('list', { path }))['value'];
  expect(await list('//sys')).toEqual(['transactions', 'locks']);
  expect(await list('//sys/transactions')).toEqual([id]);
  expect(await list('//sys/locks')).toEqual([lockId]);
  expect(value(await get('get', { path: `//sys/locks/${lockId}/@mode` }))['value']).toBe('exclusive');
});
