import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lookApart } from '../src/apart.ts';

vi.mock('node:child_process', async (original) => ({ ...(await original<object>()), spawn: vi.fn() }));

describe('whoever waits for the process that looks', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  test('has its code once it has said it, and sees to its end', async () => {
    const { child, code } = begin();
    child.emit('message', 3);
    await vi.advanceTimersByTimeAsync(300);
    expect(await code).toBe(3);
    expect(child.kill).toHaveBeenCalledWith('SIGKILL');
  });

  test('gives it up half a minute after its last word, and says which process waits for a file', async () => {
    const { child, code, lost } = begin();
    await vi.advanceTimersByTimeAsync(29_000);
    child.emit('message', null);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await code).toBe(9);
    expect(lost).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^a file does not answer, and pid 42 waits for it/),
    );
    expect(child.kill).toHaveBeenCalledWith('SIGKILL');
  });

  test('waits for as long as it likes once it only prints', async () => {
    const { child, code, lost } = begin();
    child.emit('message', 'looked');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(lost).not.toHaveBeenCalled();
    child.emit('exit', 0, null);
    expect(await code).toBe(0);
  });

  test.each([
    ['exit', [null, 'SIGKILL'], 'the process that looked was ended by SIGKILL'],
    ['error', [new Error('spawn EAGAIN')], 'no process could be started to look: spawn EAGAIN'],
  ] as const)('has no answer after its %s %j, and says why', async (event, values, why) => {
    const { child, code, lost } = begin();
    child.emit(event, ...values);
    expect(await code).toBe(9);
    expect(lost).toHaveBeenCalledExactlyOnceWith(why);
  });
});

function begin() {
  const child = Object.assign(new EventEmitter(), { pid: 42, kill: vi.fn() });
  vi.mocked(spawn).mockReturnValueOnce(child as unknown as ChildProcess);
  const lost = vi.fn((_: string) => 9);
  return { child, lost, code: lookApart(['status'], lost) };
}
