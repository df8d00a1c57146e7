import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { processEntry } from '../../src/host/process-table.ts';

/**
 * A process that has ended and that its parent never reaps. The parent leads a process group; the zombie is in it, or
 * leads one of its own.
 */
export async function startZombie({ leads = false } = {}) {
  const child = leads ? "setsid sh -c 'read line <&3'" : 'read line <&3';
  // The child ends only after the shell, which would reap it, has become `sleep`, which does not.
  const script = `${child} & echo $!; exec sleep 600 3<&-`;
  const parent = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout!, 'data');
  const pid = Number(String(line));
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim()).toBe('sleep');
  if (leads) await expect.poll(() => processEntry(pid)?.pgid).toBe(pid);
  (parent.stdio[3] as Writable).end('\n');
  await expect.poll(() => processEntry(pid)?.state).toBe('Z');
  return { pid, parent };
}
