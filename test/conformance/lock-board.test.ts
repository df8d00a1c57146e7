/** Goal: every lock service keeps small records beside its lock in the same way. Method: as locks.test.ts. */
import { describe, expect, test } from 'vitest';
import { failureOf } from '../locks/yt/lab.ts';
import { CLAIM, granted, never, openBench } from './bench.ts';
import { rowsUnderTest } from './services.ts';

describe.each(rowsUnderTest())('$lock has a board', (row) => {
  test('that all nodes read and write, whoever has the lock', async () => {
    const { node } = await openBench(row, 'real');
    const [a, b] = [(await node('a')).board, (await node('b')).board];
    expect(await a.read('brake', never)).toBe(null);
    expect(await a.nodes(never)).toEqual([]);
    await a.remove('brake', never);
    const holder = await node('holder');
    await granted(holder);
    await a.write({ name: 'brake', text: '{"why":"for a reason: – ü \\" \u0001"}' }, never);
    expect(await b.read('brake', never)).toBe('{"why":"for a reason: – ü \\" \u0001"}');
    await b.write({ name: 'brake', text: '{}' }, never);
    expect(await a.read('brake', never)).toBe('{}');
    await a.write({ name: 'nodes/balancer-1.example.net', text: 'one' }, never);
    await a.write({ name: 'nodes/balancer-2', text: '' }, never);
    expect(new Set(await b.nodes(never))).toEqual(
      new Set([
        { name: 'nodes/balancer-1.example.net', text: 'one' },
        { name: 'nodes/balancer-2', text: '' },
      ]),
    );
    await b.remove('nodes/balancer-2', never);
    await b.remove('brake', never);
    expect(await a.read('brake', never)).toBe(null);
    expect(await a.nodes(never)).toEqual([{ name: 'nodes/balancer-1.example.net', text: 'one' }]);
    expect(await holder.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  test('that takes no place in the line, and outlives who wrote on it', async () => {
    const { node, inLine } = await openBench(row, 'real');
    const a = await node('a');
    await a.board.write({ name: 'brake', text: 'kept' }, never);
    await granted(a);
    const second = await (await node('b')).requestLock(CLAIM, never);
    expect(second).toMatchObject({ standing: 'queued', ahead: inLine(1) });
    await a.releaseLock(null, never);
    expect(await (await node('c')).board.read('brake', never)).toBe('kept');
  });

  test('that says so when it cannot be reached, and is asked once', async () => {
    const { service, node } = await openBench(row, 'real', 'stop');
    let asked = 0;
    const { read, write, nodes, remove } = (
      await node('a', {
        before: () => {
          asked += 1;
        },
      })
    ).board;
    await service.stop!();
    const trouble = { kind: 'lockUnavailable', message: expect.stringMatching(/\w/) };
    expect(await failureOf(read('brake', never))).toMatchObject(trouble);
    expect(asked).toBe(1);
    expect(await failureOf(write({ name: 'brake', text: '' }, never))).toMatchObject(trouble);
    expect(await failureOf(nodes(never))).toMatchObject(trouble);
    expect(await failureOf(remove('brake', never))).toMatchObject(trouble);
  });

  test('that is refused to who has no right to it', async () => {
    const { service, node } = await openBench(row, 'real', 'deny');
    const denied = (await node('a', {}, await service.deny!())).board;
    expect(await failureOf(denied.read('brake', never))).toMatchObject({ kind: 'lockDenied' });
    expect(await failureOf(denied.write({ name: 'brake', text: '' }, never))).toMatchObject({ kind: 'lockDenied' });
  });
});
