import type { Readable } from 'node:stream';
import { HttpProblem } from './problem.ts';

/** How many bytes may still come, over all replies that share it; those under way count as well. */
export interface ByteBudget {
  readonly total: number;
  left: number;
}

/** The whole body of at most `maxBytes`. One that fails gives back what it took from the budget. */
export async function readBody(body: Readable, maxBytes: number, budget: ByteBudget | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
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
    }
    return Buffer.concat(chunks, bytes);
  } catch (error) {
    if (budget !== null) budget.left += bytes;
    body.destroy();
    throw error;
  }
}
