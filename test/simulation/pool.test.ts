/** Goal: whatever becomes of a worker, whoever asks is answered, and no worker stays. Method: workers that do as they are asked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { Pool } from './pool.ts';

const WORKER = `
  process.on('disconnect', () => process.exit());
  process.on('message', ({ words: [order] }) => {
    if (order === 'end') process.exit(3);
    process.send(order === 'fail' ? { problem: 'it failed' } : { answer: [order, process.pid] });
  });`;

function poolOf(workersMax: number) {
  const program = join(tempFolder(), 'worker.cjs');
  writeFileSync(program, WORKER);
  const pool = new Pool(program, workersMax);
  onTestFinished(() => pool.end());
  return (order: string) => pool.ask('show', order, '', null) as Promise<unknown> as Promise<[string, number]>;
}

test('a worker answers one question after another, and no more of them are started than may be', async () => {
  const ask = poolOf(2);
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(ask));
  expect(answers.map(([order]) => order)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(new Set([...answers, await ask('f')].map(([, pid]) => pid)).size).toBe(2);
});

test('what fails is said, and the worker goes on', async () => {
  const ask = poolOf(1);
  const [, pid] = await ask('a');
  await expect(ask('fail')).rejects.toThrow('it failed');
  expect(await ask('b')).toEqual(['b', pid]);
});

test('a worker that ends is one clear error, and another answers what comes next', async () => {
  const ask = poolOf(1);
  const [ended, answered] = await Promise.allSettled([ask('end'), ask('a')]);
  expect(String(Reflect.get(ended, 'reason'))).toBe(
    'Error: a worker of the simulation ended with 3 while it was asked: show',
  );
  expect(Reflect.get(answered, 'value')).toEqual(['a', expect.any(Number)]);
});
