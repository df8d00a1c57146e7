import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { SWITCH_NAME } from '../../src/host/switch-name.ts';

/** A process that the process table shows as a dead man's switch of that run, still at its work. */
export async function startSwitchOf(runId: string, name = SWITCH_NAME): Promise<ChildProcess> {
  const env = { WATCHER_RUN_ID: runId };
  const child = spawn('/bin/sh', ['-c', 'echo up; read line', name], { stdio: ['pipe', 'pipe', 'ignore'], env });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}
