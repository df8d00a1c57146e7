import { expect, test } from 'vitest';
import { call } from '../support/http.ts';
import { errorOf, lockPath, value, ytForTest } from '../support/yt.ts';

async function ytToWriteTo() {
  const yt = await ytForTest();
  await yt.makeLockNode();
  const set = (path: string, written: unknown, more: Record<string, string> = {}, command = 'set') =>
    call(
      'PUT',
      `${yt.proxy.url}/api/v4/${command}?${new URLSearchParams({ path, ...more })}`,
      {},
      JSON.stringify(written),
    );
  return { ...yt, set };
}

test.each([
  ['string_node', 'text'],
  ['int64_node', 7],
  ['double_node', 0.5],
  ['boolean_node', true],
  ['map_node', { below: { deeper: 'x' } }],
])('A %s is made of the value that is set, and holds it.', async (type, written) => {
  const { set, read } = await ytToWriteTo();
  expect((await set('//tmp/n', written)).body).toBe('{}');
  expect([await read('//tmp/n/@type'), await read('//tmp/n')]).toEqual([type, written]);
});

test('A value is replaced by one of its type; a map only with force, which the sandbox has not.', async () => {
  const { set, read } = await ytToWriteTo();
  await set('//tmp/n', 'one');
  await set('//tmp/n', 'two');
  expect(await read('//tmp/n')).toBe('two');
  expect((await set('//tmp/n', 3)).status).toBe(400);
  expect(errorOf(await set(lockPath, {})).message).toContain('force');
});

test('A document has its value as an attribute too, by which it is made; force replaces a node.', async () => {
  const { read, post, get } = await ytToWriteTo();
  const document = (written: string) =>
    post('create', {
      path: '//tmp/a/d',
      type: 'document',
      recursive: true,
      force: true,
      attributes: { value: written },
    });
  expect((await document('one')).status).toBe(200);
  expect((await document('two')).status).toBe(200);
  expect([await read('//tmp/a/d'), await read('//tmp/a/d/@value')]).toEqual(['two', 'two']);
  expect(value(await get('list', { path: '//tmp/a', 'attributes[0]': 'value' }))['value']).toEqual([
    { $attributes: { value: 'two' }, $value: 'd' },
  ]);
  expect((await post('create', { path: '//tmp/a/d', type: 'document' })).status).toBe(400);
});

test('Attributes are set, replaced in part, several at once, and removed.', async () => {
  const { set, read, post, get } = await ytToWriteTo();
  await set(`${lockPath}/@address`, { host: 'lb-1', port: 1 });
  await set(`${lockPath}/@address/port`, 2);
  await set(`${lockPath}/@`, { a: 1, b: 2 }, {}, 'multiset_attributes');
  expect([await read(`${lockPath}/@address`), await read(`${lockPath}/@b`)]).toEqual([{ host: 'lb-1', port: 2 }, 2]);
  await post('remove', { path: `${lockPath}/@address` });
  expect(value(await get('exists', { path: `${lockPath}/@address` }))['value']).toBe(false);
  expect(errorOf(await set(`${lockPath}/@id`, 'x')).message).toContain('Builtin attribute');
});

test('What is written in a transaction is seen in it alone, until it commits; an abort forgets it.', async () => {
  const { set, read, begin, post } = await ytToWriteTo();
  await set(`${lockPath}/@note`, 'before');
  const parent = await begin();
  const child = await begin({ transaction_id: parent });
  await set(`${lockPath}/@note`, 'after', { transaction_id: child });
  const seen = async () =>
    Promise.all(
      [{}, { transaction_id: parent }, { transaction_id: child }].map((who) => read(`${lockPath}/@note`, who)),
    );
  expect(await seen()).toEqual(['before', 'before', 'after']);
  await post('commit_transaction', { transaction_id: child });
  expect(await Promise.all([read(`${lockPath}/@note`), read(`${lockPath}/@note`, { transaction_id: parent })])).toEqual(
    ['before', 'after'],
  );
  await post('abort_transaction', { transaction_id: parent });
  expect(await read(`${lockPath}/@note`)).toBe('before');
});

test('A write takes a lock that nobody asked for, and is in the way of others.', async () => {
  const { set, read, begin, post, proxy } = await ytToWriteTo();
  const [one, other] = [await begin(), await begin()];
  await set(`${lockPath}/@note`, 'x', { transaction_id: one });
  const [lock] = proxy.inspect.locks(lockPath);
  expect([await read(`#${lock!.id}/@implicit`), await read(`#${lock!.id}/@attribute_key`)]).toEqual([true, 'note']);
  expect(errorOf(await set(`${lockPath}/@note`, 'y', { transaction_id: other })).code).toBe(402);
  expect(errorOf(await set(`${lockPath}/@note`, 'y')).code).toBe(402);
  expect((await set(`${lockPath}/@other`, 'y')).status).toBe(200);
  await post('lock', { path: lockPath, transaction_id: one });
  expect(errorOf(await post('unlock', { path: lockPath, transaction_id: one })).message).toContain('is modified by');
});

test('A copy has what the original has; what is moved is gone from its old place.', async () => {
  const { set, read, post, get } = await ytToWriteTo();
  await set('//tmp/a', { below: 'x' });
  await set('//tmp/a/@note', 'ours');
  await post('copy', { source_path: '//tmp/a', destination_path: '//tmp/b' });
  await post('move', { source_path: '//tmp/a', destination_path: '//tmp/c' });
  for (const path of ['//tmp/b', '//tmp/c']) {
    expect([await read(path), await read(`${path}/@note`)]).toEqual([{ below: 'x' }, 'ours']);
  }
  expect(value(await get('exists', { path: '//tmp/a' }))['value']).toBe(false);
  expect(errorOf(await post('copy', { source_path: '//tmp/b', destination_path: '//tmp/c' })).code).toBe(501);
});

test('A batch answers each of its commands, and one that fails holds up no other.', async () => {
  const { post } = await ytToWriteTo();
  const requests = [
    { command: 'set', parameters: { path: '//tmp/n' }, input: 'x' },
    { command: 'get', parameters: { path: '//tmp/none' } },
    { command: 'get', parameters: { path: '//tmp/n' } },
    { command: 'no_such', parameters: {} },
  ];
  const { results } = JSON.parse((await post('execute_batch', { requests })).body);
  expect(results).toMatchObject([
    { output: {} },
    { error: { code: 500 } },
    { output: { value: 'x' } },
    { error: { code: 1 } },
  ]);
});

test.each([
  ['<append=%true>//home/market', '//home/market'],
  ['//home/market[#1:#2]', '//home/market'],
  ['//home/market{column}', '//home/market'],
  ['//home/market&/@type', '//home/market/@type'],
  ['//home/mark\\x65t', '//home/market'],
])('The path %s leads to %s.', async (spelled, plain) => {
  const { get } = await ytToWriteTo();
  const reply = await get('get', { path: spelled });
  expect([reply.status, reply.body]).toEqual([200, (await get('get', { path: plain })).body]);
});
