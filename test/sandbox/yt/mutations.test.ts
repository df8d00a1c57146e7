import { expect, test } from 'vitest';
import { errorOf, value, ytForTest } from '../support/yt.ts';

test('A retried mutation is applied once, and is answered as the first one was.', async () => {
  const { post, proxy } = await ytForTest();
  const first = await post('start_transaction', { mutation_id: '1-2-3-4', retry: false });
  const again = await post('start_transaction', { mutation_id: '1-2-3-4', retry: true });
  expect(again.body).toBe(first.body);
  expect(proxy.inspect.transactions()).toHaveLength(1);
});

test('An error is kept like any other answer.', async () => {
  const { post, begin, lock, makeLockNode } = await ytForTest();
  await makeLockNode();
  const holder = await begin();
  await lock(holder);
  const loser = await begin();
  expect(errorOf(await lock(loser, { mutation_id: '1-2-3-4' })).code).toBe(402);
  await post('abort_transaction', { transaction_id: holder });
  expect(errorOf(await lock(loser, { mutation_id: '1-2-3-4', retry: true })).code).toBe(402);
  expect((await lock(loser, { mutation_id: '1-2-3-5' })).status).toBe(200);
});

test('A known mutation that does not say it is a retry is refused.', async () => {
  const { post, proxy } = await ytForTest();
  await post('start_transaction', { mutation_id: '1-2-3-4', retry: false });
  const reply = await post('start_transaction', { mutation_id: '1-2-3-4', retry: false });
  expect(errorOf(reply).message).toContain('not marked as "retry"');
  expect(proxy.inspect.transactions()).toHaveLength(1);
});

test('A retry of a mutation that never arrived is applied.', async () => {
  const { post } = await ytForTest();
  expect(value(await post('start_transaction', { mutation_id: '1-2-3-4', retry: true }))).toHaveProperty(
    'transaction_id',
  );
});

test('An abort whose reply was lost is a success when it is retried, and error 11000 when it is sent anew.', async () => {
  const { post, begin, proxy } = await ytForTest();
  const id = await begin();
  const abort = { transaction_id: id, mutation_id: '1-2-3-4' };
  proxy.faults.add('abort_transaction', { kind: 'dropReply' }, { times: 1 });
  await expect(post('abort_transaction', { ...abort, retry: false })).rejects.toThrow();
  expect((await post('abort_transaction', { ...abort, retry: true })).body).toBe('{}');
  expect(errorOf(await post('abort_transaction', { transaction_id: id })).code).toBe(11000);
});

test('A request that was delayed until its retry was applied is refused, instead of being applied again.', async () => {
  const { post, proxy } = await ytForTest();
  const gate = proxy.faults.hold('start_transaction', { times: 1 });
  const delayed = post('start_transaction', { mutation_id: '1-2-3-4', retry: false });
  await gate.arrived;
  expect((await post('start_transaction', { mutation_id: '1-2-3-4', retry: true })).status).toBe(200);
  gate.release();
  expect((await delayed).status).toBe(400);
  expect(proxy.inspect.transactions()).toHaveLength(1);
});

test('After five minutes a mutation is forgotten.', async () => {
  const { post, proxy, clock } = await ytForTest();
  const start = () => post('start_transaction', { mutation_id: '1-2-3-4', retry: true, timeout: 3_600_000 });
  await start();
  clock.advance(299_999);
  await start();
  expect(proxy.inspect.transactions()).toHaveLength(1);
  clock.advance(1);
  await start();
  expect(proxy.inspect.transactions()).toHaveLength(2);
});

test('A mutation id that is no GUID is refused.', async () => {
  const { post } = await ytForTest();
  expect((await post('start_transaction', { mutation_id: crypto.randomUUID() })).status).toBe(400);
});

test('A ping is no mutation: one that is sent again renews again.', async () => {
  const { post, begin, clock, proxy } = await ytForTest();
  const ping = { transaction_id: await begin({ timeout: 1000 }), mutation_id: '1-2-3-4' };
  for (const retry of [false, false, true, true]) {
    clock.advance(900);
    expect((await post('ping_transaction', { ...ping, retry })).body).toBe('{}');
  }
  expect(proxy.inspect.transactions()).toHaveLength(1);
});
