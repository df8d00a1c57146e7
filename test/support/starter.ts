import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Order } from './lock-starter.ts';

/** A process that obeys one order at a time (test/support/lock-starter.ts). */
export interface Starter {
  readonly pid: number;
  readonly process: ChildProcess;
  /** What it answers; null when it died instead. */
  ask<Answer>(order: Order): Promise<Answer | null>;
  /** Resolves when it is dead. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export async function startStarter(program: string, lockPath: string, log: string): Promise<Starter> {
  const child = fork(program, [lockPath, log], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  await once(child, 'message');
  return {
    pid: child.pid!,
    process: child,
    async ask<Answer>(order: Order) {
      const answered = once(child, 'message') as Promise<[{ answer: Answer; error?: string }]>;
      child.send(order);
      const [message] = await Promise.race([answered, exited.then(() => [null] as const)]);
      if (message?.error !== undefined) throw new Error(message.error);
      return message === null ? null : message.answer;
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}
