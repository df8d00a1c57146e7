import type { Readable } from 'node:stream';
import { HttpProblem } from './problem.ts';

/** How many bytes may still come, over all replies that share it; those under way count as well. */
export interface ByteBudget {
  readonly total: number;
  left: number;
}

export interface BodyLimits {
  readonly maxBytes: number;
  readonly budget: ByteBudget | null;
  /** Is given each whole line once; true makes it the last one that is read. */
  readonly isLastLine: ((line: string) => boolean) | undefined;
}

/** The whole body, within limits, or its lines up to the last. One that fails gives back what it took from the budget. */
export async function readBody(body: Readable, { maxBytes, budget, isLastLine }: BodyLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const lines = createLines();
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (budget !== null) budget.left -= chunk.length;
      if (bytes > maxBytes) throw new HttpProblem('tooLarge', 'the reply is too large');
      if (budget !== null && budget.left < 0) {
        throw new HttpProblem('tooLarge', `all replies together are larger than the limit of ${budget.total} bytes`);
      }
      chunks.push(chunk);
      const end = isLastLine === undefined ? -1 : lines.endIn(chunk, isLastLine);
      // Leaving the loop closes the connection.
      if (end >= 0) return Buffer.concat(chunks, bytes - chunk.length + end);
    }
    return Buffer.concat(chunks, bytes);
  } catch (error) {
    if (budget !== null) budget.left += bytes;
    body.destroy();
    throw error;
  }
}

/** Cuts what comes into lines. */
function createLines() {
  let begun: Buffer[] = [];

  return {
    /** Where in this chunk the line ends that `isLast` takes for the last; -1 when none does. */
    endIn(chunk: Buffer, isLast: (line: string) => boolean): number {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...begun, chunk.subarray(from, at)]).toString('utf8');
        begun = [];
        from = at + 1;
        if (isLast(line)) return from;
      }
      begun.push(chunk.subarray(from));
      return -1;
    },
  };
}

const NEWLINE = 0x0a;
