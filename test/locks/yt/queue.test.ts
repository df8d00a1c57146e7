import { expect, test } from 'vitest';
import { createQueueReader } from '../../../src/locks/yt/queue.ts';
import { never } from './lab.ts';

const lock = (id: string, state: string) => ({ id, state, mode: 'exclusive', transaction_id: `t-${id}` });

test('the holder is before us wherever the server lists it, and a pending lock only when it is listed before', async () => {
  const locks = [
    lock('early', 'pending'),
    lock('ours', 'pending'),
    lock('late', 'pending'),
    lock('holder', 'acquired'),
  ];
  const read = async (path: string) => (path.endsWith('/@locks') ? locks : { title: path });
  const { readLine } = createQueueReader({ path: '//lock', read, wallMs: () => 0 });
  expect(await readLine('ours', never)).toMatchObject({ ahead: 2, holder: { title: '#t-holder/@' } });
});

test('a list that we are not in, or that is none, says nothing of our place', async () => {
  const readLine = (value: unknown) =>
    createQueueReader({ path: '//lock', read: async () => value, wallMs: () => 0 }).readLine;
  expect(await readLine([lock('other', 'pending')])('ours', never)).toEqual({ state: null, ahead: null, holder: null });
  for (const value of [null, 'text', {}, [null, 7, { id: 1 }]]) {
    expect(await readLine(value)('ours', never)).toEqual({ state: null, ahead: null, holder: null });
  }
});
