import { describe, expect, test } from 'vitest';
import { Failed } from '../../../src/failure.ts';
import { YtProblem } from '../../../src/locks/yt/problem.ts';
import { createQueueReader, type Read } from '../../../src/locks/yt/queue.ts';
import { never } from './lab.ts';

const lock = (id: string, state: string, mode = 'exclusive') => ({ id, state, mode, transaction_id: `t-${id}` });

const readerOf = (read: Read, wallMs = () => 0) => createQueueReader({ path: '//lock', read, wallMs });

const readerOfList = (value: unknown) => readerOf(async (path) => (path === '//lock/@locks' ? value : { title: path }));

test('the holder is before us wherever the server lists it, and a pending lock only when it is listed before', async () => {
  const { readLine } = readerOfList([
    lock('early', 'pending'),
    lock('ours', 'pending'),
    lock('late', 'pending'),
    lock('holder', 'acquired'),
  ]);
  expect(await readLine('ours', never)).toMatchObject({ ahead: 2, holder: { title: '#t-holder/@' } });
});

test('a list that we are not in, or that is none, says nothing of our place', async () => {
  const readLine = (value: unknown) => readerOf(async () => value).readLine;
  expect(await readLine([lock('other', 'pending')])('ours', never)).toEqual({ state: null, ahead: null, holder: null });
  for (const value of [null, 'text', {}, [null, 7, { id: 1 }]]) {
    expect(await readLine(value)('ours', never)).toEqual({ state: null, ahead: null, holder: null });
  }
});

test('of a lock that is ours nothing is asked but its state', async () => {
  const asked: string[] = [];
  const { readLine } = readerOf(async (path) => {
    asked.push(path);
    return [lock('late', 'pending'), lock('ours', 'acquired')];
  });
  expect(await readLine('ours', never)).toEqual({ state: 'acquired', ahead: null, holder: null });
  expect(asked).toEqual(['//lock/@locks']);
});

describe('a list that cannot be read', () => {
  const readLine = (error: Error, signal = never) =>
    readerOf(async () => Promise.reject(error)).readLine('ours', signal);

  test.each(['denied', 'missing'] as const)('because it is %s leaves the place unknown', async (kind) => {
    const unknown = { state: null, ahead: null, holder: null };
    expect(await readLine(new YtProblem(kind, 'no'))).toEqual(unknown);
  });

  test.each(['transient', 'gone', 'conflict', 'refused'] as const)('because it is %s fails', async (kind) => {
    await expect(readLine(new YtProblem(kind, 'no'))).rejects.toMatchObject({ kind });
  });

  test('because the request was aborted fails', async () => {
    const aborted = new Failed('aborted', 'aborted');
    await expect(readLine(aborted, AbortSignal.abort())).rejects.toBe(aborted);
  });
});

describe('what the holder says of itself', () => {
  const LINE = [lock('ours', 'pending'), lock('holder', 'acquired')];

  /** Answers with the attributes of the holder's transaction, and with the time when its lock was acquired. */
  function readerWith(attributes: unknown, acquired: unknown, wallMs?: () => number) {
    const asked: string[] = [];
    const answers: Record<string, unknown> = {
      '//lock/@locks': LINE,
      '#t-holder/@': attributes,
      '#holder/@acquisition_time': acquired,
    };
    const { readLine } = readerOf(async (path) => {
      asked.push(path);
      const answer = answers[path];
      if (answer instanceof Error) throw answer;
      return answer;
    }, wallMs);
    return { answers, asked, holder: async (signal = never) => (await readLine('ours', signal)).holder };
  }

  test('begins with its lock; else with what it says itself; else with its transaction', async () => {
    const [first, second, third] = ['01', '02', '03'].map((day) => `2026-01-${day}T00:00:00.000Z`);
    const sinceOf = async (...given: Parameters<typeof readerWith>) => (await readerWith(...given).holder())?.since;
    expect(await sinceOf({ since: second, start_time: first }, third)).toBe(third);
    const unread = new YtProblem('missing', 'no');
    expect(await sinceOf({ since: second, start_time: first }, unread)).toBe(second);
    expect(await sinceOf({ start_time: first }, unread)).toBe(first);
    expect(await sinceOf({}, unread)).toBe(null);
  });

  test('is read once, and for how long it has had the lock goes on', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:10Z');
    const { holder, asked } = readerWith({ title: 'a' }, '2026-01-01T00:00:00Z', () => nowMs);
    expect(await holder()).toMatchObject({ title: 'a', transaction: 't-holder', heldForMs: 10_000 });
    nowMs += 60_000;
    expect(await holder()).toMatchObject({ title: 'a', transaction: 't-holder', heldForMs: 70_000 });
    expect(asked.filter((path) => path !== '//lock/@locks')).toEqual(['#t-holder/@', '#holder/@acquisition_time']);
  });

  test('is asked for again where it could not be read', async () => {
    const { holder, answers } = readerWith(new YtProblem('transient', 'no'), null);
    expect(await holder()).toMatchObject({ title: 'unknown holder', transaction: 't-holder' });
    answers['#t-holder/@'] = { title: 'a' };
    expect(await holder()).toMatchObject({ title: 'a' });
  });

  test('is not waited for once the request is aborted', async () => {
    const stop = new AbortController();
    const aborted = new Failed('aborted', 'aborted');
    const { readLine } = readerOf(async (path) => {
      if (path === '//lock/@locks') return LINE;
      stop.abort();
      throw aborted;
    });
    await expect(readLine('ours', stop.signal)).rejects.toBe(aborted);
  });
});

describe('who looks without being in line', () => {
  test('sees who has the lock, and how many wait for it', async () => {
    const { readHolding } = readerOfList([
      lock('reader', 'acquired', 'snapshot'),
      lock('first', 'pending'),
      lock('holder', 'acquired'),
      lock('second', 'pending'),
    ]);
    const holder = expect.objectContaining({ title: '#t-holder/@', transaction: 't-holder' });
    expect(await readHolding(never)).toEqual({ lockId: 'holder', transactionId: 't-holder', holder, waiting: 2 });
  });

  test('sees nobody where no lock is acquired', async () => {
    for (const list of [[], [lock('first', 'pending')]]) {
      expect(await readerOfList(list).readHolding(never)).toBe(null);
    }
  });

  test('knows a lock that is held from one that waits, and from another that is held', async () => {
    const { isHolding } = readerOfList([lock('waits', 'pending'), lock('holder', 'acquired')]);
    expect(await Promise.all(['waits', 'holder', 'gone'].map((id) => isHolding(id, never)))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('is not answered by what is no list', async () => {
    for (const value of [null, 'text', {}]) {
      const { readHolding, isHolding } = readerOfList(value);
      const problem = { kind: 'transient', message: expect.stringContaining('no list of locks') };
      await expect(readHolding(never)).rejects.toMatchObject(problem);
      await expect(isHolding('holder', never)).rejects.toMatchObject(problem);
    }
  });
});
