import { expect, test } from 'vitest';
import { errorOf, lockPath, value, ytForTest } from '../support/yt.ts';

async function ytWithLockNode() {
  const yt = await ytForTest();
  await yt.makeLockNode();
  return yt;
}

test('Only one transaction gets an exclusive lock, and the loser learns who won.', async () => {
  const { begin, lock } = await ytWithLockNode();
  const winner = await begin({ timeout: 7000, attributes: { title: 'watcher on lb-1', pid: 42 } });
  const reply = await lock(winner);
  expect(value(reply)).toMatchObject({ lock_id: expect.any(String), node_id: expect.any(String) });
  expect(Number(/"revision":(\d+)/.exec(reply.body)?.[1])).toBeGreaterThan(Number.MAX_SAFE_INTEGER);

  const refused = await lock(await begin());
  expect(refused.status).toBe(400);
  expect(refused.headers['x-yt-response-code']).toBe('402');
  const { code, message, attributes } = errorOf(refused);
  expect([code, attributes['path']]).toEqual([402, lockPath]);
  expect(message).toContain(`taken by concurrent transaction ${winner}`);
  expect(attributes['winner_transaction']).toEqual({
    id: winner,
    start_time: expect.stringMatching(/\.\d{6}Z$/),
    owner: 'root',
    timeout: 7000,
    title: 'watcher on lb-1',
    parents: [],
  });
});

test.each([
  ['shared', 'shared', {}, {}, true],
  ['shared', 'exclusive', {}, {}, false],
  ['exclusive', 'shared', {}, {}, false],
  ['exclusive', 'snapshot', {}, {}, true],
  ['snapshot', 'exclusive', {}, {}, true],
  ['shared', 'shared', { child_key: 'a' }, { child_key: 'a' }, false],
  ['shared', 'shared', { child_key: 'a' }, { child_key: 'b' }, true],
  ['shared', 'shared', { attribute_key: 'a' }, { child_key: 'a' }, true],
])(
  'A %s lock of one transaction and a %s lock of another (%j, %j): together %s.',
  async (held, asked, a, b, together) => {
    const { begin, lock } = await ytWithLockNode();
    expect((await lock(await begin(), { mode: held, ...a })).status).toBe(200);
    expect((await lock(await begin(), { mode: asked, ...b })).status).toBe(together ? 200 : 400);
  },
);

test('A lock ends with its transaction, however that ends.', async () => {
  const { begin, lock, post, clock, states } = await ytWithLockNode();
  for (const command of ['abort_transaction', 'commit_transaction']) {
    const id = await begin();
    await lock(id);
    expect(states()).toEqual(['acquired']);
    await post(command, { transaction_id: id });
    expect(states()).toEqual([]);
  }
  await lock(await begin({ timeout: 1000 }));
  clock.advance(1000);
  expect((await lock(await begin())).status).toBe(200);
});

test('Waitable requests stand in line, and the first to come is the first to be served.', async () => {
  const { begin, lock, post, read, proxy } = await ytWithLockNode();
  const [holder, first, second] = [await begin(), await begin(), await begin()];
  await lock(holder);
  const queued = await lock(first, { waitable: true });
  expect(queued.body).toContain('"revision":0');
  await lock(second, { waitable: true });
  const lockId = value(queued)['lock_id'];
  expect(await read(`#${lockId}/@state`)).toBe('pending');

  await post('abort_transaction', { transaction_id: holder });
  expect(await read(`#${lockId}/@state`)).toBe('acquired');
  expect(await read(`#${lockId}/@acquisition_time`)).toMatch(/Z$/);
  expect(proxy.inspect.locks(lockPath)).toMatchObject([
    { transactionId: first, state: 'acquired' },
    { transactionId: second, state: 'pending' },
  ]);
});

test('An expired holder makes room for the one in line, before anyone who asks later.', async () => {
  const { begin, lock, clock, proxy } = await ytWithLockNode();
  await lock(await begin({ timeout: 1000 }));
  const waiter = await begin({ timeout: 60_000 });
  await lock(waiter, { waitable: true });
  clock.advance(1000);
  expect(errorOf(await lock(await begin())).code).toBe(402);
  expect(proxy.inspect.locks(lockPath)).toMatchObject([{ transactionId: waiter, state: 'acquired' }]);
});

test('One in line that cannot be served holds up nobody behind it.', async () => {
  const { begin, lock, post, proxy } = await ytWithLockNode();
  const [holder, reader, writer, last] = [await begin(), await begin(), await begin(), await begin()];
  await lock(holder);
  await lock(reader, { mode: 'shared', waitable: true });
  await lock(writer, { mode: 'exclusive', waitable: true });
  await lock(last, { mode: 'shared', waitable: true });
  await post('abort_transaction', { transaction_id: holder });
  expect(proxy.inspect.locks(lockPath)).toMatchObject([
    { transactionId: reader, state: 'acquired' },
    { transactionId: last, state: 'acquired' },
    { transactionId: writer, state: 'pending' },
  ]);
});

test('A request that waits goes with the transaction of the one who waits.', async () => {
  const { begin, lock, clock, states } = await ytWithLockNode();
  const holder = await begin({ timeout: 60_000 });
  await lock(holder);
  const waiter = await begin({ timeout: 1000 });
  await lock(waiter, { waitable: true });
  expect(states()).toEqual(['acquired', 'pending']);
  clock.advance(1000);
  expect(states()).toEqual(['acquired']);
});

test('Only a lock that is held is in the way: who has no conflict with one goes past all that wait.', async () => {
  const { begin, lock, states } = await ytWithLockNode();
  await lock(await begin(), { mode: 'shared' });
  await lock(await begin(), { mode: 'exclusive', waitable: true });
  await lock(await begin(), { mode: 'shared', waitable: true });
  await lock(await begin(), { mode: 'shared' });
  expect(states()).toEqual(['acquired', 'acquired', 'acquired', 'pending']);
});

test('A second lock of the same transaction is another lock, and both are in the list of the node.', async () => {
  const { begin, lock, read } = await ytWithLockNode();
  const id = await begin();
  await lock(id);
  await lock(id);
  expect(await read(`${lockPath}/@lock_count`)).toBe(2);
  expect(await read(`${lockPath}/@locks`)).toMatchObject([
    { state: 'acquired', mode: 'exclusive', transaction_id: id },
    { state: 'acquired', mode: 'exclusive', transaction_id: id },
  ]);
  expect(await read(`${lockPath}/@locks/1/mode`)).toBe('exclusive');
  expect(await read(`${lockPath}/@lock_mode`, { transaction_id: id })).toBe('exclusive');
  expect(await read(`${lockPath}/@lock_mode`)).toBe('none');
});

test('Unlocking frees what the transaction holds and waits for on that node, and is no error when that is nothing.', async () => {
  const { begin, lock, post, proxy } = await ytWithLockNode();
  const [holder, waiter] = [await begin(), await begin()];
  await lock(holder);
  await lock(holder);
  await lock(waiter, { waitable: true });
  expect((await post('unlock', { transaction_id: holder, path: lockPath })).body).toBe('{}');
  expect(proxy.inspect.locks(lockPath)).toMatchObject([{ transactionId: waiter, state: 'acquired' }]);
  expect((await post('unlock', { transaction_id: holder, path: lockPath })).status).toBe(200);
});

test('A parent cannot take what its child has, but may wait for it; the commit of the child gives it up to the parent.', async () => {
  const { begin, lock, post, proxy } = await ytWithLockNode();
  const parent = await begin();
  const child = await begin({ transaction_id: parent });
  await lock(child);
  expect(errorOf(await lock(parent)).code).toBe(402);
  expect((await lock(parent, { waitable: true })).body).toContain('"revision":0');
  await post('commit_transaction', { transaction_id: child });
  expect(proxy.inspect.locks(lockPath)).toMatchObject([
    { transactionId: parent, state: 'acquired' },
    { transactionId: parent, state: 'acquired' },
  ]);
  expect((await lock(await begin({ transaction_id: parent }))).status).toBe(200);
});

test('A nested transaction that commits leaves its place in line to its parent; one that aborts, to nobody.', async () => {
  const { begin, lock, post, proxy } = await ytWithLockNode();
  const [holder, parent] = [await begin(), await begin()];
  const [keeper, quitter] = [await begin({ transaction_id: parent }), await begin({ transaction_id: parent })];
  await lock(holder);
  await lock(keeper, { waitable: true });
  await lock(quitter, { waitable: true });
  await post('commit_transaction', { transaction_id: keeper });
  await post('abort_transaction', { transaction_id: quitter });
  expect(proxy.inspect.locks(lockPath)).toMatchObject([
    { transactionId: holder, state: 'acquired' },
    { transactionId: parent, state: 'pending' },
  ]);
  await post('abort_transaction', { transaction_id: holder });
  expect(proxy.inspect.locks(lockPath)).toMatchObject([{ transactionId: parent, state: 'acquired' }]);
});

test.each([
  ['snapshot', 'exclusive', 400],
  ['snapshot', 'shared', 400],
  ['exclusive', 'snapshot', 400],
  ['shared', 'snapshot', 400],
  ['snapshot', 'snapshot', 200],
  ['shared', 'exclusive', 200],
  ['exclusive', 'shared', 200],
])('A transaction that has a %s lock and asks for a %s one itself: %i.', async (held, asked, answer) => {
  const { begin, lock } = await ytWithLockNode();
  const id = await begin();
  await lock(id, { mode: held });
  const reply = await lock(id, { mode: asked });
  expect(reply.status === 200 ? 200 : errorOf(reply).code).toBe(answer);
});

test('A snapshot of a parent binds its children, and a lock of a child keeps its parent from a snapshot.', async () => {
  const { begin, lock, post } = await ytWithLockNode();
  const parent = await begin();
  await lock(parent, { mode: 'snapshot' });
  expect(errorOf(await lock(await begin({ transaction_id: parent }))).code).toBe(400);
  await post('unlock', { transaction_id: parent, path: lockPath });
  await lock(await begin({ transaction_id: parent }));
  expect(errorOf(await lock(parent, { mode: 'snapshot' })).code).toBe(401);
});

test('Who can wait is put in line by any conflict.', async () => {
  const { begin, lock, post, states } = await ytWithLockNode();
  const id = await begin();
  await lock(id, { mode: 'snapshot' });
  await lock(id, { waitable: true });
  expect(states()).toEqual(['acquired', 'pending']);
  await post('unlock', { transaction_id: id, path: lockPath });
  expect(states()).toEqual([]);
});

test('Without a path that exists, or without a live transaction, there is no lock.', async () => {
  const { begin, lock, post } = await ytWithLockNode();
  const id = await begin();
  expect(errorOf(await lock(id, { path: '//home/market/other' })).code).toBe(500);
  expect(errorOf(await lock('1-2-3-4')).code).toBe(11000);
  expect(errorOf(await post('lock', { path: lockPath })).message).toContain('valid master transaction');
  expect(errorOf(await lock(id, { mode: 'exclusive', child_key: 'a' })).message).toContain('shared');
  expect(errorOf(await lock(id, { mode: 'solitary' })).code).toBe(1);
});
