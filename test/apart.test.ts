import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lookApart } from '../src/apart.ts';
import { processEntry } from '../src/host/process-table.ts';

vi.mock('../src/host/process-table.ts', () => ({ processEntry: vi.fn(() => null) }));
vi.mock('node:child_process', async (original) => ({ ...(await original<object>()), spawn: vi.fn() }));

describe('whoever waits for the process that looks', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
  });

  test('has its code once it has said it, and sees to its end', async () => {
    const { child, code } = begin();
    child.emit('message', 3);
    await vi.advanceTimersByTimeAsync(600);
    expect(await code).toBe(3);
    expect(child.kill).toHaveBeenCalledWith('SIGKILL');
  });

  test('gives it up half a minute after its last word, and says which process waits for a file', async () => {
    const { child, code, lost } = begin();
    await vi.advanceTimersByTimeAsync(29_000);
    child.emit('message', null);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_300);
    expect(await code).toBe(9);
    expect(lost).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^a file does not answer, and pid 42 waits for it/),
    );
    expect(child.kill).toHaveBeenCalledWith('SIGKILL');
  });

  test('is not told by the end that it made that there is another reason', async () => {
    const { child, code, lost } = begin();
    child.kill.mockImplementation(() => child.emit('exit', null, 'SIGKILL'));
    await vi.advanceTimersByTimeAsync(30_300);
    expect(await code).toBe(9);
    expect(lost).toHaveBeenCalledOnce();
    const other = begin();
    other.child.kill.mockImplementation(() => other.child.emit('exit', null, 'SIGKILL'));
    other.child.emit('message', 3);
    await vi.advanceTimersByTimeAsync(600);
    expect([await other.code, other.lost.mock.calls]).toEqual([3, []]);
  });

  test('waits no longer for a file at a later look than at the first', async () => {
    const { child, code, lost } = begin();
    child.emit('message', 'looked');
    await vi.advanceTimersByTimeAsync(60_000);
    child.emit('message', 'looking');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_300);
    expect([await code, lost.mock.calls.length]).toEqual([9, 1]);
  });

  test('waits for as long as it likes once it only prints', async () => {
    const { child, code, lost } = begin();
    child.emit('message', 'looked');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(lost).not.toHaveBeenCalled();
    child.emit('exit', 0, null);
    await vi.advanceTimersByTimeAsync(300);
    expect(await code).toBe(0);
  });

  test('counts no time in which it was stopped by a signal', async () => {
    const { child, code, lost } = begin();
    vi.mocked(processEntry).mockReturnValue({ pid: 42, state: 'T', parent: 1, pgid: 1, startTime: 0 });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(processEntry).toHaveBeenCalledWith(42);
    vi.mocked(processEntry).mockReturnValue(null);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(lost).not.toHaveBeenCalled();
    child.emit('message', 0);
    await vi.advanceTimersByTimeAsync(600);
    expect(await code).toBe(0);
  });

  test('prints what it complains of at once, and the rest in the end', async () => {
    const { child, code } = begin();
    const printed: string[] = [];
    for (const name of ['stdout', 'stderr'] as const)
      vi.spyOn(process[name], 'write').mockImplementation((chunk) => printed.push(`${name}: ${chunk}`) > 0);
    child.stdout.write('an answer, ');
    child.stderr.write('a complaint');
    await vi.advanceTimersByTimeAsync(1);
    child.stdout.end('the end of it');
    child.stderr.end();
    child.emit('exit', 0, null);
    await vi.advanceTimersByTimeAsync(1);
    expect([await code, printed]).toEqual([0, ['stderr: a complaint', 'stdout: an answer, the end of it']]);
  });

  test('waits for the output of one that cannot end no longer than for its end', async () => {
    const { child, code } = begin();
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    child.stdout.write('an answer');
    await vi.advanceTimersByTimeAsync(30_300);
    expect(await code).toBe(9);
    expect(process.stdout.write).toHaveBeenCalledExactlyOnceWith(Buffer.from('an answer'));
  });

  test('leaves its output alone only at a terminal', () => {
    const stdio = () => vi.mocked(spawn).mock.lastCall![2].stdio;
    const { isTTY } = process.stdout;
    onTestFinished(() => void Object.assign(process.stdout, { isTTY }));
    Object.assign(process.stdout, { isTTY: false });
    begin();
    expect((stdio() as readonly string[])[1]).toBe('pipe');
    Object.assign(process.stdout, { isTTY: true });
    begin();
    expect((stdio() as readonly string[])[1]).toBe('inherit');
  });

  test.each([
    ['exit', [null, 'SIGKILL'], 'the process that looked was ended by SIGKILL'],
    ['error', [new Error('spawn EAGAIN')], 'no process could be started to look: spawn EAGAIN'],
  ] as const)('has no answer after its %s %j, and says why', async (event, values, why) => {
    const { child, code, lost } = begin();
    child.emit(event, ...values);
    await vi.advanceTimersByTimeAsync(300);
    expect(await code).toBe(9);
    expect(lost).toHaveBeenCalledExactlyOnceWith(why);
  });
});

function begin() {
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  const child = Object.assign(new EventEmitter(), { pid: 42, kill: vi.fn(), ...outputs });
  vi.mocked(spawn).mockReturnValueOnce(child as unknown as ChildProcess);
  const lost = vi.fn((_: string) => 9);
  return { child, lost, code: lookApart(['status'], lost) };
}
