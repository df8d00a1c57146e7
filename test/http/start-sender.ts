import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { bundle } from '../support/bundle.ts';

export interface Sender {
  /** Makes it close its client. */
  close(): void;
  /** What it printed and how it exited, once it has. */
  readonly ended: Promise<{ readonly lines: string[]; readonly code: number | null; readonly stderr: string }>;
}

/** Starts test/http/sender.ts as a process of its own. */
export function startSender(args: readonly string[], env: Readonly<Record<string, string>> = {}): Sender {
  const child = spawn(process.execPath, [bundle('test/http/sender.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    return { lines: stdout.split('\n').filter(Boolean), code: code ?? null, stderr };
  });
  return { close: () => void child.stdin.write('close\n'), ended };
}
