import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startChild } from './child-bench.ts';

vi.mock('node:child_process', { spy: true });

/** What Node makes where it has no descriptors for the pipes: it has no streams, not even empty ones. */
test('without descriptors for its pipes a command is not started, and that is the reason', async () => {
  const child = Object.assign(new EventEmitter(), { unref() {} });
  vi.mocked(spawn).mockImplementationOnce(() => {
    setImmediate(() => child.emit('error', Object.assign(new Error('spawn /bin/sh EMFILE'), { code: 'EMFILE' })));
    return child as unknown as ChildProcess;
  });
  const { events, event } = startChild(['true']);
  const { message } = await event('childNotStarted');
  expect(message).toBe('the refresh command was not started: no file descriptors are left (EMFILE); see ulimit -n');
  expect(events).toHaveLength(1);
});
