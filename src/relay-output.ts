import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Relay {
  /** Resolves when all is passed on that the process printed; after so many milliseconds in any case. */
  ended(ms: number): Promise<void>;
}

/**
 * Prints what a process prints, as far as its output was given to us. What it complains of comes at once, the rest when it has
 * ended: through two pipes nobody sees which of them came first.
 */
export function relayOutput({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): Relay {
  const chunks: Buffer[] = [];
  stdout?.on('data', (chunk: Buffer) => void chunks.push(chunk));
  stderr?.on('data', (chunk: Buffer) => void process.stderr.write(chunk));
  const both = Promise.all([stdout, stderr].map(endOf));
  return {
    async ended(ms) {
      await Promise.race([both, new Promise((over) => setTimeout(over, ms))]);
      if (chunks.length > 0) process.stdout.write(Buffer.concat(chunks.splice(0)));
    },
  };
}

function endOf(output: Readable | null): Promise<void> | null {
  return output && new Promise((resolve) => output.on('close', () => resolve()));
}
