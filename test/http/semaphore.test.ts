import { getEventListeners } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSemaphore } from '../../src/http/semaphore.ts';

const never = new AbortController().signal;

test('a free slot is taken at once, and goes to whoever waits longest when it is given back', async () => {
  const slots = createSemaphore(1);
  const order: string[] = [];
  const leave = await slots.take(never);
  const waiting = ['first', 'second'].map(async (name) => {
    const leaveToo = await slots.take(never);
    order.push(name);
    leaveToo();
  });
  expect(order).toEqual([]);
  leave();
  await Promise.all(waiting);
  expect(order).toEqual(['first', 'second']);
});

test('whoever gives up while waiting leaves no hole in the line', async () => {
  const slots = createSemaphore(1);
  const impatient = new AbortController();
  const leave = await slots.take(never);
  const lost = slots.take(impatient.signal);
  const next = slots.take(never);
  impatient.abort(new Error('enough'));
  await expect(lost).rejects.toThrow('enough');
  leave();
  (await next)();
  await slots.take(never);
});

test('a long line on one signal makes Node warn of nothing', async () => {
  const warned = vi.fn();
  const shared = new AbortController().signal;
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const slots = createSemaphore(1);
  const leave = await slots.take(never);
  const all = Array.from({ length: 50 }, () => slots.take(shared));
  leave();
  for (const one of all) (await one)();
  await new Promise(setImmediate);
  expect(warned).not.toHaveBeenCalled();
});

test('whoever had to wait and got a slot leaves nothing behind on its signal', async () => {
  const semaphore = createSemaphore(1);
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round += 1) {
    const first = await semaphore.take(signal);
    const second = semaphore.take(signal);
    first();
    (await second)();
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('whoever has given up already takes no slot, though one is free', async () => {
  const semaphore = createSemaphore(1);
  await expect(semaphore.take(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  const leave = await semaphore.take(never);
  leave();
});
