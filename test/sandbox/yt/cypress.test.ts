import { expect, test } from 'vitest';
import { causeOf, errorOf, lockPath, value, ytForTest } from '../support/yt.ts';

const lockNode = { path: lockPath, type: 'map_node' };

test('A node needs its parents, unless it is created recursively.', async () => {
  const { post, get } = await ytForTest();
  expect(errorOf(await post('create', lockNode)).code).toBe(500);
  expect(value(await post('create', { ...lockNode, recursive: true }))).toEqual({
    node_id: expect.stringMatching(/^[0-9a-f]+(-[0-9a-f]+){3}$/),
  });
  expect(value(await get('list', { path: '//home/market' }))['value']).toEqual(['lock']);
  expect(value(await get('get', { path: '//home/market' }))['value']).toEqual({ lock: {} });
});

test('Creating what exists is error 501, unless it is to be ignored and has the same type.', async () => {
  const { makeLockNode, post } = await ytForTest();
  const id = value(await makeLockNode())['node_id'];
  expect(value(await makeLockNode())['node_id']).toBe(id);
  expect(errorOf(await post('create', lockNode)).code).toBe(501);
  expect(errorOf(await post('create', { ...lockNode, type: 'document', ignore_existing: true })).code).toBe(501);
});

test('A node that was created in a transaction is invisible outside of it, and goes with it.', async () => {
  const { begin, post, get, lock } = await ytForTest();
  const id = await begin();
  await post('create', { ...lockNode, recursive: true, transaction_id: id });
  const seenBy = async (reader: Record<string, string>) =>
    value(await get('exists', { path: lockPath, ...reader }))['value'];
  expect([await seenBy({}), await seenBy({ transaction_id: id })]).toEqual([false, true]);
  expect(errorOf(await lock(await begin())).code).toBe(500);
  expect(errorOf(await post('create', { ...lockNode, recursive: true })).code).toBe(402);
  await post('abort_transaction', { transaction_id: id });
  expect((await post('create', { ...lockNode, recursive: true })).status).toBe(200);
});

test('A committed transaction publishes what it created.', async () => {
  const { begin, post, get } = await ytForTest();
  const id = await begin();
  await post('create', { ...lockNode, recursive: true, transaction_id: id });
  await post('commit_transaction', { transaction_id: id });
  expect(value(await get('exists', { path: lockPath }))['value']).toBe(true);
});

test('A held lock protects its node from being removed.', async () => {
  const { makeLockNode, begin, lock, post } = await ytForTest();
  await makeLockNode();
  const id = await begin();
  await lock(id);
  expect(errorOf(await post('remove', { path: '//home/market', recursive: true })).code).toBe(402);
  await post('abort_transaction', { transaction_id: id });
  expect((await post('remove', { path: '//home/market', recursive: true })).body).toBe('{}');
});

test('Removing a node destroys the locks on it, so that their ids lead nowhere.', async () => {
  const { makeLockNode, begin, lock, post, get } = await ytForTest();
  await makeLockNode();
  const lockId = value(await lock(await begin(), { mode: 'snapshot' }))['lock_id'];
  expect(errorOf(await post('remove', { path: '//home/market' })).message).toContain('non-empty');
  await post('remove', { path: lockPath });
  expect(errorOf(await get('get', { path: `#${lockId}/@state` })).code).toBe(500);
  expect(errorOf(await post('remove', { path: lockPath })).code).toBe(500);
  expect((await post('remove', { path: lockPath, force: true })).status).toBe(200);
});

test('The attributes that a node was created with can be read and listed.', async () => {
  const { post, get, read } = await ytForTest();
  await post('create', { path: '//tmp/node', type: 'map_node', attributes: { note: 'ours' } });
  expect(await read('//tmp/node/@note')).toBe('ours');
  expect(value(await get('list', { path: '//tmp/node/@' }))['value']).toContain('note');
  expect(errorOf(await get('get', { path: '//tmp/node/@other' })).code).toBe(500);
});

test.each(['home/x', '//home/', '//home//x', ''])('"%s" is no path.', async (path) => {
  const { post } = await ytForTest();
  const reply = await post('create', { path, type: 'map_node', recursive: true });
  expect([errorOf(reply).code, causeOf(reply).code]).toEqual([500, 1]);
});
